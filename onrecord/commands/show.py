"""Show a statement: its text, dates and provenance"""

from datetime import datetime
from typing import TYPE_CHECKING

import click

from archive.models import Capture, Notice, Version
from onrecord.command_context import Context
from onrecord.print_output import clean, console, json_option, print_json

if TYPE_CHECKING:
    from archive.models import Issued
    from archive.text.rereading import Rereading
    from onrecord.statements.translations import Attestation, Translation


@click.command("show")
@click.argument("id_", metavar="ID")
@click.option("--layer", is_flag=True, help="Show the page's whole visible text instead.")
@json_option
@click.pass_obj
def command(context: Context, id_: str, layer: bool, as_json: bool) -> None:
    """Show the newest version of statement ID, or version ID."""
    from archive.catalogue import (
        capture_queries,
        rereading_table,
        version_queries,
    )
    from archive.catalogue.vouched.require_vouched import require_vouched
    from archive.json_objects import capture_json, notice_json, rereading_json, version_json
    from onrecord.statements.translations import find_attestation, find_translations

    with context.catalogue() as catalogue:
        version = version_queries.version(catalogue, id_)
        if as_json:
            require_vouched(catalogue, context.home, version.id, is_shown=True)
        capture = capture_queries.capture(catalogue, version.capture)
        formerly = rereading_table.rereadings_into(catalogue, version.id)
        notices = version_queries.notices(catalogue, version.id)
        visible = version_queries.layer(catalogue, version.layer_sha256) if layer else ""
        seen_by = find_attestation(catalogue, version.id)
        addresses = capture_queries.addresses_of_statement(catalogue, version.statement)
        translations = find_translations(catalogue, version, context.sources.get(version.source))
    if as_json:
        facts = version_json(version) | {
            "provenance": capture_json(capture, _base(context)),
            "formerly": [rereading_json(rereading) for rereading in formerly],
            "addresses": addresses,
            "notices": [notice_json(notice) for notice in notices],
            "seen_by": {"first": seen_by.first, "last": seen_by.last},
            "siblings": [
                {"lang": other.lang, "url": other.url, "statement": other.statement}
                for other in translations
            ],
        }
        print_json(facts | ({"layer": visible} if layer else {}))
    elif layer:
        click.echo(clean(visible))
    else:
        _print(
            version, capture, _base(context), seen_by, translations, formerly, addresses, notices
        )


def _base(context: Context) -> str:
    return context.settings.memento_base


def _print(
    version: Version,
    capture: Capture,
    base: str,
    seen_by: "Attestation",
    translations: "list[Translation]",
    formerly: "list[Rereading]",
    addresses: list[str],
    notices: list[Notice],
) -> None:
    from rich.table import Table
    from rich.text import Text

    from archive.json_objects import format_utc
    from archive.text.rereading import describe_rereading
    from archive.urls.memento import memento_url

    reading, issued = version.reading, version.reading.issued
    facts = {
        "issuer": reading.issuer,
        "publisher": reading.publisher if reading.publisher != reading.issuer else "",
        "speakers": ", ".join(reading.speakers),
        "signatories": "; ".join(reading.signatories),
        "venue": reading.venue,
        "issued": _issued_text(issued) if issued else "",
        "kind": reading.kind,
        "language": reading.lang,
        "in other languages": "; ".join(
            f"{other.lang}: {other.statement or other.url}" for other in translations
        ),
        "identifier": reading.identifier,
        "live": reading.url,
        "also seen at": "\n".join(url for url in addresses if url != reading.url),
        "archived": memento_url(base, capture) or "no capture: a transcript",
        "captured": format_utc(capture.captured),
        "copy of": _copy_of(capture),
        "first, last seen": f"{_seen_text(version.first_seen, seen_by.first)}, "
        f"{_seen_text(version.last_seen, seen_by.last)}",
        "SHA-256": capture.payload_sha256,
        "taken from": capture.taken_from,
        "read by": reading.reader,
        "version": version.id,
        "read anew": "\n".join(map(describe_rereading, formerly)),
    }
    terminal = console()
    terminal.print(Text(clean(reading.title), style="bold"))
    table = Table.grid(padding=(0, 2))
    for name, value in facts.items():
        if value:
            table.add_row(Text(name, style="dim"), Text(clean(value), overflow="fold"))
    terminal.print(table)
    for notice in notices:
        seen = f"{format_utc(notice.first_seen)} – {format_utc(notice.last_seen)}"
        terminal.print(
            Text(f"The publisher notes ({seen}): {clean(notice.text)}", style="bold red")
        )
    terminal.print()
    terminal.print(Text(clean(reading.text).replace("\n", "\n\n")))


def _issued_text(issued: "Issued") -> str:
    """Return a date with its printed form and where it was read, or that it is a guess."""
    guess = "a guess; " if issued.is_guess else ""
    return f"{issued.value} ({guess}“{issued.printed}”, {issued.read_from})"


def _copy_of(capture: Capture) -> str:
    """Return the original that another web archive names for the capture, or ""."""
    from archive.json_objects import format_utc

    memento = capture.memento
    if memento is None:
        return ""
    return f"{memento.original}, as held by {memento.archive} on {format_utc(memento.archived)}"


def _seen_text(when: datetime, archive: str) -> str:
    from archive.json_objects import format_utc

    return f"{format_utc(when)} (as held by {archive})" if archive else format_utc(when)
