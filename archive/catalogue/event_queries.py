"""Look up events: what was done to captures, sources and the archive."""

from collections import Counter
from datetime import datetime

from sqlalchemy import Connection, select

from archive.catalogue import schema
from archive.catalogue.event_row import event_of
from archive.event import Event, EventKind, FailedReading
from archive.models import ProblemKind


def events(connection: Connection, object_: str = "", kind: EventKind | None = None) -> list[Event]:
    """Return events, oldest first, of one object or one kind where given."""
    query = select(schema.event).order_by(schema.event.c.seq)
    if object_:
        query = query.where(schema.event.c.object == object_)
    if kind is not None:
        query = query.where(schema.event.c.kind == kind)
    return [event_of(row) for row in connection.execute(query).mappings()]


def failed_readings(connection: Connection) -> list[tuple[datetime, FailedReading]]:
    """Return every problem of reading with its time, oldest first."""
    return [
        (event.when, event.facts)
        for event in events(connection, kind=EventKind.READING)
        if isinstance(event.facts, FailedReading)
    ]


def count_failed_readings(connection: Connection) -> Counter[str]:
    """Return how often nothing was read, of each source; what was read in doubt does not count."""
    return Counter(
        failure.source
        for _, failure in failed_readings(connection)
        if failure.problem.kind is ProblemKind.UNREAD
    )
