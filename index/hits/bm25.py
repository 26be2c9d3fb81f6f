"""Rank by BM25, looking only at documents that can be among the best."""

from collections.abc import Sequence
from math import log1p
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.hits import term_scores, top_documents
from index.hits.snapshot import SegmentAnswer, Snapshot
from index.hits.term_scores import NO_SCORES, Scores
from index.phrases.format.block_max import K1
from index.phrases.match.segment_reader import Numbers

_ROWS = 64  # times as many keys as are wanted, from which on most are not worth sorting


def best(keys: NDArray[Any], most: int) -> NDArray[Any] | slice:
    """Return the places of the highest `most` of `keys`, with all that tie with the last."""
    if len(keys) <= most:
        return slice(None)
    if len(keys) <= _ROWS * most:
        return np.flatnonzero(keys >= _last(keys, most))
    some = np.flatnonzero(keys >= top_documents.reached(keys, most))
    few = keys[some]
    chosen: NDArray[Any] = some[few >= _last(few, most)]
    return chosen


def _last(keys: NDArray[Any], most: int) -> Any:
    """Return the lowest of the highest `most` of `keys`."""
    return np.partition(keys, len(keys) - most)[len(keys) - most]


def weights(snapshot: Snapshot, answers: Sequence[SegmentAnswer]) -> list[float]:
    """Return how much each unit of the query says, the rarer the more: no score is higher."""
    found = []
    for number in range(len(answers[0].units) if answers else 0):
        held = sum(len(answer.units[number]) for answer in answers)
        found.append(log1p((snapshot.documents - held + 0.5) / (held + 0.5)) * (K1 + 1))
    return found


def scored(
    snapshot: Snapshot, answers: Sequence[SegmentAnswer], weights: Sequence[float], most: int
) -> list[tuple[Numbers, Scores]]:
    """Return, of each answer, the documents that can be among the best `most`, and their scores."""
    # The words that say most come first, so that the others matter to few documents.
    order = sorted(range(len(weights)), key=lambda number: -weights[number])
    results: list[tuple[Numbers, Scores]] = []
    highest, least = NO_SCORES, 0.0  # of the segments before
    for answer in answers:
        if results:
            highest = np.concatenate((highest, results[-1][1]))
            if len(highest) >= most:
                highest = np.partition(highest, -most)[-most:]
                least = float(highest[0])
        terms = term_scores.term_scores(answer, order, weights, snapshot.mean_length)
        results.append(top_documents.best(answer, terms, most, least))
    return results
