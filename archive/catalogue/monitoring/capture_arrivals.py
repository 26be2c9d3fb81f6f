"""Captures in the order in which the catalogue recorded them, and how far a pass has come."""

from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping, select, text
from sqlalchemy.dialects.sqlite import insert

from archive.catalogue import schema
from archive.errors import UnknownNameError


def cursor(connection: Connection, what: str) -> int:
    """Return how far a pass over captures ("noticed") or news ("alerted") has come."""
    chosen = select(schema.fact.c.value).where(schema.fact.c.name == what)
    return int(connection.scalar(chosen) or 0)


def move_cursor(connection: Connection, what: str, number: int) -> None:
    row = {"name": what, "value": str(number)}
    connection.execute(insert(schema.fact).prefix_with("OR REPLACE"), row)


def last_arrival(connection: Connection) -> int:
    """Return the number of the capture that was recorded last."""
    return int(connection.scalar(text("SELECT max(rowid) FROM capture")) or 0)


_ARRIVAL = (
    "SELECT rowid AS number, id, url, captured, memento_datetime, outcome, role, source"
    " FROM capture"
)


def arrivals(connection: Connection, after: int, limit: int = 1000) -> Sequence[RowMapping]:
    """Return captures in the order they were recorded: number, id, url, captured, outcome, …"""
    chosen = text(f"{_ARRIVAL} WHERE rowid > :after ORDER BY rowid LIMIT :limit")
    return connection.execute(chosen, {"after": after, "limit": limit}).mappings().all()


def arrival(connection: Connection, name: str) -> RowMapping:
    """Return one capture as `arrivals` does; UnknownNameError where there is none."""
    row = (
        connection.execute(text(f"{_ARRIVAL} WHERE id = :name"), {"name": name}).mappings().first()
    )
    if row is None:
        raise UnknownNameError("capture", name)
    return row
