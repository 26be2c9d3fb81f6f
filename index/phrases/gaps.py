"""Lists of ascending numbers as the gaps between them, 1 to 5 bytes each.

A gap is its seven-bit groups from the lowest up; the last byte has its top bit set. The first
number of a list is its own gap. `unpack` reads a list in a dozen array operations.
"""

import numpy as np
from numpy.typing import NDArray

_CHUNK = 1 << 16  # numbers packed at once: few enough to stay in the processor's cache
_LAST = 0x80
_KEEP = np.array([0, 0x7F, 0x3FFF, 0x1FFFFF, 0xFFFFFFF, 0x7FFFFFFFF], dtype=np.int64)
PADDING = 8  # bytes that must follow a packed list, so that eight may be read from its last gap


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
        gaps = np.empty_like(chunk)
        np.subtract(chunk[1:], chunk[:-1], out=gaps[1:])
        gaps[:1] = chunk[:1] - (numbers[at - 1 : at] if at else np.uint32(0))
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
    for bits in (7, 14, 21, 28):
        width += gaps >= 1 << bits
    ends = np.cumsum(width, dtype=np.int64)
    packed = np.zeros(int(ends[-1]), dtype=np.uint8)
    starts = ends - width
    left, at = gaps, starts
    while len(left):
        packed[at] = left & 0x7F
        more = np.flatnonzero(left > 0x7F)
        left, at = left[more] >> np.uint32(7), at[more] + 1
    packed[ends - 1] |= _LAST
    return packed, starts


def unpack(packed: NDArray[np.uint8], start: int, end: int) -> NDArray[np.int64]:
    """Return the list packed in bytes `start` to `end`; `packed` goes on for PADDING bytes more."""
    return np.cumsum(_gaps(packed, start, end))


def unpack_many(
    packed: NDArray[np.uint8], start: int, end: int, firsts: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the lists that lie side by side in bytes `start` to `end`, one after another.

    `firsts`: how many numbers come before each list.
    """
    gaps = _gaps(packed, start, end)
    sums = np.cumsum(gaps)
    before = sums[firsts] - gaps[firsts]
    return sums - np.repeat(before, np.diff(firsts, append=len(gaps)))


def _gaps(packed: NDArray[np.uint8], start: int, end: int) -> NDArray[np.int64]:
    ends = np.flatnonzero(packed[start:end] & _LAST)
    width = np.diff(ends, prepend=-1)
    windows = np.ndarray((end - start,), "<i8", packed, offset=start, strides=(1,))
    raw = windows[ends - width + 1]
    gaps = raw & 0x7F
    most = int(width.max(initial=0))
    if most > 1:
        gaps |= (raw >> 1) & 0x3F80
    if most > 2:
        gaps |= (raw >> 2) & 0x1FC000
    if most > 3:
        gaps |= (raw >> 3) & 0xFE00000
    if most > 4:
        gaps |= (raw >> 4) & 0x7F0000000
    gaps &= _KEEP[width]
    return gaps
