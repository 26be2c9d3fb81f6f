"""The lock of a log: one process at a time writes to an archive."""

import os
from pathlib import Path

from filelock import FileLock, Timeout

from archive.errors import LockedError


def acquire_lock(folder: Path) -> FileLock:
    """Acquire the lock of the log in `folder`; LockedError while another process has it."""
    lock = FileLock(os.fspath(folder / ".lock"), mode=0o600)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise LockedError(f"{folder}: another onrecord is writing to this archive") from error
    return lock
