"""Read text collections: statements that somebody else typed out; never cited as captures.

A collection is JSON lines: {id, source, date, title, lang, text, url?, issuer?}. Each line is
stored unchanged, as a WARC `resource` record with its digest.
"""

import gzip
import json
import logging
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, cast
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import Connection

from archive.catalogue import write_rows
from archive.errors import FormatError, LimitError
from archive.models import Capture, Issued, Outcome, Reading, Role
from archive.warc.capture_metadata import CaptureMetadata, ImportOrigin
from archive.warc.record_builder import Resource
from onrecord.collect.ingest import RunStats

logger = logging.getLogger(__name__)

MAX_LINE_BYTES = 32 << 20
_REQUIRED_KEYS = ("id", "source", "title", "lang", "text")


@dataclass(frozen=True, slots=True)
class CollectionLine:
    """One line of a collection, with its required keys checked."""

    raw: bytes
    offset: int  # in the unpacked file, in bytes
    fields: dict[str, str]


def read_lines(path: Path) -> Iterator[CollectionLine]:
    """Yield the lines of a collection, gzipped or not; FormatError names a bad line."""
    try:
        with _open_unpacked(path) as file:
            logger.debug("reading the collection %s", path.name)
            offset, number = 0, 0
            while raw := file.readline(MAX_LINE_BYTES):
                number += 1
                if len(raw) == MAX_LINE_BYTES:
                    raise LimitError(
                        f"{path}: line {number}: expected at most {MAX_LINE_BYTES} bytes"
                    )
                if raw.strip():
                    yield CollectionLine(
                        raw.rstrip(b"\r\n"), offset, _parse_line(raw, f"{path}: line {number}")
                    )
                offset += len(raw)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise FormatError(f"{path}: expected whole gzip, found: {error}") from error


def _open_unpacked(path: Path) -> BinaryIO:
    with path.open("rb") as file:
        is_gzip = file.read(2) == b"\x1f\x8b"
    return cast(BinaryIO, gzip.open(path)) if is_gzip else path.open("rb")


def _parse_line(raw: bytes, location: str) -> dict[str, str]:
    try:
        fields = json.loads(raw)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise FormatError(f"{location}: expected a JSON object, found: {error}") from error
    if not isinstance(fields, dict):
        raise FormatError(f"{location}: expected a JSON object, found {type(fields).__name__}")
    for key in _REQUIRED_KEYS:
        if not isinstance(fields.get(key), str) or not (fields[key] or key == "title"):
            raise FormatError(f"{location}: {key}: expected text, found {fields.get(key)!r}")
    return fields


def resource_record(line: CollectionLine, origin: ImportOrigin, now: datetime) -> Resource:
    """Return the WARC record of a line. Its URI depends on the line's id alone."""
    uri = f"urn:uuid:{uuid5(NAMESPACE_URL, line.fields['id'])}"
    facts = CaptureMetadata(
        role=Role.TRANSCRIPT,
        outcome=Outcome.OK,
        source=line.fields["source"],
        origin=ImportOrigin(name=origin.name, sha256=origin.sha256, offset=line.offset),
    )
    return Resource(
        uri=uri, block=line.raw, media_type="application/json", date=now, metadata=facts
    )


def ingest_transcript(
    connection: Connection, capture: Capture, block: bytes, stats: RunStats
) -> None:
    """Record a stored line as a transcript."""
    fields = _parse_line(block, capture.id)
    write_rows.add_capture(connection, capture)
    result = write_rows.add_reading(
        connection, transcript_reading(fields), capture, transcript=True, statement=fields["id"]
    )
    stats.captures[Role.TRANSCRIPT.value] += 1
    stats.readings += 1
    stats.statements += result.new_statement
    stats.versions += result.new_version


def transcript_reading(fields: dict[str, str]) -> Reading:
    """Return the reading of a line, with the text unchanged."""
    date = fields.get("date") or ""
    return Reading(
        identifier=fields["id"],
        url=fields.get("url") or "",
        title=fields["title"],
        text=fields["text"],
        issuer=fields.get("issuer") or fields["source"],
        publisher=fields.get("publisher") or fields["source"],
        lang=fields["lang"],
        kind=fields.get("kind") or "transcript",
        reader="transcript/1",
        issued=Issued(date[:10], date, "collection") if _is_day(date) else None,
    )


def _is_day(text: str) -> bool:
    try:
        datetime.strptime(text[:10], "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return False
    return True
