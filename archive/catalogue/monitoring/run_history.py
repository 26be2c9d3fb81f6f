"""Runs in the catalogue: each a visit to one source, with its counts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, select, text, update

from archive.catalogue import schema
from archive.catalogue.row_conversion import format_moment, parse_moment, parse_optional_moment
from archive.run_records import Run, RunOutcome

_run = schema.run.c
COUNTS = ("listed", "captured", "read", "failed", "unread", "statements", "versions")


def begin_run(connection: Connection, source: str, began: datetime) -> int:
    """Record that a visit begins; return its number."""
    row = {
        "source": source,
        "began": format_moment(began),
        "ended": "",
        "outcome": RunOutcome.UNDER_WAY.value,
        "detail": "",
        **dict.fromkeys(COUNTS, 0),
    }
    number: int = connection.execute(schema.run.insert().returning(_run.seq), row).scalar_one()
    return number


def end_run(
    connection: Connection,
    seq: int,
    ended: datetime,
    outcome: RunOutcome,
    *,
    detail: str = "",
    counts: Mapping[str, int] | None = None,
) -> None:
    row = {"ended": format_moment(ended), "outcome": outcome.value, "detail": detail[:500]}
    connection.execute(update(schema.run).where(_run.seq == seq), row | dict(counts or {}))


def end_killed_runs(connection: Connection) -> int:
    """Mark every visit that never ended as killed; return how many.

    Call it only in the one process that runs visits, before its first.
    """
    result = connection.execute(
        update(schema.run).where(_run.outcome == RunOutcome.UNDER_WAY.value),
        {"outcome": RunOutcome.KILLED.value, "detail": "cut short: killed, or no power"},
    )
    return result.rowcount


def runs(
    connection: Connection,
    *,
    source: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int | None = None,
) -> list[Run]:
    """Return visits, newest first."""
    query = select(schema.run).order_by(_run.seq.desc()).limit(limit)
    if source:
        query = query.where(_run.source == source)
    if since is not None:
        query = query.where(_run.began >= format_moment(since))
    if until is not None:
        query = query.where(_run.began < format_moment(until))
    return [_run_of(row) for row in connection.execute(query).mappings()]


def first_seen_times(connection: Connection, source: str, limit: int = 60) -> list[datetime]:
    """Return when the latest `limit` statements of a source were first seen, oldest first."""
    rows = connection.execute(
        text(
            "SELECT min(first_seen) AS seen FROM version JOIN statement ON statement.id ="
            " version.statement WHERE source = :source AND transcript = 0 GROUP BY statement.id"
            " ORDER BY seen DESC LIMIT :limit"
        ),
        {"source": source, "limit": limit},
    )
    return [parse_moment(seen) for (seen,) in rows][::-1]


def _run_of(row: RowMapping) -> Run:
    counts: dict[str, Any] = {name: row[name] for name in COUNTS}
    return Run(
        seq=row["seq"],
        source=row["source"],
        began=parse_moment(row["began"]),
        ended=parse_optional_moment(row["ended"]),
        outcome=RunOutcome(row["outcome"]),
        detail=row["detail"],
        **counts,
    )
