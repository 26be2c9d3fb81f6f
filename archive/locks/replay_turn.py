"""Whose turn it is to store records of WARC files: else two processes could store one record."""

import os
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

from archive.close_at_exit import ClosedAtExit
from archive.errors import LockedError

_PATIENCE = 60.0  # seconds: whoever has the turn gives way after some pages
_POLL_INTERVAL = 0.005  # seconds


class ReplayTurn(ClosedAtExit):
    """The turn in the archive at `root`: one process has it at a time, the next is in line.

    It is taken before a record is looked up in the catalogue and kept until what was read of it is
    committed. Others may write to the archive meanwhile, but store no record of a WARC file.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._turn = _file_lock(root / ".replay.lock")
        self._line = _file_lock(root / ".replay-next.lock")

    def take(self) -> None:
        """Take the turn, unless this process has it; LockedError after a minute."""
        if self._turn.is_locked:
            return
        try:
            with self._line.acquire(_PATIENCE), self._turn.acquire(_PATIENCE):
                self._turn.acquire(0)  # counted: kept at the end of the block
        except Timeout as error:
            problem = f"{self._root}: another onrecord is storing records of WARC files here"
            raise LockedError(problem) from error

    @property
    def is_awaited(self) -> bool:
        """Whether another process is in line."""
        with suppress(Timeout), self._line.acquire(0):
            return False
        return True

    def give_way(self) -> None:
        """Release the turn if another process is in line: it has it before this one again."""
        if self._turn.is_locked and self.is_awaited:
            self._turn.release()

    def close(self) -> None:
        """Release the turn."""
        self._turn.release()


def _file_lock(path: Path) -> FileLock:
    return FileLock(os.fspath(path), mode=0o600, thread_local=False, poll_interval=_POLL_INTERVAL)
