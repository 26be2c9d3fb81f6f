"""Append whole records to one WARC file; a partial write is truncated again."""

import logging
import os
import stat
from pathlib import Path

from archive.atomic_files import sync_folder
from archive.errors import StorageError

logger = logging.getLogger(__name__)

PRIVATE_MODE = 0o600
CLOSED_MODE = 0o444


class GrowingFile:
    """A new file, private until closed and read-only from then on."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.end = 0
        try:
            make_folders(path.parent)
            flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC
            self._handle = os.open(path, flags, PRIVATE_MODE)
            sync_folder(path.parent)
        except OSError as error:
            raise StorageError(f"{path}: {error.strerror}") from error

    def append(self, data: bytes) -> None:
        """Write `data` and sync it to disk; on any failure the file is restored as it was."""
        is_complete = False
        try:
            remaining = memoryview(data)
            while remaining:
                remaining = remaining[
                    os.pwrite(self._handle, remaining, self.end + len(data) - len(remaining)) :
                ]
            os.fdatasync(self._handle)
            is_complete = True
        except OSError as error:
            raise StorageError(f"{self.path}: {error.strerror}") from error
        finally:
            if is_complete:
                self.end += len(data)
            else:
                self.truncate(self.end)

    def truncate(self, end: int) -> None:
        """Remove the bytes after offset `end`, durably."""
        try:
            os.ftruncate(self._handle, end)
            os.fsync(self._handle)
        except OSError as error:
            raise StorageError(f"{self.path}: {error.strerror}") from error
        self.end = end
        logger.debug("%s: truncated to %d bytes", self.path.name, end)

    def close(self) -> None:
        """Make the file read-only: nothing is appended after this."""
        try:
            os.fchmod(self._handle, CLOSED_MODE)
            os.fsync(self._handle)
        except OSError as error:
            raise StorageError(f"{self.path}: {error.strerror}") from error
        finally:
            os.close(self._handle)

    def delete(self) -> None:
        """Delete the file, of which nothing was acknowledged, durably."""
        try:
            os.close(self._handle)
            self.path.unlink()
            sync_folder(self.path.parent)
        except OSError as error:
            raise StorageError(f"{self.path}: {error.strerror}") from error
        logger.debug("deleted %s: it has no exchange", self.path.name)


def is_closed(path: Path) -> bool:
    """Return whether the file at `path` was closed by its writer, and so is complete."""
    return not path.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)


def make_folders(folder: Path) -> None:
    """Create `folder` and its parents, private, and sync each to its parent."""
    if folder.is_dir():
        return
    make_folders(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    sync_folder(folder.parent)
