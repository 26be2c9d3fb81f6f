"""Open the catalogue alone: no other process has it open meanwhile, not even to read it.

SQLite's exclusive locking mode (sqlite.org/pragma.html#pragma_locking_mode) is refused while there
is another connection: each holds a shared lock as long as it is open, with a snapshot or without.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, StaticPool, create_engine

from archive.catalogue.database import vouch_at_commit
from archive.catalogue.stored_texts.text_codec import TextCodec
from archive.errors import FormatError, LockedError, StorageError

_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_PRIMARY_CODE_BITS = 0xFF
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


@contextmanager
def catalogue_alone(path: Path) -> Iterator[Connection]:
    """Yield the only connection to the catalogue at `path`; what is deleted is overwritten.

    LockedError where another process has it open, FormatError where it is damaged, StorageError
    where the disk refuses. What the block did is committed at its end, and nothing deleted is left
    in the database or its write-ahead log.
    """
    raw = None
    try:
        raw = sqlite3.connect(path, timeout=0, check_same_thread=False)
        raw.execute("PRAGMA locking_mode = EXCLUSIVE")
        raw.execute("PRAGMA secure_delete = ON")
        raw.execute("PRAGMA temp_store = MEMORY")
        raw.execute("PRAGMA synchronous = FULL")
        raw.execute("BEGIN IMMEDIATE")
        TextCodec(raw)
        connection_to = raw
        engine = create_engine("sqlite://", creator=lambda: connection_to, poolclass=StaticPool)
        vouch_at_commit(engine)
        with engine.connect() as connection:
            yield connection
            connection.commit()
        raw.isolation_level = None
        raw.execute("VACUUM")
        busy = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        if busy:
            raise LockedError(f"{path}: another process reads it")
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY_CODE_BITS
        if code in _BUSY:
            raise LockedError(f"{path}: another process reads it") from error
        if code in _DAMAGED:
            raise FormatError(f"{path}: {error} (rebuild it with: onrecord rebuild)") from error
        raise StorageError(f"{path}: {error}") from error
    finally:
        if raw is not None:
            raw.close()


def is_open_elsewhere(path: Path) -> bool:
    """Say whether another process has the catalogue at `path` open."""
    if not path.exists():
        return False
    raw = sqlite3.connect(path, timeout=0)
    try:
        raw.execute("PRAGMA locking_mode = EXCLUSIVE")
        raw.execute("BEGIN IMMEDIATE")
        raw.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY_CODE_BITS
        return code in _BUSY
    except sqlite3.DatabaseError:
        return False  # damaged: whoever opens it says so
    finally:
        raw.close()
    return False
