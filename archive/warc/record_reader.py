"""Read the records of any WARC file: one gzip member each, gzipped as a whole, or plain."""

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
from archive.sandbox.passed_files import open_for_reading
from archive.warc.decompress import DecompressedFile, TruncatedError
from archive.warc.digests import hash_algorithm, matches_digest, sha256_hex
from archive.warc.record_header import RecordHeader, parse_header

MAX_HEADER_BYTES = 256 << 10
MAX_BLOCK_BYTES = 64 << 20  # kept in memory; of a larger block only the beginning is
_AFTER_BLOCK = (b"\r\n", b"\n", b"WARC/")
_MAX_PEEKED_HEADER = 16 << 10
_MAX_PEEKED_MEMBER = 32 << 10  # of a member whose first bytes are unpacked
_RECORD_START = re.compile(rb"\n(WARC/\d\.\d{1,2}\r?\n)")
_HEADER_END = re.compile(rb"\n\r?\n")
_MANDATORY_FIELDS = ("WARC-Type", "WARC-Record-ID", "WARC-Date", "Content-Length")
_GZIP_MAGIC = re.compile(rb"\x1f\x8b\x08[\x00-\x1f]")
_SEARCHED_BYTES = 1 << 20  # at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record and its location in a file."""

    header: RecordHeader
    block_prefix: bytes  # the block, or its beginning if it is larger than `keep`
    offset: int  # in the file if `is_seekable`, else in its decompressed bytes
    length: int  # likewise, without the empty lines that follow a plain record
    is_single_member: bool  # exactly one gzip member, which can be copied unchanged
    is_seekable: bool  # `offset` is an offset in the file itself
    block_digests: tuple[tuple[str, bytes], ...] = ()  # of the whole block: (hashlib name, digest)

    @property
    def block(self) -> bytes:
        """Return the whole block; LimitError if it was too large to be kept."""
        if len(self.block_prefix) < self.header.length:
            raise LimitError(
                f"{self.header.id}: expected at most {len(self.block_prefix)} bytes, "
                f"found {self.header.length}"
            )
        return self.block_prefix

    def wrong_digest(self) -> str:
        """Return a stated block digest that the block does not match; "" if all match.

        Only for a record read with `verify`; digests of unknown algorithms count as matching.
        """
        computed = dict(self.block_digests)
        for stated in self.header.get_all("WARC-Block-Digest"):
            digest = computed.get(hash_algorithm(stated))
            if digest is not None and not matches_digest(stated, digest):
                return stated
        return ""


@dataclass(frozen=True, slots=True)
class Damage:
    """An offset at which a file cannot be read, and the id of the record there if legible."""

    offset: int
    record_id: str
    problem: str
    is_bomb: bool = False  # exceeds a size limit rather than being broken


def scan_records(
    file: BinaryIO, *, keep: int = MAX_BLOCK_BYTES, verify: bool = False
) -> Iterator[Record | Damage]:
    """Yield the records of `file` from its current position, and each damaged part.

    With `verify`, digests of whole blocks are computed, and reading continues after damage: at the
    next gzip member that holds a record, in a plain file at the next line that begins one.
    """
    data = DecompressedFile(file)
    while data.next_member():
        reader = _MemberReader(data)
        try:
            yield from reader.records(keep, verify)
        except (TruncatedError, FormatError, LimitError) as error:
            offset = data.member_start if data.is_gzip else reader.record_start
            record_id = reader.record_id
            if not record_id and data.is_gzip and verify:
                record_id = _read_damaged_id(file, offset)
            yield Damage(offset, record_id, str(error), isinstance(error, LimitError))
            is_resumed = verify and (
                _seek_member(file, data)
                if data.is_gzip
                else _seek_record(file, data, reader.record_start + 1)
            )
            if not is_resumed:
                return


class _MemberReader:
    """Reads the records of one gzip member; remembers the record at which reading failed."""

    def __init__(self, data: DecompressedFile) -> None:
        self.data, self.record_id, self.record_start = data, "", 0

    def records(self, keep: int, verify: bool) -> Iterator[Record]:
        data = self.data
        has_more = data.skip_empty_lines()
        while has_more:
            position, self.record_start = data.position, data.end
            header = self._read_header()
            self.record_id = header.id
            hashes = _create_hashes(header) if verify else {}
            block = data.read(header.length, keep=keep, hashes=tuple(hashes.values()))
            record_end = position + len(header.raw) + header.length
            if data.position < record_end:
                available = header.length - (record_end - data.position)
                raise FormatError(f"expected {header.length} bytes, found {available}")
            if verify and data.peek(1) and not data.peek(5).startswith(_AFTER_BLOCK):
                raise FormatError(f"expected an empty line after {header.length} bytes, found more")
            has_more = data.skip_empty_lines()
            is_single_member = data.is_gzip and position == 0 and not has_more
            offset = position if data.is_gzip else self.record_start
            if is_single_member:
                offset = data.member_start
            yield Record(
                header=header,
                block_prefix=block,
                offset=offset,
                length=data.end - offset if is_single_member else record_end - position,
                is_single_member=is_single_member,
                is_seekable=is_single_member or not data.is_gzip,
                block_digests=tuple(
                    (name, hash_object.digest()) for name, hash_object in hashes.items()
                ),
            )
            self.record_id, self.record_start = "", data.end

    def _read_header(self) -> RecordHeader:
        start = self.data.peek(5)
        if start != b"WARC/":
            raise FormatError(f"expected a WARC record, found {self.data.peek(24)!r}")
        raw = self.data.read_head(MAX_HEADER_BYTES)
        if raw is None:
            raise FormatError(
                f"expected the end of a WARC header within {MAX_HEADER_BYTES} bytes, our limit, "
                "found none"
            )
        return parse_header(raw)


