"""Show how a statement changed, word by word"""

from pathlib import Path

import click

from archive.models import Capture, Version
from archive.text.diff import Change, count_kinds, diff_texts
from onrecord.command_context import Context
from onrecord.print_output import clean, console, json_option, print_json

_CONTEXT_CHARS = 60  # characters of unchanged text shown on either side of a change


@click.command("diff")
@click.argument("id_", metavar="ID")
@click.argument("from_version", metavar="[A]", required=False)
@click.argument("to_version", metavar="[B]", required=False)
@click.option("--unified", is_flag=True, help="Line by line, in the format of diff -u.")
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write one self-contained HTML page with the changes marked.",
)
@json_option
@click.pass_obj
def command(
    context: Context,
    id_: str,
    from_version: str | None,
    to_version: str | None,
    unified: bool,
    html: Path | None,
    as_json: bool,
) -> None:
    """Show how statement ID changed from version A to version B.

    A and B are numbers as `versions` lists them, or the start of a version's hash. B defaults to
    the version after A; without both, every step from the first version to the last is shown.
    Exit code 1: there is no change to show.
    """
    from archive.catalogue import capture_queries, rereading_table, version_queries
    from onrecord.statements.choose_versions import comparable_text, comparison_facts, version_pairs

    with context.catalogue() as catalogue:
        versions = version_queries.versions(catalogue, id_.partition("@")[0])
        from_id, to_id = (
            rereading_table.current_name(catalogue, id_.partition("@")[0], name) if name else name
            for name in (from_version, to_version)
        )
        pairs = version_pairs(versions, from_id, to_id)
        captures = {
            version.id: capture_queries.capture(catalogue, version.capture)
            for pair in pairs
            for version in pair
        }
    if html is not None and pairs:
        from onrecord.evidence.record_export import record_export

        statement = pairs[0][0].statement
        record_export(context.home, "comparison", html, [statement], context.warn)
        _write_page(html, pairs, captures)
        context.say(f"wrote {html}")
    for before, after in pairs if html is None else ():
        edits = diff_texts(comparable_text(before), comparable_text(after), after.reading.lang)
        facts = comparison_facts(
            before, after, [captures[version.id].payload_sha256 for version in (before, after)]
        )
        if as_json:
            from archive.json_objects import change_json

            counts = dict(count_kinds(edits))
            print_json(facts | {"sorts": counts, "changes": [change_json(edit) for edit in edits]})
        elif unified:
            _print_unified(before, after)
        else:
            _print(before, after, edits)
    if not pairs:
        context.warn(f"{id_}: one version only; its words did not change")
        raise SystemExit(1)


def _write_page(
    path: Path, pairs: list[tuple[Version, Version]], captures: dict[str, Capture]
) -> None:
    from archive.atomic_files import write_private
    from onrecord.statements.choose_versions import comparable_text
    from onrecord.statements.diff_html import VersionStep, render_diff_page

    steps = [
        VersionStep(
            before=before,
            after=after,
            capture_before=captures[before.id],
            capture_after=captures[after.id],
            text_before=comparable_text(before),
            text_after=comparable_text(after),
            changes=diff_texts(comparable_text(before), comparable_text(after), after.reading.lang),
        )
        for before, after in pairs
    ]
    write_private(path, render_diff_page(steps))


def _print_unified(before: Version, after: Version) -> None:
    from difflib import unified_diff

    from archive.json_objects import format_utc
    from onrecord.statements.choose_versions import comparable_text

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
    from archive.text.passage import text_around
    from onrecord.statements.choose_versions import comparable_text, describe_unjudged

    terminal = console()
    terminal.print(Text(clean(after.reading.title), style="bold"))
    terminal.print(
        f"- {before.id}  seen {format_utc(before.first_seen)} to {format_utc(before.last_seen)}"
    )
    terminal.print(
        f"+ {after.id}  seen {format_utc(after.first_seen)} to {format_utc(after.last_seen)}"
    )
    counts = ", ".join(f"{count} {sort}" for sort, count in count_kinds(edits))
    noun = "change" if len(edits) == 1 else "changes"
    terminal.print(Text(f"{len(edits)} {noun}: {counts}", style="dim"))
    if note := describe_unjudged(after):
        terminal.print(Text(note, style="dim"))
    text = comparable_text(after)
    for edit in edits:
        line = Text(f"\n[{', '.join(edit.kinds)}] ", style="dim")
        excerpt = Text()
        before_edit, after_edit = text_around(
            text, edit.after_start, edit.after_end, _CONTEXT_CHARS
        )
        excerpt.append(clean(before_edit.rpartition("\n")[2]))
        if edit.op == "move":
            excerpt.append(f"{{~{clean(edit.after)}~}}", style="cyan")
        elif edit.before:
            excerpt.append(f"[-{clean(edit.before)}-]", style="red strike")
        if edit.after and edit.op != "move":
            excerpt.append(f"{{+{clean(edit.after)}+}}", style="green")
        excerpt.append(clean(after_edit.partition("\n")[0]))
        terminal.print(line + excerpt)
