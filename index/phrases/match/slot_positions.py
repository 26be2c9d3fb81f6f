"""The positions of one word of a phrase, or of its alternatives, in a segment's token stream."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.phrases.build.column_builder import RARE
from index.phrases.match.segment_reader import NONE, Numbers, Segment

Slot = tuple[int, ...]  # the numbers of the words that will do
Truths = NDArray[np.bool_]
_TABLE = 8  # alternatives from which on a table is faster


@dataclass(frozen=True, slots=True)
class Spans:
    """Where something stands in the token stream: `starts` up to, not with, `ends`; ascending."""

    starts: Numbers
    ends: Numbers


NOWHERE = Spans(NONE, NONE)


def stands(segment: Segment, slot: Slot, places: Numbers) -> Truths:
    """Tell, for each of `places`, whether a word of `slot` stands there."""
    # All are in the stream, so that nothing wraps: this is how numpy fetches fastest.
    codes = segment.tokens.take(places, mode="wrap")
    if len(slot) == 1 and slot[0] < RARE:
        return np.equal(codes, slot[0])
    often = [number for number in slot if number < RARE]
    if len(often) < _TABLE:
        there = np.zeros(len(places), dtype=np.bool_)
        for number in often:
            there |= codes == number
    else:
        table = np.zeros(RARE + 1, dtype=np.bool_)
        table[often] = True
        there = table[codes]
    rare = [number for number in slot if number >= RARE]
    maybe = np.flatnonzero(codes == RARE) if rare else NONE
    if len(maybe):
        known = slot_places(segment, tuple(rare))
        at = np.searchsorted(known, places[maybe])
        there[maybe] = known[at.clip(0, len(known) - 1)] == places[maybe]
    return there


def slot_places(segment: Segment, slot: Slot) -> Numbers:
    """Return every place of the words of `slot`, ascending."""
    if len(slot) == 1:
        return segment.places(slot[0])
    return np.sort(unsorted_slot_places(segment, slot))


def unsorted_slot_places(segment: Segment, slot: Slot) -> Numbers:
    if len(slot) == 1:
        return segment.unsorted_places(slot[0])
    return np.concatenate([NONE, *(segment.unsorted_places(number) for number in slot)])


def slot_frequency(segment: Segment, slot: Slot) -> int:
    if len(slot) == 1:
        return segment.counts[slot[0]]
    return sum(segment.counts[number] for number in slot)
