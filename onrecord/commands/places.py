"""Show which bytes of a capture hold a statement's words"""

from typing import TYPE_CHECKING

import click

from onrecord.command_context import Context
from onrecord.print_output import clean, json_option, print_json

if TYPE_CHECKING:
    from onrecord.statements.find_byte_spans import ByteSpans


@click.command("places")
@click.argument("id_", metavar="ID")
@click.option("--quote", default="", help="Only these words; they must be in the statement.")
@json_option
@click.pass_obj
def command(context: Context, id_: str, quote: str, as_json: bool) -> None:
    """Show the byte range of each text block of statement ID, or of version ID.

    With the ranges, the text can be checked against the page without this tool. Offsets count
    from 0 and include both ends, in the body as the server sent it, content coding removed.

    Exit code 1: some words were not found in the bytes.
    """
    from onrecord.statements.cite_statement import find_passage
    from onrecord.statements.find_byte_spans import byte_spans_json, find_byte_spans

    with context.catalogue() as catalogue:
        spans = find_byte_spans(catalogue, context.home, find_passage(catalogue, id_, quote))
    if as_json:
        print_json(byte_spans_json(spans))
    else:
        _print(spans)
    if any(
        span.first_byte is None and _has_letters(spans, span.start, span.end)
        for span in spans.spans
    ):
        context.warn("some words were not found in the bytes of the capture")
        raise SystemExit(1)


def _has_letters(spans: "ByteSpans", start: int, end: int) -> bool:
    return any(character.isalnum() for character in spans.text[start:end])


def _print(spans: "ByteSpans") -> None:
    capture = spans.capture
    decoded = f", {spans.coding} removed" if spans.coding else ""
    click.echo(f"{spans.version}: the body of {capture.id}{decoded}")
    click.echo(
        f"{capture.stored.warc} byte {capture.stored.offset}, SHA-256 {capture.payload_sha256}"
    )
    for span in spans.spans:
        byte_range = "–" if span.first_byte is None else f"{span.first_byte}-{span.last_byte}"
        click.echo(clean(f"{byte_range:>15}  {spans.text[span.start : span.end]}"))
