"""Open the catalogue, and bring an older one up to date by numbered migrations."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from sqlite3 import DatabaseError as SqliteError

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from archive.errors import ArchiveError, ArchiveFolderError, FormatError, LockedError, StorageError
from archive.text.fingerprint import RULES_VERSION


def migrations() -> list[str]:
    """Return the SQL of every migration; the first is number 1."""
    folder = files("archive.catalogue") / "migrations"
    found = sorted(p.name for p in folder.iterdir() if p.name.endswith(".sql"))
    return [(folder / name).read_text(encoding="utf-8") for name in found]


@contextmanager
def transaction(path: Path) -> Iterator[Connection]:
    """Yield a connection; commit at the end, or leave what was not committed undone on an error.

    A long run may commit in between (`connection.commit()`).

    Raises HomeError for a catalogue made by a newer onrecord or by other rules of what an edit is,
    FormatError for a damaged one, StorageError for a full or read-only disk.
    """
    engine = _engine(path)
    try:
        _migrate(engine, path)
        with engine.connect() as connection:
            yield connection
            connection.commit()
    except DatabaseError as error:
        raise _translated(error, path) from error
    finally:
        engine.dispose()


def remove(path: Path) -> None:
    """Remove a catalogue, if it is there, and what SQLite keeps beside it."""
    _remove_beside(path)
    path.unlink(missing_ok=True)


def replace(path: Path, fresh: Path) -> None:
    """Put the closed catalogue `fresh` in the place of the one at `path`, in one step."""
    _remove_beside(path)  # else SQLite would take it for the new one's
    fresh.replace(path)


def _remove_beside(path: Path) -> None:
    for end in ("-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)


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
    new = not path.exists()
    steps = migrations()
    with engine.connect() as connection:
        at = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        rules = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
    if at > len(steps):
        raise ArchiveFolderError(
            f"{path}: expected catalogue format {len(steps)} or less, found {at}"
        )
    if at and rules != RULES_VERSION:
        raise ArchiveFolderError(
            f"{path}: made by other rules of what an edit is: make it anew with: onrecord rebuild"
        )
    if at == len(steps):
        return
    raw = engine.raw_connection()
    try:
        for number, sql in enumerate(steps[at:], at + 1):
            raw.cursor().executescript(
                f"BEGIN;\n{sql}\nPRAGMA user_version = {number};"
                f"\nPRAGMA application_id = {RULES_VERSION};\nCOMMIT;"
            )
    except SqliteError as error:
        raise FormatError(f"{path}: {error} (rebuild it with: onrecord rebuild)") from error
    finally:
        raw.close()
    if new:
        path.chmod(0o600)


def _translated(error: DatabaseError, path: Path) -> ArchiveError:
    cause = str(error.orig)
    if "locked" in cause:
        return LockedError(f"{path}: another onrecord is writing to this catalogue")
    if isinstance(error, OperationalError) and ("disk" in cause or "readonly" in cause):
        return StorageError(f"{path}: {cause}")
    return FormatError(f"{path}: {cause} (rebuild it with: onrecord rebuild)")
