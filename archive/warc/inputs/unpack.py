"""Unpack a whole gzip, Zstandard or LZ4 file to a plain one, as far as it can be unpacked.

What is damaged is left out, and reading goes on at the next gzip member or Zstandard frame.
"""

import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, BinaryIO, Protocol

import zstandard
from fastwarc.stream_io import Lz4Reader

from archive.errors import FormatError, LimitError
from archive.warc.decompress import (
    BOMB_MIN_BYTES,
    BOMB_RATIO,
    INFLATE_CHUNK_BYTES,
    inflate_up_to_error,
)

GZIP_START = b"\x1f\x8b\x08"
ZSTD_START = b"\x28\xb5\x2f\xfd"
ZSTD_DICTIONARY_START = b"\x5d\x2a\x4d\x18"
LZ4_START = b"\x04\x22\x4d\x18"

_GZIP_MEMBER = re.compile(rb"\x1f\x8b\x08[\x00-\x1f]")
_ZSTD_FRAME = re.compile(rb"\x28\xb5\x2f\xfd")
_SKIPPABLE_FRAME = re.compile(rb"[\x50-\x5f]\x2a\x4d\x18", re.DOTALL)
_FED_BYTES = 1 << 10  # at once: a block of four bytes may unpack to 128 KiB (RFC 8878, 3.1.1.2)
_MAX_DICTIONARY_BYTES = 32 << 20
MAX_DAMAGES = 1000  # in a file; then the rest of it is not read


@dataclass(frozen=True, slots=True)
class PackingDamage:
    """An offset of a packed file from which a part could not be unpacked, or converted."""

    offset: int
    problem: str


class _Unpacker(Protocol):
    """What `zlib.decompressobj` and `zstandard`'s have in common."""

    def decompress(self, data: bytes, /) -> bytes: ...
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...


def is_packed_in_frames(start: bytes) -> bool:
    """Say whether a file that begins with `start` is Zstandard or LZ4."""
    return start.startswith((LZ4_START, ZSTD_START)) or bool(_SKIPPABLE_FRAME.match(start))


def unpack(file: BinaryIO, output: IO[bytes], limit: int) -> list[PackingDamage]:
    """Write what `file` holds, unpacked, to `output`; return what could not be unpacked.

    LimitError for more than `limit` bytes; a part that is a bomb is damage.
    """
    start = file.read(4)
    file.seek(0)
    counted = _LimitedOutput(output, limit)
    if start == LZ4_START:
        return _unpack_lz4(file, counted)
    if start.startswith(GZIP_START):
        return list(_unpack_parts(file, counted, _GZIP_MEMBER, _open_inflater))
    dictionary = _read_dictionary(file) if start == ZSTD_DICTIONARY_START else None
    try:
        decompressor = zstandard.ZstdDecompressor(dict_data=dictionary)
    except zstandard.ZstdError as error:
        raise FormatError("", "a Zstandard dictionary", str(error)) from error
    return list(_unpack_parts(file, counted, _ZSTD_FRAME, decompressor.decompressobj))


def unread_rest() -> str:
    """Return the problem of a file that is damaged at more parts than we try."""
    return f"the rest is not read: {MAX_DAMAGES} parts of the file are damaged, our limit"


class _LimitedOutput:
    def __init__(self, output: IO[bytes], limit: int) -> None:
        self._output, self._limit, self._written = output, limit, 0

    def write(self, piece: bytes) -> None:
        self._written += len(piece)
        if self._written > self._limit:
            raise LimitError("", f"at most {self._limit} bytes unpacked", "more")
        self._output.write(piece)


_GZIP_PART = type(zlib.decompressobj())


def _open_inflater() -> _Unpacker:
    return zlib.decompressobj(31)


