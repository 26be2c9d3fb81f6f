"""Lists of ascending numbers below 2**28 as the gaps between them, 1 to 4 bytes each.

A gap is its seven-bit groups from the lowest up; the last byte has its top bit set. The first
number of a list is its own gap. `unpack` reads a list in a dozen array operations.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

_CHUNK = 1 << 16  # numbers packed at once: few enough to stay in the processor's cache
_LAST = 0x80
_PIECE = 1 << 15  # bytes unpacked at once, likewise
_SEVEN = np.array([0x7F << 7 * n for n in range(4)], dtype=np.uint32)
_KEEP = np.array([0x7F, 0x3FFF, 0x1FFFFF, 0xFFFFFFF], dtype=np.uint32)  # by bytes less one
PADDING = 4  # bytes that must follow a packed list, so that four may be read from its last gap
LIMIT = 1 << 28


def pack(
    numbers: NDArray[np.uint32], firsts: NDArray[np.int64]
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Pack the lists of `numbers` that begin at `firsts`, which ascend from 0.

    Returns the bytes, and where in them each list begins.
    """
    parts: list[NDArray[np.uint8]] = []
    offsets = np.zeros(len(firsts), dtype=np.int64)
    size = 0
    for at in range(0, len(numbers), _CHUNK):
        chunk = numbers[at : at + _CHUNK]
        gaps: NDArray[np.uint32] = np.empty_like(chunk)
        np.subtract(chunk[1:], chunk[:-1], out=gaps[1:])
        before = numbers[at - 1 : at] if at else np.zeros(1, dtype=np.uint32)
        np.subtract(chunk[:1], before, out=gaps[:1])
        a, b = np.searchsorted(firsts, (at, at + len(chunk)))
        inside = firsts[a:b] - at
        gaps[inside] = chunk[inside]
        packed, starts = _pack_gaps(gaps)
        parts.append(packed)
        offsets[a:b] = starts[inside] + size
        size += len(packed)
    return np.concatenate([*parts, np.zeros(PADDING, dtype=np.uint8)]), offsets


def _pack_gaps(gaps: NDArray[np.uint32]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    width = np.ones(len(gaps), dtype=np.uint8)
    for bits in (7, 14, 21):
        width += gaps >= 1 << bits
    ends = np.cumsum(width, dtype=np.int64)
    packed = np.zeros(int(ends[-1]), dtype=np.uint8)
    starts = ends - width
    left: NDArray[Any] = gaps
    at = starts
    while len(left):
        packed[at] = left & 0x7F
        more = np.flatnonzero(left > 0x7F)
        left, at = left[more] >> np.uint32(7), at[more] + 1
    packed[ends - 1] |= _LAST
    return packed, starts


def unpack(packed: NDArray[np.uint8], start: int, end: int) -> NDArray[np.uint32]:
    """Return the list packed in bytes `start` to `end`; `packed` goes on for PADDING bytes more."""
    parts = [_piece(packed, a, b)[0] for a, b in _pieces(packed, start, end)]
    gaps = parts[0] if len(parts) == 1 else np.concatenate(parts)
    np.cumsum(gaps, out=gaps)
    return gaps


def unpack_many(
    packed: NDArray[np.uint8], start: int, end: int, offsets: NDArray[np.int64]
) -> NDArray[np.uint32]:
    """Return the lists that lie side by side in bytes `start` to `end`, one after another.

    `offsets`: where in these bytes each list begins, the first at 0.
    """
    parts, firsts = [np.zeros(0, dtype=np.uint32)], [np.zeros(0, dtype=np.int64)]
    before = 0
    for a, b in _pieces(packed, start, end):
        gaps, ends = _piece(packed, a, b)
        inside = slice(*np.searchsorted(offsets, (a - start, b - start)))
        firsts.append(np.searchsorted(ends, offsets[inside] - (a - start)) + before)
        parts.append(gaps)
        before += len(gaps)
    numbers = np.concatenate(parts)
    # Each list but the first begins by going back to zero: sums wrap around, as they should.
    at = np.concatenate(firsts)
    if len(at):
        sums = np.add.reduceat(numbers, at)
        numbers[at[1:]] -= sums[:-1]
    np.cumsum(numbers, out=numbers)
    return numbers


def _pieces(packed: NDArray[np.uint8], start: int, end: int) -> Iterator[tuple[int, int]]:
    """Part bytes `start` to `end` between gaps, into pieces that are unpacked fast."""
    while end - start > _PIECE:
        stop = start + _PIECE
        while packed[stop - 1] < _LAST:
            stop -= 1
        yield start, stop
        start = stop
    yield start, end


def _piece(
    packed: NDArray[np.uint8], start: int, end: int
) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Return the gaps in bytes `start` to `end`, and in which byte from `start` each ends."""
    ends = np.flatnonzero(packed[start:end] >= _LAST)
    starts = np.empty_like(ends)
    starts[:1] = 0
    np.add(ends[:-1], 1, out=starts[1:])
    # Four bytes from each place, read as one number. Copied whole: numpy fetches single numbers
    # many times as fast where they are aligned.
    windows = np.ndarray((end - start,), "<u4", packed, offset=start, strides=(1,)).copy()
    raw = windows.take(starts)
    gaps: NDArray[np.uint32] = raw & _SEVEN[0]
    np.subtract(ends, starts, out=starts)
    for number in range(1, int(starts.max(initial=0)) + 1):
        raw >>= 1
        gaps |= raw & _SEVEN[number]
    gaps &= _KEEP.take(starts)
    return gaps, ends
