"""What is held of each source, and what came of asking it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from archive.catalogue import schema
from archive.catalogue.rows import parse_moment
from archive.models import Outcome, Role

_version = schema.version.c
_capture = schema.capture.c


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCoverage:
    """What is held of one source. Times are None where there is nothing."""

    source: str
    statements: int
    versions: int
    transcripts: int
    captures: int
    outcomes: dict[str, int]
    first_issued: str
    last_issued: str
    last_good: datetime | None  # last capture that was ok or unchanged
    issuers: tuple[str, ...]


def coverage(connection: Connection) -> list[SourceCoverage]:
    """Return what is held of every source that anything is held of, by name."""
    held = {row.source: row for row in connection.execute(_HELD)}
    tried: dict[str, dict[str, int]] = {}
    good: dict[str, str] = {}
    for source, outcome, count, last in connection.execute(_TRIED):
        tried.setdefault(source, {})[outcome] = count
        if outcome in (Outcome.OK, Outcome.UNCHANGED):
            good[source] = max(good.get(source, ""), last)
    issuers: dict[str, list[str]] = {}
    for source, issuer in connection.execute(_ISSUERS):
        issuers.setdefault(source, []).append(issuer)
    return [
        SourceCoverage(
            source=source,
            statements=row.statements if (row := held.get(source)) else 0,
            versions=row.versions if row else 0,
            transcripts=row.transcripts or 0 if row else 0,
            captures=sum(tried.get(source, {}).values()),
            outcomes=tried.get(source, {}),
            first_issued=row.first_issued or "" if row else "",
            last_issued=row.last_issued or "" if row else "",
            last_good=parse_moment(good[source]) if source in good else None,
            issuers=tuple(issuers.get(source, ())),
        )
        for source in sorted(held.keys() | tried.keys())
    ]


_source = schema.statement.c.source
_JOINED = schema.version.join(schema.statement, schema.statement.c.id == _version.statement)
_ISSUED = func.nullif(_version.issued, "")
_HELD = (
    select(
        _source,
        func.count(_version.statement.distinct()).label("statements"),
        func.count().label("versions"),
        func.sum(_version.transcript).label("transcripts"),
        func.min(_ISSUED).label("first_issued"),
        func.max(_ISSUED).label("last_issued"),
    )
    .select_from(_JOINED)
    .group_by(_source)
)
_TRIED = (
    select(_capture.source, _capture.outcome, func.count(), func.max(_capture.captured))
    .where(_capture.role != Role.TRANSCRIPT.value)
    .group_by(_capture.source, _capture.outcome)
)
_ISSUERS = (
    select(_source, _version.issuer)
    .select_from(_JOINED)
    .group_by(_source, _version.issuer)
    .order_by(_source, func.count().desc())
)


def issued_by_month(connection: Connection, source: str) -> dict[str, int]:
    """Return how many statements of a source were issued in each month (2024-03) or year."""
    month = func.substr(_version.issued, 1, 7)
    rows = connection.execute(
        select(month, func.count(_version.statement.distinct()))
        .select_from(_JOINED)
        .where(_source == source, _version.issued != "")
        .group_by(month)
    )
    return {row[0]: row[1] for row in rows}


def captures_by_day(
    connection: Connection, source: str, most: int = 60
) -> list[tuple[str, dict[str, int]]]:
    """Return what came of a source's captures on each of its last days, the last first."""
    day = func.substr(_capture.captured, 1, 10)
    rows = connection.execute(
        select(day, _capture.outcome, func.count())
        .where(_capture.source == source, _capture.role != Role.TRANSCRIPT.value)
        .group_by(day, _capture.outcome)
        .order_by(day.desc())
    )
    found: dict[str, dict[str, int]] = {}
    for when, outcome, count in rows:
        if when not in found and len(found) == most:
            break
        found.setdefault(when, {})[outcome] = count
    return list(found.items())
