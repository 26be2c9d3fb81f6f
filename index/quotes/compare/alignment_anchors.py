"""Find runs of words that quotation and source share, and the best path through them.

The path goes forward through the quotation. It goes forward through the source too, except where
the quotation starts a new sentence or has a mark: there it may go back, at a cost.
"""

import itertools
from collections import Counter, defaultdict
from typing import NamedTuple

from index.quotes.words.source_text import SourceText
from index.quotes.words.tokenize_quote import ComparableQuote

MAX_ANCHORS = 250  # the search for a path takes time quadratic in it
_MAX_SINGLE_OCCURRENCES = 4  # of a single word in the source


class Anchor(NamedTuple):
    """A run of `size` equal words from `quote_word` and `source_word`."""

    quote_word: int
    source_word: int
    size: int


def find_anchors(quote: ComparableQuote, source: SourceText) -> list[Anchor]:
    """Return the longest shared runs of two or more words, and shared rare words."""
    words = quote.words
    pair_positions: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for quote_word, pair in enumerate(itertools.pairwise(words)):
        pair_positions[pair].append(quote_word)
    open_runs: dict[int, list[int]] = {}  # diagonal → quote word, source word, size
    runs: list[list[int]] = []
    source_words = source.words
    breaks = set(source.breaks)
    for source_word, pair in enumerate(itertools.pairwise(source_words)):
        if (positions := pair_positions.get(pair)) is None or source_word + 1 in breaks:
            continue
        for quote_word in positions:
            run = open_runs.get(source_word - quote_word)
            if run is not None and run[0] + run[2] == quote_word + 1:
                run[2] += 1
            else:
                open_runs[source_word - quote_word] = run = [quote_word, source_word, 2]
                runs.append(run)
    anchors = [Anchor(*run) for run in runs]
    if len(anchors) > MAX_ANCHORS:
        anchors = sorted(anchors, key=lambda anchor: -anchor.size)[:MAX_ANCHORS]
    anchors += _single_word_anchors(quote, source, anchors)
    return sorted(anchors)[: 2 * MAX_ANCHORS]


def _single_word_anchors(
    quote: ComparableQuote, source: SourceText, anchors: list[Anchor]
) -> list[Anchor]:
    """Return anchors of one rare word each, where no run covers it."""
    rare_words = {word for word, count in Counter(quote.words).items() if count <= 2}
    positions: defaultdict[str, list[int]] = defaultdict(list)
    for source_word, word in enumerate(source.words):
        if word in rare_words:
            positions[word].append(source_word)
    covered = {
        (anchor.quote_word + n, anchor.source_word + n)
        for anchor in anchors
        for n in range(anchor.size)
    }
    singles = [
        Anchor(n, source_word, 1)
        for n, word in enumerate(quote.words)
        if 0 < len(positions.get(word, ())) <= _MAX_SINGLE_OCCURRENCES
        for source_word in positions[word]
        if (n, source_word) not in covered
    ]
    return singles[:MAX_ANCHORS]


def find_best_path(quote: ComparableQuote, source: SourceText) -> list[Anchor]:
    """Return the anchors of the best path, trimmed so that they do not overlap."""
    anchors = find_anchors(quote, source)
    if not anchors:
        return []
    boundaries = sorted({*quote.marks, *quote.possible_starts})
    next_boundary = _next_boundaries(boundaries, len(quote.words))
    scores: list[float] = []
    highest: list[float] = []  # of the scores up to each
    predecessors: list[int] = []
    for n, anchor in enumerate(anchors):
        best_score, predecessor = float(anchor.size), -1
        for m in range(n - 1, -1, -1):
            if highest[m] + anchor.size <= best_score:
                break  # a step costs something, or nothing
            earlier = anchors[m]
            if scores[m] + anchor.size <= best_score:
                continue
            score = _step_score(quote, source, earlier, anchor, next_boundary)
            if score is not None and scores[m] + score > best_score:
                best_score, predecessor = scores[m] + score, m
        scores.append(best_score)
        highest.append(max(best_score, highest[-1]) if highest else best_score)
        predecessors.append(predecessor)
    return _trace_back(anchors, scores, predecessors)


def _next_boundaries(boundaries: list[int], count: int) -> list[int]:
    """Return for each word the first boundary at or after it."""
    following: list[int] = []
    boundary = count + 1
    position = len(boundaries)
    for n in range(count, -1, -1):
        while position and boundaries[position - 1] >= n:
            position -= 1
            boundary = boundaries[position]
        following.append(boundary if boundary >= n else count + 1)
    return following[::-1]


def _step_score(
    quote: ComparableQuote,
    source: SourceText,
    earlier: Anchor,
    anchor: Anchor,
    next_boundary: list[int],
) -> float | None:
    """Return what a step between anchors adds: words matched less the cost; None if invalid."""
    quote_end, source_end = earlier.quote_word + earlier.size, earlier.source_word + earlier.size
    if anchor.source_word >= earlier.source_word:
        overlap = max(quote_end - anchor.quote_word, source_end - anchor.source_word, 0)
        size = anchor.size - overlap
        if size <= 0:
            return None
        quote_word, source_word = anchor.quote_word + overlap, anchor.source_word + overlap
        boundary = next_boundary[min(quote_end, anchor.quote_word)]
        return size - _skip_cost(
            quote,
            boundary,
            quote_word,
            source.words_between(source_end - 1, source_word),
            quote_end,
        )
    overlap = max(quote_end - anchor.quote_word, 0)
    size = anchor.size - overlap
    if size <= 0 or anchor.source_word + anchor.size > earlier.source_word:
        return None
    if next_boundary[min(quote_end, anchor.quote_word)] > max(quote_end, anchor.quote_word):
        return None
    return size - 2.5


def _skip_cost(
    quote: ComparableQuote, boundary: int, quote_word: int, skipped: int, quote_end: int
) -> float:
    """Return the cost of skipping source words; it is less at a boundary."""
    unmatched = quote_word - quote_end
    if not skipped and not unmatched:
        return 0.0
    if boundary <= quote_word:
        if boundary in quote.marks:
            return 0.3 + min(1.0, 0.004 * skipped)
        return min(0.5 + 0.3 * abs(skipped - unmatched), 0.8 + min(1.2, 0.004 * skipped))
    return 0.5 + min(3.5, 0.25 * abs(skipped - unmatched))


def _trace_back(
    anchors: list[Anchor], scores: list[float], predecessors: list[int]
) -> list[Anchor]:
    n = max(range(len(anchors)), key=lambda m: (scores[m], -m))
    path: list[Anchor] = []
    while n >= 0:
        path.append(anchors[n])
        n = predecessors[n]
    path.reverse()
    trimmed: list[Anchor] = []
    for anchor in path:
        if trimmed:
            previous = trimmed[-1]
            overlap = max(previous.quote_word + previous.size - anchor.quote_word, 0)
            if anchor.source_word >= previous.source_word:
                overlap = max(overlap, previous.source_word + previous.size - anchor.source_word)
            anchor = Anchor(
                anchor.quote_word + overlap, anchor.source_word + overlap, anchor.size - overlap
            )
        trimmed.append(anchor)
    return trimmed
