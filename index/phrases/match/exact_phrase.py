"""Find exact phrases, and sequences of exact phrases with any words between (ellipses).

The search starts from an anchor: the rarest term of the phrase, or its rarest pair of adjacent
common terms. Its positions are unpacked; then the token stream is checked, for each other term, at
the position where the term must follow.
"""

from collections.abc import Sequence

import numpy as np

from index.phrases.build.column_builder import RARE_TOKEN
from index.phrases.format import array_file
from index.phrases.match.segment_reader import NO_INTS, IntArray, Segment
from index.phrases.match.slot_positions import (
    NO_SPANS,
    Slot,
    Spans,
    matches_slot,
    slot_frequency,
    slot_positions,
)

_MAX_COMPARED_POSITIONS = 32  # places up to which they are compared one by one


def find_exact(segment: Segment, slots: Sequence[Slot]) -> Spans:
    """Return the spans in which terms of `slots` follow one another."""
    if not all(slots):
        return NO_SPANS
    frequencies = [slot_frequency(segment, slot) for slot in slots]
    anchor_start, anchor_length, positions = _choose_anchor(segment, slots, frequencies)
    if anchor_start:
        if len(positions) and positions[0] < anchor_start:
            positions = positions[positions >= anchor_start]
        positions -= anchor_start
    unchecked_slots = [
        i for i in range(len(slots)) if not anchor_start <= i < anchor_start + anchor_length
    ]
    # Check the rarest remaining slot next, until few positions are left.
    while unchecked_slots:
        if not len(positions):
            return NO_SPANS
        if len(positions) <= _MAX_COMPARED_POSITIONS:
            positions = _filter_by_tokens(segment, slots, positions)
            break
        i = min(unchecked_slots, key=frequencies.__getitem__)
        unchecked_slots.remove(i)
        if i and positions[-1] + i >= len(segment.tokens):
            positions = positions[positions + i < len(segment.tokens)]
        positions = positions[matches_slot(segment, slots[i], positions + i)]
    return Spans(positions, positions + len(slots))


def _filter_by_tokens(segment: Segment, slots: Sequence[Slot], positions: IntArray) -> IntArray:
    """Return those of a few `positions` at which terms of `slots` follow one another."""
    if max(map(len, slots)) == 1:
        matching = _compare_bytes(segment, [slot[0] for slot in slots], positions)
    else:
        tokens = array_file.view(segment.tokens)
        codes = [{min(term_id, RARE_TOKEN) for term_id in slot} for slot in slots]
        matching = [
            position
            for position in positions.tolist()
            if position + len(slots) <= len(tokens)
            and all(tokens[position + i] in slot for i, slot in enumerate(codes))
        ]
    matches = np.array(matching, dtype=positions.dtype)
    for i, slot in enumerate(slots):
        if max(slot) >= RARE_TOKEN and len(matches):
            matches = matches[matches_slot(segment, slot, matches + i)]
    return matches


def _compare_bytes(segment: Segment, term_ids: Sequence[int], positions: IntArray) -> list[int]:
    """Return those of `positions` at which the codes of these terms stand."""
    encoded = np.minimum(term_ids, RARE_TOKEN).astype(np.uint16).tobytes()
    token_bytes = segment.token_bytes
    size = len(encoded)
    return [
        position
        for position in positions.tolist()
        if token_bytes[2 * position : 2 * position + size] == encoded
    ]


def find_sequence(segment: Segment, runs: Sequence[Sequence[Slot]]) -> Spans:
    """Return the spans in which `runs` follow one another in one document, with any words between.

    Of the spans that end at the same position, the shortest is given.
    """
    spans = find_exact(segment, runs[0])
    starts, ends = spans.starts, spans.ends
    documents = segment.documents_at(starts)
    for run in runs[1:]:
        if not len(starts):
            return NO_SPANS
        next_spans = find_exact(segment, run)
        next_index = np.searchsorted(next_spans.starts, ends)
        has_next = next_index < len(next_spans.starts)
        next_index, starts, documents = next_index[has_next], starts[has_next], documents[has_next]
        same_document = segment.documents_at(next_spans.starts[next_index]) == documents
        next_index, starts, documents = (
            next_index[same_document],
            starts[same_document],
            documents[same_document],
        )
        is_shortest = np.concatenate((next_index[1:] != next_index[:-1], [True]))[: len(next_index)]
        starts, ends, documents = (
            starts[is_shortest],
            next_spans.ends[next_index[is_shortest]],
            documents[is_shortest],
        )
    return Spans(starts, ends)


def _choose_anchor(
    segment: Segment, slots: Sequence[Slot], frequencies: Sequence[int]
) -> tuple[int, int, IntArray]:
    """Return the cheapest part to start from: its first slot, number of slots and positions."""
    lowest = min(frequencies)
    rarest = frequencies.index(lowest)
    if len(slots[rarest]) > 1 or slots[rarest][0] > segment.common_count:
        return rarest, 1, slot_positions(segment, slots[rarest])
    cheapest: tuple[int, int, int] | None = None
    # A slot as frequent as the rarest may not be common: the number of common terms is limited, and
    # the limit may fall among terms of equal frequency.
    is_common = [len(slot) == 1 and slot[0] <= segment.common_count for slot in slots]
    for i in range(len(slots) - 1):
        if not (is_common[i] and is_common[i + 1]):
            continue
        start, end = segment.pair_byte_range(slots[i][0], slots[i + 1][0])
        if start == end:
            return i, 2, NO_INTS
        if cheapest is None or end - start < cheapest[1] - cheapest[0]:
            cheapest = start, end, i
    if cheapest is None or cheapest[1] - cheapest[0] > 4 * lowest:
        return rarest, 1, slot_positions(segment, slots[rarest])
    return cheapest[2], 2, segment.unpack_positions(cheapest[0], cheapest[1])
