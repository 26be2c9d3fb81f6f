"""Compute BM25 norms, and the block maxima of term impacts.

The impact of a term with frequency f in a document is f / (f + norm): its BM25 score without the
weight of the term. Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond
(2009). The highest impact in each block of documents says which blocks can be skipped: Ding and
Suel, Faster Top-k Document Retrieval Using Block-Max Indexes (SIGIR 2011).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

K1, B = 1.2, 0.75
BLOCK_DOCUMENTS = 16  # documents; a power of two from 8 to 64
_MAX_CODE = 255

FloatArray = NDArray[np.float32]


def norms(lengths: FloatArray, mean_length: float) -> FloatArray:
    """Return the BM25 norms of documents' lengths in words: f / (f + norm) is a term's impact."""
    length_norms = lengths * np.float32(K1 * B / mean_length)
    return length_norms + np.float32(K1 * (1 - B))


def block_maxima(frequencies: NDArray[Any], norms: FloatArray) -> NDArray[np.uint8]:
    """Return the highest impact of each term in each block, in 255ths, rounded up.

    `frequencies` has a row for each document, the first of which begins a block, and a column for
    each term.
    """
    impacts = frequencies.astype(np.float32)
    impacts /= impacts + norms[:, None]
    highest = np.maximum.reduceat(impacts, np.arange(0, len(frequencies), BLOCK_DOCUMENTS), axis=0)
    highest *= _MAX_CODE
    return np.ceil(highest, out=highest).astype(np.uint8)


def ceilings(stored_mean_length: float, mean_length: float) -> FloatArray:
    """Return, for each value of a block maximum, an upper bound of impacts (but for rounding).

    The block maxima were computed for `stored_mean_length`; the mean length is now `mean_length`.
    Where it has grown by 1/r, a norm n has become no less than r·n, and
    f / (f + r·n) = p / ((1 - r)·p + r), with p = f / (f + n).
    """
    impacts = np.arange(_MAX_CODE + 1, dtype=np.float32) / np.float32(_MAX_CODE)
    ratio = np.float32(min(1.0, stored_mean_length / mean_length))
    return impacts / ((1 - ratio) * impacts + ratio)
