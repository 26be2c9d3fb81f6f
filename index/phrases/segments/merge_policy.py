"""Decide which segments to merge, so that there are few, and each word is rewritten seldom."""

from collections.abc import Sequence

from index.phrases.segments.segment_writer import MOST_WORDS

_FLOOR = 20_000  # words: below, all segments are of one size
_STEP = 4  # a size is so many times the one below …
_MANY = 4  # … and merged when there are so many of it
_WASTE = 0.25  # of a segment's documents deleted
_SMALL, _FEW = 10_000, 8  # an update merges segments below so many words when there are so many


def choose_segments(
    sizes: Sequence[int], wasted: Sequence[float], most: int = MOST_WORDS
) -> list[int]:
    """Return which segments to merge into one, [] for none: `sizes` are in words.

    Segments of like size are merged, the smallest first; one alone if much of it is deleted.
    """
    by_tier: dict[int, list[int]] = {}
    for number, size in enumerate(sizes):
        by_tier.setdefault(_tier(size), []).append(number)
    for tier in sorted(by_tier):
        chosen = _fitting(sorted(by_tier[tier], key=sizes.__getitem__), sizes, most)
        if len(chosen) >= _MANY:
            return sorted(chosen)
    full = [number for number, share in enumerate(wasted) if share > _WASTE]
    return full[:1]


def _tier(size: int) -> int:
    tier = 0
    while size > _FLOOR:
        size //= _STEP
        tier += 1
    return tier


def _fitting(numbers: Sequence[int], sizes: Sequence[int], most: int) -> list[int]:
    chosen, total = [], 0
    for number in numbers:
        total += sizes[number]
        if total > most:
            break
        chosen.append(number)
    return chosen


def small(sizes: Sequence[int]) -> list[int]:
    """Return the small segments, if there are enough to be merged by whoever just added one."""
    chosen = [number for number, size in enumerate(sizes) if size < _SMALL]
    return chosen if len(chosen) >= _FEW else []
