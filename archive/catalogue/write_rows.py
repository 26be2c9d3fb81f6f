"""Writes to the catalogue: captures, layers, readings as versions with sightings, events, facts.

Each function takes a connection inside a transaction (archive.catalogue.database.transaction).
"""

import hashlib
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, text
from sqlalchemy.dialects.sqlite import insert

from archive.catalogue import schema
from archive.catalogue.event_row import event_row
from archive.catalogue.numbering.arrival_numbers import NEXT, Series, use_number
from archive.catalogue.row_conversion import capture_row, format_moment, reading_row
from archive.catalogue.stored_texts.write_texts import add_layer_text, add_text
from archive.event import Event, EventKind
from archive.models import Capture, Outcome, Reading, Role, statement_id
from archive.text.fingerprint import fingerprint
from archive.urls.web_address import spellings
from archive.vouching import row_kinds
from archive.vouching.pending_rows import is_vouched_for, vouch, withdraw
from archive.vouching.vouched_row import row_key

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RecordedReading:
    """What recording a reading changed."""

    version: str
    new_statement: bool
    new_version: bool
    is_written: bool  # the version's row was, new or moved to an earlier capture


def add_capture(
    connection: Connection, capture: Capture, *, etag: str = "", last_modified: str = ""
) -> bool:
    """Record `capture`; return whether it is new to the catalogue.

    One that no source fetched becomes the page of the source that reads it now.
    """
    row = capture_row(capture, etag=etag, last_modified=last_modified)
    number = connection.execute(_ADD_CAPTURE, row).scalar()
    if number is not None:
        use_number(connection, Series.CAPTURE)
        vouch(connection, [row_kinds.capture_row({**row, "arrival": number})])
        return True
    if capture.source and capture.role is not Role.REQUISITE:
        column = schema.capture.c
        is_other = column.source.in_(("", capture.source)) & (
            (column.source != capture.source) | (column.role != capture.role.value)
        )
        values = {"source": capture.source, "role": capture.role.value}
        if connection.scalar(select(column.id).where(column.id == capture.id, is_other)):
            change_capture(connection, capture.id, values)
    return False


def change_capture(connection: Connection, name: str, values: Mapping[str, str]) -> None:
    """Change columns of a capture: how it is judged, or whose page it is.

    The log vouches for the row as it is then, unless it is not as the log vouched for it before.
    """
    column = schema.capture.c
    row = connection.execute(select(schema.capture).where(column.id == name)).mappings().one()
    is_sound = is_vouched_for(connection, row_kinds.capture_row(row))
    connection.execute(schema.capture.update().where(column.id == name).values(**values))
    if is_sound:
        vouch(connection, [row_kinds.capture_row({**row, **values})])


def layer_digest(visible: str) -> str:
    """Return the SHA-256 of a page's visible text, "" for no text."""
    return hashlib.sha256(visible.encode()).hexdigest() if visible else ""


def add_layer(connection: Connection, visible: str) -> str:
    """Store a page's visible text, which a version has; return its SHA-256, "" for no text."""
    digest = layer_digest(visible)
    if digest:
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
        return RecordedReading(version, new_statement=False, new_version=False, is_written=False)
    statement_columns = {"id": statement, "source": source, "identifier": reading.identifier}
    is_new_statement = connection.execute(_ADD_STATEMENT, statement_columns).rowcount == 1
    if is_new_statement:
        vouch(connection, [row_kinds.statement_row(statement_columns)])
    row = {
        "id": version,
        "statement": statement,
        "fingerprint": digest,
        "capture": capture.id,
        "first_seen": seen,
        "last_seen": seen,
        "layer_sha256": layer,
        "transcript": int(transcript),
        "seq": use_number(connection, Series.VERSION),
        **reading_row(reading),
    }
    add_text(connection, reading.text_sha256, reading.text)
    if known is None:
        connection.execute(_ADD_VERSION, row)
    else:
        _move_to_earlier_capture(connection, row)
    vouch(connection, [row_kinds.reading_row(row)])
    add_sighting(connection, version, capture.id, capture.seen, first=known is None)
    _add_notices(connection, version, reading, capture)
    logger.debug("capture %s: a %s version", capture.id, "known" if known else "new")
    return RecordedReading(version, is_new_statement, known is None, is_written=True)


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
    for row in rows:
        if connection.execute(_ADD_NOTICE, row).rowcount:
            vouch(connection, [row_kinds.notice_row(row)])


