"""What goes into the catalogue: captures, readings as versions with their sightings, events.

Each function takes a connection inside a transaction (archive.catalogue.opening.transaction).
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select, text
from sqlalchemy.dialects.sqlite import insert

from archive.catalogue import schema
from archive.catalogue.rows import capture_row, event_row, format_moment, reading_row
from archive.models import Capture, Event, Outcome, Reading, statement_id
from archive.text.fingerprint import fingerprint


@dataclass(frozen=True, slots=True)
class RecordedReading:
    """What recording a reading changed."""

    version: str
    new_statement: bool
    new_version: bool


def add_capture(
    connection: Connection, capture: Capture, *, etag: str = "", last_modified: str = ""
) -> bool:
    """Record `capture`; return whether it is new to the catalogue."""
    row = capture_row(capture, etag=etag, last_modified=last_modified)
    done = connection.execute(insert(schema.capture).on_conflict_do_nothing(), row)
    return done.rowcount == 1


def add_layer(connection: Connection, visible: str) -> str:
    """Keep a page's visible text; return its SHA-256, "" for no text."""
    if not visible:
        return ""
    digest = hashlib.sha256(visible.encode()).hexdigest()
    rows = {"sha256": digest, "text": visible}
    connection.execute(insert(schema.layer).on_conflict_do_nothing(), rows)
    return digest


def add_reading(
    connection: Connection,
    reading: Reading,
    capture: Capture,
    *,
    layer: str = "",
    transcript: bool = False,
    statement: str = "",
) -> RecordedReading:
    """Record what `capture` says of a statement: a new version, or an old one seen again.

    `statement` is the statement's id where somebody else gave it one; else it is made from the
    source and the identifier.
    """
    said = statement or statement_id(capture.source or "web", reading.identifier)
    mark = fingerprint(reading.title, reading.text)
    version = f"{said}@{mark[:12]}"
    seen = format_moment(capture.seen)
    new_statement = connection.execute(
        insert(schema.statement).on_conflict_do_nothing(),
        {"id": said, "source": capture.source or "web", "identifier": reading.identifier},
    )
    known = connection.scalar(select(func.count()).where(schema.version.c.id == version))
    row = {
        "id": version,
        "statement": said,
        "fingerprint": mark,
        "capture": capture.id,
        "first_seen": seen,
        "last_seen": seen,
        "layer_sha256": layer,
        "transcript": int(transcript),
        **reading_row(reading),
    }
    if not known:
        connection.execute(schema.version.insert(), row)
    elif (seen, capture.id) < _first(connection, version):
        _stand_on(connection, row)
    add_sighting(connection, version, capture.id, capture.seen, first=not known)
    return RecordedReading(version, new_statement.rowcount == 1, not known)


def _first(connection: Connection, version: str) -> tuple[str, str]:
    chosen = select(schema.version.c.first_seen, schema.version.c.capture)
    row = connection.execute(chosen.where(schema.version.c.id == version)).one()
    return row[0], row[1]


def _stand_on(connection: Connection, row: dict[str, object]) -> None:
    """Let a version stand on the earliest capture that held it, whatever order they came in.

    Its words are the same; its white space may not be, so the index has to see it again: it gets a
    new place in the order of arrival.
    """
    last = select(func.max(schema.version.c.seq) + 1).scalar_subquery()
    kept = {name: value for name, value in row.items() if name not in {"id", "last_seen"}}
    connection.execute(
        schema.version.update().where(schema.version.c.id == row["id"]).values(seq=last, **kept)
    )


def add_sighting(
    connection: Connection, version: str, capture: str, seen: datetime, *, first: bool = False
) -> None:
    """Record that `version` was what a capture held, and widen first and last seen to it."""
    row = {"version": version, "capture": capture, "captured": format_moment(seen)}
    done = connection.execute(insert(schema.sighting).on_conflict_do_nothing(), row)
    if done.rowcount and not first:
        sighted = {"of": version, "seen": row["captured"]}
        connection.execute(_COME_BACK, sighted)
        connection.execute(_WIDEN, sighted)


# The index says which version is a statement's newest: where words come back, it has to see them
# again, so they get a new place in the order of arrival.
_COME_BACK = text(
    "UPDATE version SET seq = (SELECT MAX(seq) + 1 FROM version)"
    " WHERE id = :of AND last_seen < :seen AND EXISTS (SELECT 1 FROM version AS other"
    " WHERE other.statement = version.statement AND other.id <> version.id"
    " AND other.last_seen BETWEEN version.last_seen AND :seen)"
)
_WIDEN = text(
    "UPDATE version SET first_seen = MIN(first_seen, :seen), last_seen = MAX(last_seen, :seen)"
    " WHERE id = :of"
)


def extend_last_seen(connection: Connection, unchanged: Capture) -> int:
    """Record that all that the last good capture of this address held is still so (HTTP 304).

    Return how many versions that is.
    """
    capture, sighting = schema.capture.c, schema.sighting.c
    before = (
        select(capture.id)
        .where(
            capture.url == unchanged.url,
            capture.outcome == Outcome.OK.value,
            capture.captured < format_moment(unchanged.captured),
        )
        .order_by(capture.captured.desc())
        .limit(1)
    )
    versions = connection.scalars(
        select(sighting.version).where(sighting.capture == before.scalar_subquery())
    ).all()
    for version in versions:
        add_sighting(connection, version, unchanged.id, unchanged.captured)
    return len(versions)


def add_events(connection: Connection, events: Iterable[Event]) -> None:
    rows = [event_row(event) for event in events]
    if rows:
        connection.execute(schema.event.insert(), rows)


def record_warc_sizes(connection: Connection, sizes: Mapping[str, int]) -> None:
    """Record that these WARC files have been taken in up to these sizes."""
    for warc, size in sizes.items():
        set_fact(connection, f"warc:{warc}", str(size))


def set_fact(connection: Connection, name: str, value: str) -> None:
    """Record a fact about this catalogue, in place of what it was."""
    statement = insert(schema.fact)
    replaced = statement.on_conflict_do_update(
        index_elements=["name"], set_={"value": statement.excluded.value}
    )
    connection.execute(replaced, {"name": name, "value": value})
