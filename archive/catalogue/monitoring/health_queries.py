"""Query the health of sources: their latest outcomes, and captures that could not be read."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select, text

from archive.catalogue import schema
from archive.catalogue.event_queries import events
from archive.catalogue.row_conversion import format_moment, parse_moment
from archive.event import EventKind, FailedReading
from archive.models import Outcome, Problem


def latest_outcomes(
    connection: Connection, source: str, limit: int = 10
) -> list[tuple[datetime, str, str]]:
    """Return (when, outcome, note) of a source's latest captures, newest first.

    Only listings and pages count, and no redirects.
    """
    capture = schema.capture.c
    rows = connection.execute(
        select(capture.captured, capture.outcome, capture.note)
        .where(
            capture.source == source,
            capture.role.in_(("listing", "page")),
            capture.outcome != Outcome.REDIRECT.value,
        )
        .order_by(capture.captured.desc())
        .limit(limit)
    )
    return [(parse_moment(when), outcome, note) for when, outcome, note in rows]


def last_capture_with(
    connection: Connection, source: str, outcomes: Sequence[str]
) -> datetime | None:
    """Return when a capture of a source last had one of `outcomes`."""
    capture = schema.capture.c
    query = select(func.max(capture.captured)).where(
        capture.source == source,
        capture.role.in_(("listing", "page")),
        capture.outcome.in_(outcomes),
    )
    latest = connection.scalar(query)
    return parse_moment(latest) if latest else None


def first_capture_after(
    connection: Connection, source: str, outcome: str, after: datetime | None
) -> datetime | None:
    """Return when a capture of a source first had `outcome` after a moment."""
    capture = schema.capture.c
    query = select(func.min(capture.captured)).where(
        capture.source == source,
        capture.role.in_(("listing", "page")),
        capture.outcome == outcome,
        capture.captured > (format_moment(after) if after else ""),
    )
    earliest = connection.scalar(query)
    return parse_moment(earliest) if earliest else None


def count_captures_since(connection: Connection, source: str, outcome: str, since: datetime) -> int:
    capture = schema.capture.c
    query = select(func.count()).where(
        capture.source == source,
        capture.captured >= format_moment(since),
        capture.outcome == outcome,
        capture.role.in_(("listing", "page")),
    )
    return connection.scalar(query) or 0


_LATEST_CAPTURES = text(
    "SELECT c.id, c.url, c.captured,"
    " EXISTS (SELECT 1 FROM sighting AS s WHERE s.capture = c.id) AS was_read"
    " FROM capture AS c WHERE c.source = :source AND c.role = :role AND c.outcome = 'ok'"
    " ORDER BY c.captured DESC LIMIT :limit"
)


def latest_successful_captures(
    connection: Connection, source: str, role: str, limit: int = 20
) -> list[tuple[str, str, datetime, bool]]:
    """Return (id, url, when, whether it has a reading) of the latest ok captures of a role."""
    rows = connection.execute(_LATEST_CAPTURES, {"source": source, "role": role, "limit": limit})
    return [(name, url, parse_moment(when), bool(was_read)) for name, url, when, was_read in rows]


def reading_failures(
    connection: Connection, captures: Sequence[tuple[str, str]]
) -> list[tuple[datetime, str, Problem]]:
    """Return (when, URL, problem) for each problem of captures, given as (id, URL)."""
    return [
        (event.when, url, event.facts.problem)
        for name, url in captures
        for event in events(connection, name, EventKind.READING)
        if isinstance(event.facts, FailedReading)
    ]
