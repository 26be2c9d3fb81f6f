"""The schedule in the catalogue: when each source is next due."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping, delete, select
from sqlalchemy.dialects.sqlite import insert

from archive.catalogue import schema
from archive.catalogue.monitoring.host_waits import waits_by_source
from archive.catalogue.row_conversion import (
    format_moment,
    format_optional_moment,
    parse_moment,
    parse_optional_moment,
)
from archive.run_records import ScheduleEntry

_due = schema.due.c


def schedule_entries(connection: Connection) -> list[ScheduleEntry]:
    """Return every source's entry, the longest due first; of several, the longest without success.

    So sources of one host that allows few requests have their turns one after another.
    """
    waits = waits_by_source(connection)
    rows = connection.execute(
        select(schema.due).order_by(_due.next_due, _due.last_good, _due.source)
    )
    return [_schedule_entry_of(row, waits) for row in rows.mappings()]


def schedule_entry(connection: Connection, source: str) -> ScheduleEntry | None:
    query = select(schema.due).where(_due.source == source)
    row = connection.execute(query).mappings().first()
    return _schedule_entry_of(row, waits_by_source(connection)) if row else None


def save_schedule_entries(connection: Connection, entries: Iterable[ScheduleEntry]) -> None:
    """Write entries, replacing those of the same sources; waits of hosts are host_waits.py's."""
    rows = [
        {
            "source": entry.source,
            "next_due": format_moment(entry.next_due),
            "rhythm": entry.rhythm.total_seconds(),
            "last_try": format_optional_moment(entry.last_try),
            "last_good": format_optional_moment(entry.last_good),
            "failures": entry.failures,
            "problem": entry.problem,
            "paused": int(entry.paused),
        }
        for entry in entries
    ]
    if rows:
        connection.execute(insert(schema.due).prefix_with("OR REPLACE"), rows)


def remove_schedule_entry(connection: Connection, source: str) -> None:
    connection.execute(delete(schema.due).where(_due.source == source))


def _schedule_entry_of(row: RowMapping, waits: Mapping[str, datetime]) -> ScheduleEntry:
    due, not_before = parse_moment(row["next_due"]), waits.get(row["source"])
    return ScheduleEntry(
        source=row["source"],
        next_due=due if not_before is None else max(due, not_before),
        rhythm=timedelta(seconds=row["rhythm"]),
        last_try=parse_optional_moment(row["last_try"]),
        last_good=parse_optional_moment(row["last_good"]),
        failures=row["failures"],
        problem=row["problem"],
        paused=bool(row["paused"]),
        not_before=not_before,
    )
