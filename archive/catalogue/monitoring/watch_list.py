"""Watches in the catalogue: the queries, quotes and sources to alert on."""

from sqlalchemy import Connection, RowMapping, delete, select
from sqlalchemy.dialects.sqlite import insert

from archive.catalogue import schema
from archive.catalogue.monitoring.news_items import last_news_number
from archive.catalogue.row_conversion import format_moment, parse_moment
from archive.errors import UnknownNameError
from archive.watch_and_alert import Watch

_watch = schema.watch.c
_alert = schema.alert.c


def add_watch(connection: Connection, watch: Watch) -> Watch:
    """Record a watch unless it is there; return it with its number."""
    row = {
        "kind": watch.kind,
        "wanted": watch.wanted,
        "held_by": watch.held_by,
        "added": format_moment(watch.added),
        "since": last_news_number(connection),
    }
    connection.execute(insert(schema.watch).on_conflict_do_nothing(), row)
    query = select(schema.watch).where(
        _watch.kind == watch.kind,
        _watch.wanted == watch.wanted,
        _watch.held_by == watch.held_by,
    )
    return _watch_of(connection.execute(query).mappings().one())


def watches(connection: Connection) -> list[Watch]:
    rows = connection.execute(select(schema.watch).order_by(_watch.id))
    return [_watch_of(row) for row in rows.mappings()]


def remove_watch(connection: Connection, number: int) -> None:
    """Delete a watch and its alerts; UnknownNameError where there is none of that number."""
    if not connection.execute(delete(schema.watch).where(_watch.id == number)).rowcount:
        raise UnknownNameError(
            "watch", str(number), [str(known.id) for known in watches(connection)]
        )
    connection.execute(delete(schema.alert).where(_alert.watch == number))


def _watch_of(row: RowMapping) -> Watch:
    return Watch(**{**dict(row), "added": parse_moment(row["added"])})
