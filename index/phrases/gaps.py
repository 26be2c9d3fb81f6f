"""Lists of ascending numbers below 2**28 as the gaps between them, 1 to 4 bytes each.

A gap is its seven-bit groups from the lowest up; the last byte has its top bit set. The first
number of a list is its own gap. `unpack` reads a list in a dozen array operations.
"""

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
    gaps = _gaps(packed, start, end)
    np.cumsum(gaps, out=gaps)
    return gaps


def unpack_many(
    packed: NDArray[np.uint8], start: int, end: int, firsts: NDArray[np.int64]
) -> NDArray[np.uint32]:
    """Return the lists that lie side by side in bytes `start` to `end`, one after another.

    `firsts`: how many numbers come before each list.
    """
    gaps = _gaps(packed, start, end)
    # Each list but the first begins by going back to zero: sums wrap around, as they should.
    lengths = np.diff(firsts, append=len(gaps))
    sums: NDArray[np.uint32] = np.cumsum(gaps, dtype=np.uint32)
    before = sums[firsts] - gaps[firsts]
    sums -= np.repeat(before, lengths)
    return sums


def _gaps(packed: NDArray[np.uint8], start: int, end: int) -> NDArray[np.uint32]:
    if end - start <= _PIECE:
        return _piece(packed, start, end)
    pieces = []
    while start < end:
        stop = min(start + _PIECE, end)
        while packed[stop - 1] < _LAST:
            stop -= 1
        pieces.append(_piece(packed, start, stop))
        start = stop
    return np.concatenate(pieces)


def _piece(packed: NDArray[np.uint8], start: int, end: int) -> NDArray[np.uint32]:
    ends = np.flatnonzero(packed[start:end] >= _LAST)
    starts = np.empty_like(ends)
    starts[:1] = 0
    np.add(ends[:-1], 1, out=starts[1:])
    # Four bytes from any place, read as one number: a view, nothing is copied.
    windows = np.ndarray((end - start,), "<u4", packed, offset=start, strides=(1,))
    raw = windows[starts]
    gaps: NDArray[np.uint32] = raw & _SEVEN[0]
    for number in (1, 2, 3):
        raw >>= 1
        gaps |= raw & _SEVEN[number]
    ends -= starts
    gaps &= _KEEP[ends]
    return gaps
