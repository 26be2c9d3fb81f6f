"""Open a search engine by its name, synchronised with the catalogue.

The index is a cache: one that is damaged, or of another catalogue, is made anew. Where nobody can
write to it, and it lacks versions or is damaged, a private copy is brought up to date instead.
"""

import logging
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from filelock import FileLock, Timeout
from sqlalchemy import Connection

from archive.errors import FormatError, LockedError
from index.engine_interface import Engine
from index.engines import ENGINES
from index.sync_with_catalogue import is_same_catalogue, is_up_to_date, sync

logger = logging.getLogger(__name__)

Tell = Callable[[str], object]  # called with one line for people
_PATIENCE = 600.0  # seconds: another process makes the index anew


@contextmanager
def open_synced_engine(
    name: str, folder: Path, connection: Connection, tell: Tell = logger.info
) -> Iterator[Engine]:
    """Yield the engine called `name` over the index in `folder`, synchronised with the catalogue.

    An index of another catalogue is deleted and rebuilt, and so is a damaged one, which is told.
    """
    open_index = ENGINES.load(name)
    if not is_writable(folder):
        with _open_without_writing(open_index, folder, connection, tell) as engine:
            yield engine
        return
    engine = open_index(folder)
    try:
        if _problem(engine, connection) is not None:
            engine.close()
            engine = _make_anew(open_index, folder, connection, tell)
        sync(connection, engine)
        yield engine
    finally:
        engine.close()


def is_writable(folder: Path) -> bool:
    """Return whether an index can be written to `folder`, or made where there is none."""
    return os.access(folder if folder.exists() else folder.parent, os.W_OK | os.X_OK)


def _problem(engine: Engine, connection: Connection) -> str | None:
    """Return why an index cannot be used: damage, or "" for another catalogue's; None for none."""
    try:
        if not is_same_catalogue(connection, engine):
            return ""
        if engine.state():
            engine.term_counts([])  # opens every file of the index
    except FormatError as error:
        return str(error)
    return None


def _make_anew(
    open_index: Callable[[Path], Engine], folder: Path, connection: Connection, tell: Tell
) -> Engine:
    """Make an index anew that is still of no use once no other process is making it anew."""
    lock = FileLock(os.fspath(folder.parent / ".index.lock"), mode=0o600, thread_local=False)
    try:
        with lock.acquire(_PATIENCE):
            engine = open_index(folder)
            problem = _problem(engine, connection)
            if problem is None:
                return engine
            engine.close()
            shutil.rmtree(folder)
            if problem:
                tell(f"the search index was damaged ({problem}): it is made anew")
            else:
                logger.info("deleted the index of another catalogue")
            engine = open_index(folder)
            sync(connection, engine)
            return engine
    except Timeout as error:
        problem = f"{folder}: another process is making the search index anew"
        raise LockedError(problem) from error


@contextmanager
def _open_without_writing(
    open_index: Callable[[Path], Engine], folder: Path, connection: Connection, tell: Tell
) -> Iterator[Engine]:
    """Yield an index that nobody can write to, or a private copy of it with what it lacks."""
    problem: str | None = "there is none"
    if folder.exists():
        engine = open_index(folder)
        try:
            problem = _problem(engine, connection)
            if problem is None and is_up_to_date(connection, engine):
                yield engine
                return
        finally:
            engine.close()
    with TemporaryDirectory(prefix="onrecord-index-") as private:
        copy = Path(private, "index")
        if problem is None:
            copy.mkdir(0o700)  # the modes of the original are not copied
            for path in folder.iterdir():
                if path.is_file() and not path.name.endswith("LOCK"):
                    shutil.copyfile(path, copy / path.name)
        tell(f"{folder} cannot be written to: what it lacks is indexed for this command alone")
        engine = open_index(copy)
        try:
            sync(connection, engine)
            yield engine
        finally:
            engine.close()
