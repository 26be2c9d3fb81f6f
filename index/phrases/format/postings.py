"""Read the postings of one common term: documents, term frequencies, block maxima."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

_BIT_COUNTS = np.array([n.bit_count() for n in range(256)], dtype=np.uint8)
_TOP_BIT = np.uint64(63)
IntArray = NDArray[Any]


class Postings:
    """The documents of a segment that hold a common term, by their numbers."""

    def __init__(
        self,
        document_bits: NDArray[np.uint8],
        frequencies: NDArray[np.uint8],
        block_maxima: NDArray[np.uint8],
        document_count: int,
    ) -> None:
        self.frequencies = frequencies  # in each document that holds the term, up to 255
        self.block_maxima = block_maxima  # see `index.phrases.format.block_max`
        self._document_bits = document_bits
        self._document_count = document_count
        self._ranks: tuple[NDArray[np.uint64], NDArray[np.uint32]] | None = None

    def __len__(self) -> int:
        return len(self.frequencies)

    def document_mask(self) -> NDArray[np.bool_]:
        """Return, for each document of the segment, whether it holds the term."""
        return np.unpackbits(self._document_bits, count=self._document_count).view(np.bool_)

    def frequencies_at(self, documents: IntArray) -> NDArray[np.uint8]:
        """Return the frequency of the term in each of `documents`, 0 to 255."""
        bit_blocks, ranks = self._ranks = self._ranks or _rank_bits(self._document_bits)
        block = documents >> 6
        bits, bit = bit_blocks.take(block), (documents & 63).astype(np.uint64)
        rank = ranks.take(block)
        rank += _count_ones(bits >> (_TOP_BIT - bit))
        rank -= 1  # wraps around where no bit is set so far; such a document does not hold the term
        frequencies = self.frequencies.take(rank, mode="clip")
        frequencies *= (bits << bit >> _TOP_BIT).astype(np.uint8)
        return frequencies


def _rank_bits(document_bits: NDArray[np.uint8]) -> tuple[NDArray[np.uint64], NDArray[np.uint32]]:
    """Return a row of bits as 64-bit blocks, and how many bits are set before each block."""
    padded = np.zeros((len(document_bits) + 7) // 8 * 8, dtype=np.uint8)
    padded[: len(document_bits)] = document_bits
    blocks = padded.view(">u8").astype(np.uint64)
    ones = _count_ones(blocks)
    return blocks, np.cumsum(ones, dtype=np.uint32) - ones


def _count_ones(blocks: NDArray[np.uint64]) -> NDArray[np.uint8]:
    """Return how many bits of each 64-bit block are set."""
    ones: NDArray[np.uint8] = (
        np.bitwise_count(blocks)
        if hasattr(np, "bitwise_count")
        else _BIT_COUNTS[blocks.view(np.uint8)].reshape(-1, 8).sum(axis=1, dtype=np.uint8)
    )
    return ones
