"""Read one statement: its words, dates and where they come from"""

import click

from archive.models import Capture, Version
from onrecord.context import Context
from onrecord.output import clean, console, emit, json_option


@click.command("show")
@click.argument("id_", metavar="ID")
@click.option("--layer", is_flag=True, help="The page's whole visible text instead.")
@json_option
@click.pass_obj
def command(context: Context, id_: str, layer: bool, as_json: bool) -> None:
    """Show the newest version of statement ID, or the version called ID."""
    from archive.catalogue import questions
    from archive.shapes import capture_json, version_json

    with context.catalogue() as catalogue:
        version = questions.version(catalogue, id_)
        capture = questions.capture(catalogue, version.capture)
        visible = questions.layer(catalogue, version.layer_sha256) if layer else ""
    if as_json:
        found = version_json(version) | {"provenance": capture_json(capture, _base(context))}
        emit(found | ({"layer": visible} if layer else {}))
    elif layer:
        click.echo(clean(visible))
    else:
        _print(version, capture, _base(context))


def _base(context: Context) -> str:
    return context.settings.memento_base


def _print(version: Version, capture: Capture, base: str) -> None:
    from rich.table import Table
    from rich.text import Text

    from archive.memento import memento_url
    from archive.shapes import utc

    reading, issued = version.reading, version.reading.issued
    facts = {
        "issuer": reading.issuer,
        "publisher": reading.publisher if reading.publisher != reading.issuer else "",
        "speakers": ", ".join(reading.speakers),
        "signatories": ", ".join(reading.signatories),
        "venue": reading.venue,
        "issued": f"{issued.value} (“{issued.printed}”, {issued.read_from})" if issued else "",
        "kind": reading.kind,
        "language": reading.lang,
        "identifier": reading.identifier,
        "live": reading.url,
        "archived": memento_url(base, capture) or "no capture: a transcript",
        "captured": utc(capture.captured),
        "first, last seen": f"{utc(version.first_seen)}, {utc(version.last_seen)}",
        "SHA-256": capture.payload_sha256,
        "taken from": capture.taken_from,
        "read by": reading.reader,
        "version": version.id,
    }
    out = console()
    out.print(Text(clean(reading.title), style="bold"))
    table = Table.grid(padding=(0, 2))
    for name, value in facts.items():
        if value:
            table.add_row(Text(name, style="dim"), Text(clean(value), overflow="fold"))
    out.print(table)
    out.print()
    out.print(Text(clean(reading.text).replace("\n", "\n\n")))
