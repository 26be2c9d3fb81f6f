"""One WARC file that grows by whole records: what could not be written whole is cut off again."""

import os
import stat
from pathlib import Path

from archive.errors import StorageError

PRIVATE = 0o600
CLOSED = 0o444


class GrowingFile:
    """A new file, private until closed and read-only from then on."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.end = 0
        try:
            make_folders(path.parent)
            flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC
            self._handle = os.open(path, flags, PRIVATE)
            sync_folder(path.parent)
        except OSError as error:
            raise StorageError(f"{path}: {error.strerror}") from error

    def append(self, data: bytes) -> None:
        """Write `data` and have it on disk; on any failure the file is as it was before."""
        whole = False
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.pwrite(self._handle, rest, self.end + len(data) - len(rest)) :]
            os.fdatasync(self._handle)
            whole = True
        except OSError as error:
            raise StorageError(f"{self.path}: {error.strerror}") from error
        finally:
            if whole:
                self.end += len(data)
            else:
                self.cut(self.end)

    def cut(self, end: int) -> None:
        """Forget what lies after `end`."""
        try:
            os.ftruncate(self._handle, end)
            os.fsync(self._handle)
        except OSError as error:
            raise StorageError(f"{self.path}: {error.strerror}") from error
        self.end = end

    def close(self) -> None:
        """Make the file read-only: it will not grow again."""
        try:
            os.fchmod(self._handle, CLOSED)
            os.fsync(self._handle)
        except OSError as error:
            raise StorageError(f"{self.path}: {error.strerror}") from error
        finally:
            os.close(self._handle)


def is_closed(path: Path) -> bool:
    """Tell whether the file at `path` was closed, and so ends where its writer meant it to."""
    return not path.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)


def make_folders(folder: Path) -> None:
    """Make `folder` and what it lies in, private, each entered in its parent on disk."""
    if folder.is_dir():
        return
    make_folders(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Have the entries of `folder` on disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
