"""Align a quotation with a source word by word: matches, substitutions, gaps."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from index.quotes.compare.alignment_anchors import Anchor, find_best_path
from index.quotes.compare.spelling import is_same_word
from index.quotes.compare.word_links import WordLink, settle_links
from index.quotes.words.source_text import SourceText
from index.quotes.words.tokenize_quote import ComparableQuote

_MAX_TABLE_CELLS = 40_000  # quotation words times source words in one cost table
# Source words compared at either end of a gap, besides as many as the quotation has there.
_GAP_MARGIN_WORDS = 16
_END_MARGIN_WORDS = 8  # source words compared before the first and after the last anchor

_INSERTION_COST = 1.0
_SUBSTITUTION_COST = 0.95
_SPELLING_COST = 0.4
_BRACKETED_COST = 0.1  # [T]he: the editor marks the change
_UNMARKED_OMISSION_COST = 0.4
_MARKED_OMISSION_COST = 0.02  # a source word missing at a mark of omission


@dataclass(frozen=True, slots=True)
class Alignment:
    """Word links in the order of the quotation."""

    quote: ComparableQuote
    source: SourceText
    links: tuple[WordLink, ...]

    @property
    def matched(self) -> int:
        return sum(1 for link in self.links if link.same)


def align(quote: ComparableQuote, source: SourceText) -> Alignment:
    """Align a quotation with the part of the source that fits it best."""
    path = find_best_path(quote, source)
    links: list[WordLink] = []
    previous: Anchor | None = None
    for anchor in path:
        links += _align_before(quote, source, previous, anchor)
        links += (
            WordLink(anchor.quote_word + n, anchor.source_word + n, True)
            for n in range(anchor.size)
        )
        previous = anchor
    if previous is not None:
        links += _align_after(quote, source, previous)
    return Alignment(
        quote, source, tuple(settle_links(quote, source, _reject_chance_matches(quote, links)))
    )


def _align_before(
    quote: ComparableQuote, source: SourceText, previous: Anchor | None, anchor: Anchor
) -> Iterator[WordLink]:
    if previous is None:
        source_first = max(
            0,
            anchor.source_word - anchor.quote_word - _END_MARGIN_WORDS,
            _stretch_boundary(source, anchor.source_word),
        )
        yield from _align_gap(
            quote,
            source,
            (0, anchor.quote_word),
            (source_first, anchor.source_word),
            open_start=True,
        )
        return
    quote_range = previous.quote_word + previous.size, anchor.quote_word
    if anchor.source_word >= previous.source_word:
        source_range = previous.source_word + previous.size, anchor.source_word
        yield from _align_gap(quote, source, quote_range, source_range)
    else:
        yield from _align_after(quote, source, previous, until=anchor.quote_word)


def _align_after(
    quote: ComparableQuote, source: SourceText, previous: Anchor, until: int | None = None
) -> Iterator[WordLink]:
    """Align the words after an anchor from which the path does not continue forward."""
    start = previous.quote_word + previous.size
    end = len(quote.words) if until is None else until
    source_first = previous.source_word + previous.size
    source_end = min(
        len(source.words),
        source_first + end - start + _END_MARGIN_WORDS,
        _stretch_boundary(source, source_first, after=True),
    )
    yield from _align_gap(quote, source, (start, end), (source_first, source_end), open_end=True)


def _stretch_boundary(source: SourceText, word: int, *, after: bool = False) -> int:
    """Return the first word of the source stretch that holds `word`, or its end."""
    n = bisect_right(source.breaks, word)
    if after:
        return source.breaks[n] if n < len(source.breaks) else len(source.words)
    return source.breaks[n - 1] if n else 0


def _align_gap(
    quote: ComparableQuote,
    source: SourceText,
    quote_range: tuple[int, int],
    source_range: tuple[int, int],
    *,
    open_start: bool = False,
    open_end: bool = False,
) -> Iterator[WordLink]:
    """Yield the links of a gap between anchors, by the alignment of least total cost."""
    first, last = quote_range
    source_words = list(range(*source_range))
    if first >= last or not source_words:
        return
    max_half = last - first + _GAP_MARGIN_WORDS
    if len(source_words) > 2 * max_half:
        source_words = source_words[:max_half] + source_words[-max_half:]
    if (last - first) * len(source_words) > _MAX_TABLE_CELLS:
        return
    table = _fill_cost_table(quote, source, quote_range, source_words, open_start)
    yield from _trace_back(quote, source, first, source_words, table, open_end)


# Costs, and moves: 0 match or substitution, 1 insertion, 2 omission.
_CostTable = tuple[list[list[float]], list[list[int]]]


def _fill_cost_table(
    quote: ComparableQuote,
    source: SourceText,
    quote_range: tuple[int, int],
    source_words: list[int],
    open_start: bool,
) -> _CostTable:
    first, last = quote_range
    source_texts = [source.words[n] for n in source_words]
    omission_cost = 0.0 if open_start else _omission_cost(quote, first)
    costs = [[omission_cost * n for n in range(len(source_texts) + 1)]]
    moves = [[2] * (len(source_texts) + 1)]
    for n in range(first, last):
        word = quote.words[n]
        row_above = costs[-1]
        row, move_row = [row_above[0] + _INSERTION_COST], [1]
        omission_cost = _omission_cost(quote, n + 1)
        for column, source_word in enumerate(source_texts):
            substitution = row_above[column] + (
                0.0 if word == source_word else _substitution_cost(quote, n, source_word)
            )
            insertion, omission = (
                row_above[column + 1] + _INSERTION_COST,
                row[column] + omission_cost,
            )
            if substitution <= insertion and substitution <= omission:
                row.append(substitution)
                move_row.append(0)
            elif insertion < omission:
                row.append(insertion)
                move_row.append(1)
            else:
                row.append(omission)
                move_row.append(2)
        costs.append(row)
        moves.append(move_row)
    return costs, moves


def _omission_cost(quote: ComparableQuote, before_word: int) -> float:
    return _MARKED_OMISSION_COST if before_word in quote.marks else _UNMARKED_OMISSION_COST


def _substitution_cost(quote: ComparableQuote, n: int, source_word: str) -> float:
    if n in quote.bracketed:
        return _BRACKETED_COST
    return _SPELLING_COST if is_same_word(quote.words[n], source_word) else _SUBSTITUTION_COST


def _trace_back(
    quote: ComparableQuote,
    source: SourceText,
    first: int,
    source_words: list[int],
    table: _CostTable,
    open_end: bool,
) -> list[WordLink]:
    costs, moves = table
    n, column = len(costs) - 1, len(source_words)
    if open_end:
        column = min(range(len(source_words) + 1), key=lambda column: (costs[n][column], column))
    links: list[WordLink] = []
    while n and column:
        move = moves[n][column]
        if move == 0:
            n, column = n - 1, column - 1
            same = quote.words[first + n] == source.words[source_words[column]]
            links.append(WordLink(first + n, source_words[column], same))
        elif move == 1:
            n -= 1
        else:
            column -= 1
    return links[::-1]


def _reject_chance_matches(quote: ComparableQuote, links: list[WordLink]) -> list[WordLink]:
    """Mark short words that match by chance, with no match around them, as substitutions."""
    matched_words = {link.quote_word for link in links if link.same}
    return [
        link._replace(same=False) if _is_chance_match(quote, links, n, matched_words) else link
        for n, link in enumerate(links)
    ]


def _is_chance_match(
    quote: ComparableQuote, links: list[WordLink], n: int, matched_words: set[int]
) -> bool:
    link = links[n]
    word, marks = link.quote_word, quote.marks
    if (
        not link.same
        or len(quote.words[word]) >= 4
        or word - 1 in matched_words
        or word + 1 in matched_words
    ):
        return False
    if not 0 < word < len(quote.words) - 1 or word in marks or word + 1 in marks:
        return False
    # Between two words replaced one for one, it is where it should be.
    neighbours = links[max(0, n - 1)], links[min(len(links) - 1, n + 1)]
    return not all(
        neighbour.quote_word - neighbour.source_word == word - link.source_word
        for neighbour in neighbours
    )
