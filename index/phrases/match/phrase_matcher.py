"""Find runs of words, words near one another and phrases with ellipses in a segment.

Everything starts from an anchor: the rarest word of what is looked for, or the rarest pair of
common words side by side. Its places are read; then the token stream is asked, for each other word,
at which of them it stands.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.phrases.build.column_builder import LEAD, RARE, TAIL
from index.phrases.match.segment_reader import NONE, Numbers, Segment

Slot = tuple[int, ...]  # the numbers of the words that will do
Truths = NDArray[np.bool_]
_CHUNK = 1 << 16
_MANY = 1024  # places from which on documents are asked first
_SCANNED = 50  # one token in so many: a word from which on all tokens are read
_SELECT = 4  # one document in so many: fewer are worth asking for
_HALF = np.uint64(32)
_FEW = 32  # places up to which they are compared one by one
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
    often = [_frequency(segment, slot) for slot in slots]
    first, known, places = _anchor(segment, slots, often)
    if first:
        if len(places) and places[0] < first:
            places = places[places >= first]
        places -= first
    rest = [i for i in range(len(slots)) if not first <= i < first + known]
    # Only the rarest has to be found as long as few places are left by it.
    while rest:
        if not len(places):
            return NOWHERE
        if len(places) <= _FEW and max(map(len, slots)) == 1:
            places = _compare(segment, [slot[0] for slot in slots], places)
            break
        i = min(rest, key=often.__getitem__)
        rest.remove(i)
        if i and places[-1] + i >= len(segment.tokens):
            places = places[places + i < len(segment.tokens)]
        places = places[stands(segment, slots[i], places + i)]
    return Spans(places, places + len(slots))


def _compare(segment: Segment, numbers: Sequence[int], places: Numbers) -> Numbers:
    """Return those of a few `places` at which just these words stand."""
    wanted = np.minimum(numbers, RARE).astype(np.uint16).tobytes()
    bytes_ = segment.token_bytes
    size = len(wanted)
    there = [at for at in places.tolist() if bytes_[2 * at : 2 * at + size] == wanted]
    found = np.array(there, dtype=places.dtype)
    for i, number in enumerate(numbers):
        if number >= RARE and len(found):
            found = found[stands(segment, (number,), found + i)]
    return found


def near(segment: Segment, slots: Sequence[Slot], slop: int) -> Spans:
    """Return where words of `slots` stand in order, at most `slop` other words among them.

    Where several ways begin at one word, the shortest is given.
    """
    if not all(slots):
        return NOWHERE
    often = [_frequency(segment, slot) for slot in slots]
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
    return np.sort(_unsorted_places(segment, slot))


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
    places = _unsorted_places(segment, slot)
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


def _unsorted_places(segment: Segment, slot: Slot) -> Numbers:
    if len(slot) == 1:
        return segment.unsorted_places(slot[0])
    return np.concatenate([NONE, *(segment.unsorted_places(number) for number in slot)])


def _frequency(segment: Segment, slot: Slot) -> int:
    if len(slot) == 1:
        return segment.counts[slot[0]]
    return sum(segment.counts[number] for number in slot)


def _anchor(
    segment: Segment, slots: Sequence[Slot], often: Sequence[int]
) -> tuple[int, int, Numbers]:
    """Return the cheapest part to start from: its first slot, how many slots, its places."""
    least = min(often)
    best = often.index(least)
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
