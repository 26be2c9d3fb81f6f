"""Text collections: statements that somebody else typed out; never cited as captures.

A collection is JSON lines: {id, source, date, title, lang, text, url?, issuer?}. Each line is kept
as it is, as a WARC `resource` record with its digest.
"""

import gzip
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, cast
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import Connection

from archive.catalogue import updates
from archive.errors import FormatError, LimitError
from archive.models import Capture, Issued, Outcome, Reading, Role
from archive.warc.capture_metadata import CaptureMetadata, ImportOrigin
from archive.warc.record_builder import Resource
from onrecord.collect.ingest import RunStats

MAX_LINE = 32 << 20  # bytes
_NEEDED = ("id", "source", "title", "lang", "text")


@dataclass(frozen=True, slots=True)
class CollectionLine:
    """One line of a collection, checked."""

    raw: bytes
    offset: int  # in what the file unpacks to
    said: dict[str, str]


def lines(path: Path) -> Iterator[CollectionLine]:
    """Yield the lines of a collection, gzipped or not; FormatError names the line that is wrong."""
    try:
        with _opened(path) as file:
            offset, number = 0, 0
            while raw := file.readline(MAX_LINE):
                number += 1
                if len(raw) == MAX_LINE:
                    raise LimitError(f"{path}: line {number}: expected at most {MAX_LINE} bytes")
                if raw.strip():
                    yield CollectionLine(
                        raw.rstrip(b"\r\n"), offset, _checked(raw, f"{path}: line {number}")
                    )
                offset += len(raw)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise FormatError(f"{path}: expected whole gzip, found: {error}") from error


def _opened(path: Path) -> BinaryIO:
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    return cast(BinaryIO, gzip.open(path)) if packed else path.open("rb")


def _checked(raw: bytes, where: str) -> dict[str, str]:
    try:
        said = json.loads(raw)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise FormatError(f"{where}: expected a JSON object, found: {error}") from error
    if not isinstance(said, dict):
        raise FormatError(f"{where}: expected a JSON object, found {type(said).__name__}")
    for key in _NEEDED:
        if not isinstance(said.get(key), str) or not (said[key] or key == "title"):
            raise FormatError(f"{where}: {key}: expected text, found {said.get(key)!r}")
    return said


def resource(line: CollectionLine, origin: ImportOrigin, now: datetime) -> Resource:
    """Return the record that keeps a line. The same line of the same id has the same address."""
    uri = f"urn:uuid:{uuid5(NAMESPACE_URL, line.said['id'])}"
    facts = CaptureMetadata(
        role=Role.TRANSCRIPT,
        outcome=Outcome.OK,
        source=line.said["source"],
        origin=ImportOrigin(name=origin.name, sha256=origin.sha256, offset=line.offset),
    )
    return Resource(
        uri=uri, block=line.raw, media_type="application/json", date=now, metadata=facts
    )


def ingest_transcript(
    connection: Connection, capture: Capture, block: bytes, tally: RunStats
) -> None:
    """Record what a kept line says, as a transcript."""
    said = _checked(block, capture.id)
    updates.add_capture(connection, capture)
    done = updates.add_reading(
        connection, reading(said), capture, transcript=True, statement=said["id"]
    )
    tally.captures[Role.TRANSCRIPT.value] += 1
    tally.seen += 1
    tally.statements += done.new_statement
    tally.versions += done.new_version


def reading(said: dict[str, str]) -> Reading:
    """Return the reading that a line is. Its words are taken as they are."""
    date = said.get("date") or ""
    return Reading(
        identifier=said["id"],
        url=said.get("url") or "",
        title=said["title"],
        text=said["text"],
        issuer=said.get("issuer") or said["source"],
        publisher=said.get("publisher") or said["source"],
        lang=said["lang"],
        kind=said.get("kind") or "transcript",
        reader="transcript/1",
        issued=Issued(date[:10], date, "collection") if _is_day(date) else None,
    )


def _is_day(text: str) -> bool:
    try:
        datetime.strptime(text[:10], "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return False
    return True
