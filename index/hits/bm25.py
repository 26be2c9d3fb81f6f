"""Rank documents by BM25, scoring only those that can be among the best."""

from collections.abc import Sequence
from math import log1p
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.hits import term_scores, top_documents
from index.hits.index_snapshot import SegmentMatches, Snapshot
from index.hits.term_scores import NO_SCORES, Scores
from index.phrases.format.block_max import K1
from index.phrases.match.segment_reader import IntArray

_PRESELECT_FACTOR = (
    64  # times as many keys as `limit`, from which on a threshold comes before sorting
)


def select_best(keys: NDArray[Any], limit: int) -> NDArray[Any] | slice:
    """Return the indexes of the highest `limit` of `keys`, with all that tie with the last."""
    if len(keys) <= limit:
        return slice(None)
    if len(keys) <= _PRESELECT_FACTOR * limit:
        return np.flatnonzero(keys >= _find_lowest(keys, limit))
    candidates = np.flatnonzero(keys >= top_documents.find_threshold(keys, limit))
    candidate_keys = keys[candidates]
    indexes: NDArray[Any] = candidates[candidate_keys >= _find_lowest(candidate_keys, limit)]
    return indexes


def _find_lowest(keys: NDArray[Any], limit: int) -> Any:
    """Return the lowest of the highest `limit` of `keys`."""
    return np.partition(keys, len(keys) - limit)[len(keys) - limit]


def compute_weights(snapshot: Snapshot, segment_matches: Sequence[SegmentMatches]) -> list[float]:
    """Return the BM25 weight of each leaf: its inverse document frequency × (K1 + 1)."""
    leaf_weights = []
    for index in range(len(segment_matches[0].leaves) if segment_matches else 0):
        document_frequency = sum(len(matches.leaves[index]) for matches in segment_matches)
        leaf_weights.append(
            log1p((snapshot.document_count - document_frequency + 0.5) / (document_frequency + 0.5))
            * (K1 + 1)
        )
    return leaf_weights


def score_matches(
    snapshot: Snapshot,
    segment_matches: Sequence[SegmentMatches],
    weights: Sequence[float],
    limit: int,
) -> list[tuple[IntArray, Scores]]:
    """Return, for each segment, documents that can be among the best `limit`, and their scores."""
    # Leaves with the highest weights come first, so that the others matter to few documents.
    order = sorted(range(len(weights)), key=lambda index: -weights[index])
    results: list[tuple[IntArray, Scores]] = []
    top_scores, threshold = NO_SCORES, 0.0  # of the previous segments
    for matches in segment_matches:
        if results:
            top_scores = np.concatenate((top_scores, results[-1][1]))
            if len(top_scores) >= limit:
                top_scores = np.partition(top_scores, -limit)[-limit:]
                threshold = float(top_scores[0])
        terms = term_scores.term_scores(matches, order, weights, snapshot.mean_length)
        results.append(top_documents.find_best(matches, terms, limit, threshold))
    return results
