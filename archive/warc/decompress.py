"""The plain bytes of a WARC file, whatever it is packed in, and where its gzip members lie."""

import zlib
from typing import BinaryIO, Protocol

from archive.errors import LimitError

CHUNK = 32 << 10
PIECE = 1 << 20  # inflated at once
FREE = 64 << 20  # a member may inflate to this, however small it is
RATIO = 100  # past that, to so many times its size: a bomb is 1000, statements are 3 to 30


class Hash(Protocol):
    """What hashlib makes."""

    def update(self, data: bytes, /) -> None: ...
    def digest(self) -> bytes: ...


class TruncatedError(Exception):
    """A gzip member that ends too soon or is not as its checksum says."""


class DecompressedFile:
    """Reads a gzip or plain file from its position on, one member's bytes at a time.

    A plain file is one member. Memory stays within a few MB plus what `take` is told to keep.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._buffer = bytearray()
        self._end = file.tell()  # of what was read of the file
        self._read()
        self.packed = self._raw[:2] == b"\x1f\x8b"
        self.start = self._end - len(self._raw)  # where the current member begins
        self._taken = 0  # bytes of the current member handed out
        self._inflated = 0
        self._inflater = zlib.decompressobj(31)

    def _read(self) -> bool:
        self._raw = self._file.read(CHUNK)
        self._end += len(self._raw)
        return bool(self._raw)

    @property
    def place(self) -> int:
        """Where in the current member's plain bytes we are."""
        return self._taken

    @property
    def end(self) -> int:
        """Where the bytes handed out so far end, in the file."""
        return self._end - len(self._raw) if self.packed else self.start + self._taken

    def next_member(self) -> bool:
        """Go to the next member; False at the end of the file. Call at a member's end only."""
        if not self._raw and not self._read():
            return False
        if self.packed:
            self.start = self._end - len(self._raw)
            self._inflater = zlib.decompressobj(31)
            self._taken = self._inflated = 0
            self._buffer.clear()
        return True

    def restart(self, offset: int) -> None:
        """Go on at `offset` of the file."""
        self._file.seek(offset)
        self._end = offset
        self._raw = b""
        self._buffer.clear()
        self._inflater = zlib.decompressobj(31)
        self.start, self._taken, self._inflated = offset, 0, 0

    def fill(self) -> bool:
        """Have more bytes ready; False where the member is whole and holds no more."""
        if not self.packed:
            if not self._raw and not self._read():
                return False
            self._buffer += self._raw
            self._raw = b""
            return True
        while not self._inflater.eof:
            at_end = not self._raw and not self._read()
            try:
                piece = self._inflater.decompress(self._raw, PIECE)
            except zlib.error as error:
                raise TruncatedError(str(error).partition(": ")[2] or str(error)) from error
            self._raw = self._inflater.unused_data or self._inflater.unconsumed_tail
            self._inflated += len(piece)
            self._buffer += piece
            if piece:
                self._refuse_bombs()
                return True
            if at_end and not self._inflater.eof:
                raise TruncatedError("the file ends in the middle of a gzip member")
        return False

    def _refuse_bombs(self) -> None:
        size = self._end - len(self._raw) - self.start
        if self._inflated > FREE and self._inflated > RATIO * size:
            raise LimitError(
                f"expected a gzip member to hold at most {RATIO} times its size, "
                f"found {self._inflated} bytes in {size}"
            )

    def until(self, mark: bytes, limit: int) -> bytes | None:
        """Return the bytes through `mark`; None where it is not among the next `limit`."""
        looked = 0
        while (found := self._buffer.find(mark, looked)) < 0:
            looked = max(0, len(self._buffer) - len(mark))
            if len(self._buffer) > limit or not self.fill():
                return None
        return self.take(found + len(mark), keep=limit + len(mark))

    def take(self, count: int, *, keep: int, sums: tuple[Hash, ...] = ()) -> bytes:
        """Go past `count` bytes, or to the member's end; return at most `keep` of them."""
        kept = bytearray()
        while count > 0 and (self._buffer or self.fill()):
            piece = bytes(self._buffer[:count])
            del self._buffer[:count]
            self._taken += len(piece)
            count -= len(piece)
            for each in sums:
                each.update(piece)
            if not kept and not count:
                return piece[:keep]
            kept += piece[: keep - len(kept)]
        return bytes(kept)

    def skip_empty_lines(self) -> bool:
        """Go past line ends; False where nothing else is left in the member."""
        while self._buffer or self.fill():
            rest = self._buffer.lstrip(b"\r\n")
            self._taken += len(self._buffer) - len(rest)
            self._buffer = rest
            if rest:
                return True
        return False

    def peek(self, count: int) -> bytes:
        """Return the next `count` bytes, fewer at the member's end, without going past them."""
        while len(self._buffer) < count and self.fill():
            pass
        return bytes(self._buffer[:count])
