"""Captures in the order of recording, and the cursors of passes over them."""

from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping, select, text
from sqlalchemy.dialects.sqlite import insert

from archive.catalogue import schema
from archive.errors import UnknownNameError


def cursor(connection: Connection, name: str) -> int:
    """Return the last number that a pass over captures ("noticed") or news ("alerted") handled."""
    query = select(schema.fact.c.value).where(schema.fact.c.name == name)
    return int(connection.scalar(query) or 0)


def move_cursor(connection: Connection, name: str, number: int) -> None:
    row = {"name": name, "value": str(number)}
    connection.execute(insert(schema.fact).prefix_with("OR REPLACE"), row)


_ARRIVAL = (
    "SELECT arrival AS number, id, url, captured, memento_datetime, outcome, role, source"
    " FROM capture"
)


def arrivals(connection: Connection, after: int, limit: int = 1000) -> Sequence[RowMapping]:
    """Return captures in the order of recording: number, id, url, captured, outcome, …"""
    query = text(f"{_ARRIVAL} WHERE arrival > :after ORDER BY arrival LIMIT :limit")
    return connection.execute(query, {"after": after, "limit": limit}).mappings().all()


def arrival(connection: Connection, name: str) -> RowMapping:
    """Return one capture as `arrivals` does; UnknownNameError where there is none."""
    row = (
        connection.execute(text(f"{_ARRIVAL} WHERE id = :name"), {"name": name}).mappings().first()
    )
    if row is None:
        raise UnknownNameError("capture", name)
    return row
