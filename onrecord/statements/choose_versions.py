"""Choose two versions of a statement to compare, their texts and their JSON facts."""

from itertools import pairwise

from archive.errors import UnknownNameError
from archive.json_objects import format_utc
from archive.models import Version
from archive.text.diff import judgements_lacking
from archive.text.language import language_of


def comparable_text(version: Version) -> str:
    """Return the text to compare: the title is the first line, so that its edits show too."""
    return f"{version.reading.title}\n{version.reading.text}"


def version_pairs(
    versions: list[Version], before: str | None, after: str | None
) -> list[tuple[Version, Version]]:
    """Return the pairs to compare: two named versions, one and its successor, or all successors."""
    if before is None:
        return list(pairwise(versions))
    index = find_version_index(versions, before)
    if after is not None:
        return [(versions[index], versions[find_version_index(versions, after)])]
    return [(versions[index], versions[index + 1])] if index + 1 < len(versions) else []


def find_version_index(versions: list[Version], name: str) -> int:
    """Return the index of the version with that number (from 1), or whose id begins so.

    Raises:
        UnknownNameError: no version matches, or more than one.

    """
    names = [version.id.partition("@")[2] for version in versions]
    if name.isdecimal() and 1 <= int(name) <= len(versions):
        return int(name) - 1
    matching = [
        n
        for n, version_name in enumerate(names)
        if version_name.startswith(name.rpartition("@")[2])
    ]
    if len(matching) != 1:
        raise UnknownNameError("version", name, names)
    return matching[0]


def comparison_facts(before: Version, after: Version, digests: list[str]) -> dict[str, object]:
    """Return the two compared versions as JSON, with the keys that docs/json.md promises."""
    return {
        "statement": before.statement,
        "before": _side(before, digests[0]),
        "after": _side(after, digests[1]),
        "lang": after.reading.lang,
        "not_judged": list(judgements_lacking(after.reading.lang, after.reading.text)),
    }


def describe_unjudged(version: Version) -> str:
    """Say which changes of a statement's words cannot be judged in its language; "" if all can."""
    lacking = judgements_lacking(version.reading.lang, version.reading.text)
    title = language_of(version.reading.lang).title
    return f"not judged in {title}: {', '.join(lacking)}" if lacking else ""


def _side(version: Version, digest: str) -> dict[str, str]:
    return {
        "version": version.id,
        "captured": format_utc(version.first_seen),
        "last_seen": format_utc(version.last_seen),
        "capture": version.capture,
        "sha256": digest,
    }
