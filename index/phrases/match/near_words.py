"""Find words near one another, in order or in any order.

The search starts from the positions of the rarest word, and grows spans around them.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.phrases.build.column_builder import LEAD, RARE, TAIL
from index.phrases.match.segment_reader import NONE, Numbers, Segment
from index.phrases.match.slot_positions import (
    NOWHERE,
    Slot,
    Spans,
    Truths,
    slot_frequency,
    slot_places,
    stands,
    unsorted_slot_places,
)

_CHUNK = 1 << 16
_MANY = 1024  # places from which on documents are asked first
_SCANNED = 50  # one token in so many: a word from which on all tokens are read
_SELECT = 4  # one document in so many: fewer are worth asking for
_HALF = np.uint64(32)


def near(segment: Segment, slots: Sequence[Slot], slop: int) -> Spans:
    """Return where words of `slots` stand in order, at most `slop` other words among them.

    Where several ways begin at one word, the shortest is given.
    """
    if not all(slots):
        return NOWHERE
    often = [slot_frequency(segment, slot) for slot in slots]
    seeds = _side_by_side(segment, slots, often) if slop < len(slots) - 1 else None
    if seeds is None:
        anchor = min(range(len(slots)), key=often.__getitem__)
        seeds = [(anchor, anchor, _promising(segment, slots, often, anchor, slop))]
    grown = [_grow(segment, slots, often, seed, slop) for seed in seeds]
    low = np.concatenate([NONE, *(each[0] for each in grown)])
    high = np.concatenate([NONE, *(each[1] for each in grown)])
    if not len(low):
        return NOWHERE
    low, high = _shortest(low, high)
    documents = segment.documents_at(low)
    inside = segment.ends.take(documents) > high
    return Spans(low[inside], high[inside] + 1)


def _shortest(low: Numbers, high: Numbers) -> tuple[Numbers, Numbers]:
    """Return each of `low` once, ascending, with the lowest of its `high`."""
    # One number for both sorts many times as fast as two.
    both = low.astype(np.uint64) << _HALF | (high - low).astype(np.uint64)
    both.sort()
    low = (both >> _HALF).astype(np.uint32)
    first = np.concatenate(([True], low[1:] != low[:-1]))
    low = low[first]
    return low, low + both[first].astype(np.uint32)


# Words `first` to `last` of what is looked for, which follow one another, and where they begin.
_Seed = tuple[int, int, Numbers]


def _side_by_side(
    segment: Segment, slots: Sequence[Slot], often: Sequence[int]
) -> list[_Seed] | None:
    """Return where two of common words `slots` stand side by side, if that is the cheaper start.

    Where there are more gaps among the words than other words allowed in them, one gap is empty.
    """
    if not all(len(slot) == 1 and slot[0] <= segment.common for slot in slots):
        return None
    pairs = [segment.pair(a[0], b[0]) for a, b in pairwise(slots)]
    if sum(end - start for start, end in pairs) > min(often):
        return None
    return [(i, i + 1, segment.unpack(*pair)) for i, pair in enumerate(pairs) if pair[0] < pair[1]]


def _grow(
    segment: Segment, slots: Sequence[Slot], often: Sequence[int], seed: _Seed, slop: int
) -> tuple[Numbers, Numbers]:
    """Return the first and last places of all words, found from those of the seed outwards."""
    first, last, low = seed
    high = low + (last - first)
    while (first > 0 or last < len(slots) - 1) and len(low):
        beside = _next(often, first, last)
        backward = beside < first
        first, last = min(first, beside), max(last, beside)
        widest = last - first + slop
        low, high = _extend(segment, slots[beside], low, high, widest, backward=backward)
    return low, high


def _next(often: Sequence[int], first: int, last: int) -> int:
    """Return the rarer of the words beside words `first` to `last`."""
    if not first:
        return last + 1
    if last == len(often) - 1 or often[first - 1] <= often[last + 1]:
        return first - 1
    return last + 1


def _extend(
    segment: Segment, slot: Slot, low: Numbers, high: Numbers, widest: int, *, backward: bool
) -> tuple[Numbers, Numbers]:
    """Place one word more before `low` or after `high`, these at most `widest` words apart then."""
    lows, highs = [], []
    spare = widest - (high - low)
    least, most = int(spare.min()), int(spare.max())
    for step in range(1, most + 1):
        if step > least:
            room = spare >= step
            low, high, spare = low[room], high[room], spare[room]
        # The stream has zeros around it for as far as slop can reach.
        at = low - step if backward else high + step
        there = np.flatnonzero(stands(segment, slot, at))
        lows.append((at if backward else low)[there])
        highs.append((high if backward else at)[there])
    return np.concatenate([NONE, *lows]), np.concatenate([NONE, *highs])


def near_unordered(segment: Segment, slots: Sequence[Slot], slop: int) -> Spans:
    """Return where words of `slots` stand in any order, at most `slop` other words among them."""
    if not all(slots):
        return NOWHERE
    anchor = min(slots, key=lambda slot: slot_frequency(segment, slot))
    places = slot_places(segment, anchor)
    wanted = {slot: slots.count(slot) for slot in slots}
    found = [
        _windows(segment, wanted, places[at : at + _CHUNK], len(slots) + slop)
        for at in range(0, len(places), _CHUNK)
    ]
    starts = np.concatenate([NONE, *(spans.starts for spans in found)])
    ends = np.concatenate([NONE, *(spans.ends for spans in found)])
    order = np.lexsort((ends, starts))
    starts, ends = starts[order], ends[order]
    first = np.concatenate(([True], starts[1:] != starts[:-1]))[: len(starts)]
    return Spans(starts[first], ends[first])


def _windows(segment: Segment, wanted: dict[Slot, int], places: Numbers, width: int) -> Spans:
    """Return the tightest window of at most `width` words around each of `places`, if any."""
    reach = np.arange(1 - width, width)
    around = (places[:, None] + reach).clip(0, len(segment.tokens) - 1)
    borders = segment.tokens[around] == 0
    borders[:, width - 1 :] = np.logical_or.accumulate(borders[:, width - 1 :], axis=1)
    borders[:, width - 1 :: -1] = np.logical_or.accumulate(borders[:, width - 1 :: -1], axis=1)
    sums = []
    for slot in wanted:
        there = stands(segment, slot, around.ravel()).reshape(around.shape) & ~borders
        sums.append(np.concatenate((np.zeros((len(places), 1), int), there.cumsum(axis=1)), axis=1))
    best_start = np.full(len(places), -1)
    best_end = np.full(len(places), 3 * width)
    for start in range(width):
        end = np.full(len(places), start + width)
        whole = np.ones(len(places), dtype=np.bool_)
        for size in range(width - 1, 0, -1):
            whole = _enough(sums, wanted, start, start + size)
            end[whole] = start + size
        ok = _enough(sums, wanted, start, start + width)
        better = ok & (end - start < best_end - best_start.clip(0))
        best_start[better], best_end[better] = start, end[better]
    hit = best_start >= 0
    origin = places[hit] + 1 - width
    return Spans(origin + best_start[hit], origin + best_end[hit])


def _enough(sums: Sequence[NDArray[Any]], wanted: dict[Slot, int], start: int, end: int) -> Truths:
    truths: list[Truths] = [
        each[:, end] - each[:, start] >= times
        for each, times in zip(sums, wanted.values(), strict=True)
    ]
    enough: Truths = np.logical_and.reduce(truths)
    return enough


def _promising(
    segment: Segment, slots: Sequence[Slot], often: Sequence[int], anchor: int, slop: int
) -> Numbers:
    """Return, ascending, places of a slot: all but such as cannot be near the others."""
    slot = slots[anchor]
    common = len(slot) == 1 and slot[0] <= segment.common
    if common and len(slots) > 1 and often[anchor] * _SCANNED > len(segment.tokens):
        beside = _next(often, anchor, anchor)
        if len(slots[beside]) == 1 and slop < min(LEAD, TAIL):
            return _scan(segment, slot[0], slots[beside][0], beside - anchor, slop + 1)
    places = unsorted_slot_places(segment, slot)
    if len(places) >= _MANY:
        others = {each[0] for each in slots if len(each) == 1 and each[0] <= segment.common}
        places = _in_documents_of(segment, places, others - {*slot})
    if common or len(slot) > 1:
        places.sort()  # tokens side by side are fetched together
    return places


def _in_documents_of(segment: Segment, places: Numbers, others: set[int]) -> Numbers:
    """Leave out places whose documents lack one of common words `others`, if these are in few."""
    if not others:
        return places
    truths: Truths = np.logical_and.reduce([segment.bits(number) for number in others])
    if np.count_nonzero(truths) * _SELECT > segment.documents:
        return places
    return places[truths[segment.documents_at(places)]]


def _scan(segment: Segment, word: int, other: int, side: int, reach: int) -> Numbers:
    """Return where a common word stands, `other` up to `reach` places after it (side 1) or before.

    All tokens are read, which for the most common words is less than to unpack their places. Of a
    word too rare for a token of its own, any such word will do.
    """
    other = min(other, RARE)
    found = [NONE]
    tokens = segment.tokens
    for at in range(LEAD, len(tokens) - TAIL, _CHUNK):
        end = min(at + _CHUNK, len(tokens) - TAIL)
        near = np.zeros(end - at, dtype=np.bool_)
        others = tokens[at - LEAD : end + TAIL] == other
        for step in range(1, reach + 1):
            first = LEAD + side * step
            near |= others[first : first + end - at]
        near &= tokens[at:end] == word
        found.append(np.flatnonzero(near).astype(np.uint32) + np.uint32(at))
    return np.concatenate(found)
