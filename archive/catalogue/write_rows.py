"""Writes to the catalogue: captures, layers, readings as versions with sightings, events, facts.

Each function takes a connection inside a transaction (archive.catalogue.database.transaction).
"""

import hashlib
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select, text
from sqlalchemy.dialects.sqlite import insert

from archive.catalogue import schema
from archive.catalogue.event_row import event_row
from archive.catalogue.row_conversion import capture_row, format_moment, reading_row
from archive.catalogue.stored_texts.write_texts import add_layer_text, add_text
from archive.event import Event
from archive.models import Capture, Outcome, Reading, Role, statement_id
from archive.text.fingerprint import fingerprint
from archive.urls.web_address import spellings

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RecordedReading:
    """What recording a reading changed."""

    version: str
    new_statement: bool
    new_version: bool


def add_capture(
    connection: Connection, capture: Capture, *, etag: str = "", last_modified: str = ""
) -> bool:
    """Record `capture`; return whether it is new to the catalogue.

    One that no source fetched becomes the page of the source that reads it now.
    """
    row = capture_row(capture, etag=etag, last_modified=last_modified)
    result = connection.execute(_ADD_CAPTURE, row)
    if result.rowcount == 1:
        return True
    if capture.source and capture.role is not Role.REQUISITE:
        column = schema.capture.c
        connection.execute(
            schema.capture.update()
            .where(column.id == capture.id, column.source.in_(("", capture.source)))
            .values(source=capture.source, role=capture.role.value)
        )
    return False


def add_layer(connection: Connection, visible: str) -> str:
    """Store a page's visible text; return its SHA-256, "" for no text."""
    if not visible:
        return ""
    digest = hashlib.sha256(visible.encode()).hexdigest()
    add_layer_text(connection, digest, visible)
    return digest


def add_reading(
    connection: Connection,
    reading: Reading,
    capture: Capture,
    *,
    layer: str = "",
    transcript: bool = False,
    statement: str = "",
    source: str = "",
) -> RecordedReading:
    """Record a reading of `capture`: a new version of a statement, or a sighting of a known one.

    `source` is the source that read it; "" for that of the capture. `statement` is the statement's
    id where it already has one; else the id is made from the source and the identifier.
    """
    source = source or capture.source or "web"
    statement = statement or statement_id(source, reading.identifier)
    digest = fingerprint(reading.title, reading.text)
    version = f"{statement}@{digest[:12]}"
    seen = format_moment(capture.seen)
    known = connection.execute(_KNOWN_VERSION, {"of": version, "seen": seen}).one_or_none()
    if known is not None and (known.first_seen, known.capture) <= (seen, capture.id):
        _add_sighting(connection, version, capture.id, seen, may_return=known.may_return)
        _add_notices(connection, version, reading, capture)
        return RecordedReading(version, new_statement=False, new_version=False)
    statement_insert = connection.execute(
        _ADD_STATEMENT, {"id": statement, "source": source, "identifier": reading.identifier}
    )
    row = {
        "id": version,
        "statement": statement,
        "fingerprint": digest,
        "capture": capture.id,
        "first_seen": seen,
        "last_seen": seen,
        "layer_sha256": layer,
        "transcript": int(transcript),
        **reading_row(reading),
    }
    add_text(connection, reading.text_sha256, reading.text)
    if known is None:
        connection.execute(_ADD_VERSION, row)
    else:
        _move_to_earlier_capture(connection, row)
    add_sighting(connection, version, capture.id, capture.seen, first=known is None)
    _add_notices(connection, version, reading, capture)
    logger.debug("capture %s: a %s version", capture.id, "known" if known else "new")
    return RecordedReading(version, statement_insert.rowcount == 1, known is None)


def _add_notices(connection: Connection, version: str, reading: Reading, capture: Capture) -> None:
    """Record the notices that `capture` shows beside the words of `version`."""
    rows = [
        {
            "version": version,
            "capture": capture.id,
            "position": position,
            "captured": format_moment(capture.seen),
            "text": text,
        }
        for position, text in enumerate(reading.notices)
    ]
    if rows:
        connection.execute(insert(schema.notice).on_conflict_do_nothing(), rows)