def _unpack_parts(
    file: BinaryIO,
    output: _LimitedOutput,
    start: re.Pattern[bytes],
    open_part: Callable[[], _Unpacker],
) -> Iterator[PackingDamage]:
    """Unpack each part (member, frame) that begins as `start` says; yield the damage between."""
    offset, damages = file.tell(), 0
    while True:
        file.seek(offset)
        if not (beginning := file.read(8)):
            return
        if _SKIPPABLE_FRAME.match(beginning):  # RFC 8878, 3.1.2
            offset += 8 + int.from_bytes(beginning[4:8], "little")
            continue
        end, problem = _unpack_part(file, output, offset, open_part)
        if problem:
            yield PackingDamage(offset, problem)
            damages += 1
            if damages == MAX_DAMAGES:
                yield PackingDamage(offset, unread_rest())
                return
            next_offset = _find_start(file, start, offset + 1)
            if next_offset is None:
                return
            end = next_offset
            output.write(b"\r\n\r\n")  # so that the next record begins on a line of its own
        offset = end


def _unpack_part(
    file: BinaryIO, output: _LimitedOutput, offset: int, open_part: Callable[[], _Unpacker]
) -> tuple[int, str]:
    """Unpack the part at `offset`; return its end, and what is wrong with it, "" for nothing."""
    file.seek(offset)
    part, size, fed = open_part(), 0, 0
    while not part.eof:
        piece = file.read(_FED_BYTES)
        if not piece:
            return offset, "the file ends in the middle of a part"
        fed += len(piece)
        before = part.copy() if isinstance(part, _GZIP_PART) else None
        try:
            unpacked = part.decompress(piece)
        except (zlib.error, zstandard.ZstdError) as error:
            output.write(inflate_up_to_error(before, piece) if before else b"")
            return offset, str(error)
        size += len(unpacked)
        output.write(unpacked)
        if size > max(BOMB_MIN_BYTES, BOMB_RATIO * fed):
            return offset, f"expected at most {BOMB_RATIO} times its size, found {size} in {fed}"
    return offset + fed - len(part.unused_data), ""


def _find_start(file: BinaryIO, start: re.Pattern[bytes], offset: int) -> int | None:
    """Return the offset from `offset` on at which a part seems to begin; None for none."""
    while True:
        file.seek(offset)
        window = file.read(INFLATE_CHUNK_BYTES)
        if match := start.search(window):
            return offset + match.start()
        if len(window) < INFLATE_CHUNK_BYTES:
            return None
        offset += len(window) - 3


def _read_dictionary(file: BinaryIO) -> zstandard.ZstdCompressionDict:
    """Return the dictionary in the skippable frame that the file begins with.

    As the IIPC's "Zstandard compression for WARC files" has it: the dictionary itself, or packed.
    """
    size = int.from_bytes(file.read(8)[4:8], "little")
    if size > _MAX_DICTIONARY_BYTES:
        raise LimitError("", f"a dictionary of at most {_MAX_DICTIONARY_BYTES} bytes", str(size))
    data = file.read(size)
    if len(data) < size:
        raise FormatError("", f"a dictionary of {size} bytes", f"{len(data)} bytes")
    try:
        if data.startswith(ZSTD_START):
            data = zstandard.ZstdDecompressor().decompress(
                data, max_output_size=_MAX_DICTIONARY_BYTES
            )
        return zstandard.ZstdCompressionDict(data)
    except zstandard.ZstdError as error:
        raise FormatError("", "a Zstandard dictionary", str(error)) from error


def _unpack_lz4(file: BinaryIO, output: _LimitedOutput) -> list[PackingDamage]:
    written = 0
    for piece_bytes in (INFLATE_CHUNK_BYTES, 1):  # a read that fails gives nothing: read less
        file.seek(0)
        reader = Lz4Reader(file)
        _skip(reader, written)
        try:
            while piece := reader.read(piece_bytes):
                written += len(piece)
                output.write(piece)
        except (OSError, EOFError, ValueError) as error:
            problem = str(error)
        else:
            return []
    return [PackingDamage(file.tell(), problem)]


def _skip(reader: Lz4Reader, count: int) -> None:
    while count and (piece := reader.read(min(count, INFLATE_CHUNK_BYTES))):
        count -= len(piece)
