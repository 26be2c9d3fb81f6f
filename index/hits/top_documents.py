"""Find the best documents of a segment by BM25 without scoring all that answer.

Of every block of documents it is known how much each word adds to a score in it at most. The blocks
where that comes to most are scored first; then those where it is no less than the least of the best
scores so far. No document is passed over that could be among the best or tie with them.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.hits.snapshot import SegmentAnswer
from index.hits.term_scores import NO_SCORES, Scores, TermScore
from index.phrases.format import block_max
from index.phrases.match.segment_reader import NONE, Numbers

_FEW = 2048  # documents up to which all are scored
# Scores and ceilings are each right to eight roundings, and one more a term, of a 2**24th: 6e-8.
_ROUNDING = 1e-6
_GROWTH = 4  # times as many blocks at once as before
_GROUPS = 4  # groups of numbers for each that is to be found among the highest
_MANY = 512  # documents from which on it is worth while to ask which can still be among the best


def best(
    answer: SegmentAnswer, terms: Sequence[TermScore], most: int, least: float
) -> tuple[Numbers, Scores]:
    """Return documents of `answer` and their scores.

    All of its best `most`, and all that tie with the last of them, are there, but for those below
    `least`.
    """
    if not terms or answer.part.segment.blocks <= most or len(answer) <= _FEW:
        return _scores(terms, answer.documents)
    mask = _by_block(answer)
    # What the words from each on add to a score at most.
    rest = [term.ceilings() for term in terms]
    for ceilings, following in zip(rest[-2::-1], rest[:0:-1], strict=True):
        ceilings += following
    highest = rest[0]
    slack = 1 - _ROUNDING * (len(terms) + 8)
    least *= slack
    batch = most * (16 if least else 1)
    left = np.flatnonzero(_any(mask) & (highest >= least))
    found: list[tuple[Numbers, Scores]] = []
    while len(left):
        bounds = highest.take(left)
        if len(left) > 2 * batch:
            now = bounds >= reached(bounds, batch)
            found.append(_scores(terms, _inside(mask, left[now]), rest, least))
            batch *= _GROWTH
            left, bounds = left[~now], bounds[~now]
        else:
            found.append(_scores(terms, _inside(mask, left), rest, least))
            break
        scores = np.concatenate([scores for _, scores in found])
        if len(scores) >= most:
            least = max(least, float(np.partition(scores, -most)[-most]) * slack)
            left = left[bounds >= least]
    return (
        np.concatenate([documents for documents, _ in found] or [NONE]),
        np.concatenate([scores for _, scores in found] or [NO_SCORES]),
    )


def reached(keys: NDArray[Any], most: int) -> Any:
    """Return a number that at least `most` of very many `keys` reach, near the highest there is."""
    # The highest of each of some groups: as many keys as groups are no lower.
    rows = max(1, len(keys) // (_GROUPS * most))
    groups = keys[: len(keys) // rows * rows].reshape(rows, -1).max(axis=0)
    return np.partition(groups, len(groups) - most)[len(groups) - most]


def _scores(
    terms: Sequence[TermScore], documents: Numbers, rest: Sequence[Scores] = (), least: float = 0.0
) -> tuple[Numbers, Scores]:
    """Return `documents` and their scores, without those seen to be below `least` on the way."""
    if not terms:
        return documents, np.zeros(len(documents), dtype=np.float32)
    scores = terms[0].at(documents)
    for number, term in enumerate(terms, 1):
        if number > 1:
            scores = scores + term.at(documents)
        if least and number < len(rest) and len(documents) > _MANY:
            blocks = documents // block_max.BLOCK
            able = scores + rest[number].take(blocks) >= least
            documents, scores = documents[able], scores[able]
    return documents, scores


def _by_block(answer: SegmentAnswer) -> NDArray[np.bool_]:
    """Return which documents answer, a row for each block."""
    blocks = answer.part.segment.blocks
    mask = np.zeros(blocks * block_max.BLOCK, dtype=np.bool_)
    if answer.found.dtype == np.bool_:
        mask[: len(answer.found)] = answer.found
    else:
        mask[answer.found] = True
    return mask.reshape(blocks, block_max.BLOCK)


def _any(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return whether any document of each block answers."""
    # The bits of a block are read as one number: ten times as fast as asking each row.
    some: NDArray[np.bool_] = np.packbits(mask).view(f"u{block_max.BLOCK // 8}") != 0
    return some


def _inside(mask: NDArray[np.bool_], blocks: Numbers) -> Numbers:
    """Return the documents of `blocks` that answer."""
    found = np.flatnonzero(mask[blocks])
    shift = (blocks - np.arange(len(blocks))) * block_max.BLOCK
    documents: Numbers = found + shift.take(found // block_max.BLOCK)
    return documents
