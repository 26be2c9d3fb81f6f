"""Files that a call in a sandbox is given: opened by the parent, sent as descriptors (unix(7)).

A function in the sandbox opens such a file by its path, with `open_for_reading`.
"""

import io
import os
import pickle
import socket
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, BinaryIO

from archive.errors import StorageError

_descriptors: dict[Path, int] = {}  # in a sandbox process: what it was sent for the current call


def open_for_reading(path: Path) -> BinaryIO:
    """Open the file at `path`, in a sandbox the one that was sent; StorageError if that fails."""
    descriptor = _descriptors.get(path)
    if descriptor is not None:
        return io.BufferedReader(_SentFile(descriptor))
    try:
        return path.open("rb")
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror}") from error


def pickle_call(call: Any) -> tuple[bytes, list[Path]]:
    """Return `call` pickled, and the paths in it, at any depth."""
    buffer = io.BytesIO()
    pickler = _PathCollector(buffer)
    pickler.dump(call)
    return buffer.getvalue(), list(pickler.paths)


def send_files(channel: socket.socket, paths: list[Path]) -> None:
    """Send the files at `paths`, opened for reading. StorageError if one cannot be opened."""
    with ExitStack() as stack:
        files = [stack.enter_context(open_for_reading(path)) for path in paths]
        socket.send_fds(channel, [b"f"], [file.fileno() for file in files])


def receive_files(channel: socket.socket, paths: list[Path]) -> None:
    """Receive the files at `paths`, in the order in which they are sent, for the current call."""
    _, descriptors, _, _ = socket.recv_fds(channel, 1, len(paths))
    _descriptors.update(zip(paths, descriptors, strict=True))


def close_files() -> None:
    """Close the files of the current call."""
    while _descriptors:
        _, descriptor = _descriptors.popitem()
        with suppress(OSError):
            os.close(descriptor)


class _PathCollector(pickle.Pickler):
    """Pickles a call as it is, and collects the paths in it."""

    def __init__(self, buffer: io.BytesIO) -> None:
        super().__init__(buffer)
        self.paths: dict[Path, None] = {}

    def persistent_id(self, value: Any) -> None:
        """Return None for every value: it is pickled as usual."""
        if isinstance(value, Path):
            self.paths[value] = None


class _SentFile(io.RawIOBase):
    """Reads a descriptor with a position of its own: several may read the same one."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor, self._position = descriptor, 0

    def fileno(self) -> int:
        return self._descriptor

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        start = (0, self._position, os.fstat(self._descriptor).st_size)[whence]
        self._position = start + offset
        return self._position

    def tell(self) -> int:
        return self._position

    def readinto(self, buffer: Any) -> int:
        count = os.preadv(self._descriptor, [buffer], self._position)
        self._position += count
        return count
