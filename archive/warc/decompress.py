"""Read a WARC file's decompressed bytes, gzip or plain, and the offsets of its gzip members."""

import zlib
from typing import BinaryIO, Protocol

from archive.errors import LimitError

READ_CHUNK_BYTES = 32 << 10
INFLATE_CHUNK_BYTES = 1 << 20  # inflated at once
BOMB_MIN_BYTES = 64 << 20  # a member of any size may inflate to this
BOMB_RATIO = 100  # beyond that, to this multiple of its size: bombs have 1000, statements 3 to 30


class HashObject(Protocol):
    """A hashlib hash object."""

    def update(self, data: bytes, /) -> None: ...
    def digest(self) -> bytes: ...


class TruncatedError(Exception):
    """A gzip member is truncated or does not match its checksum."""


class Inflater(Protocol):
    """What zlib.decompressobj returns."""

    def decompress(self, data: bytes, max_length: int = 0, /) -> bytes: ...


def inflate_up_to_error(inflater: Inflater, data: bytes) -> bytes:
    """Return what `data`, over which `inflater` is known to fail, holds before it does."""
    inflated = bytearray()
    for index in range(len(data)):
        try:
            inflated += inflater.decompress(data[index : index + 1])
        except zlib.error:
            break
    return bytes(inflated)


class DecompressedFile:
    """Reads a gzip or plain file from its current position, one member's bytes at a time.

    A plain file is one member. Memory stays within a few MB plus what `read` has to keep.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._buffer = bytearray()
        self._end = file.tell()  # file offset of the end of the bytes read
        self._read_chunk()
        self.is_gzip = self._pending[:2] == b"\x1f\x8b"
        self.member_start = self._end - len(self._pending)  # file offset of the current member
        self._consumed = 0  # plain bytes of the current member already returned
        self._inflated = 0
        self._inflater = zlib.decompressobj(31)
        self._problem = ""  # why the current member cannot be inflated further

    def _read_chunk(self) -> bool:
        self._pending = self._file.read(READ_CHUNK_BYTES)
        self._end += len(self._pending)
        return bool(self._pending)

    @property
    def position(self) -> int:
        """Position in the current member's plain bytes."""
        return self._consumed

    @property
    def end(self) -> int:
        """File offset of the end of the bytes returned so far."""
        return (
            self._end - len(self._pending) if self.is_gzip else self.member_start + self._consumed
        )

    def next_member(self) -> bool:
        """Move to the next member; False at the end of the file. Call at a member's end only."""
        if not self._pending and not self._read_chunk():
            return False
        if self.is_gzip:
            self.member_start = self._end - len(self._pending)
            self._inflater = zlib.decompressobj(31)
            self._consumed = self._inflated = 0
            self._problem = ""
            self._buffer.clear()
        return True

    def restart(self, offset: int) -> None:
        """Continue reading at file offset `offset`."""
        self._file.seek(offset)
        self._end = offset
        self._pending, self._problem = b"", ""
        self._buffer.clear()
        self._inflater = zlib.decompressobj(31)
        self.member_start, self._consumed, self._inflated = offset, 0, 0

    def _fill(self) -> bool:
        """Buffer more bytes; False if the member is complete. TruncatedError, LimitError."""
        if not self.is_gzip:
            if not self._pending and not self._read_chunk():
                return False
            self._buffer += self._pending
            self._pending = b""
            return True
        while not self._inflater.eof:
            if self._problem:
                raise TruncatedError(self._problem)
            at_end = not self._pending and not self._read_chunk()
            before = self._inflater.copy()
            try:
                piece = self._inflater.decompress(self._pending, INFLATE_CHUNK_BYTES)
            except zlib.error as error:
                self._problem = str(error)
                self._buffer += inflate_up_to_error(before, self._pending)
                if self._buffer:
                    return True
                continue
            self._pending = self._inflater.unused_data or self._inflater.unconsumed_tail
            self._inflated += len(piece)
            self._buffer += piece
            if piece:
                self._check_ratio()
                return True
            if at_end and not self._inflater.eof:
                raise TruncatedError("the file ends in the middle of a gzip member")
        return False

    def _check_ratio(self) -> None:
        size = self._end - len(self._pending) - self.member_start
        if self._inflated > BOMB_MIN_BYTES and self._inflated > BOMB_RATIO * size:
            raise LimitError(
                f"expected a gzip member to hold at most {BOMB_RATIO} times its size, "
                f"found {self._inflated} bytes in {size}"
            )

    def read_head(self, limit: int) -> bytes | None:
        """Return the bytes through the next empty line; None if the next `limit` have none.

        Lines end with CRLF, or, as some tools write them, with LF alone.
        """
        search_start = 0
        while True:
            ends = [
                index + len(line_end)
                for line_end in (b"\n\r\n", b"\n\n")
                if (index := self._buffer.find(line_end, search_start)) >= 0
            ]
            if ends:
                return self.read(min(ends), keep=min(ends))
            search_start = max(0, len(self._buffer) - 2)
            if len(self._buffer) > limit or not self._fill():
                return None

    def read(self, count: int, *, keep: int, hashes: tuple[HashObject, ...] = ()) -> bytes:
        """Consume `count` bytes, or up to the member's end; return at most `keep` of them.

        `hashes` are updated with all bytes consumed.
        """
        result = bytearray()
        while count > 0 and (self._buffer or self._fill()):
            piece = bytes(self._buffer[:count])
            del self._buffer[:count]
            self._consumed += len(piece)
            count -= len(piece)
            for hash_object in hashes:
                hash_object.update(piece)
            if not result and not count:
                return piece[:keep]
            result += piece[: keep - len(result)]
        return bytes(result)

    def skip_empty_lines(self) -> bool:
        """Skip line ends; False if nothing else is left in the member."""
        while self._buffer or self._fill():
            remaining = self._buffer.lstrip(b"\r\n")
            self._consumed += len(self._buffer) - len(remaining)
            self._buffer = remaining
            if remaining:
                return True
        return False

    def peek(self, count: int) -> bytes:
        """Return the next `count` bytes, fewer at the member's end, without consuming them."""
        while len(self._buffer) < count and self._fill():
            pass
        return bytes(self._buffer[:count])
