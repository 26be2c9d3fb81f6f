"""The file of log entries: durable appends of lines, and look-up by number or by content."""

import logging
import mmap
import os
import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path

from archive.atomic_files import storage_errors
from archive.errors import FixityError, FormatError

logger = logging.getLogger(__name__)

_READ_CHUNK_BYTES = 1 << 20


class EntryFile:
    """Numbered lines. An append is complete and durable when it returns, or changed nothing."""

    def __init__(self, folder: Path, *, writing: bool) -> None:
        self._path = folder / "entries.jsonl"
        flags = os.O_RDWR | os.O_CREAT if writing else os.O_RDONLY
        with storage_errors(self._path):
            self._file = os.open(self._path, flags, 0o600)
            self._ends = array("Q")
            self._find_further_ends()
            self.torn_bytes = os.fstat(self._file).st_size - self._length()
            if writing:
                self._remove_torn_bytes()

    def __len__(self) -> int:
        return len(self._ends)

    @property
    def path(self) -> Path:
        return self._path

    @property
    def length(self) -> int:
        """The length of all whole lines, in bytes."""
        return self._length()

    def close(self) -> None:
        os.close(self._file)

    def refresh(self) -> None:
        """Take in the lines that another process appended; remove a torn one.

        Nobody may be appending meanwhile. FixityError where lines are gone.
        """
        with storage_errors(self._path):
            size = os.fstat(self._file).st_size
            if size < self._length():
                raise FixityError("log", f"{self._length()} bytes", f"{size}")
            if size > self._length():
                self._find_further_ends()
                self._remove_torn_bytes()

    def append(self, lines: Sequence[bytes]) -> int:
        """Add `lines` at the end and sync; return the number of the first.

        StorageError where the disk refuses; then none of them is in the file.
        """
        first, start = len(self._ends), self._length()
        data = b"\n".join(lines) + b"\n" if lines else b""
        with storage_errors(self._path):
            try:
                _write_all(self._file, data, start)
                os.fdatasync(self._file)
            except OSError:
                os.ftruncate(self._file, start)
                raise
        ends = array("Q", accumulate((len(line) + 1 for line in lines), initial=start))[1:]
        self._ends.extend(ends)
        return first

    def line(self, number: int) -> bytes:
        """Return one line, without its newline; IndexError where there is none."""
        if not 0 <= number < len(self._ends):
            raise IndexError(f"entry {number} of {len(self._ends)}")
        start, end = self._span(number)
        with storage_errors(self._path):
            return os.pread(self._file, end - start - 1, start)

    def lines(self, low: int = 0, high: int | None = None) -> Iterator[bytes]:
        """Yield the lines `low` to `high`, in order."""
        high = len(self._ends) if high is None else high
        while low < high:
            start = self._span(low)[0]
            chunk_end = low + 1
            while chunk_end < high and self._ends[chunk_end] - start <= _READ_CHUNK_BYTES:
                chunk_end += 1
            with storage_errors(self._path):
                data = os.pread(self._file, self._ends[chunk_end - 1] - start, start)
            yield from data[:-1].split(b"\n")
            low = chunk_end

    def overwrite(self, number: int, line: bytes) -> None:
        """Replace line `number` by `line`, of the same length, and sync; else FormatError."""
        start, end = self._span(number)
        if len(line) != end - start - 1:
            raise FormatError(f"entry {number}: expected {end - start - 1} bytes, not {len(line)}")
        with storage_errors(self._path):
            _write_all(self._file, line, start)
            os.fdatasync(self._file)

    def last_line_with(self, pattern: bytes) -> bytes | None:
        """Return the last line that contains `pattern`; None where none does."""
        if not self._ends:
            return None
        with (
            storage_errors(self._path),
            mmap.mmap(self._file, self._length(), prot=mmap.PROT_READ) as lines,
        ):
            position = lines.rfind(pattern)
            if position < 0:
                return None
            return lines[lines.rfind(b"\n", 0, position) + 1 : lines.find(b"\n", position)]

    def line_numbers_with(self, pattern: bytes) -> Iterator[int]:
        """Yield the numbers of the lines that contain `pattern`, in order."""
        if not self._ends:
            return
        with (
            storage_errors(self._path),
            mmap.mmap(self._file, self._length(), prot=mmap.PROT_READ) as lines,
        ):
            position = lines.find(pattern)
            while position >= 0:
                number = bisect_right(self._ends, position)
                yield number
                position = lines.find(pattern, self._ends[number])

    def _span(self, number: int) -> tuple[int, int]:
        return (self._ends[number - 1] if number else 0), self._ends[number]

    def _length(self) -> int:
        return self._ends[-1] if self._ends else 0

    def _find_further_ends(self) -> None:
        """Find the ends of lines beyond those that are known."""
        start = self._length()
        if os.fstat(self._file).st_size > start:
            with mmap.mmap(self._file, 0, prot=mmap.PROT_READ) as content:
                newlines = re.compile(rb"\n").finditer(content, start)
                self._ends.extend(newline.end() for newline in newlines)

    def _remove_torn_bytes(self) -> None:
        torn = os.fstat(self._file).st_size - self._length()
        if torn:
            os.ftruncate(self._file, self._length())
            os.fdatasync(self._file)
            logger.info("log: removed %d bytes of a torn entry", torn)


def _write_all(descriptor: int, data: bytes, start: int) -> None:
    view = memoryview(data)
    while view:
        written = os.pwrite(descriptor, view[: 1 << 26], start)
        view, start = view[written:], start + written
