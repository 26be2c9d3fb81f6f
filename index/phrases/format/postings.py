"""The documents that hold one common word: which, how often, and the most it says of any."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

_ONES = np.array([n.bit_count() for n in range(256)], dtype=np.uint8)
_TOP = np.uint64(63)
Numbers = NDArray[Any]


class Postings:
    """A common word's documents in a segment, by their numbers."""

    def __init__(
        self,
        row: NDArray[np.uint8],
        often: NDArray[np.uint8],
        peaks: NDArray[np.uint8],
        documents: int,
    ) -> None:
        self.often = often  # how often each document that holds it does so, up to 255
        self.peaks = peaks  # see `index.phrases.format.block_max`
        self._row = row
        self._documents = documents
        self._ranks: tuple[NDArray[np.uint64], NDArray[np.uint32]] | None = None

    def __len__(self) -> int:
        return len(self.often)

    def truths(self) -> NDArray[np.bool_]:
        """Return, for each document of the segment, whether it holds the word."""
        return np.unpackbits(self._row, count=self._documents).view(np.bool_)

    def often_at(self, documents: Numbers) -> NDArray[np.uint8]:
        """Return how often each of `documents` holds the word, 0 to 255."""
        bits, before = self._ranks = self._ranks or _ranked(self._row)
        at = documents >> 6
        word, bit = bits.take(at), (documents & 63).astype(np.uint64)
        rank = before.take(at)
        rank += _count_ones(word >> (_TOP - bit))
        rank -= 1  # wraps around where none came before; such a document does not hold the word
        times = self.often.take(rank, mode="clip")
        times *= (word << bit >> _TOP).astype(np.uint8)
        return times


def _ranked(row: NDArray[np.uint8]) -> tuple[NDArray[np.uint64], NDArray[np.uint32]]:
    """Return a row of bits as numbers of 64, and how many are set before each."""
    padded = np.zeros((len(row) + 7) // 8 * 8, dtype=np.uint8)
    padded[: len(row)] = row
    bits = padded.view(">u8").astype(np.uint64)
    ones = _count_ones(bits)
    return bits, np.cumsum(ones, dtype=np.uint32) - ones


def _count_ones(bits: NDArray[np.uint64]) -> NDArray[np.uint8]:
    """Return how many bits of each number are set."""
    ones: NDArray[np.uint8] = (
        np.bitwise_count(bits)
        if hasattr(np, "bitwise_count")
        else _ONES[bits.view(np.uint8)].reshape(-1, 8).sum(axis=1, dtype=np.uint8)
    )
    return ones
