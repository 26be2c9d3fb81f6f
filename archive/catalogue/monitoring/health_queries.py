"""What the catalogue knows of the health of sources: the latest answers, what could not be read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select, text

from archive.catalogue import schema
from archive.catalogue.rows import format_moment, parse_moment
from archive.models import Outcome


@dataclass(frozen=True, slots=True)
class ReadingFailure:
    """A capture of which something could not be read: when, where, and what was said."""

    when: datetime
    url: str
    field: str
    detail: str


def latest_outcomes(
    connection: Connection, source: str, limit: int = 10
) -> list[tuple[datetime, str, str]]:
    """Return (when, outcome, note) of a source's latest captures, the newest first.

    Redirects, robots.txt and the like apart.
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
    """Return when a source last answered with one of `outcomes`."""
    capture = schema.capture.c
    chosen = select(func.max(capture.captured)).where(
        capture.source == source,
        capture.role.in_(("listing", "page")),
        capture.outcome.in_(outcomes),
    )
    found = connection.scalar(chosen)
    return parse_moment(found) if found else None


def first_capture_after(
    connection: Connection, source: str, outcome: str, after: datetime | None
) -> datetime | None:
    """Return when a source first answered with `outcome` after a moment."""
    capture = schema.capture.c
    chosen = select(func.min(capture.captured)).where(
        capture.source == source,
        capture.role.in_(("listing", "page")),
        capture.outcome == outcome,
        capture.captured > (format_moment(after) if after else ""),
    )
    found = connection.scalar(chosen)
    return parse_moment(found) if found else None


def count_captures_since(connection: Connection, source: str, outcome: str, since: datetime) -> int:
    capture = schema.capture.c
    chosen = select(func.count()).where(
        capture.source == source,
        capture.captured >= format_moment(since),
        capture.outcome == outcome,
        capture.role.in_(("listing", "page")),
    )
    return connection.scalar(chosen) or 0


_LATEST_READ = text(
    "SELECT c.id, c.url, c.captured,"
    " EXISTS (SELECT 1 FROM sighting AS s WHERE s.capture = c.id) AS said"
    " FROM capture AS c WHERE c.source = :source AND c.role = :role AND c.outcome = 'ok'"
    " ORDER BY c.captured DESC LIMIT :limit"
)


def latest_successful_captures(
    connection: Connection, source: str, role: str, limit: int = 20
) -> list[tuple[str, str, datetime, bool]]:
    """Return (id, url, when, whether anything was read) of the latest good captures of a role."""
    rows = connection.execute(_LATEST_READ, {"source": source, "role": role, "limit": limit})
    return [(name, url, parse_moment(when), bool(said)) for name, url, when, said in rows]


def reading_failures(
    connection: Connection, captures: Sequence[tuple[str, str]]
) -> list[ReadingFailure]:
    """Return the problems of reading captures, given as (id, url)."""
    event, found = schema.event.c, []
    for name, url in captures:
        rows = connection.execute(
            select(event.when, event.detail, event.facts)
            .where(event.object == name, event.kind == "reading")
            .order_by(event.seq)
        )
        for when, detail, facts in rows:
            field = connection.scalar(select(func.json_extract(facts, "$.field"))) or ""
            found.append(ReadingFailure(parse_moment(when), url, field, detail))
    return found
