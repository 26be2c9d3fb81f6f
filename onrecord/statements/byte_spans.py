"""Where in the bytes of its capture the words of a version stand."""

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection

from archive.archive_folder import ArchiveFolder
from archive.catalogue import capture_queries
from archive.models import Capture
from archive.sandbox.pool import shared_sandbox
from onrecord.collect.catch_up import load_response
from onrecord.statements.cite import CitedPassage
from scrapers.align.locate import ByteSpan, locate


@dataclass(frozen=True, slots=True, kw_only=True)
class ByteSpans:
    """Words of a version, and where they stand in the body of its capture, no coding on it."""

    version: str
    text: str
    capture: Capture
    coding: str  # content coding that was taken off; "" for none
    words: tuple[ByteSpan, ...]


def find_byte_spans(connection: Connection, home: ArchiveFolder, chosen: CitedPassage) -> ByteSpans:
    """Return where each block of a version stands, or where the words that were chosen do.

    FixityError where the bytes are not those that were captured; EndedError where they cannot be
    read within limits.
    """
    version, said = chosen.version, chosen.passage
    capture = capture_queries.capture(connection, version.capture)
    fetched = load_response(connection, home, capture)
    spans = [(said.start, said.end)] if said else []
    return ByteSpans(
        version=version.id,
        text=version.reading.text,
        capture=capture,
        coding=fetched.header("content-encoding"),
        words=shared_sandbox().call(
            locate, fetched.body, fetched.header("content-type"), version.reading.text, spans
        ),
    )


def byte_spans_json(found: ByteSpans) -> dict[str, Any]:
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
