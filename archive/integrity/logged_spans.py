"""The spans of WARC files whose digests are in the log: one file, and one span, at a time."""

from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from archive.errors import FormatError
from archive.log.entries import Entry, decode
from archive.log.signed_log import Log

_MAX_OFFSET = (1 << 63) - 1


@dataclass(frozen=True, slots=True, order=True)
class LoggedSpan:
    """A span of a WARC file whose digest is in the log."""

    start: int
    end: int
    sha256: str
    label: str  # what it is: capture id and URL, or the entry's kind
    logged: datetime


class FileSpans:
    """The spans of one WARC file by position, each read from the log when it is its turn.

    In memory are three numbers for each: where it begins and ends, and that of its entry.
    """

    def __init__(self, log: Log, numbers: "array[int]") -> None:
        self._log = log
        self._starts, self._ends, self._numbers = array("q"), array("q"), array("q")
        erased: dict[tuple[int, int], int] = {}  # the last erasure of these bytes
        for number in numbers:
            if isinstance(entry := log.entry(number), Entry):
                start, end = _range_of(entry)
                self._starts.append(start)
                self._ends.append(end)
                self._numbers.append(number)
                if entry.kind == "erasure":
                    erased[start, end] = number
        # In place of an erased exchange's span, if the log still has it, is that of its tombstone.
        by_start = sorted(range(len(self._numbers)), key=self._starts.__getitem__)
        self._order = array(
            "q",
            (
                i
                for i in by_start
                if self._numbers[i] >= erased.get((self._starts[i], self._ends[i]), 0)
            ),
        )

    def __len__(self) -> int:
        return len(self._order)

    def __iter__(self) -> Iterator[LoggedSpan]:
        for i in self._order:
            if isinstance(entry := self._log.entry(self._numbers[i]), Entry):
                yield _span_of(entry)

    @property
    def end(self) -> int:
        """Return the end of the last span."""
        return self._ends[self._order[-1]]


class LoggedSpans(Mapping[str, FileSpans]):
    """For each WARC file in the log, its spans; of entries, only the numbers are in memory."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._numbers_by_file: dict[str, array[int]] = {}
        for number, line in enumerate(log.lines()):
            entry = decode(line)
            if isinstance(entry, Entry) and (name := _file_of(entry)):
                self._numbers_by_file.setdefault(name, array("Q")).append(number)

    def __getitem__(self, name: str) -> FileSpans:
        return FileSpans(self._log, self._numbers_by_file[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers_by_file)

    def __len__(self) -> int:
        return len(self._numbers_by_file)


def _file_of(entry: Entry) -> str:
    """Return the WARC file that `entry` has a span of; "" for none, as where only it is erased."""
    return entry.text("file" if entry.kind == "erasure" else "warc")


def _range_of(entry: Entry) -> tuple[int, int]:
    names = ("at", "bytes") if entry.kind == "erasure" else ("offset", "length")
    start, length = map(entry.number, names)
    if not 0 <= start <= start + length <= _MAX_OFFSET:
        raise FormatError(f"log entry {entry.kind}: expected a span of a file, found {start}")
    return start, start + length


def _span_of(entry: Entry) -> LoggedSpan:
    """Return the span of an entry; that of an erasure has the digest of the tombstone."""
    start, end = _range_of(entry)
    if entry.kind == "erasure":
        digest, label = entry.text("tombstone_sha256"), "tombstone of an erasure"
    else:
        names = (entry.text("id"), entry.text("url"))
        digest = entry.text("warc_sha256")
        label = " ".join(name for name in names if name) or entry.kind
    return LoggedSpan(start, end, digest, label, entry.when)
