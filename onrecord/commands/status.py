"""Say what is held, how fresh it is, and what went wrong"""

from typing import Any

import click

from archive.catalogue.questions import Coverage
from onrecord.context import Context
from onrecord.output import clean, console, emit, json_option


@click.command("status")
@json_option
@click.pass_obj
def command(context: Context, as_json: bool) -> None:
    """Say, source by source, what is held, when it was last well captured, and what failed."""
    from archive.catalogue import questions

    with context.catalogue() as catalogue:
        held = questions.coverage(catalogue)
        failed: dict[str, int] = {}
        for event in questions.events(catalogue, kind="reading"):
            name = event.facts.get("source", "")
            failed[name] = failed.get(name, 0) + 1
    if as_json:
        for source in held:
            emit(coverage_json(source) | {"unread": failed.get(source.source, 0)})
        return

    from rich.table import Table
    from rich.text import Text

    table = Table(
        "source", "statements", "versions", "issued", "captures", "last good", "unread", box=None
    )
    for source in held:
        table.add_row(
            Text(clean(source.source)),
            str(source.statements),
            str(source.versions),
            f"{source.first_issued[:10] or '?'} – {source.last_issued[:10] or '?'}",
            ", ".join(f"{count} {name}" for name, count in source.outcomes.items()),
            f"{source.last_good:%Y-%m-%d %H:%M}Z" if source.last_good else "never",
            str(failed.get(source.source, 0)),
        )
    console().print(table)


def coverage_json(held: Coverage) -> dict[str, Any]:
    from archive.shapes import utc

    return {
        "source": held.source,
        "statements": held.statements,
        "versions": held.versions,
        "transcripts": held.transcripts,
        "captures": held.captures,
        "outcomes": held.outcomes,
        "first_issued": held.first_issued,
        "last_issued": held.last_issued,
        "last_good": utc(held.last_good) if held.last_good else "",
        "issuers": list(held.issuers),
    }
