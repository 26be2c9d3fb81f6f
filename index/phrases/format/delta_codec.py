"""Pack lists of ascending numbers below 2**28 as gaps (deltas), 1 to 4 bytes each.

A gap is stored as its seven-bit groups from the lowest up; the last byte has its top bit set. The
first number of a list is its own gap. `unpack` reads a list in a dozen array operations.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

_CHUNK_NUMBERS = 1 << 16  # numbers packed at once: few enough to stay in the processor's cache
_LAST_BYTE_FLAG = 0x80
_PIECE_BYTES = 1 << 15  # bytes unpacked at once, likewise
_GROUP_MASKS = np.array([0x7F << 7 * n for n in range(4)], dtype=np.uint32)
_WIDTH_MASKS = np.array([0x7F, 0x3FFF, 0x1FFFFF, 0xFFFFFFF], dtype=np.uint32)  # by bytes less one
PADDING = 4  # bytes that must follow a packed list, so that four may be read from its last gap
LIMIT = 1 << 28


def pack(
    numbers: NDArray[np.uint32], firsts: NDArray[np.int64]
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Pack the lists of `numbers` that begin at `firsts`, which ascend from 0.

    Returns the bytes, and where in them each list begins.
    """
    all_packed = bytearray()
    offsets = np.zeros(len(firsts), dtype=np.int64)
    for chunk_start in range(0, len(numbers), _CHUNK_NUMBERS):
        chunk = numbers[chunk_start : chunk_start + _CHUNK_NUMBERS]
        gaps: NDArray[np.uint32] = np.empty_like(chunk)
        np.subtract(chunk[1:], chunk[:-1], out=gaps[1:])
        previous = (
            numbers[chunk_start - 1 : chunk_start] if chunk_start else np.zeros(1, dtype=np.uint32)
        )
        np.subtract(chunk[:1], previous, out=gaps[:1])
        first_list, last_list = np.searchsorted(firsts, (chunk_start, chunk_start + len(chunk)))
        list_starts = firsts[first_list:last_list] - chunk_start
        gaps[list_starts] = chunk[list_starts]
        packed, starts = _pack_gaps(gaps)
        offsets[first_list:last_list] = starts[list_starts] + len(all_packed)
        all_packed += packed.data
    all_packed += bytes(PADDING)
    return np.frombuffer(all_packed, dtype=np.uint8), offsets


def _pack_gaps(gaps: NDArray[np.uint32]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    widths = np.ones(len(gaps), dtype=np.uint8)
    for bits in (7, 14, 21):
        widths += gaps >= 1 << bits
    ends = np.cumsum(widths, dtype=np.int64)
    packed = np.zeros(int(ends[-1]), dtype=np.uint8)
    starts = ends - widths
    remaining: NDArray[Any] = gaps
    offsets = starts
    while len(remaining):
        packed[offsets] = remaining & 0x7F
        indexes = np.flatnonzero(remaining > 0x7F)
        remaining, offsets = remaining[indexes] >> np.uint32(7), offsets[indexes] + 1
    packed[ends - 1] |= _LAST_BYTE_FLAG
    return packed, starts


def unpack(packed: NDArray[np.uint8], start: int, end: int) -> NDArray[np.uint32]:
    """Return the list packed in bytes `start` to `end`; `packed` must have PADDING bytes more."""
    pieces = [
        _unpack_gaps(packed, piece_start, piece_end)[0]
        for piece_start, piece_end in _split_pieces(packed, start, end)
    ]
    gaps = pieces[0] if len(pieces) == 1 else np.concatenate(pieces)
    np.cumsum(gaps, out=gaps)
    return gaps


def unpack_many(
    packed: NDArray[np.uint8], start: int, end: int, offsets: NDArray[np.int64]
) -> NDArray[np.uint32]:
    """Return the lists that lie side by side in bytes `start` to `end`, one after another.

    `offsets`: where in these bytes each list begins, the first at 0.
    """
    pieces, firsts = [np.zeros(0, dtype=np.uint32)], [np.zeros(0, dtype=np.int64)]
    gap_count = 0
    for piece_start, piece_end in _split_pieces(packed, start, end):
        gaps, ends = _unpack_gaps(packed, piece_start, piece_end)
        piece_offsets = slice(*np.searchsorted(offsets, (piece_start - start, piece_end - start)))
        firsts.append(
            np.searchsorted(ends, offsets[piece_offsets] - (piece_start - start)) + gap_count
        )
        pieces.append(gaps)
        gap_count += len(gaps)
    numbers = np.concatenate(pieces)
    # The first gap of each list also subtracts the list before: sums wrap around, as they should.
    list_starts = np.concatenate(firsts)
    if len(list_starts):
        sums = np.add.reduceat(numbers, list_starts)
        numbers[list_starts[1:]] -= sums[:-1]
    np.cumsum(numbers, out=numbers)
    return numbers


def _split_pieces(packed: NDArray[np.uint8], start: int, end: int) -> Iterator[tuple[int, int]]:
    """Split bytes `start` to `end` between gaps into pieces that are unpacked fast."""
    while end - start > _PIECE_BYTES:
        piece_end = start + _PIECE_BYTES
        while packed[piece_end - 1] < _LAST_BYTE_FLAG:
            piece_end -= 1
        yield start, piece_end
        start = piece_end
    yield start, end


def _unpack_gaps(
    packed: NDArray[np.uint8], start: int, end: int
) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Return the gaps in bytes `start` to `end`, and the index of the last byte of each."""
    ends = np.flatnonzero(packed[start:end] >= _LAST_BYTE_FLAG)
    starts = np.empty_like(ends)
    starts[:1] = 0
    np.add(ends[:-1], 1, out=starts[1:])
    # Four bytes from each offset, read as one number. Copied whole: numpy fetches single numbers
    # many times as fast where they are aligned.
    windows = np.ndarray((end - start,), "<u4", packed, offset=start, strides=(1,)).copy()
    windowed = windows.take(starts)
    gaps: NDArray[np.uint32] = windowed & _GROUP_MASKS[0]
    np.subtract(ends, starts, out=starts)
    for group in range(1, int(starts.max(initial=0)) + 1):
        windowed >>= 1
        gaps |= windowed & _GROUP_MASKS[group]
    gaps &= _WIDTH_MASKS.take(starts)
    return gaps, ends
