"""Count, for each day of a source, statements issued, pages listed and listings captured."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, TextClause, text

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
    edits: int = 0  # versions first seen that day of statements known before


def day_records(connection: Connection, source: str) -> Iterator[DayRecord]:
    """Yield every day with any record, in order."""
    parameters = {"source": source}
    issued = dict(_counts_by_day(connection, _COUNT_ISSUED, parameters))
    listed = dict(_counts_by_day(connection, _COUNT_LISTED, parameters))
    new = dict(_counts_by_day(connection, _COUNT_NEW, parameters))
    versions = dict(_counts_by_day(connection, _COUNT_VERSIONS, parameters))
    good: dict[str, int] = {}
    failed: dict[str, list[tuple[str, int]]] = {}
    for day, outcome, count in connection.execute(_COUNT_LISTING_CAPTURES, parameters):
        if outcome in _GOOD_OUTCOMES:
            good[day] = good.get(day, 0) + count
        else:
            failed.setdefault(day, []).append((outcome, count))
    for day in sorted({*issued, *listed, *new, *good, *failed}):
        yield DayRecord(
            day=day,
            held=issued.get(day, 0),
            listed=listed.get(day, 0),
            listing_captures=good.get(day, 0),
            failed=tuple(failed.get(day, ())),
            new=new.get(day, 0),
            edits=versions.get(day, 0) - new.get(day, 0),
        )


def _counts_by_day(
    connection: Connection, query: TextClause, parameters: dict[str, str]
) -> list[tuple[str, int]]:
    return [(row[0], row[1]) for row in connection.execute(query, parameters)]


_COUNT_ISSUED = text(
    "SELECT day, count(*) FROM (SELECT substr(min(NULLIF(issued, '')), 1, 10) AS day FROM version"
    " JOIN statement ON statement.id = version.statement WHERE source = :source"
    " GROUP BY statement.id) WHERE length(day) = 10 GROUP BY day"
)
_COUNT_NEW = text(
    "SELECT day, count(*) FROM (SELECT substr(min(first_seen), 1, 10) AS day FROM version"
    " JOIN statement ON statement.id = version.statement WHERE source = :source"
    " GROUP BY statement.id) GROUP BY day"
)
_COUNT_VERSIONS = text(
    "SELECT substr(first_seen, 1, 10) AS day, count(*) FROM version"
    " JOIN statement ON statement.id = version.statement WHERE source = :source GROUP BY day"
)
_COUNT_LISTED = text(
    "SELECT issued, count(*) FROM listed WHERE source = :source AND length(issued) = 10"
    " GROUP BY issued"
)
_COUNT_LISTING_CAPTURES = text(
    "SELECT substr(captured, 1, 10) AS day, outcome, count(*) FROM capture"
    " WHERE source = :source AND role = 'listing' AND outcome <> 'redirect' GROUP BY day, outcome"
)
