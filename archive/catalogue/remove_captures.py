"""Remove captures from the catalogue, with everything that was read only from them."""

import logging
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, delete, func, select

from archive.catalogue import schema
from archive.errors import StorageError
from archive.vouching import row_kinds
from archive.vouching.pending_rows import is_vouched_for, vouch

logger = logging.getLogger(__name__)


def versions_only_in(connection: Connection, captures: Sequence[str]) -> list[str]:
    """Return the ids of the versions that were sighted in no capture but these."""
    sighting = schema.sighting.c
    elsewhere = select(sighting.version).where(sighting.capture.not_in(captures))
    query = (
        select(sighting.version)
        .distinct()
        .where(sighting.capture.in_(captures), sighting.version.not_in(elsewhere))
        .order_by(sighting.version)
    )
    return list(connection.scalars(query))


def remove_captures(connection: Connection, captures: Sequence[str]) -> list[str]:
    """Remove `captures`; return the ids of the versions removed with them.

    A version with a sighting in another capture stays; its capture is now the earliest of those.
    """
    version, sighting = schema.version, schema.sighting
    removed = versions_only_in(connection, captures)
    sighted = list(
        connection.scalars(
            select(sighting.c.version).distinct().where(sighting.c.capture.in_(captures))
        )
    )
    connection.execute(delete(sighting).where(sighting.c.capture.in_(captures)))
    connection.execute(delete(version).where(version.c.id.in_(removed)))
    for remaining in sorted(set(sighted) - set(removed)):
        sightings = connection.execute(
            select(sighting.c.capture, sighting.c.captured)
            .where(sighting.c.version == remaining)
            .order_by(sighting.c.captured, sighting.c.capture)
        ).all()
        row = connection.execute(select(version).where(version.c.id == remaining)).mappings().one()
        is_sound = is_vouched_for(connection, row_kinds.reading_row(row))
        values = {
            "capture": sightings[0][0],
            "first_seen": sightings[0][1],
            "last_seen": sightings[-1][1],
        }
        connection.execute(version.update().where(version.c.id == remaining), values)
        if is_sound:
            vouch(connection, [row_kinds.reading_row({**row, **values})])
    connection.execute(delete(schema.notice).where(schema.notice.c.capture.in_(captures)))
    connection.execute(delete(schema.alias).where(schema.alias.c.capture.in_(captures)))
    statements = select(version.c.statement)
    connection.execute(delete(schema.statement).where(schema.statement.c.id.not_in(statements)))
    digests = select(version.c.text_sha256)
    words = schema.version_text
    connection.execute(delete(words).where(words.c.sha256.not_in(digests)))
    layers = select(version.c.layer_sha256)
    connection.execute(delete(schema.layer).where(schema.layer.c.sha256.not_in(layers)))
    connection.execute(delete(schema.capture).where(schema.capture.c.id.in_(captures)))
    logger.info("removed %d captures and %d versions", len(captures), len(removed))
    return removed


def captures_holding_statement(connection: Connection, statement: str) -> list[str]:
    """Return the captures that hold any version of a statement, oldest first."""
    version, sighting = schema.version.c, schema.sighting.c
    query = (
        select(sighting.capture, func.min(sighting.captured).label("first"))
        .join(schema.version, version.id == sighting.version)
        .where(version.statement == statement)
        .group_by(sighting.capture)
        .order_by("first")
    )
    return [row[0] for row in connection.execute(query)]


def vacuum(path: Path) -> None:
    """Rewrite the catalogue's file so that no deleted data is left in it."""
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.OperationalError as error:
        raise StorageError(f"{path}: {error}") from error
