"""List later statements that quote a statement, and how"""

from typing import TYPE_CHECKING, Any

import click

from onrecord.context import Context
from onrecord.output import clean, console, emit, json_option

if TYPE_CHECKING:
    from index.quotes.quoted_by import QuotedBy


@click.command("quotes")
@click.argument("id_", metavar="ID")
@json_option
@click.pass_obj
def command(context: Context, id_: str, as_json: bool) -> None:
    """List the statements in the archive that quote statement ID, issued with it or later.

    Each quotation with its verdict, as `check` gives it. Exit code 1: nothing here quotes it.
    """
    from archive.catalogue import version_queries
    from index.quotes.quoted_by import find_quoting

    with context.engine() as engine, context.catalogue() as catalogue:
        version = version_queries.version(catalogue, id_)
        found = list(find_quoting(engine, engine.get(f"{version.id}#statement")))
        count = engine.count()
    if as_json:
        for each in found:
            emit(_json(version.statement, each))
    else:
        _print(found)
    if not found:
        context.warn(f"{id_}: quoted by none of the {count} texts held")
        raise SystemExit(1)


def _json(statement: str, each: "QuotedBy") -> dict[str, Any]:
    document, judged = each.document, each.judgement
    return {
        "statement": statement,
        "quoted_by": document.statement,
        "version": document.version,
        "issuer": document.issuer,
        "title": document.title,
        "issued": document.issued,
        "quote": each.quotation.text,
        "start": each.quotation.start,
        "end": each.quotation.end,
        "credited": each.quotation.attributed_to,
        "verdict": judged.verdict.value,
        "score": judged.score,
        "edits": [[edit.before, edit.after] for edit in judged.edits],
        "omitted": [elision.text for elision in judged.elisions if elision.text],
        "reversed": judged.reversed,
        "passages": [{"start": part.start, "end": part.end} for part in judged.parts],
    }


def _print(found: "list[QuotedBy]") -> None:
    from rich.text import Text

    from onrecord.quotations.terminal_report import VERDICT_COLOURS, format_edits, format_omission

    out = console()
    last = ""
    for each in found:
        document, judged = each.document, each.judgement
        if document.statement != last:
            head = f"{document.issued or 'no date'}  {document.issuer}: {document.title}"
            out.print(Text(clean(head), style="bold"))
            out.print(Text(document.version, style="dim"))
            last = document.statement
        out.print(Text(f"  {judged.verdict.value}", style=VERDICT_COLOURS[judged.verdict]))
        out.print(format_edits(each.quotation.text, judged))
        for elision in judged.elisions:
            out.print(format_omission(elision, ""))
