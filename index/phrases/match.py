"""Find runs of words, words near one another and phrases with ellipses in a segment.

Everything starts from an anchor: the rarest word of what is looked for, or the rarest pair of
common words side by side. Its places are read; then the token stream is asked, for each other word,
at which of them it stands.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.phrases.build import RARE
from index.phrases.segment import NONE, Numbers, Segment

Slot = tuple[int, ...]  # the numbers of the words that will do
Truths = NDArray[np.bool_]
_CHUNK = 1 << 16
_MANY = 1024  # places from which on documents are asked first
_LANES = 4  # words that are fetched at once
_TABLE = 8  # alternatives from which on a table is faster


@dataclass(frozen=True, slots=True)
class Spans:
    """Where something stands in the token stream: `starts` up to, not with, `ends`; ascending."""

    starts: Numbers
    ends: Numbers


NOWHERE = Spans(NONE, NONE)


def exact(segment: Segment, slots: Sequence[Slot]) -> Spans:
    """Return where words of `slots` follow one another."""
    if not all(slots):
        return NOWHERE
    first, known, places = _anchor(segment, slots)
    if first:
        if len(places) and places[0] < first:
            places = places[places >= first]
        places -= first
    rest = [i for i in range(len(slots)) if not first <= i < first + known]
    for i in sorted(rest, key=lambda i: _frequency(segment, slots[i])):
        if not len(places):
            return NOWHERE
        if i and places[-1] + i >= len(segment.tokens):
            places = places[places + i < len(segment.tokens)]
        places = places[stands(segment, slots[i], places + i)]
    return Spans(places, places + len(slots))


def near(segment: Segment, slots: Sequence[Slot], slop: int) -> Spans:
    """Return where words of `slots` stand in order, at most `slop` other words among them.

    Where several ways begin at one word, the shortest is given.
    """
    if not all(slots):
        return NOWHERE
    by_frequency = [_frequency(segment, slot) for slot in slots]
    anchor = min(range(len(slots)), key=by_frequency.__getitem__)
    places = _unsorted_places(segment, slots[anchor])
    low = high = _promising(segment, slots, anchor, places)
    left, right = list(range(anchor - 1, -1, -1)), list(range(anchor + 1, len(slots)))
    placed = 1
    while (left or right) and len(low):
        placed += 1
        backward = bool(left) and (not right or by_frequency[left[0]] <= by_frequency[right[0]])
        slot = slots[left.pop(0) if backward else right.pop(0)]
        low, high = _extend(segment, slot, low, high, slop, placed, backward=backward)
    if not len(low):
        return NOWHERE
    order = np.lexsort((high, low))
    low, high = low[order], high[order]
    first = np.concatenate(([True], low[1:] != low[:-1]))
    low, high = low[first], high[first]
    inside = segment.documents_at(low) == segment.documents_at(high)
    return Spans(low[inside], high[inside] + 1)


def _extend(
    segment: Segment,
    slot: Slot,
    low: Numbers,
    high: Numbers,
    slop: int,
    placed: int,
    *,
    backward: bool,
) -> tuple[Numbers, Numbers]:
    """Place one word more before `low` or after `high`, keeping within `slop`."""
    lows, highs = [], []
    spare = slop - (high - low - (placed - 2))
    plain = len(slot) == 1 and slot[0] < RARE
    for gap in range(0, slop + 1, _LANES if plain else 1):
        room = np.flatnonzero(spare >= gap) if gap else slice(None)
        # The stream has zeros around it for as far as slop can reach.
        near_low, near_high = low[room], high[room]
        if not plain:
            at = near_low - 1 - gap if backward else near_high + 1 + gap
            there = np.flatnonzero(stands(segment, slot, at))
            at = at[there]
        else:
            at = near_low - _LANES - gap if backward else near_high + 1 + gap
            # Four words at once: what takes time is to fetch them.
            words = segment.fours[at].view(np.uint16)
            hits = np.flatnonzero(words == slot[0])
            there, lane = hits // _LANES, (hits % _LANES).astype(np.uint32)
            at = at[there] + lane
        new_low = at if backward else near_low[there]
        new_high = near_high[there] if backward else at
        fits = new_high - new_low < placed + slop
        lows.append(new_low[fits])
        highs.append(new_high[fits])
    return np.concatenate(lows), np.concatenate(highs)


def near_unordered(segment: Segment, slots: Sequence[Slot], slop: int) -> Spans:
    """Return where words of `slots` stand in any order, at most `slop` other words among them."""
    if not all(slots):
        return NOWHERE
    anchor = min(slots, key=lambda slot: _frequency(segment, slot))
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


def sequence(segment: Segment, runs: Sequence[Sequence[Slot]]) -> Spans:
    """Return where `runs` stand one after another, with anything between, in one document.

    Of the ways that end at one word, the shortest is given.
    """
    spans = exact(segment, runs[0])
    starts, ends = spans.starts, spans.ends
    documents = segment.documents_at(starts)
    for run in runs[1:]:
        if not len(starts):
            return NOWHERE
        following = exact(segment, run)
        next_at = np.searchsorted(following.starts, ends)
        some = next_at < len(following.starts)
        next_at, starts, documents = next_at[some], starts[some], documents[some]
        same = segment.documents_at(following.starts[next_at]) == documents
        next_at, starts, documents = next_at[same], starts[same], documents[same]
        last = np.concatenate((next_at[1:] != next_at[:-1], [True]))[: len(next_at)]
        starts, ends, documents = starts[last], following.ends[next_at[last]], documents[last]
    return Spans(starts, ends)


def stands(segment: Segment, slot: Slot, places: Numbers) -> Truths:
    """Tell, for each of `places`, whether a word of `slot` stands there."""
    codes = segment.tokens[places]
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
    return np.sort(_unsorted_places(segment, slot))


def _promising(segment: Segment, slots: Sequence[Slot], anchor: int, places: Numbers) -> Numbers:
    """Leave out those of many `places` whose documents lack another, common word."""
    if len(places) < _MANY:
        return places
    truths: Truths | None = None
    for number in {slot[0] for slot in slots if len(slot) == 1 and slot != slots[anchor]}:
        if number <= segment.common and segment.held(number) * 4 < segment.documents:
            truths = segment.bits(number) if truths is None else truths & segment.bits(number)
    return places if truths is None else places[truths[segment.documents_at(places)]]


def _unsorted_places(segment: Segment, slot: Slot) -> Numbers:
    if len(slot) == 1:
        return segment.unsorted_places(slot[0])
    return np.concatenate([NONE, *(segment.unsorted_places(number) for number in slot)])


def _frequency(segment: Segment, slot: Slot) -> int:
    if len(slot) == 1:
        return segment.counts[slot[0]]
    return sum(segment.counts[number] for number in slot)


def _anchor(segment: Segment, slots: Sequence[Slot]) -> tuple[int, int, Numbers]:
    """Return the cheapest part to start from: its first slot, how many slots, its places."""
    least, best = min((_frequency(segment, slot), i) for i, slot in enumerate(slots))
    if len(slots[best]) > 1 or slots[best][0] > segment.common:
        return best, 1, slot_places(segment, slots[best])
    pair: tuple[int, int, int] | None = None
    # As frequent as the rarest is not as common: only so many words are, and ties are cut through.
    plain = [len(slot) == 1 and slot[0] <= segment.common for slot in slots]
    for i in range(len(slots) - 1):
        if not (plain[i] and plain[i + 1]):
            continue
        start, end = segment.pair(slots[i][0], slots[i + 1][0])
        if start == end:
            return i, 2, NONE
        if pair is None or end - start < pair[1] - pair[0]:
            pair = start, end, i
    if pair is None or pair[1] - pair[0] > 4 * least:
        return best, 1, slot_places(segment, slots[best])
    return pair[2], 2, segment.unpack(pair[0], pair[1])
