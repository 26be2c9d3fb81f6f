"""List later statements that quote a statement"""

from typing import TYPE_CHECKING, Any

import click

from onrecord.command_context import Context
from onrecord.print_output import clean, console, json_option, print_json

if TYPE_CHECKING:
    from index.quotes.quoted_by import QuotedBy


@click.command("quotes")
@click.argument("id_", metavar="ID")
@json_option
@click.pass_obj
def command(context: Context, id_: str, as_json: bool) -> None:
    """List the archive's statements that quote statement ID and were issued on its day or later.

    Each quotation is shown with its verdict, as in `check`, and each date that is a guess with a
    question mark. Exit code 1: no statement quotes it.
    """
    from archive.catalogue import version_queries
    from index.quotes.quoted_by import find_quoting
    from onrecord.quotations.check_text import guessed_dates

    with context.engine() as engine, context.catalogue() as catalogue:
        version = version_queries.version(catalogue, id_)
        quoting = list(find_quoting(engine, engine.get(f"{version.id}#statement")))
        count = engine.count()
        guessed = guessed_dates(catalogue, {quotation.document.version for quotation in quoting})
    if as_json:
        for quotation in quoting:
            print_json(_json(version.statement, quotation, guessed))
    else:
        _print(quoting, guessed)
    if not quoting:
        context.warn(f"{id_}: none of the {count} texts quotes it")
        raise SystemExit(1)


def _json(statement: str, quotation: "QuotedBy", guessed: frozenset[str]) -> dict[str, Any]:
    from onrecord.quotations.json_report import judgement_json

    document, result = quotation.document, quotation.judgement
    return {
        "statement": statement,
        "quoted_by": document.statement,
        "version": document.version,
        "issuer": document.issuer,
        "title": document.title,
        "issued": document.issued,
        "issued_guess": document.version in guessed,
        "quote": quotation.quotation.text,
        "start": quotation.quotation.start,
        "end": quotation.quotation.end,
        "credited": quotation.quotation.attributed_to,
        "verdict": result.verdict.value,
        **judgement_json(result),
        "reversed": result.reversed,
        "passages": [{"start": part.start, "end": part.end} for part in result.parts],
    }


def _print(quoting: "list[QuotedBy]", guessed: frozenset[str]) -> None:
    from rich.text import Text

    from onrecord.quotations.terminal_report import VERDICT_COLOURS, format_edits, format_omission

    terminal = console()
    previous = ""
    for quotation in quoting:
        document, result = quotation.document, quotation.judgement
        if document.statement != previous:
            issued = f"{document.issued or 'no date'}{'?' * (document.version in guessed)}"
            head = f"{issued}  {document.issuer}: {document.title}"
            terminal.print(Text(clean(head), style="bold"))
            terminal.print(Text(document.version, style="dim"))
            previous = document.statement
        terminal.print(Text(f"  {result.verdict.value}", style=VERDICT_COLOURS[result.verdict]))
        terminal.print(format_edits(quotation.quotation.text, result))
        for elision in result.elisions:
            terminal.print(format_omission(elision, ""))
