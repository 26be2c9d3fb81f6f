"""The notices that publishers put beside the words of a version."""

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.sqlite import insert

from archive.catalogue import schema
from archive.catalogue.row_conversion import format_moment, parse_moment
from archive.models import Capture, Notice, Reading


def add_notices(connection: Connection, version: str, reading: Reading, capture: Capture) -> None:
    """Record the notices that `capture` shows beside the words of `version`."""
    rows = [
        {
            "version": version,
            "capture": capture.id,
            "position": position,
            "captured": format_moment(capture.seen),
            "text": text,
        }
        for position, text in enumerate(reading.notices)
    ]
    if rows:
        connection.execute(insert(schema.notice).on_conflict_do_nothing(), rows)


def notices(connection: Connection, version: str) -> list[Notice]:
    """Return the notices of a version, in the order in which they were first seen."""
    notice = schema.notice.c
    first, last = func.min(notice.captured).label("first"), func.max(notice.captured).label("last")
    rows = connection.execute(
        # SQLite takes `capture` from the row that has the minimum only if there is no maximum.
        select(notice.text, first, last)
        .where(notice.version == version)
        .group_by(notice.text)
        .order_by(first, func.min(notice.position))
    ).all()
    return [
        Notice(
            text=row.text,
            capture=_earliest_capture(connection, version, row.text),
            first_seen=parse_moment(row.first),
            last_seen=parse_moment(row.last),
        )
        for row in rows
    ]


def _earliest_capture(connection: Connection, version: str, text: str) -> str:
    notice = schema.notice.c
    query = (
        select(notice.capture)
        .where(notice.version == version, notice.text == text)
        .order_by(notice.captured, notice.capture)
        .limit(1)
    )
    return str(connection.scalar(query))
