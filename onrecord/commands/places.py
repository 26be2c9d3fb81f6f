"""Say in which bytes of its capture a statement's words stand"""

from typing import TYPE_CHECKING

import click

from onrecord.context import Context
from onrecord.output import clean, emit, json_option

if TYPE_CHECKING:
    from onrecord.statements.byte_spans import ByteSpans


@click.command("places")
@click.argument("id_", metavar="ID")
@click.option("--quote", default="", help="Only these words; they must be in it.")
@json_option
@click.pass_obj
def command(context: Context, id_: str, quote: str, as_json: bool) -> None:
    """Say of each block of statement ID, or of the version ID, in which bytes it stands.

    Nobody has to believe how we read a page: bytes are counted from 0, both ends included, in the
    body as the server sent it, with any content coding taken off.

    Exit code 1: some words were not found in the bytes.
    """
    from onrecord.statements.byte_spans import byte_spans_json, find_byte_spans
    from onrecord.statements.cite import find_passage

    with context.catalogue() as catalogue:
        found = find_byte_spans(catalogue, context.home, find_passage(catalogue, id_, quote))
    if as_json:
        emit(byte_spans_json(found))
    else:
        _print(found)
    if any(
        each.first_byte is None and _has_letters(found, each.start, each.end)
        for each in found.spans
    ):
        context.warn("some words were not found in the bytes of the capture")
        raise SystemExit(1)


def _has_letters(found: "ByteSpans", start: int, end: int) -> bool:
    return any(character.isalnum() for character in found.text[start:end])


def _print(found: "ByteSpans") -> None:
    capture = found.capture
    off = f", {found.coding} taken off" if found.coding else ""
    click.echo(f"{found.version}: the body of {capture.id}{off}")
    click.echo(
        f"{capture.stored.warc} byte {capture.stored.offset}, SHA-256 {capture.payload_sha256}"
    )
    for each in found.spans:
        where = "–" if each.first_byte is None else f"{each.first_byte}-{each.last_byte}"
        click.echo(clean(f"{where:>15}  {found.text[each.start : each.end]}"))
