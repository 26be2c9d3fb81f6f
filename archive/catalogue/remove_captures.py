"""Take captures out of the catalogue, and all that was read from them alone."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, delete, func, select

from archive.catalogue import schema
from archive.errors import StorageError


def versions_only_in(connection: Connection, captures: Sequence[str]) -> list[str]:
    """Return the versions that no other capture than these holds."""
    sighting = schema.sighting.c
    elsewhere = select(sighting.version).where(sighting.capture.not_in(captures))
    chosen = (
        select(sighting.version)
        .distinct()
        .where(sighting.capture.in_(captures), sighting.version.not_in(elsewhere))
        .order_by(sighting.version)
    )
    return list(connection.scalars(chosen))


def remove_captures(connection: Connection, captures: Sequence[str]) -> list[str]:
    """Remove `captures`; return the versions that went with them.

    A version that another capture holds as well stays, and stands on the earliest of those.
    """
    version, sighting = schema.version, schema.sighting
    gone = versions_only_in(connection, captures)
    touched = list(
        connection.scalars(
            select(sighting.c.version).distinct().where(sighting.c.capture.in_(captures))
        )
    )
    connection.execute(delete(sighting).where(sighting.c.capture.in_(captures)))
    connection.execute(delete(version).where(version.c.id.in_(gone)))
    for name in set(touched) - set(gone):
        first = connection.execute(
            select(sighting.c.capture, sighting.c.captured)
            .where(sighting.c.version == name)
            .order_by(sighting.c.captured, sighting.c.capture)
        ).all()
        connection.execute(
            version.update().where(version.c.id == name),
            {"capture": first[0][0], "first_seen": first[0][1], "last_seen": first[-1][1]},
        )
    held = select(version.c.statement)
    connection.execute(delete(schema.statement).where(schema.statement.c.id.not_in(held)))
    layers = select(version.c.layer_sha256)
    connection.execute(delete(schema.layer).where(schema.layer.c.sha256.not_in(layers)))
    connection.execute(delete(schema.capture).where(schema.capture.c.id.in_(captures)))
    return gone


def captures_holding_statement(connection: Connection, statement: str) -> list[str]:
    """Return the captures that hold any version of a statement, oldest first."""
    version, sighting = schema.version.c, schema.sighting.c
    chosen = (
        select(sighting.capture, func.min(sighting.captured).label("first"))
        .join(schema.version, version.id == sighting.version)
        .where(version.statement == statement)
        .group_by(sighting.capture)
        .order_by("first")
    )
    return [row[0] for row in connection.execute(chosen)]


def vacuum(path: Path) -> None:
    """Rewrite the catalogue's file so that nothing removed is left in it."""
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.OperationalError as error:
        raise StorageError(f"{path}: {error}") from error
