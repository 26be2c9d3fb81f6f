"""Write files atomically: a crash leaves the old file or the new one, never half of one."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from archive.errors import StorageError


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Convert OSError inside the block into a StorageError that names the file."""
    try:
        yield
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror or error}") from error


def replace_file(path: Path, data: bytes, *, mode: int = 0o600, durable: bool = True) -> None:
    """Replace the content of `path` by `data` atomically; StorageError if the disk refuses."""
    with storage_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary = path.with_name(f"{path.name}.{os.getpid()}.new")
        try:
            handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                if durable:
                    file.flush()
                    os.fsync(file.fileno())
            temporary.replace(path)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise
        if durable:
            sync_folder(path.parent)


@contextmanager
def private_output(path: Path) -> Iterator[IO[bytes]]:
    """Yield a file that becomes `path` when the block ends without an error, mode 0600.

    Meanwhile it lies beside `path`, for its owner only: what was there before stays until then.
    What is no regular file (a pipe, a device) is written to as it is. StorageError where the disk
    refuses.
    """
    with storage_errors(path):
        if path.exists() and not path.is_file():
            with path.open("wb") as special:
                yield special
            return
        target = path.resolve()  # a link leads to what is replaced
        temporary = target.with_name(f".{target.name}.{os.getpid()}.new")
        handle = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(handle, "w+b") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(target)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        sync_folder(target.parent)


def write_private(path: Path, text: str) -> None:
    """Write `text` to `path` as UTF-8, mode 0600; lone surrogates become question marks."""
    with private_output(path) as file:
        file.write(text.encode("utf-8", "replace"))


def sync_file(path: Path) -> None:
    """Sync the content of a file to disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_folder(folder: Path) -> None:
    """Sync the directory entries of `folder` to disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def content_of(path: Path) -> bytes | None:
    """Return the bytes of a file; None where there is none, a folder, or it cannot be read."""
    try:
        return path.read_bytes()
    except OSError:
        return None
