"""Compute what each leaf of a query, a word or phrase, adds to the BM25 scores of documents."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.hits.index_snapshot import SegmentMatches
from index.phrases.format import block_max
from index.phrases.match.query_evaluator import LeafMatches
from index.phrases.match.segment_reader import IntArray

Scores = NDArray[np.float32]
NO_SCORES: Scores = np.zeros(0, dtype=np.float32)


class TermScore:
    """A leaf of the query, and what it adds to the scores of documents of one segment."""

    def __init__(
        self, matches: SegmentMatches, leaf: LeafMatches, weight: float, mean_length: float
    ) -> None:
        self._matches, self._leaf = matches, leaf
        self._weight = np.float32(weight)
        self._norms = matches.view.norms(mean_length)
        self._mean_length = mean_length
        self._all_scores: tuple[IntArray, Scores] | None = None

    def scores_at(self, documents: IntArray) -> Scores:
        """Return what the leaf adds to the score of each of `documents`."""
        if self._leaf.postings is not None:
            return self._score(self._leaf.postings.frequencies_at(documents), documents)
        matching, scores = self._score_all()
        if documents is matching:
            return scores
        if not len(matching):
            return np.zeros(len(documents), dtype=np.float32)
        index = np.searchsorted(matching, documents.astype(matching.dtype))
        index = np.minimum(index, len(matching) - 1)
        return np.where(matching.take(index) == documents, scores.take(index), np.float32(0))

    def ceilings(self) -> Scores:
        """Return an upper bound of what the leaf adds to any score in each block."""
        if self._leaf.postings is not None:
            ceilings = self._matches.view.ceilings(self._mean_length) * self._weight
            return ceilings.take(self._leaf.postings.block_maxima)
        highest = np.zeros(self._matches.view.segment.block_count, dtype=np.float32)
        documents, scores = self._score_all()
        np.maximum.at(highest, documents // block_max.BLOCK_DOCUMENTS, scores)
        return highest

    def _score_all(self) -> tuple[IntArray, Scores]:
        """Return the documents that match the leaf, and what it adds to each."""
        if self._all_scores is None:
            documents, frequencies = self._leaf.count_frequencies()
            self._all_scores = documents, self._score(frequencies, documents)
        return self._all_scores

    def _score(self, frequencies: NDArray[Any], documents: IntArray) -> Scores:
        """Return weight × f / (f + norm) for each of `documents`."""
        floats = frequencies.astype(np.float32)
        norms = self._norms.take(documents)
        norms += floats
        np.divide(floats, norms, out=norms)
        norms *= self._weight
        return norms


def term_scores(
    matches: SegmentMatches, order: Sequence[int], weights: Sequence[float], mean_length: float
) -> list[TermScore]:
    """Return the scores of the leaves of a query in `order`, for the matches of one segment."""
    return [TermScore(matches, matches.leaves[i], weights[i], mean_length) for i in order]
