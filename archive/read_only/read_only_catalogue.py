"""Open a catalogue where nobody can write to it: a DVD, a read-only share, another user's archive.

SQLite reads a database in WAL mode only with a `-shm` file beside it, which it makes where it can
write (https://sqlite.org/wal.html, "Read-Only Databases"). Where it cannot:

- There is no `-wal` file, or an empty one: the database file is all there is. It is opened as
  `immutable`, so that no file beside it is needed.
- Both files are there: another process may be writing. It is opened read only, with its locks.
- There is a `-wal` file alone, as a killed process leaves it, or the schema is an older one: a
  private copy of both files is opened, where SQLite may write. It lasts as long as this process.
"""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from urllib.parse import quote

from archive.atomic_files import storage_errors

_copies: dict[tuple[Path, int, int], TemporaryDirectory[str]] = {}
_copies_lock = Lock()


def is_writable(path: Path) -> bool:
    """Return whether SQLite can write to the catalogue at `path`, or make it there."""
    if not os.access(path.parent, os.W_OK | os.X_OK):
        return False
    beside = [path, *(path.with_name(path.name + suffix) for suffix in ("-wal", "-shm"))]
    return all(os.access(file, os.R_OK | os.W_OK) for file in beside if file.exists())


def read_only_address(path: Path, schema_version: int) -> str:
    """Return the SQLite URI by which to read the catalogue at `path` without writing beside it.

    `schema_version` is that of this program: an older catalogue is copied, to be migrated.
    StorageError where there is no catalogue, or it cannot be read.
    """
    with storage_errors(path), path.open("rb"):
        pass
    wal, shm = (path.with_name(path.name + suffix) for suffix in ("-wal", "-shm"))
    has_wal = wal.exists() and wal.stat().st_size > 0
    if not has_wal and not shm.exists():
        in_place = f"{_uri(path)}?mode=ro&immutable=1"
    elif has_wal and not shm.exists():
        return _uri(_private_copy(path, wal))
    else:
        in_place = f"{_uri(path)}?mode=ro"
    try:
        with closing(sqlite3.connect(in_place, uri=True)) as connection:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        return _uri(_private_copy(path, wal))
    except sqlite3.DatabaseError:
        return in_place  # damaged: whoever reads it says so
    return in_place if version >= schema_version else _uri(_private_copy(path, wal))


def _uri(path: Path) -> str:
    return f"file:{quote(os.fspath(path.absolute()))}"


def _private_copy(path: Path, wal: Path) -> Path:
    """Return a copy of the catalogue and its WAL, made once for each of their states."""
    wal_time = wal.stat().st_mtime_ns if wal.exists() else 0
    state = (path.absolute(), path.stat().st_mtime_ns, wal_time)
    with _copies_lock, storage_errors(path):
        if state not in _copies:
            folder = TemporaryDirectory(prefix="onrecord-catalogue-")
            _copies[state] = folder
            for file in (path, wal):
                if file.exists():
                    copy = Path(folder.name, file.name)
                    shutil.copyfile(file, copy)
                    copy.chmod(0o600)
        return Path(_copies[state].name, path.name)
