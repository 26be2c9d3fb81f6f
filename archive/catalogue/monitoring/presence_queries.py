"""Query whether a statement was present: in captures before and after, and at its address."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping, func, select, text

from archive.catalogue import schema
from archive.catalogue.row_conversion import format_moment, parse_moment
from archive.models import Role

_VERSIONS_IN_CAPTURE = text(
    "SELECT version.id AS version, version.statement, version.capture,"
    " (SELECT count(*) FROM version AS o WHERE o.statement = version.statement) AS versions"
    " FROM sighting JOIN version ON version.id = sighting.version WHERE sighting.capture = :capture"
)


def versions_in_capture(connection: Connection, capture: str) -> Sequence[RowMapping]:
    """Return the versions sighted in a capture, with their statements' numbers of versions."""
    return connection.execute(_VERSIONS_IN_CAPTURE, {"capture": capture}).mappings().all()


_NEIGHBOUR = (
    "SELECT capture, captured FROM (SELECT version.id AS version, ({nearest_sighting}) AS captured"
    " FROM version WHERE version.statement = :statement) AS nearest"
    " JOIN sighting USING (version, captured) WHERE captured IS NOT NULL AND capture <> :capture"
    " ORDER BY captured {order}, capture {order} LIMIT 1"
)
_NEAREST_SIGHTING = (
    "SELECT {aggregate}(captured) FROM sighting WHERE sighting.version = version.id"
    " AND captured {comparison} :when"
)
_PREVIOUS_CAPTURE = text(
    _NEIGHBOUR.format(
        nearest_sighting=_NEAREST_SIGHTING.format(aggregate="max", comparison="<"), order="DESC"
    )
)
_NEXT_CAPTURE = text(
    _NEIGHBOUR.format(
        nearest_sighting=_NEAREST_SIGHTING.format(aggregate="min", comparison=">"), order="ASC"
    )
)


def neighbour_capture(
    connection: Connection, statement: str, capture: str, when: str, *, later: bool
) -> str | None:
    """Return the next or previous capture with a sighting of `statement`; None where there is none.

    Reads one sighting of each version, however many there are.
    """
    parameters = {"statement": statement, "capture": capture, "when": when}
    name: str | None = connection.scalar(_NEXT_CAPTURE if later else _PREVIOUS_CAPTURE, parameters)
    return name


def statement_versions_in_capture(
    connection: Connection, statement: str, capture: str
) -> list[str]:
    """Return the ids of the versions of `statement` that were sighted in a capture."""
    rows = connection.scalars(
        text(
            "SELECT version.id FROM version JOIN sighting ON sighting.version = version.id"
            " AND sighting.capture = :capture WHERE version.statement = :statement ORDER BY seq"
        ),
        {"statement": statement, "capture": capture},
    )
    return list(rows)


def statements_seen_at(connection: Connection, url: str) -> list[tuple[str, str, str]]:
    """Return the statements sighted at a URL, as (statement, newest version, last seen)."""
    rows = connection.execute(
        text(
            "SELECT version.statement, version.id, max(version.last_seen) FROM capture"
            " JOIN sighting ON sighting.capture = capture.id"
            " JOIN version ON version.id = sighting.version"
            " WHERE capture.url = :url AND capture.role = 'page' GROUP BY version.statement"
        ),
        {"url": url},
    )
    return [(statement, version, seen) for statement, version, seen in rows]


def was_ever_absent(connection: Connection, url: str) -> bool:
    """Return whether a capture of a URL ever had the outcome gone or redirect."""
    capture = schema.capture.c
    query = select(capture.id).where(capture.url == url, capture.outcome.in_(("gone", "redirect")))
    return connection.scalar(query.limit(1)) is not None


def last_seen(connection: Connection, statement: str) -> datetime | None:
    """Return when any version of a statement was last seen, at whatever address."""
    query = select(func.max(schema.version.c.last_seen))
    seen = connection.scalar(query.where(schema.version.c.statement == statement))
    return parse_moment(seen) if seen else None


def count_redirects_to(connection: Connection, source: str, location: str) -> int:
    """Return how many URLs of a source redirect to `location`."""
    capture = schema.capture.c
    query = select(func.count(capture.url.distinct())).where(
        capture.source == source, capture.outcome == "redirect", capture.location == location
    )
    return connection.scalar(query) or 0


def count_captures_with_outcomes(
    connection: Connection, source: str, first: datetime, last: datetime, outcomes: Sequence[str]
) -> int:
    """Return how many captures of a source between two moments had one of `outcomes`."""
    capture = schema.capture.c
    query = select(func.count()).where(
        capture.source == source,
        capture.outcome.in_(outcomes),
        capture.captured.between(format_moment(first), format_moment(last)),
    )
    return connection.execute(query).scalar_one()


def count_latest_page_outcomes(
    connection: Connection, source: str, first: datetime, last: datetime
) -> dict[str, int]:
    """Count a source's pages by the outcome of their last capture between two moments."""
    capture = schema.capture.c
    recency = func.row_number().over(partition_by=capture.url, order_by=capture.captured.desc())
    page_captures = (
        select(capture.outcome, recency.label("recency"))
        .where(
            capture.source == source,
            capture.role == Role.PAGE.value,
            capture.captured.between(format_moment(first), format_moment(last)),
        )
        .subquery()
    )
    query = select(page_captures.c.outcome, func.count()).where(page_captures.c.recency == 1)
    rows = connection.execute(query.group_by("outcome"))
    return {outcome: count for outcome, count in rows}  # noqa: C416  # a dict() of rows is untyped
