"""Records of a WARC file, ours or anybody's: one gzip member each, gzipped whole, or plain."""

import hashlib
import os
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from archive.errors import FixityError, FormatError, LimitError, StorageError
from archive.models import StoredRecord
from archive.warc.decompress import DecompressedFile, TruncatedError
from archive.warc.digests import algorithm_of, matches, sha256_of
from archive.warc.record_header import RecordHeader, parse_header

MAX_HEAD = 256 << 10
MAX_BLOCK = 64 << 20  # held in memory; a larger block is gone past
_MEMBER = re.compile(rb"\x1f\x8b\x08[\x00-\x1f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record as it lies in its file."""

    head: RecordHeader
    kept: bytes  # the block, or its beginning where it is larger than was to be kept
    offset: int  # in the file where `seekable`, else in what it unpacks to
    length: int  # likewise, without the empty lines that follow a plain record
    alone: bool  # is exactly one gzip member, and can be copied as it is
    seekable: bool  # lies at `offset` of the file itself
    sums: tuple[tuple[str, bytes], ...] = ()  # of the whole block: hashlib's name, digest

    @property
    def block(self) -> bytes:
        """Return the whole block; LimitError where it was too large to be kept."""
        if len(self.kept) < self.head.length:
            raise LimitError(
                f"{self.head.id}: expected at most {len(self.kept)} bytes, found {self.head.length}"
            )
        return self.kept

    def wrong_digest(self) -> str:
        """Return a block digest that the record states and its block does not have, else "".

        Only for a record read with `check`; one of an algorithm that we lack counts as right.
        """
        sums = dict(self.sums)
        stated = self.head.all("WARC-Block-Digest")
        known = (each for each in stated if algorithm_of(each) in sums)
        return next((each for each in known if not matches(each, sums[algorithm_of(each)])), "")


@dataclass(frozen=True, slots=True)
class Damage:
    """A place where a file cannot be read, and the id of the record there if that much could be."""

    offset: int
    record: str
    problem: str
    bomb: bool = False  # too much rather than broken


def walk(
    file: BinaryIO, *, keep: int = MAX_BLOCK, check: bool = False
) -> Iterator[Record | Damage]:
    """Yield the records of `file` from its position on, and each place that cannot be read.

    With `check`, digests of whole blocks are made, and reading goes on after damage where gzip
    members allow it.
    """
    data = DecompressedFile(file)
    while data.next_member():
        place = _Place(data)
        try:
            yield from place.records(keep, check)
        except (TruncatedError, FormatError, LimitError) as error:
            offset = data.start if data.packed else place.begin
            known = place.id or (data.packed and check and _id_at(file, offset)) or ""
            yield Damage(offset, known, str(error), isinstance(error, LimitError))
            if not data.packed or not check or not _seek_member(file, data):
                return


class _Place:
    """Reads the records of one member, knowing where it was if that fails."""

    def __init__(self, data: DecompressedFile) -> None:
        self.data, self.id, self.begin = data, "", 0

    def records(self, keep: int, check: bool) -> Iterator[Record]:
        data = self.data
        more = data.skip_empty_lines()
        while more:
            place, self.begin = data.place, data.end
            head = self._head()
            self.id = head.id
            sums = _sums(head) if check else {}
            block = data.take(head.length, keep=keep, sums=tuple(sums.values()))
            whole = place + len(head.raw) + head.length
            if data.place < whole:
                raise FormatError(
                    f"expected {head.length} bytes, found {_short(data, whole, head)}"
                )
            more = data.skip_empty_lines()
            alone = data.packed and place == 0 and not more
            yield Record(
                head=head,
                kept=block,
                offset=data.start if alone else self.begin if not data.packed else place,
                length=data.end - data.start if alone else whole - place,
                alone=alone,
                seekable=alone or not data.packed,
                sums=tuple((name, each.digest()) for name, each in sums.items()),
            )
            self.id, self.begin = "", data.end

    def _head(self) -> RecordHeader:
        start = self.data.peek(5)
        if start != b"WARC/":
            raise FormatError(f"expected a WARC record, found {self.data.peek(24)!r}")
        raw = self.data.until(b"\r\n\r\n", MAX_HEAD)
        if raw is None:
            raise FormatError(
                f"expected the end of a WARC head within {MAX_HEAD} bytes, found none"
            )
        return parse_header(raw)


def _short(data: DecompressedFile, whole: int, head: RecordHeader) -> int:
    return head.length - (whole - data.place)


def _sums(head: RecordHeader) -> dict[str, "hashlib._Hash"]:
    names = {algorithm_of(stated) for stated in head.all("WARC-Block-Digest")} - {""}
    return {name: hashlib.new(name, usedforsecurity=False) for name in names}


def _id_at(file: BinaryIO, offset: int) -> str:
    """Return the id of the record in the damaged member at `offset`, "" if it is not legible."""
    file.seek(offset)
    inflater, plain = zlib.decompressobj(31), b""
    try:
        while b"\r\n\r\n" not in plain and (piece := file.read(16)):
            plain += inflater.decompress(piece, MAX_HEAD)
        return parse_header(plain.partition(b"\r\n\r\n")[0]).id
    except (zlib.error, FormatError):
        return ""


def _seek_member(file: BinaryIO, data: DecompressedFile) -> bool:
    """Go to the next gzip member that holds a WARC record; False where there is none."""
    offset = data.start + 1
    while True:
        file.seek(offset)
        window = file.read(1 << 20)
        for match in _MEMBER.finditer(window):
            data.restart(offset + match.start())
            try:
                if data.peek(5) == b"WARC/":
                    data.restart(offset + match.start())
                    return True
            except (TruncatedError, LimitError):
                continue
        if len(window) < 1 << 20:
            return False
        offset += len(window) - 3


def read_records(
    path: Path, *, keep: int = MAX_BLOCK, start: int = 0, end: int | None = None
) -> Iterator[Record]:
    """Yield the records of the file at `path`, in order; with `start` and `end`, of that part.

    Both are places in the file where a record of its own begins. FormatError where the file is
    empty, no WARC file, or torn: after every whole record was yielded. LimitError for a gzip bomb.
    Memory is bounded by `keep`.
    """
    with open_warc(path) as file:
        if not os.fstat(file.fileno()).st_size:
            raise FormatError(f"{path}: expected a WARC file, found an empty one")
        file.seek(start)
        try:
            for found in walk(file, keep=keep):
                if end is not None and found.offset >= end:
                    return
                if isinstance(found, Damage):
                    refused = LimitError if found.bomb else FormatError
                    raise refused(f"{path}: byte {found.offset}: {found.problem}")
                yield found
        except OSError as error:
            raise StorageError(f"{path}: {error.strerror}") from error


def open_warc(path: Path) -> BinaryIO:
    """Open the file at `path`; StorageError where the system refuses."""
    try:
        return path.open("rb")
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror}") from error


def read_record(path: Path, offset: int, *, keep: int = MAX_BLOCK, check: bool = False) -> Record:
    """Return the record that begins at `offset` of the file at `path`; with `check`, its sums."""
    with open_warc(path) as file:
        file.seek(offset)
        found = next(walk(file, keep=keep, check=check), None)
    if not isinstance(found, Record):
        problem = found.problem if found else "expected a WARC record, found the end of the file"
        raise FormatError(f"{path}: byte {offset}: {problem}")
    return found


def read_stored_bytes(folder: Path, stored: StoredRecord) -> Record:
    """Return the record at `stored` below the archive's warc/ folder.

    FixityError where its bytes are not those that were stored.
    """
    path = folder / stored.warc
    with open_warc(path) as file:
        file.seek(stored.offset)
        found = sha256_of(file.read(stored.length))
    if found != stored.sha256:
        raise FixityError(f"{stored.warc} byte {stored.offset}", stored.sha256, found)
    return read_record(path, stored.offset)
