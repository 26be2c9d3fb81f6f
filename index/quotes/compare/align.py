"""Word for word: which word of the source each word of a quotation is, or stands for."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from index.quotes.compare.anchors import Anchor, way
from index.quotes.compare.spelling import alike
from index.quotes.compare.word_links import WordLink, settle_links
from index.quotes.words.source_text import SourceText
from index.quotes.words.tokenize_quote import ComparableQuote

_CELLS = 40_000  # words of the one times words of the other, that are compared each with each
_ROOM = 16  # source words compared at either end of a gap, besides as many as the quotation has
_BEYOND = 8  # source words looked at before the first and after the last word that fits

_INSERTED = 1.0
_REPLACED = 0.95
_RESPELT = 0.4
_LOOSE = 0.1  # [T]he: the editor says that something was changed
_DROPPED = 0.4
_OMITTED = 0.02  # a source word missing where a mark says so


@dataclass(frozen=True, slots=True)
class Alignment:
    """The links in the quotation's order, and how many of its words are the source's."""

    plain: ComparableQuote
    source: SourceText
    links: tuple[WordLink, ...]

    @property
    def matched(self) -> int:
        return sum(1 for link in self.links if link.same)


def align(plain: ComparableQuote, source: SourceText) -> Alignment:
    """Align a quotation with the part of the source that fits it best."""
    path = way(plain, source)
    links: list[WordLink] = []
    previous: Anchor | None = None
    for anchor in path:
        links += _before(plain, source, previous, anchor)
        links += (WordLink(anchor.quote + n, anchor.source + n, True) for n in range(anchor.size))
        previous = anchor
    if previous is not None:
        links += _after(plain, source, previous)
    return Alignment(
        plain, source, tuple(settle_links(plain, source, _without_chance(plain, links)))
    )


def _before(
    plain: ComparableQuote, source: SourceText, previous: Anchor | None, anchor: Anchor
) -> Iterator[WordLink]:
    if previous is None:
        first = max(0, anchor.source - anchor.quote - _BEYOND, _edge(source, anchor.source))
        yield from _fill(plain, source, (0, anchor.quote), (first, anchor.source), open_start=True)
        return
    quote = previous.quote + previous.size, anchor.quote
    if anchor.source >= previous.source:
        gap = previous.source + previous.size, anchor.source
        yield from _fill(plain, source, quote, gap)
    else:
        yield from _after(plain, source, previous, until=anchor.quote)


def _after(
    plain: ComparableQuote, source: SourceText, previous: Anchor, until: int | None = None
) -> Iterator[WordLink]:
    """Fill in what follows an anchor behind which the source is left."""
    start = previous.quote + previous.size
    end = len(plain.words) if until is None else until
    at = previous.source + previous.size
    last = min(len(source.words), at + end - start + _BEYOND, _edge(source, at, after=True))
    yield from _fill(plain, source, (start, end), (at, last), open_end=True)


def _edge(source: SourceText, word: int, *, after: bool = False) -> int:
    """Return where the stretch of the source that holds `word` begins, or ends."""
    n = bisect_right(source.parted, word)
    if after:
        return source.parted[n] if n < len(source.parted) else len(source.words)
    return source.parted[n - 1] if n else 0


def _fill(
    plain: ComparableQuote,
    source: SourceText,
    quote: tuple[int, int],
    gap: tuple[int, int],
    *,
    open_start: bool = False,
    open_end: bool = False,
) -> Iterator[WordLink]:
    """Yield the links of a stretch between anchors, by the least price for all of it."""
    first, last = quote
    places = list(range(*gap))
    if first >= last or not places:
        return
    half = last - first + _ROOM
    if len(places) > 2 * half:
        places = places[:half] + places[-half:]
    if (last - first) * len(places) > _CELLS:
        return
    table = _priced(plain, source, quote, places, open_start)
    yield from _read(plain, source, first, places, table, open_end)


_Table = tuple[list[list[float]], list[list[int]]]  # prices, and moves: 0 both, 1 quote, 2 source


def _priced(
    plain: ComparableQuote,
    source: SourceText,
    quote: tuple[int, int],
    places: list[int],
    open_start: bool,
) -> _Table:
    first, last = quote
    theirs = [source.words[place] for place in places]
    skip = 0.0 if open_start else _skipping(plain, first)
    prices = [[skip * n for n in range(len(theirs) + 1)]]
    moves = [[2] * (len(theirs) + 1)]
    for n in range(first, last):
        word = plain.words[n]
        above = prices[-1]
        row, move = [above[0] + _INSERTED], [1]
        skip = _skipping(plain, n + 1)
        for at, other in enumerate(theirs):
            both = above[at] + (0.0 if word == other else _differing(plain, n, other))
            only_quote, only_source = above[at + 1] + _INSERTED, row[at] + skip
            if both <= only_quote and both <= only_source:
                row.append(both)
                move.append(0)
            elif only_quote < only_source:
                row.append(only_quote)
                move.append(1)
            else:
                row.append(only_source)
                move.append(2)
        prices.append(row)
        moves.append(move)
    return prices, moves


def _skipping(plain: ComparableQuote, joint: int) -> float:
    return _OMITTED if joint in plain.joints else _DROPPED


def _differing(plain: ComparableQuote, n: int, other: str) -> float:
    if n in plain.loose:
        return _LOOSE
    return _RESPELT if alike(plain.words[n], other) else _REPLACED


def _read(
    plain: ComparableQuote,
    source: SourceText,
    first: int,
    places: list[int],
    table: _Table,
    open_end: bool,
) -> list[WordLink]:
    prices, moves = table
    n, at = len(prices) - 1, len(places)
    if open_end:
        at = min(range(len(places) + 1), key=lambda place: (prices[n][place], place))
    found: list[WordLink] = []
    while n and at:
        move = moves[n][at]
        if move == 0:
            n, at = n - 1, at - 1
            same = plain.words[first + n] == source.words[places[at]]
            found.append(WordLink(first + n, places[at], same))
        elif move == 1:
            n -= 1
        else:
            at -= 1
    return found[::-1]


def _without_chance(plain: ComparableQuote, links: list[WordLink]) -> list[WordLink]:
    """Let no short word count as the source's that fits by chance where nothing around it does."""
    same = {link.quote for link in links if link.same}
    return [
        link._replace(same=False) if _by_chance(plain, links, n, same) else link
        for n, link in enumerate(links)
    ]


def _by_chance(plain: ComparableQuote, links: list[WordLink], n: int, same: set[int]) -> bool:
    link = links[n]
    at, joints = link.quote, plain.joints
    if not link.same or len(plain.words[at]) >= 4 or at - 1 in same or at + 1 in same:
        return False
    if not 0 < at < len(plain.words) - 1 or at in joints or at + 1 in joints:
        return False
    # Between two words replaced one for one it stands where it should.
    beside = links[max(0, n - 1)], links[min(len(links) - 1, n + 1)]
    return not all(each.quote - each.source == at - link.source for each in beside)
