"""Show how a statement changed, word by word"""

from pathlib import Path

import click

from archive.models import Capture, Version
from archive.text.diff import Change, count_kinds, diff_texts
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
    from archive.catalogue import capture_queries, version_queries
    from onrecord.statements.compare import comparable_text, comparison_facts, version_pairs

    with context.catalogue() as catalogue:
        found = version_queries.versions(catalogue, id_.partition("@")[0])
        chosen = version_pairs(found, one, two)
        captures = {
            version.id: capture_queries.capture(catalogue, version.capture)
            for pair in chosen
            for version in pair
        }
    if html is not None and chosen:
        _write_page(html, chosen, captures)
        context.say(f"wrote {html}")
    for before, after in chosen if html is None else ():
        edits = diff_texts(comparable_text(before), comparable_text(after))
        said = comparison_facts(
            before, after, [captures[v.id].payload_sha256 for v in (before, after)]
        )
        if as_json:
            from archive.json_objects import change_json

            counts = dict(count_kinds(edits))
            emit(said | {"sorts": counts, "changes": [change_json(edit) for edit in edits]})
        elif unified:
            _print_unified(before, after)
        else:
            _print(before, after, edits)
    if not chosen:
        context.warn(f"{id_}: one version only, seen from first to last without a change of words")
        raise SystemExit(1)


def _write_page(
    path: Path, chosen: list[tuple[Version, Version]], captures: dict[str, Capture]
) -> None:
    from onrecord.statements.compare import comparable_text
    from onrecord.statements.diff_html import VersionStep, render_diff_page

    steps = [
        VersionStep(
            before=before,
            after=after,
            capture_before=captures[before.id],
            capture_after=captures[after.id],
            text_before=comparable_text(before),
            text_after=comparable_text(after),
            changes=diff_texts(comparable_text(before), comparable_text(after)),
        )
        for before, after in chosen
    ]
    path.write_text(render_diff_page(steps), encoding="utf-8")


def _print_unified(before: Version, after: Version) -> None:
    from difflib import unified_diff

    from archive.json_objects import format_utc
    from onrecord.statements.compare import comparable_text

    lines = unified_diff(
        comparable_text(before).splitlines(),
        comparable_text(after).splitlines(),
        before.id,
        after.id,
        format_utc(before.last_seen),
        format_utc(after.first_seen),
        lineterm="",
    )
    for line in lines:
        click.echo(clean(line))


def _print(before: Version, after: Version, edits: list[Change]) -> None:
    from rich.text import Text

    from archive.json_objects import format_utc
    from onrecord.statements.compare import comparable_text

    out = console()
    out.print(Text(clean(after.reading.title), style="bold"))
    out.print(
        f"- {before.id}  seen {format_utc(before.first_seen)} to {format_utc(before.last_seen)}"
    )
    out.print(f"+ {after.id}  seen {format_utc(after.first_seen)} to {format_utc(after.last_seen)}")
    counts = ", ".join(f"{count} {sort}" for sort, count in count_kinds(edits))
    noun = "change" if len(edits) == 1 else "changes"
    out.print(Text(f"{len(edits)} {noun}: {counts}", style="dim"))
    text = comparable_text(after)
    for edit in edits:
        line = Text(f"\n[{', '.join(edit.kinds)}] ", style="dim")
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
