"""Count, for each day of a source, statements issued, pages listed and listings captured."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from archive.models import Outcome

_GOOD_OUTCOMES = (Outcome.OK.value, Outcome.UNCHANGED.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRecord:
    """One day (UTC) of a source."""

    day: str  # YYYY-MM-DD
    held: int = 0  # archived statements issued that day
    listed: int = 0  # pages whose listing states this day of issue
    listing_captures: int = 0  # good captures of listings made that day
    failed: tuple[tuple[str, int], ...] = ()  # other outcomes of listings that day
    new: int = 0  # statements first seen that day


def day_records_by_source(
    connection: Connection, sources: Sequence[str] = ()
) -> dict[str, list[DayRecord]]:
    """Return, for each of `sources` (none: all), its days with any record, in order.."""
    days: dict[str, dict[str, _Counts]] = {}
    for column, query in _QUERIES.items():
        for source, day, count in _rows_of(connection, query, sources):
            setattr(_counts(days, source, day), column, count)
    for source, day, outcome, count in _rows_of(connection, _COUNT_LISTING_CAPTURES, sources):
        counts = _counts(days, source, day)
        if outcome in _GOOD_OUTCOMES:
            counts.listing_captures += count
        else:
            counts.failed = (*counts.failed, (outcome, count))
    return {
        source: [counts.record(day) for day, counts in sorted(by_day.items())]
        for source, by_day in sorted(days.items())
    }


@dataclass(slots=True)
class _Counts:
    """The counts of one day, while they are collected."""

    held: int = 0
    listed: int = 0
    new: int = 0
    listing_captures: int = 0
    failed: tuple[tuple[str, int], ...] = ()

    def record(self, day: str) -> DayRecord:
        return DayRecord(
            day=day,
            held=self.held,
            listed=self.listed,
            listing_captures=self.listing_captures,
            failed=self.failed,
            new=self.new,
        )


def _counts(days: dict[str, dict[str, _Counts]], source: str, day: str) -> _Counts:
    by_day = days.setdefault(source, {})
    if day not in by_day:
        by_day[day] = _Counts()
    return by_day[day]


def _rows_of(connection: Connection, query: str, sources: Sequence[str]) -> Iterator[Any]:
    """Yield the rows of a query, which has a place for a condition on its source."""
    if not sources:
        yield from connection.execute(text(query.format(condition="1")))
        return
    for source in sources:
        parameters = {"source": source}
        yield from connection.execute(text(query.format(condition="source = :source")), parameters)


_QUERIES = {
    "held": "SELECT source, issued, sum(statements) FROM day_count"
    " WHERE {condition} AND length(issued) = 10 AND statements > 0 GROUP BY source, issued",
    "new": "SELECT source, first_seen, sum(statements) FROM day_count"
    " WHERE {condition} AND statements > 0 GROUP BY source, first_seen",
    "listed": "SELECT source, issued, count(*) FROM listed"
    " WHERE {condition} AND length(issued) = 10 GROUP BY source, issued",
}
_COUNT_LISTING_CAPTURES = (
    "SELECT source, substr(captured, 1, 10) AS day, outcome, count(*) FROM capture"
    " WHERE {condition} AND role = 'listing' AND outcome <> 'redirect'"
    " GROUP BY source, day, outcome"
)
