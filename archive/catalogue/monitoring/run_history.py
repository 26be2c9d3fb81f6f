"""The catalogue's memory of collecting: the due-table, visits, what was listed and looked at."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, func, select, text, update
from sqlalchemy.dialects.sqlite import insert

from archive.catalogue import schema
from archive.catalogue.rows import moment, stamp
from archive.models import Outcome
from archive.runs import PageChecks, Run, RunOutcome, ScheduleEntry

_due, _run, _listed = schema.due.c, schema.run.c, schema.listed.c
COUNTS = ("listed", "captured", "read", "failed", "unread", "statements", "versions")


def schedule_entries(connection: Connection) -> list[ScheduleEntry]:
    """Return every source's line, the longest due first."""
    rows = connection.execute(select(schema.due).order_by(_due.next_due, _due.source))
    return [_due_of(row) for row in rows.mappings()]


def schedule_entry(connection: Connection, source: str) -> ScheduleEntry | None:
    chosen = select(schema.due).where(_due.source == source)
    row = connection.execute(chosen).mappings().first()
    return _due_of(row) if row else None


def save_schedule_entries(connection: Connection, lines: Iterable[ScheduleEntry]) -> None:
    """Write lines of the due-table, in place of those there are."""
    rows = [
        {
            "source": line.source,
            "next_due": stamp(line.next_due),
            "rhythm": line.rhythm.total_seconds(),
            "last_try": _stamp(line.last_try),
            "last_good": _stamp(line.last_good),
            "failures": line.failures,
            "problem": line.problem,
            "paused": int(line.paused),
        }
        for line in lines
    ]
    if rows:
        connection.execute(insert(schema.due).prefix_with("OR REPLACE"), rows)


def remove_schedule_entry(connection: Connection, source: str) -> None:
    connection.execute(delete(schema.due).where(_due.source == source))


