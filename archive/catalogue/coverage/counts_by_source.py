"""Count the statements, versions and captures of each source, and its capture outcomes."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select, text

from archive.catalogue import schema
from archive.catalogue.row_conversion import parse_moment
from archive.models import Outcome, Role

_version = schema.version.c
_capture = schema.capture.c


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCoverage:
    """The coverage of one source. Times are None where there is nothing."""

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
    """Return the coverage of every source that has a capture or a statement, by name."""
    totals = {row.source: row for row in connection.execute(_COUNT_STATEMENTS)}
    outcomes: dict[str, dict[str, int]] = {}
    last_good: dict[str, str] = {}
    for source, outcome, count, last in connection.execute(_COUNT_OUTCOMES):
        outcomes.setdefault(source, {})[outcome] = count
        if outcome in (Outcome.OK, Outcome.UNCHANGED):
            last_good[source] = max(last_good.get(source, ""), last)
    issuers: dict[str, list[str]] = {}
    for source, issuer in connection.execute(_ISSUERS):
        issuers.setdefault(source, []).append(issuer)
    return [
        SourceCoverage(
            source=source,
            statements=row.statements if (row := totals.get(source)) else 0,
            versions=row.versions if row else 0,
            transcripts=row.transcripts or 0 if row else 0,
            captures=sum(outcomes.get(source, {}).values()),
            outcomes=outcomes.get(source, {}),
            first_issued=row.first_issued or "" if row else "",
            last_issued=row.last_issued or "" if row else "",
            last_good=parse_moment(last_good[source]) if source in last_good else None,
            issuers=tuple(issuers.get(source, ())),
        )
        for source in sorted(totals.keys() | outcomes.keys())
    ]


def source_names(connection: Connection) -> list[str]:
    """Return every source that has a capture or a statement, by name."""
    return [name for name in connection.scalars(_SOURCE_NAMES) if name is not None]


# A look-up in the index for each source: `DISTINCT` would read all of it.
_SOURCE_NAMES = text(
    "WITH RECURSIVE captured(source) AS (SELECT min(source) FROM capture UNION ALL"
    " SELECT (SELECT min(source) FROM capture WHERE source > captured.source) FROM captured"
    " WHERE captured.source IS NOT NULL)"
    " SELECT source FROM captured UNION SELECT source FROM day_count ORDER BY source"
)
_source_column = schema.statement.c.source
_VERSIONS_WITH_STATEMENTS = schema.version.join(
    schema.statement, schema.statement.c.id == _version.statement
)
_ISSUED_OR_NULL = func.nullif(_version.issued, "")
_COUNT_STATEMENTS = (
    select(
        _source_column,
        func.count(_version.statement.distinct()).label("statements"),
        func.count().label("versions"),
        func.sum(_version.transcript).label("transcripts"),
        func.min(_ISSUED_OR_NULL).label("first_issued"),
        func.max(_ISSUED_OR_NULL).label("last_issued"),
    )
    .select_from(_VERSIONS_WITH_STATEMENTS)
    .group_by(_source_column)
)
_COUNT_OUTCOMES = (
    select(_capture.source, _capture.outcome, func.count(), func.max(_capture.captured))
    .where(_capture.role != Role.TRANSCRIPT.value)
    .group_by(_capture.source, _capture.outcome)
)
_ISSUERS = (
    select(_source_column, _version.issuer)
    .select_from(_VERSIONS_WITH_STATEMENTS)
    .group_by(_source_column, _version.issuer)
    .order_by(_source_column, func.count().desc())
)


def issued_by_month(connection: Connection, source: str) -> dict[str, int]:
    """Return how many statements of a source were issued in each month (2024-03) or year."""
    month = func.substr(_version.issued, 1, 7)
    rows = connection.execute(
        select(month, func.count(_version.statement.distinct()))
        .select_from(_VERSIONS_WITH_STATEMENTS)
        .where(_source_column == source, _version.issued != "")
        .group_by(month)
    )
    return {row[0]: row[1] for row in rows}


def captures_by_day(
    connection: Connection, source: str, max_days: int = 60
) -> list[tuple[str, dict[str, int]]]:
    """Return how often each outcome occurred on each of a source's last days, newest first."""
    day = func.substr(_capture.captured, 1, 10)
    rows = connection.execute(
        select(day, _capture.outcome, func.count())
        .where(_capture.source == source, _capture.role != Role.TRANSCRIPT.value)
        .group_by(day, _capture.outcome)
        .order_by(day.desc())
    )
    by_day: dict[str, dict[str, int]] = {}
    for when, outcome, count in rows:
        if when not in by_day and len(by_day) == max_days:
            break
        by_day.setdefault(when, {})[outcome] = count
    return list(by_day.items())
