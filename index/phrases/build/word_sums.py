"""Sum the words of each text: texts that are equal have equal sums, and few others do."""

from collections.abc import Sequence
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from index.phrases.build.bulk_tokenizer import TokenizedTexts

_MIX = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(29)


def word_sums(parts: Sequence[TokenizedTexts], words: Sequence[bytes]) -> NDArray[np.uint64]:
    """Return the sum of each document's words, modulo 2^64, in whatever order they are.

    The texts of `parts` are, for each document in order, its text and its title, which does not
    count. The sum is the same in every segment; 0 for a text without words.
    """
    hashes = np.fromiter((crc32(word) + 1 for word in words), dtype=np.uint64, count=len(words))
    hashes *= _MIX
    hashes ^= hashes >> _SHIFT
    hashes *= _MIX
    sums = [np.zeros(0, dtype=np.uint64)]
    for part in parts:
        running = np.zeros(len(part.numbers) + 1, dtype=np.uint64)
        np.cumsum(hashes[part.numbers], out=running[1:])
        sums.append(running[part.starts[1::2]] - running[part.starts[:-1:2]])
    return np.concatenate(sums)