def _move_to_earlier_capture(connection: Connection, row: dict[str, object]) -> None:
    """Make the capture in `row`, which is earlier, the one that a version was first read from.

    Captures may be recorded in any order.

    Its words are the same, but its white space may not be, so the index has
    to read it again: the new seq in `row` is the last in the order of arrival. Words that no
    version has any more are deleted.
    """
    version, layer, words = schema.version.c, schema.layer, schema.version_text
    query = select(version.capture, version.layer_sha256, version.text_sha256)
    before = connection.execute(query.where(version.id == row["id"])).one()
    values = {name: value for name, value in row.items() if name not in {"id", "last_seen"}}
    connection.execute(schema.version.update().where(version.id == row["id"]).values(**values))
    withdraw(connection, [row_key("reading", before.capture, str(row["id"]))])
    for table, column, digest in (
        (layer, version.layer_sha256, before.layer_sha256),
        (words, version.text_sha256, before.text_sha256),
    ):
        is_used = select(version.id).where(column == digest).exists()
        connection.execute(table.delete().where(table.c.sha256 == digest, ~is_used))


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
    if not connection.execute(_ADD_SIGHTING, row).rowcount:
        return
    vouch(connection, [row_kinds.sighting_row(version, capture, seen)])
    if not first:
        parameters = {"of": version, "seen": seen}
        if may_return:
            _renew_seq(connection, parameters)
        connection.execute(_EXTEND_SEEN, parameters)


def _renew_seq(connection: Connection, parameters: Mapping[str, str]) -> None:
    """Make a version that returns the last in the order of arrival: the index reads it again."""
    row = connection.execute(_RETURNING, parameters).mappings().first()
    if row is None:
        return
    number = use_number(connection, Series.VERSION)
    is_sound = is_vouched_for(connection, row_kinds.reading_row(row))
    connection.execute(_SET_SEQ, {"of": row["id"], "seq": number})
    if is_sound:
        vouch(connection, [row_kinds.reading_row({**row, "seq": number})])


# Made once: SQLAlchemy takes as long to make a statement as to execute it.
_ADD_CAPTURE = (
    insert(schema.capture)
    .values(arrival=text(NEXT.format(series=Series.CAPTURE)))
    .on_conflict_do_nothing(index_elements=["id"])
    .returning(schema.capture.c.arrival)
)
_ADD_STATEMENT = insert(schema.statement).on_conflict_do_nothing()
_ADD_VERSION = schema.version.insert()
_ADD_NOTICE = insert(schema.notice).on_conflict_do_nothing()
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
_RETURNING = text(f"SELECT * FROM version WHERE id = :of AND {_RETURNS}")  # noqa: S608
_SET_SEQ = text("UPDATE version SET seq = :seq WHERE id = :of")
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
    """Add events; the log vouches for those that are decisions of a person."""
    rows = [event_row(event) for event in events]
    decisions = [row for row in rows if row["kind"] == EventKind.QUARANTINE.value]
    others = [row for row in rows if row["kind"] != EventKind.QUARANTINE.value]
    if others:
        connection.execute(schema.event.insert(), others)
    for row in decisions:
        insertion = schema.event.insert().returning(schema.event.c.seq)
        number = connection.execute(insertion, row).scalar_one()
        vouch(connection, [row_kinds.decision_row({**row, "seq": number})])


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
