"""Open the catalogue, and upgrade an older one by numbered migrations."""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from sqlite3 import DatabaseError as SqliteError

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import ConnectionPoolEntry

from archive.errors import ArchiveError, ArchiveFolderError, FormatError, LockedError, StorageError
from archive.text.fingerprint import RULES_VERSION

_PRIMARY_CODE_BITS = 0xFF  # the rest of an extended result code says which kind of it
_DISK_ERRORS = (
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
)

logger = logging.getLogger(__name__)


def migrations() -> list[str]:
    """Return the SQL of every migration; the first is number 1."""
    folder = files("archive.catalogue") / "migrations"
    names = sorted(p.name for p in folder.iterdir() if p.name.endswith(".sql"))
    return [(folder / name).read_text(encoding="utf-8") for name in names]


@contextmanager
def transaction(path: Path) -> Iterator[Connection]:
    """Yield a connection; commit at the end, or roll back what was not committed on an error.

    A long run may commit in between (`connection.commit()`).

    Raises ArchiveFolderError for a catalogue of a newer onrecord or of other fingerprint rules,
    FormatError for a damaged one, StorageError for a full or read-only disk.
    """
    engine = _engine(path)
    try:
        _migrate(engine, path)
        with engine.connect() as connection:
            yield connection
            connection.commit()
    except DatabaseError as error:
        raise _translate_error(error, path) from error
    finally:
        engine.dispose()


def remove(path: Path) -> None:
    """Remove a catalogue, if it exists, and SQLite's files beside it."""
    _remove_wal_files(path)
    path.unlink(missing_ok=True)
    logger.debug("removed the catalogue %s", path.name)


def replace(path: Path, fresh: Path) -> None:
    """Replace the catalogue at `path` by the closed catalogue `fresh`, atomically."""
    _remove_wal_files(path)  # else SQLite would apply the old WAL to the new file
    fresh.replace(path)
    logger.info("replaced the catalogue %s", path.name)


def _remove_wal_files(path: Path) -> None:
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _engine(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}")

    @event.listens_for(engine, "connect")
    def prepare(connection: SqliteConnection, _: ConnectionPoolEntry) -> None:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA busy_timeout = 10000")
        connection.execute("PRAGMA temp_store = MEMORY")

    return engine


def _migrate(engine: Engine, path: Path) -> None:
    is_new = not path.exists()
    scripts = migrations()
    with engine.connect() as connection:
        current = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        rules = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
    if current > len(scripts):
        raise ArchiveFolderError(
            f"{path}: expected catalogue format {len(scripts)} or less, found {current}"
        )
    if current and rules != RULES_VERSION:
        raise ArchiveFolderError(
            f"{path}: made with other fingerprint rules: rebuild it with: onrecord rebuild"
        )
    if current == len(scripts):
        return
    raw_connection = engine.raw_connection()
    try:
        for number, sql in enumerate(scripts[current:], current + 1):
            raw_connection.cursor().executescript(
                f"BEGIN;\n{sql}\nPRAGMA user_version = {number};"
                f"\nPRAGMA application_id = {RULES_VERSION};\nCOMMIT;"
            )
    except SqliteError as error:
        raise FormatError(f"{path}: {error} (rebuild it with: onrecord rebuild)") from error
    finally:
        raw_connection.close()
    logger.info("catalogue migrated from format %d to %d", current, len(scripts))
    if is_new:
        path.chmod(0o600)


def _translate_error(error: DatabaseError, path: Path) -> ArchiveError:
    cause = str(error.orig)
    code = getattr(error.orig, "sqlite_errorcode", 0) & _PRIMARY_CODE_BITS
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return LockedError(f"{path}: another onrecord is writing to this catalogue")
    if code in _DISK_ERRORS:
        return StorageError(f"{path}: {cause}")
    return FormatError(f"{path}: {cause} (rebuild it with: onrecord rebuild)")
