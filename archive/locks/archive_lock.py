"""The lock of an archive: many processes may add to it, or one alone may change what is there."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archive.atomic_files import storage_errors
from archive.errors import LockedError

PATIENCE = 2.0  # seconds: who recovers a crash, or signs a checkpoint, is alone for less
_POLL_INTERVAL = 0.05  # seconds


class ArchiveLock:
    """A lock on the file at `path`, held alone or with others (flock, so a death releases it).

    `problem` is what LockedError says of whoever has it.
    """

    def __init__(self, path: Path, problem: str) -> None:
        self._path, self._problem = path, problem
        with storage_errors(path):
            self._handle = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)

    def close(self) -> None:
        """Release the lock."""
        os.close(self._handle)

    def acquire_alone(self, patience: float = PATIENCE) -> None:
        """Hold the lock alone; LockedError where others still hold it after `patience` seconds."""
        self._acquire(fcntl.LOCK_EX, patience)

    def acquire_with_others(self, patience: float = PATIENCE) -> None:
        """Hold the lock with others; LockedError where one is alone for `patience` seconds."""
        self._acquire(fcntl.LOCK_SH, patience)

    def admit_others(self) -> None:
        """Hold with others a lock that is held alone.

        A process that wanted it alone may have it in between, which is waited for.
        """
        fcntl.flock(self._handle, fcntl.LOCK_SH)

    def is_shared(self) -> bool:
        """Say whether other processes hold the lock as well, while this one does."""
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            shared = True
        else:
            shared = False
        self.admit_others()  # an attempt that fails may lose the lock (flock(2))
        return shared

    def _acquire(self, operation: int, patience: float) -> None:
        deadline = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(self._handle, operation | fcntl.LOCK_NB)
                return
            except BlockingIOError as error:
                if time.monotonic() >= deadline:
                    problem = f"{self._path.parent}: {self._problem} this archive"
                    raise LockedError(problem) from error
            time.sleep(_POLL_INTERVAL)


@contextmanager
def reading_lock(path: Path) -> Iterator[None]:
    """Keep out whoever must be alone, in an archive that this process cannot write to.

    A lock that was never made, or that cannot be opened, is not taken: who could hold it alone has
    made it where it can be opened, or is another user whose archive changes under us.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        yield
        return
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError as error:
            problem = f"{path.parent}: another onrecord must be alone with this archive"
            raise LockedError(problem) from error
        yield
    finally:
        os.close(handle)


@contextmanager
def archive_lock(
    path: Path, problem: str = "another onrecord is writing to"
) -> Iterator[ArchiveLock]:
    """Yield the lock of the archive, not held yet; release it at the end."""
    lock = ArchiveLock(path, problem)
    try:
        yield lock
    finally:
        lock.close()
