"""Map the words of a version to byte spans in the body of its capture."""

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection

from archive.archive_folder import ArchiveFolder
from archive.catalogue import capture_queries
from archive.models import Capture
from archive.sandbox.pool import shared_sandbox
from onrecord.collect.ingest_missing import load_response
from onrecord.statements.cite_statement import CitedPassage
from scrapers.byte_spans.locate_spans import ByteSpan, locate


@dataclass(frozen=True, slots=True, kw_only=True)
class ByteSpans:
    """Spans of a version's text in the body of its capture, content coding removed."""

    version: str
    text: str
    capture: Capture
    coding: str  # the content coding that was removed; "" for none
    spans: tuple[ByteSpan, ...]


def find_byte_spans(connection: Connection, home: ArchiveFolder, cited: CitedPassage) -> ByteSpans:
    """Return the byte span of each block of a version, or of the cited passage if there is one.

    Raises:
        FixityError: the bytes are not those that were captured.
        SandboxError: the body cannot be read within the limits.

    """
    version, passage = cited.version, cited.passage
    capture = capture_queries.capture(connection, version.capture)
    fetched = load_response(connection, home, capture)
    spans = [(passage.start, passage.end)] if passage else []
    return ByteSpans(
        version=version.id,
        text=version.reading.text,
        capture=capture,
        coding=fetched.header("content-encoding"),
        spans=shared_sandbox().call(
            locate, fetched.body, fetched.header("content-type"), version.reading.text, spans
        ),
    )


def byte_spans_json(byte_spans: ByteSpans) -> dict[str, Any]:
    """Return byte spans with the keys that docs/json.md promises of `places`."""
    return {
        "version": byte_spans.version,
        "capture": byte_spans.capture.id,
        "warc": byte_spans.capture.stored.warc,
        "offset": byte_spans.capture.stored.offset,
        "payload_sha256": byte_spans.capture.payload_sha256,
        "coding": byte_spans.coding,
        "places": [
            {"exact": byte_spans.text[span.start : span.end], **asdict(span)}
            for span in byte_spans.spans
        ],
    }
