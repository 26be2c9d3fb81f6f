"""Recover WARC files left open by a crash: truncate each to its last whole record."""

import logging
import os
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from archive.atomic_files import sync_folder
from archive.errors import StorageError
from archive.warc.write.growing_file import CLOSED_MODE, PRIVATE_MODE, is_closed

logger = logging.getLogger(__name__)

_READ_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """What recovery did to one file."""

    path: Path
    kept_bytes: int
    torn_bytes: int  # moved to `tail_path`; 0 if the file was whole
    tail_path: Path | None

    def __str__(self) -> str:
        if self.tail_path is None:
            return f"{self.path.name}: was not closed; whole, {self.kept_bytes} bytes"
        return (
            f"{self.path.name}: was not closed; {self.kept_bytes} bytes are whole, "
            f"the last {self.torn_bytes} moved to {self.tail_path.name}"
        )


def recover_all(
    folder: Path, logged_end: Callable[[str], int | None] | None = None
) -> list[Recovery]:
    """Recover every WARC file below `folder` that was not closed, and close it.

    `logged_end` returns, for a file's path relative to `folder`, the offset at which its last
    logged record ends: bytes after it were never acknowledged. None or 0: the log has no record of
    the file, and every whole member is kept. StorageError if the disk refuses.
    """
    try:
        paths = sorted(path for path in folder.rglob("*.warc.gz") if not is_closed(path))
        ends = logged_end or (lambda name: None)
        return [recover_file(path, ends(path.relative_to(folder).as_posix())) for path in paths]
    except OSError as error:
        raise StorageError(f"{folder}: {error.strerror}") from error


def recover_file(path: Path, logged_end: int | None = None) -> Recovery:
    """Truncate the file at `path` to its last whole gzip member, or to `logged_end`; close it.

    The bytes removed are moved to a file of the same name plus `.torn`; a file without a whole
    member is deleted.
    """
    size, whole_end = path.stat().st_size, 0
    for end in _member_ends(path):
        if not logged_end or end <= logged_end:
            whole_end = end
    tail_path = _move_tail(path, whole_end) if whole_end < size else None
    if whole_end:
        path.chmod(CLOSED_MODE)
    else:
        path.unlink()
    sync_folder(path.parent)
    logger.info("recovered the WARC file %s: %d of %d bytes are whole", path.name, whole_end, size)
    return Recovery(
        path=path, kept_bytes=whole_end, torn_bytes=size - whole_end, tail_path=tail_path
    )


def _move_tail(path: Path, start: int) -> Path:
    tail = path.with_name(path.name + ".torn")
    with path.open("r+b") as file:
        with tail.open("wb") as tail_file:
            os.fchmod(tail_file.fileno(), PRIVATE_MODE)
            file.seek(start)
            while chunk := file.read(_READ_CHUNK_BYTES):
                tail_file.write(chunk)
            tail_file.flush()
            os.fsync(tail_file.fileno())
        sync_folder(path.parent)
        file.truncate(start)
        os.fsync(file.fileno())
    return tail


def _member_ends(path: Path) -> Iterator[int]:
    """Yield the end offset of each whole gzip member, up to the first broken one."""
    with path.open("rb") as file:
        inflater, pending = zlib.decompressobj(31), b""
        while pending := pending or file.read(_READ_CHUNK_BYTES):
            try:
                inflater.decompress(pending, _READ_CHUNK_BYTES)
            except zlib.error:
                return
            if inflater.eof:
                pending = inflater.unused_data
                yield file.tell() - len(pending)
                inflater = zlib.decompressobj(31)
            else:
                pending = inflater.unconsumed_tail
