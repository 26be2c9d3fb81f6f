"""The file of log entries: durable appends of lines, and look-up by number or by content."""

import logging
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
_NEWLINE = re.compile(rb"\n")


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

    def offset(self, number: int) -> int:
        """Return where a line begins in the file, in bytes; IndexError where there is none."""
        return self._span(number)[0]

    def lines(self, low: int = 0, high: int | None = None) -> Iterator[bytes]:
        """Yield the lines `low` to `high`, in order."""
        high = len(self._ends) if high is None else high
        while low < high:
            end = self._chunk_end(low, high)
            yield from self._read_lines(low, end)[:-1].split(b"\n")
            low = end

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
        high = len(self._ends)
        while high:
            low = bisect_right(self._ends, self._ends[high - 1] - _READ_CHUNK_BYTES, 0, high - 1)
            data = self._read_lines(low, high)
            position = data.rfind(pattern)
            if position >= 0:
                return data[data.rfind(b"\n", 0, position) + 1 : data.find(b"\n", position)]
            high = low
        return None

    def line_numbers_with(self, pattern: bytes) -> Iterator[int]:
        """Yield the numbers of the lines that contain `pattern`, in order."""
        low, count = 0, len(self._ends)
        while low < count:
            start, high = self._span(low)[0], self._chunk_end(low, count)
            data = self._read_lines(low, high)
            position = data.find(pattern)
            while position >= 0:
                number = bisect_right(self._ends, start + position)
                yield number
                position = data.find(pattern, self._ends[number] - start)
            low = high

    def _chunk_end(self, low: int, high: int) -> int:
        """Return the end of the lines, from `low` and at most to `high`, that are read at once.

        The file is read by such chunks and never mapped: mapped pages count as memory once read.
        """
        beyond = bisect_right(self._ends, self._span(low)[0] + _READ_CHUNK_BYTES)
        return min(high, max(low + 1, beyond))

    def _read_lines(self, low: int, high: int) -> bytes:
        """Return the lines `low` to `high`, each with its newline."""
        start = self._span(low)[0]
        with storage_errors(self._path):
            return os.pread(self._file, self._ends[high - 1] - start, start)

    def _span(self, number: int) -> tuple[int, int]:
        return (self._ends[number - 1] if number else 0), self._ends[number]

    def _length(self) -> int:
        return self._ends[-1] if self._ends else 0

    def _find_further_ends(self) -> None:
        """Find the ends of lines beyond those that are known."""
        start = self._length()
        while data := os.pread(self._file, _READ_CHUNK_BYTES, start):
            self._ends.extend(start + newline.end() for newline in _NEWLINE.finditer(data))
            start += len(data)

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
