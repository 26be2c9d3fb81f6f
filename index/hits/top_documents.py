"""Find the best documents of a segment by BM25 without scoring all that match.

For every block of documents, an upper bound of what each leaf adds to a score is known. The blocks
with the highest sums of bounds are scored first; then those whose sum reaches the lowest of the
best scores so far. No document is skipped that could be among the best or tie with them.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.hits.index_snapshot import SegmentMatches
from index.hits.term_scores import NO_SCORES, Scores, TermScore
from index.phrases.format import block_max
from index.phrases.match.segment_reader import NO_INTS, IntArray

_MAX_SCORED_DOCUMENTS = 2048  # number of documents up to which all are scored
# Scores and ceilings are each right to eight roundings, and one more a term, of a 2**24th: 6e-8.
_ROUNDING_ERROR = 1e-6
_BATCH_GROWTH = 4  # the factor by which each batch of blocks is larger than the one before
_GROUPS_PER_RESULT = 4  # groups of keys for each of the `limit` highest
_MIN_FILTERED_DOCUMENTS = (
    512  # number of documents from which on filtering by upper bounds is worth while
)


def find_best(
    matches: SegmentMatches, terms: Sequence[TermScore], limit: int, threshold: float
) -> tuple[IntArray, Scores]:
    """Return documents of `matches` and their scores.

    The best `limit`, and all that tie with the last of them, are among them, except those below
    `threshold`.
    """
    if (
        not terms
        or matches.view.segment.block_count <= limit
        or len(matches) <= _MAX_SCORED_DOCUMENTS
    ):
        return _score_documents(terms, matches.documents)
    block_mask = _mask_by_block(matches)
    # Upper bounds of what each leaf and all after it add to a score.
    upper_bounds = [term.ceilings() for term in terms]
    for ceilings, following in zip(upper_bounds[-2::-1], upper_bounds[:0:-1], strict=True):
        ceilings += following
    block_bounds = upper_bounds[0]
    slack = 1 - _ROUNDING_ERROR * (len(terms) + 8)
    threshold *= slack
    batch = limit * (16 if threshold else 1)
    remaining = np.flatnonzero(_has_match(block_mask) & (block_bounds >= threshold))
    scored: list[tuple[IntArray, Scores]] = []
    while len(remaining):
        bounds = block_bounds.take(remaining)
        if len(remaining) > 2 * batch:
            is_next = bounds >= find_threshold(bounds, batch)
            scored.append(
                _score_documents(
                    terms,
                    _documents_in_blocks(block_mask, remaining[is_next]),
                    upper_bounds,
                    threshold,
                )
            )
            batch *= _BATCH_GROWTH
            remaining, bounds = remaining[~is_next], bounds[~is_next]
        else:
            scored.append(
                _score_documents(
                    terms, _documents_in_blocks(block_mask, remaining), upper_bounds, threshold
                )
            )
            break
        scores = np.concatenate([scores for _, scores in scored])
        if len(scores) >= limit:
            threshold = max(threshold, float(np.partition(scores, -limit)[-limit]) * slack)
            remaining = remaining[bounds >= threshold]
    return (
        np.concatenate([documents for documents, _ in scored] or [NO_INTS]),
        np.concatenate([scores for _, scores in scored] or [NO_SCORES]),
    )


def find_threshold(keys: NDArray[Any], limit: int) -> Any:
    """Return a key that at least `limit` of very many `keys` reach, near the highest such key."""
    # The n-th highest of the maxima of disjoint groups is reached by at least n keys.
    group_size = max(1, len(keys) // (_GROUPS_PER_RESULT * limit))
    group_maxima = keys[: len(keys) // group_size * group_size].reshape(group_size, -1).max(axis=0)
    return np.partition(group_maxima, len(group_maxima) - limit)[len(group_maxima) - limit]


def _score_documents(
    terms: Sequence[TermScore],
    documents: IntArray,
    upper_bounds: Sequence[Scores] = (),
    threshold: float = 0.0,
) -> tuple[IntArray, Scores]:
    """Return `documents` and their scores, without those found to be below `threshold`."""
    if not terms:
        return documents, np.zeros(len(documents), dtype=np.float32)
    scores = terms[0].scores_at(documents)
    for number, term in enumerate(terms, 1):
        if number > 1:
            scores = scores + term.scores_at(documents)
        if threshold and number < len(upper_bounds) and len(documents) > _MIN_FILTERED_DOCUMENTS:
            blocks = documents // block_max.BLOCK_DOCUMENTS
            can_reach = scores + upper_bounds[number].take(blocks) >= threshold
            documents, scores = documents[can_reach], scores[can_reach]
    return documents, scores


def _mask_by_block(matches: SegmentMatches) -> NDArray[np.bool_]:
    """Return the mask of matching documents, a row for each block."""
    block_count = matches.view.segment.block_count
    mask = np.zeros(block_count * block_max.BLOCK_DOCUMENTS, dtype=np.bool_)
    if matches.document_set.dtype == np.bool_:
        mask[: len(matches.document_set)] = matches.document_set
    else:
        mask[matches.document_set] = True
    return mask.reshape(block_count, block_max.BLOCK_DOCUMENTS)


def _has_match(block_mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return whether any document of each block matches."""
    # The bits of a block are read as one number: ten times as fast as any() of each row.
    has_match: NDArray[np.bool_] = (
        np.packbits(block_mask).view(f"u{block_max.BLOCK_DOCUMENTS // 8}") != 0
    )
    return has_match


def _documents_in_blocks(block_mask: NDArray[np.bool_], blocks: IntArray) -> IntArray:
    """Return the matching documents of `blocks`."""
    indexes = np.flatnonzero(block_mask[blocks])
    offsets = (blocks - np.arange(len(blocks))) * block_max.BLOCK_DOCUMENTS
    documents: IntArray = indexes + offsets.take(indexes // block_max.BLOCK_DOCUMENTS)
    return documents