def begin_run(connection: Connection, source: str, began: datetime) -> int:
    """Record that a visit begins; return its number."""
    row = {
        "source": source,
        "began": stamp(began),
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
    row = {"ended": stamp(ended), "outcome": outcome.value, "detail": detail[:500]}
    connection.execute(update(schema.run).where(_run.seq == seq), row | dict(counts or {}))


def end_killed_runs(connection: Connection) -> int:
    """Record of every visit that never ended that it was killed; return how many.

    Only for the one process that may run visits, before its first.
    """
    done = connection.execute(
        update(schema.run).where(_run.outcome == RunOutcome.UNDER_WAY.value),
        {"outcome": RunOutcome.KILLED.value, "detail": "cut short: killed, or no power"},
    )
    return done.rowcount


def runs(
    connection: Connection,
    *,
    source: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int | None = None,
) -> list[Run]:
    """Return visits, the latest first."""
    chosen = select(schema.run).order_by(_run.seq.desc()).limit(limit)
    if source:
        chosen = chosen.where(_run.source == source)
    if since is not None:
        chosen = chosen.where(_run.began >= stamp(since))
    if until is not None:
        chosen = chosen.where(_run.began < stamp(until))
    return [_run_of(row) for row in connection.execute(chosen).mappings()]


def record_listed_pages(
    connection: Connection, source: str, pages: Iterable[tuple[str, str]], when: datetime
) -> None:
    """Record that a listing names pages: (address, day of issue or "")."""
    seen = stamp(when)
    rows = [
        {"source": source, "url": url, "issued": issued[:10], "first": seen, "last": seen}
        for url, issued in pages
    ]
    if not rows:
        return
    statement = insert(schema.listed)
    widened = statement.on_conflict_do_update(
        index_elements=["source", "url"],
        set_={
            "first": func.min(_listed.first, statement.excluded.first),
            "last": func.max(_listed.last, statement.excluded.last),
            "issued": statement.excluded.issued,
        },
    )
    connection.execute(widened, rows)


_LOOKED = text(
    "SELECT url, EXISTS (SELECT 1 FROM listed WHERE listed.source = :source"
    "   AND listed.url = tried.url) AS listed, min(CASE WHEN good THEN captured END) AS first_good,"
    " max(CASE WHEN good THEN captured END) AS last_good, max(captured) AS last_try,"
    " sum(NOT good AND captured > coalesce(since, '')) AS tries_since"
    " FROM (SELECT url, captured, outcome IN ('ok', 'unchanged') AS good,"
    "   max(CASE WHEN outcome IN ('ok', 'unchanged') THEN captured END)"
    "     OVER (PARTITION BY url) AS since"
    "   FROM capture WHERE source = :source AND role = 'page' AND outcome <> 'not-held')"
    " AS tried GROUP BY url"
)
_NEVER = text(
    "SELECT url FROM listed WHERE source = :source AND NOT EXISTS (SELECT 1 FROM capture"
    " WHERE capture.url = listed.url AND role = 'page')"
)


def page_checks(connection: Connection, url: str) -> PageChecks:
    """Return how often and when one page was looked at."""
    capture = schema.capture.c
    rows = connection.execute(
        select(capture.captured, capture.outcome)
        .where(capture.url == url, capture.outcome != Outcome.NOT_HELD.value)
        .order_by(capture.captured)
    ).all()
    good = [when for when, outcome in rows if outcome in (Outcome.OK, Outcome.UNCHANGED)]
    return PageChecks(
        first_good=moment(good[0]) if good else None,
        last_good=moment(good[-1]) if good else None,
        last_try=moment(rows[-1][0]) if rows else None,
        tries_since=sum(1 for when, _ in rows if not good or when > good[-1]),
    )


def checks_by_page(connection: Connection, source: str) -> Iterator[tuple[str, bool, PageChecks]]:
    """Yield every page of a source, whether a listing ever named it, and when it was looked at.

    Those never captured come first.
    """
    for url in connection.scalars(_NEVER, {"source": source}).all():
        yield url, True, PageChecks()
    for row in connection.execute(_LOOKED, {"source": source}).mappings().all():
        yield (
            row["url"],
            bool(row["listed"]),
            PageChecks(
                first_good=_moment(row["first_good"]),
                last_good=_moment(row["last_good"]),
                last_try=_moment(row["last_try"]),
                tries_since=row["tries_since"],
            ),
        )


def never_captured(connection: Connection) -> dict[str, int]:
    """Return, by source, how many pages a listing named of which there is no good capture."""
    rows = connection.execute(
        text(
            "SELECT source, count(*) FROM listed WHERE NOT EXISTS (SELECT 1 FROM capture"
            " WHERE capture.url = listed.url AND outcome IN ('ok', 'unchanged', 'redirect'))"
            " AND EXISTS (SELECT 1 FROM capture WHERE capture.source = listed.source"
            " AND role = 'page') GROUP BY source"
        )
    )
    return {row[0]: row[1] for row in rows}


def first_seen(connection: Connection, source: str, limit: int = 60) -> list[datetime]:
    """Return when the latest `limit` statements of a source were first seen, oldest first."""
    rows = connection.execute(
        text(
            "SELECT min(first_seen) AS seen FROM version JOIN statement ON statement.id ="
            " version.statement WHERE source = :source AND transcript = 0 GROUP BY statement.id"
            " ORDER BY seen DESC LIMIT :limit"
        ),
        {"source": source, "limit": limit},
    )
    return [moment(seen) for (seen,) in rows][::-1]


def _due_of(row: RowMapping) -> ScheduleEntry:
    return ScheduleEntry(
        source=row["source"],
        next_due=moment(row["next_due"]),
        rhythm=timedelta(seconds=row["rhythm"]),
        last_try=_moment(row["last_try"]),
        last_good=_moment(row["last_good"]),
        failures=row["failures"],
        problem=row["problem"],
        paused=bool(row["paused"]),
    )


def _run_of(row: RowMapping) -> Run:
    counts: dict[str, Any] = {name: row[name] for name in COUNTS}
    return Run(
        seq=row["seq"],
        source=row["source"],
        began=moment(row["began"]),
        ended=_moment(row["ended"]),
        outcome=RunOutcome(row["outcome"]),
        detail=row["detail"],
        **counts,
    )


def _moment(text: str | None) -> datetime | None:
    return moment(text) if text else None


def _stamp(when: datetime | None) -> str:
    return stamp(when) if when else ""
