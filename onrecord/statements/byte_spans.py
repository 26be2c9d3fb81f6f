"""Where in the bytes of its capture the words of a version stand."""

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection

from archive.archive_folder import Home
from archive.catalogue import queries
from archive.models import Capture
from archive.sandbox.pool import confined
from onrecord.collect.catch_up import fetched_again
from onrecord.statements.cite import Place
from scrapers.align.locate import Laid, lay


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Words of a version, and where they stand in the body of its capture, no coding on it."""

    version: str
    text: str
    capture: Capture
    coding: str  # content coding that was taken off; "" for none
    words: tuple[Laid, ...]


def placed(connection: Connection, home: Home, chosen: Place) -> Placed:
    """Return where each block of a version stands, or where the words that were chosen do.

    FixityError where the bytes are not those that were captured; EndedError where they cannot be
    read within limits.
    """
    version, said = chosen.version, chosen.passage
    capture = queries.capture(connection, version.capture)
    fetched = fetched_again(connection, home, capture)
    spans = [(said.start, said.end)] if said else []
    return Placed(
        version=version.id,
        text=version.reading.text,
        capture=capture,
        coding=fetched.header("content-encoding"),
        words=confined().call(
            lay, fetched.body, fetched.header("content-type"), version.reading.text, spans
        ),
    )


def placed_json(found: Placed) -> dict[str, Any]:
    """Return what docs/json.md promises of places."""
    return {
        "version": found.version,
        "capture": found.capture.id,
        "warc": found.capture.stored.warc,
        "offset": found.capture.stored.offset,
        "payload_sha256": found.capture.payload_sha256,
        "coding": found.coding,
        "places": [
            {"exact": found.text[each.start : each.end], **asdict(each)} for each in found.words
        ],
    }
