"""Show how a statement changed, word by word"""

from itertools import pairwise
from pathlib import Path

import click

from archive.differences import Change, changes, count_sorts
from archive.errors import UnknownNameError
from archive.models import Capture, Version
from onrecord.context import Context
from onrecord.output import clean, console, emit, json_option

_AROUND = 60  # characters of unchanged text shown on either side of a change


@click.command("diff")
@click.argument("id_", metavar="ID")
@click.argument("one", metavar="[A]", required=False)
@click.argument("two", metavar="[B]", required=False)
@click.option("--unified", is_flag=True, help="Unified text, line by line, as diff -u writes it.")
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a page that stands by itself, the words marked in their places.",
)
@json_option
@click.pass_obj
def command(
    context: Context,
    id_: str,
    one: str | None,
    two: str | None,
    unified: bool,
    html: Path | None,
    as_json: bool,
) -> None:
    """Show how statement ID changed from version A to version B.

    A and B are numbers as `versions` lists them, or the start of a version's own name. Without B,
    the next version; without either, every step from the first version to the last. Exit code 1:
    there is no change to show.
    """
    from archive.catalogue import questions

    with context.catalogue() as catalogue:
        found = questions.versions(catalogue, id_.partition("@")[0])
        pairs = _pairs(found, one, two)
        captures = {
            version.id: questions.capture(catalogue, version.capture)
            for pair in pairs
            for version in pair
        }
    if html is not None and pairs:
        _write_page(html, pairs, captures)
        context.say(f"wrote {html}")
    for before, after in pairs if html is None else ():
        edits = changes(_words(before), _words(after))
        facts = _facts(before, after, [captures[v.id].payload_sha256 for v in (before, after)])
        if as_json:
            from archive.shapes import change_json

            counts = dict(count_sorts(edits))
            emit(facts | {"sorts": counts, "changes": [change_json(edit) for edit in edits]})
        elif unified:
            _print_unified(before, after)
        else:
            _print(before, after, facts, edits)
    if not pairs:
        context.warn(f"{id_}: one version only, seen from first to last without a change of words")
        raise SystemExit(1)


def _write_page(
    path: Path, pairs: list[tuple[Version, Version]], captures: dict[str, Capture]
) -> None:
    from onrecord.diffpage import Step, page

    steps = [
        Step(
            before=before,
            after=after,
            capture_before=captures[before.id],
            capture_after=captures[after.id],
            text_before=_words(before),
            text_after=_words(after),
            changes=changes(_words(before), _words(after)),
        )
        for before, after in pairs
    ]
    path.write_text(page(steps), encoding="utf-8")


def _words(version: Version) -> str:
    """Return what is compared: the title is the first line, so that an edit of it shows."""
    return f"{version.reading.title}\n{version.reading.text}"


def _pairs(found: list[Version], one: str | None, two: str | None) -> list[tuple[Version, Version]]:
    if one is None:
        return list(pairwise(found))
    first = _called(found, one)
    if two is not None:
        return [(found[first], found[_called(found, two)])]
    return [(found[first], found[first + 1])] if first + 1 < len(found) else []


def _called(found: list[Version], name: str) -> int:
    names = [version.id.partition("@")[2] for version in found]
    if name.isdecimal() and 1 <= int(name) <= len(found):
        return int(name) - 1
    matching = [n for n, held in enumerate(names) if held.startswith(name.rpartition("@")[2])]
    if len(matching) != 1:
        raise UnknownNameError("version", name, names)
    return matching[0]


def _facts(before: Version, after: Version, digests: list[str]) -> dict[str, object]:
    from archive.shapes import utc

    return {
        "statement": before.statement,
        "before": {
            "version": before.id,
            "captured": utc(before.first_seen),
            "last_seen": utc(before.last_seen),
            "capture": before.capture,
            "sha256": digests[0],
        },
        "after": {
            "version": after.id,
            "captured": utc(after.first_seen),
            "last_seen": utc(after.last_seen),
            "capture": after.capture,
            "sha256": digests[1],
        },
    }


def _print_unified(before: Version, after: Version) -> None:
    from difflib import unified_diff

    from archive.shapes import utc

    lines = unified_diff(
        _words(before).splitlines(),
        _words(after).splitlines(),
        before.id,
        after.id,
        utc(before.last_seen),
        utc(after.first_seen),
        lineterm="",
    )
    for line in lines:
        click.echo(clean(line))


def _print(before: Version, after: Version, facts: dict[str, object], edits: list[Change]) -> None:
    from rich.text import Text

    from archive.shapes import utc

    out = console()
    out.print(Text(clean(after.reading.title), style="bold"))
    out.print(f"- {before.id}  seen {utc(before.first_seen)} to {utc(before.last_seen)}")
    out.print(f"+ {after.id}  seen {utc(after.first_seen)} to {utc(after.last_seen)}")
    counts = ", ".join(f"{count} {sort}" for sort, count in count_sorts(edits))
    out.print(Text(f"{len(edits)} changes: {counts}", style="dim"))
    text = _words(after)
    for edit in edits:
        line = Text(f"\n[{', '.join(edit.sorts)}] ", style="dim")
        shown = Text()
        shown.append(_before(text, edit.after_start))
        if edit.before:
            shown.append(f"[-{clean(edit.before)}-]", style="red strike")
        if edit.after:
            shown.append(f"{{+{clean(edit.after)}+}}", style="green")
        shown.append(_after(text, edit.after_end))
        out.print(line + shown)


def _before(text: str, end: int) -> str:
    return clean(text[max(0, end - _AROUND) : end].rpartition("\n")[2])


def _after(text: str, start: int) -> str:
    return clean(text[start : start + _AROUND].partition("\n")[0])
