"""What BM25 makes of how often a word is in a document, and the most it makes of it in a block.

Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009). That the most
in each block of documents says which blocks need not be looked at: Ding and Suel, Faster Top-k
Document Retrieval Using Block-Max Indexes (SIGIR 2011).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

K1, B = 1.2, 0.75
BLOCK = 16  # documents; a power of two from 8 to 64
_STEPS = 255

Numbers = NDArray[np.float32]


def norms(lengths: Numbers, mean: float) -> Numbers:
    """Return what BM25 makes of documents' lengths, in words: f / (f + norm) is a word's impact."""
    shares = lengths * np.float32(K1 * B / mean)
    return shares + np.float32(K1 * (1 - B))


def peaks(often: NDArray[Any], norms: Numbers) -> NDArray[np.uint8]:
    """Return the highest impact of each word in each block, in 255ths, rounded up.

    `often` has a row a document, the first of which begins a block, and a column a word.
    """
    impacts = often.astype(np.float32)
    impacts /= impacts + norms[:, None]
    highest = np.maximum.reduceat(impacts, np.arange(0, len(often), BLOCK), axis=0)
    highest *= _STEPS
    return np.ceil(highest, out=highest).astype(np.uint8)


def ceilings(then: float, now: float) -> Numbers:
    """Return, for each value of `peaks`, what no impact is above (but for rounding).

    `peaks` were made for a mean length of `then`; it is `now`. Where it has grown by 1/r, a norm n
    has become no less than r·n, and f / (f + r·n) = p / ((1 - r)·p + r), with p = f / (f + n).
    """
    peak = np.arange(_STEPS + 1, dtype=np.float32) / np.float32(_STEPS)
    less = np.float32(min(1.0, then / now))
    return peak / ((1 - less) * peak + less)
