"""What captures say of whether a statement was there: before, after, and at its address."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping, func, select, text

from archive.catalogue import schema
from archive.catalogue.rows import format_moment, parse_moment
from archive.models import Role

_HELD_BY = text(
    "SELECT version.id AS version, version.statement, version.capture,"
    " (SELECT count(*) FROM version AS o WHERE o.statement = version.statement) AS versions"
    " FROM sighting JOIN version ON version.id = sighting.version WHERE sighting.capture = :capture"
)


def versions_in_capture(connection: Connection, capture: str) -> Sequence[RowMapping]:
    """Return the versions that a capture holds, and how many versions their statements have."""
    return connection.execute(_HELD_BY, {"capture": capture}).mappings().all()


_BESIDE = (
    "SELECT capture, captured FROM (SELECT version.id AS version, ({pick}) AS captured"
    " FROM version WHERE version.statement = :statement) AS beside"
    " JOIN sighting USING (version, captured) WHERE captured IS NOT NULL AND capture <> :capture"
    " ORDER BY captured {way}, capture {way} LIMIT 1"
)
_PICK = (
    "SELECT {most}(captured) FROM sighting WHERE sighting.version = version.id"
    " AND captured {than} :when"
)
_BEFORE = text(_BESIDE.format(pick=_PICK.format(most="max", than="<"), way="DESC"))
_AFTER = text(_BESIDE.format(pick=_PICK.format(most="min", than=">"), way="ASC"))


def neighbour_capture(
    connection: Connection, statement: str, capture: str, when: str, *, later: bool
) -> str | None:
    """Return the next capture that held `statement`, later or earlier; None where there is none.

    Looks at one sighting a version, however often each was seen.
    """
    wanted = {"statement": statement, "capture": capture, "when": when}
    found: str | None = connection.scalar(_AFTER if later else _BEFORE, wanted)
    return found


def statement_versions_in_capture(
    connection: Connection, statement: str, capture: str
) -> list[str]:
    """Return the versions of `statement` that a capture holds."""
    rows = connection.scalars(
        text(
            "SELECT version.id FROM version JOIN sighting ON sighting.version = version.id"
            " AND sighting.capture = :capture WHERE version.statement = :statement ORDER BY seq"
        ),
        {"statement": statement, "capture": capture},
    )
    return list(rows)


def statements_seen_at(connection: Connection, url: str) -> list[tuple[str, str, str]]:
    """Return what the captures of an address held: (statement, newest version there, last seen)."""
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
    """Say whether an address ever answered that it has nothing, or led elsewhere."""
    capture = schema.capture.c
    chosen = select(capture.id).where(capture.url == url, capture.outcome.in_(("gone", "redirect")))
    return connection.scalar(chosen.limit(1)) is not None


def last_seen(connection: Connection, statement: str) -> datetime | None:
    """Return when any version of a statement was last seen, at whatever address."""
    chosen = select(func.max(schema.version.c.last_seen))
    seen = connection.scalar(chosen.where(schema.version.c.statement == statement))
    return parse_moment(seen) if seen else None


def count_redirects_to(connection: Connection, source: str, note: str) -> int:
    """Return how many addresses of a source lead to one place."""
    capture = schema.capture.c
    chosen = select(func.count(capture.url.distinct())).where(
        capture.source == source, capture.outcome == "redirect", capture.note == note
    )
    return connection.scalar(chosen) or 0


def count_captures_with_outcomes(
    connection: Connection, source: str, first: datetime, last: datetime, good: Sequence[str]
) -> int:
    """Return how many captures of a source between two moments had one of the outcomes `good`."""
    capture = schema.capture.c
    chosen = select(func.count()).where(
        capture.source == source,
        capture.outcome.in_(good),
        capture.captured.between(format_moment(first), format_moment(last)),
    )
    return connection.execute(chosen).scalar_one()


def count_latest_page_outcomes(
    connection: Connection, source: str, first: datetime, last: datetime
) -> dict[str, int]:
    """Return what a source's pages answered when last asked between two moments.

    By outcome, how many addresses.
    """
    capture = schema.capture.c
    newest = func.row_number().over(partition_by=capture.url, order_by=capture.captured.desc())
    asked = (
        select(capture.outcome, newest.label("age"))
        .where(
            capture.source == source,
            capture.role == Role.PAGE.value,
            capture.captured.between(format_moment(first), format_moment(last)),
        )
        .subquery()
    )
    chosen = select(asked.c.outcome, func.count()).where(asked.c.age == 1)
    rows = connection.execute(chosen.group_by("outcome"))
    return {outcome: count for outcome, count in rows}  # noqa: C416  # a dict() of rows is untyped
