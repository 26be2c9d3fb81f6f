"""Open, replace and remove the catalogue's SQLite database."""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from sqlite3 import Connection as SqliteConnection

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from archive.catalogue.migrate import migrate, migrations
from archive.catalogue.stored_texts.text_codec import CODEC, TextCodec
from archive.errors import ArchiveError, FormatError, LockedError, StorageError
from archive.read_only.read_only_catalogue import is_writable, read_only_address
from archive.vouching.pending_rows import drop_pending_rows, enter_pending_rows

_PRIMARY_CODE_BITS = 0xFF  # the rest of an extended result code says which kind of it
_PAGE_BYTES = 8192  # of SQLite's 4096, a sixth is lost behind compressed texts; of 8192, 7 %
_BUSY_TIMEOUT = 60_000  # ms: another process reads one page meanwhile, at most
_DISK_ERRORS = (
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
)

logger = logging.getLogger(__name__)


@contextmanager
def transaction(path: Path) -> Iterator[Connection]:
    """Yield a connection; commit at the end, or roll back what was not committed on an error.

    A long run may commit in between (`connection.commit()`). Where nobody can write to the
    catalogue it is read all the same (archive.read_only), and writing to it is a StorageError.

    Raises ArchiveFolderError for a catalogue of a newer onrecord,
    FormatError for a damaged one, StorageError for a full or read-only disk.
    """
    can_write = is_writable(path)
    engine = _engine(path) if can_write else _reading_engine(path)
    try:
        migrate(engine, path)
        with engine.connect() as connection:
            if not can_write:  # a private copy, too, is not to be written to
                connection.exec_driver_sql("PRAGMA query_only = ON")
            yield connection
            connection.commit()
    except DatabaseError as error:
        raise _translate_error(error, path) from error
    finally:
        engine.dispose()


def begin_writing(connection: Connection) -> None:
    """Begin a transaction in which no other process writes, unless one is open.

    To be called before what is read decides what is written. LockedError, by `transaction`, where
    another process writes for longer than a minute.
    """
    raw = connection.connection.dbapi_connection
    if isinstance(raw, SqliteConnection) and not raw.in_transaction:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


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


def rewrite(path: Path) -> None:
    """Write the file of a catalogue anew, in pages of today's size and without free ones.

    LockedError while another process has it open; then nothing has changed.
    """
    try:
        with closing(sqlite3.connect(path, isolation_level=None, timeout=1)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")  # WAL keeps the size of pages
            connection.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
            connection.execute("VACUUM")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & _PRIMARY_CODE_BITS in (
            sqlite3.SQLITE_BUSY,
            sqlite3.SQLITE_LOCKED,
        ):
            raise LockedError(f"{path}: another process has this catalogue open") from error
        raise StorageError(f"{path}: {error}") from error
    logger.info("rewrote the catalogue %s", path.name)


def _remove_wal_files(path: Path) -> None:
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _engine(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}")

    @event.listens_for(engine, "connect")
    def prepare(connection: SqliteConnection, entry: ConnectionPoolEntry) -> None:
        connection.execute(f"PRAGMA page_size = {_PAGE_BYTES}")  # of a new catalogue
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT}")
        connection.execute("PRAGMA temp_store = MEMORY")
        entry.info[CODEC] = TextCodec(connection)

    vouch_at_commit(engine)
    return engine


def vouch_at_commit(engine: Engine) -> None:
    """Have the log vouch for what a transaction wrote before it is committed."""
    event.listen(engine, "commit", enter_pending_rows)
    event.listen(engine, "rollback", drop_pending_rows)


def _reading_engine(path: Path) -> Engine:
    """Return an engine on a catalogue that cannot be written to, or on a private copy of it."""
    address = read_only_address(path, len(migrations()))
    engine = create_engine(
        "sqlite://", creator=lambda: sqlite3.connect(address, uri=True), poolclass=QueuePool
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: SqliteConnection, entry: ConnectionPoolEntry) -> None:
        connection.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT}")
        connection.execute("PRAGMA temp_store = MEMORY")
        entry.info[CODEC] = TextCodec(connection)

    return engine


def _translate_error(error: DatabaseError, path: Path) -> ArchiveError:
    cause = str(error.orig)
    code = getattr(error.orig, "sqlite_errorcode", 0) & _PRIMARY_CODE_BITS
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return LockedError(f"{path}: another onrecord is writing to this catalogue")
    if code in _DISK_ERRORS:
        return StorageError(f"{path}: {cause}")
    return FormatError(f"{path}: {cause} (rebuild it with: onrecord rebuild)")
