"""Align the lines of two texts: which lines differ, and which blocks of lines have moved.

Lines are compared by their keys. Lines that each text has once are aligned first, as in a patience
diff: the longest series in the same order stays, so that the fewest lines have moved. This is
near-linear; only stretches without such a line are compared pairwise.
"""

import unicodedata
from bisect import bisect_left
from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

# Lines a–b of the first text, not including b, and lines c–d of the second.
LineRanges = tuple[int, int, int, int]

_MIN_MOVED_CHARS = 12  # a shorter line that is here and there (“Yes.”) has not moved


def differing_lines(old: Sequence[str], new: Sequence[str]) -> list[LineRanges]:
    """Return, in order, the ranges of lines that differ, as `a, b, c, d`; one may be empty."""
    # A queue, not recursion: ranges may lie within each other as deep as there are lines.
    differing: list[LineRanges] = []
    waiting = [(0, len(old), 0, len(new))]
    while waiting:
        a, b, c, d = _trim(old, new, waiting.pop())
        if a == b or c == d:
            if a < b or c < d:
                differing.append((a, b, c, d))
        elif anchors := _anchors(old, new, (a, b, c, d)):
            fences = [(a - 1, c - 1), *anchors, (b, d)]
            waiting += [(i + 1, k, j + 1, m) for (i, j), (k, m) in pairwise(fences)]
        else:
            matcher = SequenceMatcher(None, old[a:b], new[c:d], autojunk=False)
            differing += [
                (a + i, a + k, c + j, c + m)
                for tag, i, k, j, m in matcher.get_opcodes()
                if tag != "equal"
            ]
    return sorted(differing)


def _trim(old: Sequence[str], new: Sequence[str], ranges: LineRanges) -> LineRanges:
    """Return the ranges without the lines that are equal at their start and end."""
    a, b, c, d = ranges
    while a < b and c < d and old[a] == new[c]:
        a, c = a + 1, c + 1
    while a < b and c < d and old[b - 1] == new[d - 1]:
        b, d = b - 1, d - 1
    return a, b, c, d


def _anchors(old: Sequence[str], new: Sequence[str], ranges: LineRanges) -> list[tuple[int, int]]:
    """Return lines that each range has once, as (old, new): the longest ascending series."""
    a, b, c, d = ranges
    old_counts, new_counts = Counter(old[a:b]), Counter(new[c:d])
    new_numbers = {new[number]: number for number in range(c, d)}
    pairs = [
        (number, new_numbers[old[number]])
        for number in range(a, b)
        if old_counts[old[number]] == 1 == new_counts[old[number]]
    ]
    return _longest_ascending(pairs)


def _longest_ascending(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest series of `pairs` whose second numbers ascend, as the first ones do."""
    lasts: list[int] = []  # of the best series of each length, the last second number
    last_indexes: list[int] = []
    previous: list[int] = []  # of each pair, the index of the one before it in its series
    for index, (_, number) in enumerate(pairs):
        length = bisect_left(lasts, number)
        previous.append(last_indexes[length - 1] if length else -1)
        lasts[length : length + 1] = [number]
        last_indexes[length : length + 1] = [index]
    series = []
    index = last_indexes[-1] if last_indexes else -1
    while index >= 0:
        series.append(pairs[index])
        index = previous[index]
    return series[::-1]


def moved_blocks(
    old: Sequence[str], new: Sequence[str], differing: Sequence[LineRanges]
) -> Iterator[LineRanges]:
    """Yield the blocks of equal lines that the first text has elsewhere than the second.

    A block has at least one line of some length; short lines beside it belong to it if both texts
    have them there.
    """
    old_free = {number for a, b, _, _ in differing for number in range(a, b)}
    new_free = {number for _, _, c, d in differing for number in range(c, d)}
    numbers: defaultdict[str, deque[int]] = defaultdict(deque)
    for number in sorted(old_free):
        numbers[old[number]].append(number)
    for start in sorted(new_free):
        if start not in new_free or not is_long_enough(new[start]):
            continue
        candidates = numbers[new[start]]
        while candidates and candidates[0] not in old_free:
            candidates.popleft()
        if not candidates:
            continue
        a, c = candidates[0], start
        while a - 1 in old_free and c - 1 in new_free and old[a - 1] == new[c - 1]:
            a, c = a - 1, c - 1
        b, d = candidates[0] + 1, start + 1
        while b in old_free and d in new_free and old[b] == new[d]:
            b, d = b + 1, d + 1
        old_free.difference_update(range(a, b))
        new_free.difference_update(range(c, d))
        yield a, b, c, d


def is_long_enough(key: str) -> bool:
    """Say whether a line is long enough to be recognised elsewhere; a wide character counts two."""
    length = sum(
        2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in key if not char.isspace()
    )
    return length >= _MIN_MOVED_CHARS
