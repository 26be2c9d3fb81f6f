"""When a source's statements are held, and when, against its own rhythm, none are."""

from datetime import date
from itertools import pairwise
from statistics import median

from sqlalchemy import Connection, select

from archive.catalogue import schema

_LEAST_DAYS = 21  # shorter silences are holidays
_TIMES = 8  # so many times what usually lies between two days with statements
_MOST = 10

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
    held: dict[str, set[date]] = {}
    for source, issued in rows:
        try:
            held.setdefault(source, set()).add(date.fromisoformat(issued[:10]))
        except ValueError:
            continue
    return {source: _longest(sorted(days)) for source, days in held.items()}


def _longest(days: list[date]) -> list[Gap]:
    between = [(two - one).days for one, two in pairwise(days)]
    if len(between) < 3:
        return []
    least = max(_LEAST_DAYS, _TIMES * median(between))
    found = sorted(
        ((one, two) for one, two in pairwise(days) if (two - one).days > least),
        key=lambda gap: gap[0] - gap[1],
    )
    return [(one.isoformat(), two.isoformat()) for one, two in found[:_MOST]]
