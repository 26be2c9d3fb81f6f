"""The lock of a log: kept by a process that writes alone, or taken for each append."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from archive.errors import LockedError

_TURN_PATIENCE = 60.0  # seconds: an append by another process takes milliseconds
_POLL_INTERVAL = 0.002  # seconds


class LogLock:
    """The right to append to the log in `folder`; threads of a process may share one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = FileLock(os.fspath(folder / ".lock"), mode=0o600, thread_local=False)
        self._thread_lock = threading.RLock()
        self._is_kept = False

    @property
    def is_kept(self) -> bool:
        """Whether no other process can append until this one releases the lock."""
        return self._is_kept

    def keep(self) -> None:
        """Hold the lock until `release`; LockedError while another process has it."""
        self._acquire(0)
        self._is_kept = True

    def release(self) -> None:
        """Release the lock if it is held: from now on it is taken for each turn."""
        self._is_kept = False
        self._lock.release()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Hold the lock in the block; LockedError where another process keeps it."""
        with self._thread_lock:
            self._acquire(_TURN_PATIENCE)
            try:
                yield
            finally:
                self._lock.release()

    def _acquire(self, patience: float) -> None:
        try:
            self._lock.acquire(timeout=patience, poll_interval=_POLL_INTERVAL)
        except Timeout as error:
            problem = f"{self._folder}: another onrecord is writing to this archive"
            raise LockedError(problem) from error


@contextmanager
def kept_lock(folder: Path) -> Iterator[LogLock]:
    """Keep the lock of the log in `folder` in the block."""
    lock = LogLock(folder)
    lock.keep()
    try:
        yield lock
    finally:
        lock.release()
