"""Find terms near one another, in order or in any order.

The search starts from the positions of the rarest term, and extends spans from them.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.phrases.build.column_builder import LEAD_ZEROS, RARE_TOKEN, TAIL_ZEROS
from index.phrases.match.segment_reader import NO_INTS, IntArray, Segment
from index.phrases.match.slot_positions import (
    NO_SPANS,
    Mask,
    Slot,
    Spans,
    matches_slot,
    slot_frequency,
    slot_positions,
    unsorted_slot_positions,
)

_CHUNK_SIZE = 1 << 16
_MIN_FILTERED_POSITIONS = 1024  # minimum number of positions for which documents are filtered first
_SCAN_SHARE = 50  # a term with more than one token in so many is found by scanning all tokens
_MIN_FILTER_RATIO = 4  # a filter is applied if it leaves at most one document in so many
_HALF_BITS = np.uint64(32)


def find_near(segment: Segment, slots: Sequence[Slot], slop: int) -> Spans:
    """Return spans with terms of `slots` in order, with at most `slop` other words in between.

    Of the spans that begin at the same position, the shortest is given.
    """
    if not all(slots):
        return NO_SPANS
    frequencies = [slot_frequency(segment, slot) for slot in slots]
    seeds = _find_adjacent_pairs(segment, slots, frequencies) if slop < len(slots) - 1 else None
    if seeds is None:
        anchor = min(range(len(slots)), key=frequencies.__getitem__)
        seeds = [(anchor, anchor, _select_positions(segment, slots, frequencies, anchor, slop))]
    extended = [_extend_seed(segment, slots, frequencies, seed, slop) for seed in seeds]
    lows = np.concatenate([NO_INTS, *(span[0] for span in extended)])
    highs = np.concatenate([NO_INTS, *(span[1] for span in extended)])
    if not len(lows):
        return NO_SPANS
    lows, highs = _keep_shortest(lows, highs)
    documents = segment.documents_at(lows)
    title_starts = segment.title_starts.take(documents)
    # Where the text or the title ends that a span begins in.
    part_ends = np.where(lows < title_starts, title_starts, segment.ends.take(documents))
    is_within_part = part_ends > highs
    return Spans(lows[is_within_part], highs[is_within_part] + 1)


def _keep_shortest(lows: IntArray, highs: IntArray) -> tuple[IntArray, IntArray]:
    """Return each of `lows` once, ascending, with the lowest of its `highs`."""
    # Sorting one packed number is many times as fast as sorting by two keys.
    packed = lows.astype(np.uint64) << _HALF_BITS | (highs - lows).astype(np.uint64)
    packed.sort()
    lows = (packed >> _HALF_BITS).astype(np.uint32)
    is_first = np.concatenate(([True], lows[1:] != lows[:-1]))
    lows = lows[is_first]
    return lows, lows + packed[is_first].astype(np.uint32)


# Slots `first` to `last` of the phrase, which are adjacent, and the positions of slot `first`.
_Seed = tuple[int, int, IntArray]


def _find_adjacent_pairs(
    segment: Segment, slots: Sequence[Slot], frequencies: Sequence[int]
) -> list[_Seed] | None:
    """Return where pairs of common terms are adjacent, if these are cheaper seeds; else None.

    With less slop than gaps among the terms, at least one gap is empty, so some pair is adjacent.
    """
    if not all(len(slot) == 1 and slot[0] <= segment.common_count for slot in slots):
        return None
    byte_ranges = [segment.pair_byte_range(a[0], b[0]) for a, b in pairwise(slots)]
    if sum(end - start for start, end in byte_ranges) > min(frequencies):
        return None
    return [
        (i, i + 1, segment.unpack_positions(*byte_range))
        for i, byte_range in enumerate(byte_ranges)
        if byte_range[0] < byte_range[1]
    ]


def _extend_seed(
    segment: Segment, slots: Sequence[Slot], frequencies: Sequence[int], seed: _Seed, slop: int
) -> tuple[IntArray, IntArray]:
    """Return the first and last positions of spans of all terms, grown from the seed."""
    first, last, lows = seed
    highs = lows + (last - first)
    while (first > 0 or last < len(slots) - 1) and len(lows):
        next_slot = _choose_next_slot(frequencies, first, last)
        is_backward = next_slot < first
        first, last = min(first, next_slot), max(last, next_slot)
        max_distance = last - first + slop
        lows, highs = _extend_spans(
            segment, slots[next_slot], lows, highs, max_distance, is_backward=is_backward
        )
    return lows, highs


def _choose_next_slot(frequencies: Sequence[int], first: int, last: int) -> int:
    """Return the rarer of the slots beside slots `first` to `last`."""
    if not first:
        return last + 1
    if last == len(frequencies) - 1 or frequencies[first - 1] <= frequencies[last + 1]:
        return first - 1
    return last + 1


def _extend_spans(
    segment: Segment,
    slot: Slot,
    lows: IntArray,
    highs: IntArray,
    max_distance: int,
    *,
    is_backward: bool,
) -> tuple[IntArray, IntArray]:
    """Add a term of `slot` before `lows` or after `highs`, within `max_distance`."""
    new_lows, new_highs = [], []
    slack = max_distance - (highs - lows)
    min_slack, max_slack = int(slack.min()), int(slack.max())
    for step in range(1, max_slack + 1):
        if step > min_slack:
            has_slack = slack >= step
            lows, highs, slack = lows[has_slack], highs[has_slack], slack[has_slack]
        # The stream is padded with zeros on both ends, wider than the largest slop.
        candidates = lows - step if is_backward else highs + step
        matching = np.flatnonzero(matches_slot(segment, slot, candidates))
        new_lows.append((candidates if is_backward else lows)[matching])
        new_highs.append((highs if is_backward else candidates)[matching])
    return np.concatenate([NO_INTS, *new_lows]), np.concatenate([NO_INTS, *new_highs])


def find_near_unordered(segment: Segment, slots: Sequence[Slot], slop: int) -> Spans:
    """Return spans with terms of `slots` in any order, with at most `slop` other words in between.

    Of the spans that begin at the same position, the shortest is given.
    """
    if not all(slots):
        return NO_SPANS
    anchor = min(slots, key=lambda slot: slot_frequency(segment, slot))
    positions = slot_positions(segment, anchor)
    required = {slot: slots.count(slot) for slot in slots}
    windows = [
        _find_windows(
            segment, required, positions[chunk_start : chunk_start + _CHUNK_SIZE], len(slots) + slop
        )
        for chunk_start in range(0, len(positions), _CHUNK_SIZE)
    ]
    starts = np.concatenate([NO_INTS, *(window.starts for window in windows)])
    ends = np.concatenate([NO_INTS, *(window.ends for window in windows)])
    order = np.lexsort((ends, starts))
    starts, ends = starts[order], ends[order]
    is_first = np.concatenate(([True], starts[1:] != starts[:-1]))[: len(starts)]
    return Spans(starts[is_first], ends[is_first])


def _find_windows(
    segment: Segment, required: dict[Slot, int], positions: IntArray, width: int
) -> Spans:
    """Return the tightest window of at most `width` words around each position that has one."""
    offsets = np.arange(1 - width, width)
    neighbours = (positions[:, None] + offsets).clip(0, len(segment.tokens) - 1)
    is_outside = segment.tokens[neighbours] == 0
    is_outside[:, width - 1 :] = np.logical_or.accumulate(is_outside[:, width - 1 :], axis=1)
    is_outside[:, width - 1 :: -1] = np.logical_or.accumulate(
        is_outside[:, width - 1 :: -1], axis=1
    )
    counts = []
    for slot in required:
        matches = (
            matches_slot(segment, slot, neighbours.ravel()).reshape(neighbours.shape) & ~is_outside
        )
        counts.append(
            np.concatenate((np.zeros((len(positions), 1), int), matches.cumsum(axis=1)), axis=1)
        )
    best_start = np.full(len(positions), -1)
    best_end = np.full(len(positions), 3 * width)
    for start in range(width):
        end = np.full(len(positions), start + width)
        is_complete = np.ones(len(positions), dtype=np.bool_)
        for length in range(width - 1, 0, -1):
            is_complete = _has_required(counts, required, start, start + length)
            end[is_complete] = start + length
        is_match = _has_required(counts, required, start, start + width)
        is_better = is_match & (end - start < best_end - best_start.clip(0))
        best_start[is_better], best_end[is_better] = start, end[is_better]
    has_window = best_start >= 0
    origin = positions[has_window] + 1 - width
    return Spans(origin + best_start[has_window], origin + best_end[has_window])


def _has_required(
    counts: Sequence[NDArray[Any]], required: dict[Slot, int], start: int, end: int
) -> Mask:
    """Return, for each window, whether columns `start` to `end` hold all required terms."""
    masks: list[Mask] = [
        count[:, end] - count[:, start] >= minimum
        for count, minimum in zip(counts, required.values(), strict=True)
    ]
    is_complete: Mask = np.logical_and.reduce(masks)
    return is_complete


def _select_positions(
    segment: Segment, slots: Sequence[Slot], frequencies: Sequence[int], anchor: int, slop: int
) -> IntArray:
    """Return positions of a slot, ascending, without those that cannot be near the other terms."""
    slot = slots[anchor]
    is_common = len(slot) == 1 and slot[0] <= segment.common_count
    if is_common and len(slots) > 1 and frequencies[anchor] * _SCAN_SHARE > len(segment.tokens):
        next_slot = _choose_next_slot(frequencies, anchor, anchor)
        if len(slots[next_slot]) == 1 and slop < min(LEAD_ZEROS, TAIL_ZEROS):
            return _scan_tokens(segment, slot[0], slots[next_slot][0], next_slot - anchor, slop + 1)
    positions = unsorted_slot_positions(segment, slot)
    if len(positions) >= _MIN_FILTERED_POSITIONS:
        other_terms = {
            other[0] for other in slots if len(other) == 1 and other[0] <= segment.common_count
        }
        positions = _filter_by_documents(segment, positions, other_terms - {*slot})
    if is_common or len(slot) > 1:
        positions.sort()  # neighbouring tokens are then fetched together
    return positions


def _filter_by_documents(segment: Segment, positions: IntArray, other_terms: set[int]) -> IntArray:
    """Return the positions whose documents hold all the common `other_terms`.

    Returns all positions where that filter would leave out too few documents to be worth its cost.
    """
    if not other_terms:
        return positions
    mask: Mask = np.logical_and.reduce([segment.document_mask(term_id) for term_id in other_terms])
    if np.count_nonzero(mask) * _MIN_FILTER_RATIO > segment.document_count:
        return positions
    return positions[mask[segment.documents_at(positions)]]


def _scan_tokens(
    segment: Segment, term_id: int, other_term: int, side: int, max_distance: int
) -> IntArray:
    """Return the positions of a common term with `other_term` within `max_distance` on one side.

    `side` is 1 for after it, -1 for before it. All tokens are read, which for the most common terms
    costs less than to unpack their positions. If `other_term` is too rare for a token of its own,
    any such rare term matches.
    """
    other_term = min(other_term, RARE_TOKEN)
    parts = [NO_INTS]
    tokens = segment.tokens
    for chunk_start in range(LEAD_ZEROS, len(tokens) - TAIL_ZEROS, _CHUNK_SIZE):
        end = min(chunk_start + _CHUNK_SIZE, len(tokens) - TAIL_ZEROS)
        is_near = np.zeros(end - chunk_start, dtype=np.bool_)
        is_other = tokens[chunk_start - LEAD_ZEROS : end + TAIL_ZEROS] == other_term
        for step in range(1, max_distance + 1):
            first = LEAD_ZEROS + side * step
            is_near |= is_other[first : first + end - chunk_start]
        is_near &= tokens[chunk_start:end] == term_id
        parts.append(np.flatnonzero(is_near).astype(np.uint32) + np.uint32(chunk_start))
    return np.concatenate(parts)