def _move_to_earlier_capture(connection: Connection, row: dict[str, object]) -> None:
    """Make the capture in `row`, which is earlier, the one that a version was first read from.

    Captures may be recorded in any order.

    Its words are the same, but its white space may not be, so the index has
    to read it again: it gets a new seq, the last in the order of arrival.
    """
    next_seq = select(func.max(schema.version.c.seq) + 1).scalar_subquery()
    values = {name: value for name, value in row.items() if name not in {"id", "last_seen"}}
    connection.execute(
        schema.version.update()
        .where(schema.version.c.id == row["id"])
        .values(seq=next_seq, **values)
    )


def add_sighting(
    connection: Connection, version: str, capture: str, seen: datetime, *, first: bool = False
) -> None:
    """Record a sighting of `version` in a capture, and extend its first and last seen to it."""
    _add_sighting(connection, version, capture, format_moment(seen), first=first)


def _add_sighting(
    connection: Connection,
    version: str,
    capture: str,
    seen: str,
    *,
    first: bool = False,
    may_return: bool = True,
) -> None:
    """Do what `add_sighting` does; `may_return` is false for words that have not been away."""
    row = {"version": version, "capture": capture, "captured": seen}
    if connection.execute(_ADD_SIGHTING, row).rowcount and not first:
        parameters = {"of": version, "seen": seen}
        if may_return:
            connection.execute(_RENEW_SEQ, parameters)
        connection.execute(_EXTEND_SEEN, parameters)


# Made once: SQLAlchemy takes as long to make a statement as to execute it.
_ADD_CAPTURE = insert(schema.capture).on_conflict_do_nothing()
_ADD_STATEMENT = insert(schema.statement).on_conflict_do_nothing()
_ADD_VERSION = schema.version.insert()
_ADD_SIGHTING = text(
    "INSERT INTO sighting (version, capture, captured) VALUES (:version, :capture, :captured)"
    " ON CONFLICT DO NOTHING"
)
# The index knows which version is a statement's newest: where an older version returns, the index
# has to read it again, so it gets a new seq, the last in the order of arrival.
_RETURNS = (
    "last_seen < :seen AND EXISTS (SELECT 1 FROM version AS other"
    " WHERE other.statement = version.statement AND other.id <> version.id"
    " AND other.last_seen BETWEEN version.last_seen AND :seen)"
)
_KNOWN_VERSION = text(
    f"SELECT first_seen, capture, {_RETURNS} AS may_return FROM version WHERE id = :of"  # noqa: S608
)
_RENEW_SEQ = text(
    "UPDATE version SET seq = (SELECT MAX(seq) + 1 FROM version)"  # noqa: S608
    f" WHERE id = :of AND {_RETURNS}"
)
_EXTEND_SEEN = text(
    "UPDATE version SET first_seen = MIN(first_seen, :seen), last_seen = MAX(last_seen, :seen)"
    " WHERE id = :of"
)


def extend_last_seen(connection: Connection, unchanged: Capture) -> int:
    """Record new sightings of all versions in the last good capture of this address (HTTP 304).

    Return how many versions those are.
    """
    capture, sighting = schema.capture.c, schema.sighting.c
    last_capture = (
        select(capture.id)
        .where(
            capture.url.in_(spellings(unchanged.url)),
            capture.outcome == Outcome.OK.value,
            capture.captured < format_moment(unchanged.captured),
        )
        .order_by(capture.captured.desc())
        .limit(1)
    )
    versions = connection.scalars(
        select(sighting.version).where(sighting.capture == last_capture.scalar_subquery())
    ).all()
    for version in versions:
        add_sighting(connection, version, unchanged.id, unchanged.captured)
    return len(versions)


def add_events(connection: Connection, events: Iterable[Event]) -> None:
    rows = [event_row(event) for event in events]
    if rows:
        connection.execute(schema.event.insert(), rows)


def record_warc_sizes(connection: Connection, sizes: Mapping[str, int]) -> None:
    """Record up to which size, in bytes, each WARC file has been ingested."""
    for warc, size in sizes.items():
        set_fact(connection, f"warc:{warc}", str(size))


def set_fact(connection: Connection, name: str, value: str) -> None:
    """Set a fact about this catalogue."""
    statement = insert(schema.fact)
    upsert = statement.on_conflict_do_update(
        index_elements=["name"], set_={"value": statement.excluded.value}
    )
    connection.execute(upsert, {"name": name, "value": value})
