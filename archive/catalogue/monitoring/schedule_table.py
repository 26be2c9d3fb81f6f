"""The schedule in the catalogue: when each source is next due."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import Connection, RowMapping, delete, select
from sqlalchemy.dialects.sqlite import insert

from archive.catalogue import schema
from archive.catalogue.rows import (
    format_moment,
    format_optional_moment,
    parse_moment,
    parse_optional_moment,
)
from archive.runs import ScheduleEntry

_due = schema.due.c


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
            "next_due": format_moment(line.next_due),
            "rhythm": line.rhythm.total_seconds(),
            "last_try": format_optional_moment(line.last_try),
            "last_good": format_optional_moment(line.last_good),
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


def _due_of(row: RowMapping) -> ScheduleEntry:
    return ScheduleEntry(
        source=row["source"],
        next_due=parse_moment(row["next_due"]),
        rhythm=timedelta(seconds=row["rhythm"]),
        last_try=parse_optional_moment(row["last_try"]),
        last_good=parse_optional_moment(row["last_good"]),
        failures=row["failures"],
        problem=row["problem"],
        paused=bool(row["paused"]),
    )
