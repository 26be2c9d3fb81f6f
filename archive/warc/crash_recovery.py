"""After a crash: WARC files that were never closed are cut back to their last whole record."""

import os
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from archive.errors import StorageError
from archive.warc.growing_file import CLOSED, PRIVATE, is_closed, sync_folder

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """What was found and done to one file."""

    path: Path
    kept: int  # bytes
    torn: int  # bytes, now in `tail`; 0 where the file was whole
    tail: Path | None

    def __str__(self) -> str:
        if self.tail is None:
            return f"{self.path.name}: was not closed; whole, {self.kept} bytes"
        return (
            f"{self.path.name}: was not closed; {self.kept} bytes are whole, "
            f"the last {self.torn} moved to {self.tail.name}"
        )


def recover_all(
    folder: Path, logged_end: Callable[[str], int | None] | None = None
) -> list[Recovery]:
    """Recover every WARC file below `folder` that was not closed, and close it.

    `logged_end` may say, of a file by its name below `folder`, where the last logged record ends:
    what comes after it was never acknowledged. None or 0: the log does not know the file, and all
    of it that is whole is kept.
    """
    try:
        paths = sorted(path for path in folder.rglob("*.warc.gz") if not is_closed(path))
        ends = logged_end or (lambda name: None)
        return [recover(path, ends(path.relative_to(folder).as_posix())) for path in paths]
    except OSError as error:
        raise StorageError(f"{folder}: {error.strerror}") from error


def recover(path: Path, logged_end: int | None = None) -> Recovery:
    """Cut the file at `path` back to its last whole gzip member, or to `logged_end`; close it.

    What is cut off is kept in a file of the same name and `.torn`; a file of which nothing is
    whole is removed.
    """
    size, good = path.stat().st_size, 0
    for end in _member_ends(path):
        if not logged_end or end <= logged_end:
            good = end
    tail = _move_tail(path, good) if good < size else None
    if good:
        path.chmod(CLOSED)
    else:
        path.unlink()
    sync_folder(path.parent)
    return Recovery(path=path, kept=good, torn=size - good, tail=tail)


def _move_tail(path: Path, start: int) -> Path:
    tail = path.with_name(path.name + ".torn")
    with path.open("r+b") as file:
        with tail.open("wb") as kept:
            os.fchmod(kept.fileno(), PRIVATE)
            file.seek(start)
            while chunk := file.read(_CHUNK):
                kept.write(chunk)
            kept.flush()
            os.fsync(kept.fileno())
        sync_folder(path.parent)
        file.truncate(start)
        os.fsync(file.fileno())
    return tail


def _member_ends(path: Path) -> Iterator[int]:
    """Yield where each whole gzip member ends, up to the first that is not."""
    with path.open("rb") as file:
        inflater, rest = zlib.decompressobj(31), b""
        while rest := rest or file.read(_CHUNK):
            try:
                inflater.decompress(rest, _CHUNK)
            except zlib.error:
                return
            if inflater.eof:
                rest = inflater.unused_data
                yield file.tell() - len(rest)
                inflater = zlib.decompressobj(31)
            else:
                rest = inflater.unconsumed_tail