def _create_hashes(header: RecordHeader) -> dict[str, "hashlib._Hash"]:
    names = {hash_algorithm(stated) for stated in header.get_all("WARC-Block-Digest")} - {""}
    return {name: hashlib.new(name, usedforsecurity=False) for name in names}


def _read_damaged_id(file: BinaryIO, offset: int) -> str:
    """Return the id of the record in the damaged member at `offset`; "" if it is not legible."""
    file.seek(offset)
    inflater, plain = zlib.decompressobj(31), bytearray()
    try:
        while len(plain) < MAX_HEADER_BYTES and (piece := file.read(16)):
            search_start = max(0, len(plain) - 3)
            plain += inflater.decompress(piece, MAX_HEADER_BYTES)
            if plain.find(b"\r\n\r\n", search_start) >= 0:
                break
        return parse_header(bytes(plain).partition(b"\r\n\r\n")[0]).id
    except (zlib.error, FormatError):
        return ""


def _seek_member(file: BinaryIO, data: DecompressedFile) -> bool:
    """Move to the next gzip member that holds a WARC record; False if there is none."""
    offset = data.member_start + 1
    while True:
        file.seek(offset)
        window = file.read(_SEARCHED_BYTES + _MAX_PEEKED_MEMBER)
        is_last = len(window) < _SEARCHED_BYTES + _MAX_PEEKED_MEMBER
        for match in _GZIP_MAGIC.finditer(window, 0, len(window) if is_last else _SEARCHED_BYTES):
            if _holds_record(window[match.start() : match.start() + _MAX_PEEKED_MEMBER]):
                data.restart(offset + match.start())
                return True
        if is_last:
            return False
        offset += _SEARCHED_BYTES - 3


def _holds_record(member: bytes) -> bool:
    try:
        return zlib.decompressobj(31).decompress(member, 5) == b"WARC/"
    except zlib.error:
        return False


def _seek_record(file: BinaryIO, data: DecompressedFile, offset: int) -> bool:
    """Move to the next line of a plain file from `offset` on that begins a record, False if none.

    What begins one must have the four fields of every record (WARC 1.1, 5): a page's text may
    hold the version line. The time is linear in the bytes searched.
    """
    while True:
        file.seek(offset)
        window = file.read(_SEARCHED_BYTES + _MAX_PEEKED_HEADER)
        is_last = len(window) < _SEARCHED_BYTES + _MAX_PEEKED_HEADER
        start = _find_record(window, len(window) if is_last else _SEARCHED_BYTES)
        if start is not None:
            data.restart(offset + start)
            return True
        if is_last:
            return False
        offset += _SEARCHED_BYTES - 1


def _find_record(window: bytes, limit: int) -> int | None:
    """Return where in `window`, before `limit`, a record seems to begin; None for nowhere.

    Of the version lines before an empty line, the last can begin a record: headers have but one.
    """
    matches = _RECORD_START.finditer(window)
    match, header_end = next(matches, None), 0
    while match is not None and match.start() < limit:
        following = next(matches, None)
        if header_end <= match.start():
            end = _HEADER_END.search(window, match.end() - 1)
            header_end = end.end() if end else len(window) + 1
        is_last_line = following is None or following.start() >= header_end - 1
        start = match.start(1)
        if (
            is_last_line
            and header_end - start <= _MAX_PEEKED_HEADER
            and _begins_record(window[start:header_end])
        ):
            return start
        match = following
    return None


def _begins_record(data: bytes) -> bool:
    header = parse_header(data)
    return all(header.get(name) for name in _MANDATORY_FIELDS)


def read_records(
    path: Path, *, keep: int = MAX_BLOCK_BYTES, start: int = 0, end: int | None = None
) -> Iterator[Record]:
    """Yield the records of the file at `path`, in order, from offset `start` up to `end`.

    Both are offsets at which a record's own gzip member begins. FormatError if the file is empty,
    not a WARC file, or truncated: after every whole record was yielded. LimitError for a gzip bomb.
    Memory is bounded by `keep`.
    """
    with open_warc(path) as file:
        if not os.fstat(file.fileno()).st_size:
            raise FormatError(f"{path}: expected a WARC file, found an empty one")
        file.seek(start)
        try:
            for record in scan_records(file, keep=keep):
                if end is not None and record.offset >= end:
                    return
                if isinstance(record, Damage):
                    error_type = LimitError if record.is_bomb else FormatError
                    raise error_type(f"{path}: byte {record.offset}: {record.problem}")
                yield record
        except OSError as error:
            raise StorageError(f"{path}: {error.strerror}") from error


def open_warc(path: Path) -> BinaryIO:
    """Open the file at `path`, in a sandbox too; StorageError if the operating system refuses."""
    return open_for_reading(path)


def read_record(
    path: Path, offset: int, *, keep: int = MAX_BLOCK_BYTES, verify: bool = False
) -> Record:
    """Return the record at `offset` of the file at `path`; with `verify`, with its digests."""
    with open_warc(path) as file:
        file.seek(offset)
        record = next(scan_records(file, keep=keep, verify=verify), None)
    if not isinstance(record, Record):
        problem = record.problem if record else "expected a WARC record, found the end of the file"
        raise FormatError(f"{path}: byte {offset}: {problem}")
    return record


def read_stored_bytes(folder: Path, stored: StoredRecord) -> Record:
    """Return the record at `stored` below the archive's warc/ folder.

    FixityError if its bytes are not those that were stored.
    """
    path = folder / stored.warc
    with open_warc(path) as file:
        file.seek(stored.offset)
        digest = sha256_hex(file.read(stored.length))
    if digest != stored.sha256:
        raise FixityError(f"{stored.warc} byte {stored.offset}", stored.sha256, digest)
    return read_record(path, stored.offset)
