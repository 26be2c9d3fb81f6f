"""The waits that hosts asked for, in the catalogue: no request to them before an instant."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects.sqlite import insert

from archive.catalogue import schema
from archive.catalogue.row_conversion import format_moment, parse_moment

_wait = schema.host_wait.c


def waits_by_host(connection: Connection) -> dict[str, datetime]:
    """Return the hosts that asked for a wait, and until when; it may have passed."""
    query = select(_wait.host, func.max(_wait.until)).group_by(_wait.host)
    return {host: parse_moment(until) for host, until in connection.execute(query)}


def waits_by_source(connection: Connection) -> dict[str, datetime]:
    """Return the sources whose hosts asked for a wait, and until when; it may have passed."""
    query = select(_wait.source, func.max(_wait.until)).group_by(_wait.source)
    return {source: parse_moment(until) for source, until in connection.execute(query)}


def save_waits(
    connection: Connection, source: str, waits: Mapping[str, datetime], now: datetime
) -> None:
    """Add the waits that hosts asked a visit of a source for; delete its waits that have passed."""
    passed = (_wait.source == source) & (_wait.until <= format_moment(now))
    connection.execute(delete(schema.host_wait).where(passed))
    rows = [
        {"source": source, "host": host, "until": format_moment(until)}
        for host, until in waits.items()
    ]
    if rows:
        connection.execute(insert(schema.host_wait).prefix_with("OR REPLACE"), rows)


def forget_waits(connection: Connection, sources: Iterable[str]) -> None:
    """Delete the waits of every host that asked a visit of `sources` to wait."""
    hosts = select(_wait.host).where(_wait.source.in_(list(sources)))
    connection.execute(delete(schema.host_wait).where(_wait.host.in_(hosts)))
