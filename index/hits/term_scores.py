"""What each word or phrase of a query adds to the BM25 scores of a segment's documents."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.hits.snapshot import SegmentAnswer
from index.phrases.format import block_max
from index.phrases.match.query_evaluator import Unit
from index.phrases.match.segment_reader import Numbers

Scores = NDArray[np.float32]
NO_SCORES: Scores = np.zeros(0, dtype=np.float32)


class TermScore:
    """A unit of the query, and what it adds to the scores of documents."""

    def __init__(self, answer: SegmentAnswer, unit: Unit, weight: float, mean: float) -> None:
        self._answer, self._unit = answer, unit
        self._weight = np.float32(weight)
        self._norms = answer.part.norms(mean)
        self._mean = mean
        self._reckoned: tuple[Numbers, Scores] | None = None

    def at(self, documents: Numbers) -> Scores:
        """Return what it adds to each of `documents`."""
        if self._unit.holders is not None:
            return self._score(self._unit.holders.often_at(documents), documents)
        held, scores = self._every()
        if documents is held:
            return scores
        if not len(held):
            return np.zeros(len(documents), dtype=np.float32)
        at = np.searchsorted(held, documents.astype(held.dtype))
        at = np.minimum(at, len(held) - 1)
        return np.where(held.take(at) == documents, scores.take(at), np.float32(0))

    def ceilings(self) -> Scores:
        """Return what it adds to any document of each block at most."""
        if self._unit.holders is not None:
            each = self._answer.part.ceilings(self._mean) * self._weight
            return each.take(self._unit.holders.peaks)
        highest = np.zeros(self._answer.part.segment.blocks, dtype=np.float32)
        held, scores = self._every()
        np.maximum.at(highest, held // block_max.BLOCK, scores)
        return highest

    def _every(self) -> tuple[Numbers, Scores]:
        """Return the documents that hold it, and what it adds to each."""
        if self._reckoned is None:
            held, often = self._unit.counted()
            self._reckoned = held, self._score(often, held)
        return self._reckoned

    def _score(self, often: NDArray[Any], documents: Numbers) -> Scores:
        """Return weight × f / (f + norm)."""
        times = often.astype(np.float32)
        norms = self._norms.take(documents)
        norms += times
        np.divide(times, norms, out=norms)
        norms *= self._weight
        return norms


def term_scores(
    answer: SegmentAnswer, order: Sequence[int], weights: Sequence[float], mean: float
) -> list[TermScore]:
    """Return the units of a query in `order`, as they count in `answer`."""
    return [TermScore(answer, answer.units[i], weights[i], mean) for i in order]
