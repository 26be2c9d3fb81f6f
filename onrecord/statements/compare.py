"""Two versions of a statement side by side: which two, their words, and what is said of both."""

from itertools import pairwise

from archive.errors import UnknownNameError
from archive.json_objects import format_utc
from archive.models import Version


def words_of(version: Version) -> str:
    """Return what is compared: the title is the first line, so that an edit of it shows."""
    return f"{version.reading.title}\n{version.reading.text}"


def version_pairs(
    found: list[Version], one: str | None, two: str | None
) -> list[tuple[Version, Version]]:
    """Return the versions to compare: two that are named, one and the next, or every step."""
    if one is None:
        return list(pairwise(found))
    first = called(found, one)
    if two is not None:
        return [(found[first], found[called(found, two)])]
    return [(found[first], found[first + 1])] if first + 1 < len(found) else []


def called(found: list[Version], name: str) -> int:
    """Return the place of the version of that number, or whose own name begins so."""
    names = [version.id.partition("@")[2] for version in found]
    if name.isdecimal() and 1 <= int(name) <= len(found):
        return int(name) - 1
    matching = [n for n, held in enumerate(names) if held.startswith(name.rpartition("@")[2])]
    if len(matching) != 1:
        raise UnknownNameError("version", name, names)
    return matching[0]


def comparison_facts(before: Version, after: Version, digests: list[str]) -> dict[str, object]:
    """Return what a comparison says of its two sides, with the keys that docs/json.md promises."""
    return {
        "statement": before.statement,
        "before": _side(before, digests[0]),
        "after": _side(after, digests[1]),
    }


def _side(version: Version, digest: str) -> dict[str, str]:
    return {
        "version": version.id,
        "captured": format_utc(version.first_seen),
        "last_seen": format_utc(version.last_seen),
        "capture": version.capture,
        "sha256": digest,
    }
