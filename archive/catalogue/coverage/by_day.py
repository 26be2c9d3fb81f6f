"""What the catalogue knows of each day of a source: what was issued, listed, looked at."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, TextClause, text

from archive.models import Outcome

_GOOD = (Outcome.OK.value, Outcome.UNCHANGED.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRecord:
    """One day (UTC) of a source."""

    day: str  # YYYY-MM-DD
    held: int = 0  # statements issued that day that are held
    listed: int = 0  # pages that listings gave this day of issue
    looks: int = 0  # good captures of listings made that day
    failed: tuple[tuple[str, int], ...] = ()  # other outcomes of listings that day
    new: int = 0  # statements first seen that day
    edits: int = 0  # versions first seen that day of statements known before


def day_records(connection: Connection, source: str) -> Iterator[DayRecord]:
    """Yield every day of which something is known, in order."""
    wanted = {"source": source}
    held = dict(_pairs(connection, _HELD, wanted))
    listed = dict(_pairs(connection, _LISTED, wanted))
    new = dict(_pairs(connection, _NEW, wanted))
    versions = dict(_pairs(connection, _VERSIONS, wanted))
    looks: dict[str, int] = {}
    failed: dict[str, list[tuple[str, int]]] = {}
    for day, outcome, count in connection.execute(_LOOKS, wanted):
        if outcome in _GOOD:
            looks[day] = looks.get(day, 0) + count
        else:
            failed.setdefault(day, []).append((outcome, count))
    for day in sorted({*held, *listed, *new, *looks, *failed}):
        yield DayRecord(
            day=day,
            held=held.get(day, 0),
            listed=listed.get(day, 0),
            looks=looks.get(day, 0),
            failed=tuple(failed.get(day, ())),
            new=new.get(day, 0),
            edits=versions.get(day, 0) - new.get(day, 0),
        )


def _pairs(
    connection: Connection, query: TextClause, wanted: dict[str, str]
) -> list[tuple[str, int]]:
    return [(row[0], row[1]) for row in connection.execute(query, wanted)]


_HELD = text(
    "SELECT day, count(*) FROM (SELECT substr(min(NULLIF(issued, '')), 1, 10) AS day FROM version"
    " JOIN statement ON statement.id = version.statement WHERE source = :source"
    " GROUP BY statement.id) WHERE length(day) = 10 GROUP BY day"
)
_NEW = text(
    "SELECT day, count(*) FROM (SELECT substr(min(first_seen), 1, 10) AS day FROM version"
    " JOIN statement ON statement.id = version.statement WHERE source = :source"
    " GROUP BY statement.id) GROUP BY day"
)
_VERSIONS = text(
    "SELECT substr(first_seen, 1, 10) AS day, count(*) FROM version"
    " JOIN statement ON statement.id = version.statement WHERE source = :source GROUP BY day"
)
_LISTED = text(
    "SELECT issued, count(*) FROM listed WHERE source = :source AND length(issued) = 10"
    " GROUP BY issued"
)
_LOOKS = text(
    "SELECT substr(captured, 1, 10) AS day, outcome, count(*) FROM capture"
    " WHERE source = :source AND role = 'listing' AND outcome <> 'redirect' GROUP BY day, outcome"
)
