"""Rank by BM25, looking only at documents that can be among the best."""

from collections.abc import Sequence
from math import log1p
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.engines._snapshot import Answer, Part, Snapshot
from index.phrases.evaluate import Set, Unit
from index.phrases.segment import Numbers

K1, B = 1.2, 0.75
_ROWS = 64
_MARGIN = 1.001  # for rounding
_FEW = 8  # one document in so many: fewer are scored one by one
Scores = NDArray[np.float32]


def best(keys: NDArray[Any], most: int) -> NDArray[Any] | slice:
    """Return the places of the highest `most` of `keys`, with all that tie with the last."""
    if len(keys) <= _ROWS * most:
        return slice(None)
    some = np.flatnonzero(keys >= _bound(keys, most))
    few = keys[some]
    chosen: NDArray[Any] = some[few >= np.partition(few, len(few) - most)[len(few) - most]]
    return chosen


def _bound(keys: NDArray[Any], most: int) -> Any:
    """Return a number that at least `most` of `keys` reach, near the highest there is."""
    # The highest of each of many groups: as many keys as groups are no lower.
    groups = keys[: len(keys) // _ROWS * _ROWS].reshape(_ROWS, -1).max(axis=0)
    return np.partition(groups, len(groups) - most)[len(groups) - most]


def weights(snapshot: Snapshot, answers: Sequence[Answer]) -> list[float]:
    """Return how much each unit of the query says, the rarer the more: no score is higher."""
    found = []
    for number in range(len(answers[0].units) if answers else 0):
        held = sum(_held(answer.units[number]) for answer in answers)
        found.append(log1p((snapshot.documents - held + 0.5) / (held + 0.5)) * (K1 + 1))
    return found


def _held(unit: Unit) -> int:
    """Return how many documents hold a unit."""
    if unit.documents.dtype == np.bool_:
        return int(np.count_nonzero(unit.documents))
    return len(unit.documents)


def scored(
    snapshot: Snapshot, answer: Answer, weights: Sequence[float], most: int
) -> tuple[Numbers, Scores]:
    """Return the answers of a segment that can be among the best `most`, and their scores."""
    segment, documents = answer.part.segment, answer.documents
    lengths = _lengths(snapshot, answer.part)
    # The words that say most come first, so that the others matter to few documents.
    order = sorted(range(len(weights)), key=lambda number: -weights[number])
    if len(documents) * _FEW < segment.documents:
        scores = np.zeros(len(documents), dtype=np.float32)
        _add_to_few(scores, answer, documents, order, weights, lengths)
        return documents, scores
    if len(order) == 1 and _held(answer.units[0]) == len(documents):
        # Nothing was left out, so how often is known in the order of the documents.
        times = answer.units[0].often()[1].astype(np.float32)
        return documents, _score(times, lengths[documents], weights[0])
    total = np.zeros(segment.documents, dtype=np.float32)
    for done, number in enumerate(order, 1):
        _add_to_all(total, *answer.units[number].often(), weights[number], lengths)
        left = sum(weights[other] for other in order[done:])
        if not left or len(documents) <= _ROWS * most:
            continue
        scores = total[documents]
        least = _bound(scores, most)
        # No word adds more than its weight: who is further behind cannot come to the front.
        behind = least - left * _MARGIN
        if behind <= 0:
            continue
        chance = np.flatnonzero(scores >= behind)
        if len(chance) * _FEW < len(documents):
            documents, scores = documents[chance], scores[chance]
            _add_to_few(scores, answer, documents, order[done:], weights, lengths)
            return documents, scores
    return documents, total[documents]


def _lengths(snapshot: Snapshot, part: Part) -> Scores:
    """Return what BM25 makes of the length of each document of a segment."""
    if part.weights is None:
        shares = part.segment.lengths * np.float32(K1 * B / snapshot.mean_length)
        part.weights = shares + np.float32(K1 * (1 - B))
    return part.weights


def _add_to_few(
    scores: Scores,
    answer: Answer,
    documents: Numbers,
    order: Sequence[int],
    weights: Sequence[float],
    lengths: Scores,
) -> None:
    mine = lengths[documents]
    for number in order:
        unit = answer.units[number]
        if documents is unit.documents and unit.spans is not None:
            times = unit.often()[1].astype(np.float32)
        else:
            times = unit.often_at(answer.part.segment, documents).astype(np.float32)
        scores += _score(times, mine.copy(), weights[number])


def _add_to_all(
    total: Scores, found: Set, often: NDArray[Any], weight: float, lengths: Scores
) -> None:
    """Add weight × f / (f + length) to the documents `found`, which hold a word f times."""
    documents = np.flatnonzero(found) if found.dtype == np.bool_ else found
    total[documents] += _score(often.astype(np.float32), lengths[documents], weight)


def _score(times: Scores, lengths: Scores, weight: float) -> Scores:
    """Return weight × f / (f + length), in place of `lengths`."""
    lengths += times
    np.divide(times, lengths, out=lengths)
    lengths *= np.float32(weight)
    return lengths
