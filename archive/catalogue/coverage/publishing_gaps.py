"""Find gaps in a source: stretches without a statement, long by its own rhythm."""

from datetime import date
from itertools import pairwise
from statistics import median

from sqlalchemy import Connection, select

from archive.catalogue import schema

_MIN_GAP_DAYS = 21  # shorter ones are holidays
_MIN_GAP_RATIO = 8  # of a gap to the median interval between days with statements
_MAX_GAPS = 10

Gap = tuple[str, str]  # the last day before and the first day after, ISO 8601


def gaps(connection: Connection) -> dict[str, list[Gap]]:
    """Return for each source the longest stretches without a statement, the longest first.

    Only dates printed to the day count.
    """
    version, statement = schema.version.c, schema.statement.c
    rows = connection.execute(
        select(statement.source, version.issued)
        .join(schema.statement, statement.id == version.statement)
        .distinct()
    )
    days_by_source: dict[str, set[date]] = {}
    for source, issued in rows:
        try:
            days_by_source.setdefault(source, set()).add(date.fromisoformat(issued[:10]))
        except ValueError:
            continue
    return {source: _find_gaps(sorted(days)) for source, days in days_by_source.items()}


def _find_gaps(days: list[date]) -> list[Gap]:
    intervals = [(end - start).days for start, end in pairwise(days)]
    if len(intervals) < 3:
        return []
    min_days = max(_MIN_GAP_DAYS, _MIN_GAP_RATIO * median(intervals))
    longest = sorted(
        ((start, end) for start, end in pairwise(days) if (end - start).days > min_days),
        key=lambda gap: gap[0] - gap[1],
    )
    return [(start.isoformat(), end.isoformat()) for start, end in longest[:_MAX_GAPS]]
