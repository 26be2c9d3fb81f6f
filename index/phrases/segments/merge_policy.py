"""Choose segments to merge, so that there are few, and each document is rewritten rarely."""

from collections.abc import Sequence

from index.phrases.segments.segment_writer import MAX_SEGMENT_WORDS

_TIER_FLOOR_WORDS = 20_000  # words; segments up to this size are all in the lowest tier
_TIER_FACTOR = 4  # each tier holds segments so many times as large as the one below …
_MIN_TIER_SEGMENTS = 4  # … and is merged when it has so many segments
_MAX_DELETED_SHARE = 0.25  # share of deleted documents above which one segment is rewritten
_SMALL_SEGMENT_WORDS = 10_000  # an update merges segments of fewer words …
_MIN_SMALL_SEGMENTS = 8  # … when there are so many of them


def choose_segments(
    sizes: Sequence[int], deleted_shares: Sequence[float], max_words: int = MAX_SEGMENT_WORDS
) -> list[int]:
    """Return the indexes of segments to merge into one, [] for none; `sizes` are in words.

    Segments of one tier are merged, the smallest first: as many as fit into one, if those fill half
    of it. A single one is rewritten if many of its documents are deleted.
    """
    by_tier: dict[int, list[int]] = {}
    for index, size in enumerate(sizes):
        by_tier.setdefault(_tier(size), []).append(index)
    for tier in sorted(by_tier):
        chosen = _select_fitting(sorted(by_tier[tier], key=sizes.__getitem__), sizes, max_words)
        fills_half = len(chosen) > 1 and 2 * sum(sizes[i] for i in chosen) > max_words
        if len(chosen) >= _MIN_TIER_SEGMENTS or (
            fills_half and len(by_tier[tier]) >= _MIN_TIER_SEGMENTS
        ):
            return sorted(chosen)
    wasteful = [index for index, share in enumerate(deleted_shares) if share > _MAX_DELETED_SHARE]
    return wasteful[:1]


def _tier(size: int) -> int:
    """Return the tier of a segment of `size` words."""
    tier = 0
    while size > _TIER_FLOOR_WORDS:
        size //= _TIER_FACTOR
        tier += 1
    return tier


def _select_fitting(indexes: Sequence[int], sizes: Sequence[int], max_words: int) -> list[int]:
    """Return the first of `indexes` whose segments have at most `max_words` words together."""
    chosen, total = [], 0
    for index in indexes:
        total += sizes[index]
        if total > max_words:
            break
        chosen.append(index)
    return chosen


def choose_small_segments(sizes: Sequence[int]) -> list[int]:
    """Return the small segments, if there are enough for an update to merge them."""
    chosen = [index for index, size in enumerate(sizes) if size < _SMALL_SEGMENT_WORDS]
    return chosen if len(chosen) >= _MIN_SMALL_SEGMENTS else []
