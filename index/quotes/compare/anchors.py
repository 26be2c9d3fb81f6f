"""Runs of words that quotation and source share, and the best way through them.

The way goes forward through the quotation. Through the source it goes forward too, except where the
quotation starts a new sentence or shows a mark: there it may go back, for a price.
"""

import itertools
from collections import Counter, defaultdict
from typing import NamedTuple

from index.quotes.words.source_text import SourceText
from index.quotes.words.tokenize_quote import ComparableQuote

MOST = 250  # anchors considered: the way through them costs the square of it
_RARE = 4  # a single word anchors where it stands so often in the source at most


class Anchor(NamedTuple):
    """`size` words from word `quote` of the quotation and word `source` of the source."""

    quote: int
    source: int
    size: int


def anchors(plain: ComparableQuote, source: SourceText) -> list[Anchor]:
    """Return the longest runs of two words and more that both have, and rare single words."""
    words = plain.words
    pairs: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for n, pair in enumerate(itertools.pairwise(words)):
        pairs[pair].append(n)
    open_: dict[int, list[int]] = {}  # by diagonal: quote, source, size
    closed: list[list[int]] = []
    theirs = source.words
    parted = set(source.parted)
    for at, pair in enumerate(itertools.pairwise(theirs)):
        if (places := pairs.get(pair)) is None or at + 1 in parted:
            continue
        for n in places:
            run = open_.get(at - n)
            if run is not None and run[0] + run[2] == n + 1:
                run[2] += 1
            else:
                open_[at - n] = run = [n, at, 2]
                closed.append(run)
    found = [Anchor(*run) for run in closed]
    if len(found) > MOST:
        found = sorted(found, key=lambda anchor: -anchor.size)[:MOST]
    found += _singles(plain, source, found)
    return sorted(found)[: 2 * MOST]


def _singles(plain: ComparableQuote, source: SourceText, found: list[Anchor]) -> list[Anchor]:
    """Return the words that both have seldom, where no run covers them."""
    once = {word for word, count in Counter(plain.words).items() if count <= 2}
    places: defaultdict[str, list[int]] = defaultdict(list)
    for at, word in enumerate(source.words):
        if word in once:
            places[word].append(at)
    covered = {
        (anchor.quote + n, anchor.source + n) for anchor in found for n in range(anchor.size)
    }
    singles = [
        Anchor(n, at, 1)
        for n, word in enumerate(plain.words)
        if 0 < len(places.get(word, ())) <= _RARE
        for at in places[word]
        if (n, at) not in covered
    ]
    return singles[:MOST]


def way(plain: ComparableQuote, source: SourceText) -> list[Anchor]:
    """Return the anchors of the best way, cut so that they do not overlap."""
    found = anchors(plain, source)
    if not found:
        return []
    turns = sorted({*plain.joints, *plain.turns})
    next_turn = _next_turns(turns, len(plain.words))
    best: list[float] = []
    came: list[int] = []
    for b, there in enumerate(found):
        top, whence = float(there.size), -1
        for a in range(b - 1, -1, -1):
            here = found[a]
            if best[a] + there.size <= top:
                continue
            score = _step(plain, source, here, there, next_turn)
            if score is not None and best[a] + score > top:
                top, whence = best[a] + score, a
        best.append(top)
        came.append(whence)
    return _walked_back(found, best, came)


def _next_turns(turns: list[int], count: int) -> list[int]:
    """Return for each word the first turn at or behind it."""
    following: list[int] = []
    turn = count + 1
    at = len(turns)
    for n in range(count, -1, -1):
        while at and turns[at - 1] >= n:
            at -= 1
            turn = turns[at]
        following.append(turn if turn >= n else count + 1)
    return following[::-1]


def _step(
    plain: ComparableQuote, source: SourceText, here: Anchor, there: Anchor, next_turn: list[int]
) -> float | None:
    """Return what going from one anchor to another adds: words matched less the price."""
    quote_end, source_end = here.quote + here.size, here.source + here.size
    if there.source >= here.source:
        overlap = max(quote_end - there.quote, source_end - there.source, 0)
        size = there.size - overlap
        if size <= 0:
            return None
        quote, place = there.quote + overlap, there.source + overlap
        turn = next_turn[min(quote_end, there.quote)]
        return size - _price(plain, turn, quote, source.between(source_end - 1, place), quote_end)
    overlap = max(quote_end - there.quote, 0)
    size = there.size - overlap
    if size <= 0 or there.source + there.size > here.source:
        return None
    if next_turn[min(quote_end, there.quote)] > max(quote_end, there.quote):
        return None
    return size - 2.5


def _price(plain: ComparableQuote, turn: int, quote: int, skipped: int, quote_end: int) -> float:
    """Return the price of skipping source words; where the quotation turns, it is less."""
    unmatched = quote - quote_end
    if not skipped and not unmatched:
        return 0.0
    if turn <= quote:
        if turn in plain.joints:
            return 0.3 + min(1.0, 0.004 * skipped)
        return min(0.5 + 0.3 * abs(skipped - unmatched), 0.8 + min(1.2, 0.004 * skipped))
    return 0.5 + min(3.5, 0.25 * abs(skipped - unmatched))


def _walked_back(found: list[Anchor], best: list[float], came: list[int]) -> list[Anchor]:
    at = max(range(len(found)), key=lambda n: (best[n], -n))
    path: list[Anchor] = []
    while at >= 0:
        path.append(found[at])
        at = came[at]
    path.reverse()
    cut: list[Anchor] = []
    for anchor in path:
        if cut:
            before = cut[-1]
            overlap = max(before.quote + before.size - anchor.quote, 0)
            if anchor.source >= before.source:
                overlap = max(overlap, before.source + before.size - anchor.source)
            anchor = Anchor(anchor.quote + overlap, anchor.source + overlap, anchor.size - overlap)
        cut.append(anchor)
    return cut
