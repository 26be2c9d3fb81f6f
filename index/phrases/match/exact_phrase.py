"""Find words that follow one another, and such phrases with ellipses between them.

The search starts from an anchor: the rarest word of the phrase, or its rarest pair of common words
side by side. Its positions are read; then the token stream is asked, for each other word, at which
of them it stands.
"""

from collections.abc import Sequence

import numpy as np

from index.phrases.build.column_builder import RARE
from index.phrases.match.segment_reader import NONE, Numbers, Segment
from index.phrases.match.slot_positions import (
    NOWHERE,
    Slot,
    Spans,
    slot_frequency,
    slot_places,
    stands,
)

_FEW = 32  # places up to which they are compared one by one


def exact(segment: Segment, slots: Sequence[Slot]) -> Spans:
    """Return where words of `slots` follow one another."""
    if not all(slots):
        return NOWHERE
    often = [slot_frequency(segment, slot) for slot in slots]
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
