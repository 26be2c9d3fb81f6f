"""Positions of a slot of a phrase, a term or its alternatives, in the token stream of a segment."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.phrases.build.column_builder import RARE_TOKEN
from index.phrases.match.segment_reader import NO_INTS, IntArray, Segment

Slot = tuple[int, ...]  # the ids of the terms that match at this place of a phrase
Mask = NDArray[np.bool_]
_MIN_TABLE_ALTERNATIVES = 8  # number of alternatives from which on a table is faster


@dataclass(frozen=True, slots=True)
class Spans:
    """Spans in the token stream: positions `starts` up to, not including, `ends`; ascending."""

    starts: IntArray
    ends: IntArray


NO_SPANS = Spans(NO_INTS, NO_INTS)


def matches_slot(segment: Segment, slot: Slot, positions: IntArray) -> Mask:
    """Return, for each of `positions`, whether a term of `slot` stands there."""
    # All positions are in the stream, so none wraps; this is the fastest mode of take().
    codes = segment.tokens.take(positions, mode="wrap")
    if len(slot) == 1 and slot[0] < RARE_TOKEN:
        return np.equal(codes, slot[0])
    frequent = [term_id for term_id in slot if term_id < RARE_TOKEN]
    if len(frequent) < _MIN_TABLE_ALTERNATIVES:
        matches = np.zeros(len(positions), dtype=np.bool_)
        for term_id in frequent:
            matches |= codes == term_id
    else:
        table = np.zeros(RARE_TOKEN + 1, dtype=np.bool_)
        table[frequent] = True
        matches = table[codes]
    rare_terms = [term_id for term_id in slot if term_id >= RARE_TOKEN]
    rare_indexes = np.flatnonzero(codes == RARE_TOKEN) if rare_terms else NO_INTS
    if len(rare_indexes):
        rare_positions = slot_positions(segment, tuple(rare_terms))
        index = np.searchsorted(rare_positions, positions[rare_indexes])
        matches[rare_indexes] = (
            rare_positions[index.clip(0, len(rare_positions) - 1)] == positions[rare_indexes]
        )
    return matches


def slot_positions(segment: Segment, slot: Slot) -> IntArray:
    """Return all positions of the terms of `slot`, ascending."""
    if len(slot) == 1:
        return segment.positions(slot[0])
    return np.sort(unsorted_slot_positions(segment, slot))


def unsorted_slot_positions(segment: Segment, slot: Slot) -> IntArray:
    """Return all positions of the terms of `slot`, in any order."""
    if len(slot) == 1:
        return segment.unsorted_positions(slot[0])
    return np.concatenate([NO_INTS, *(segment.unsorted_positions(term_id) for term_id in slot)])


def slot_frequency(segment: Segment, slot: Slot) -> int:
    """Return how often the terms of `slot` occur in the segment."""
    if len(slot) == 1:
        return segment.term_counts[slot[0]]
    return sum(segment.term_counts[term_id] for term_id in slot)
