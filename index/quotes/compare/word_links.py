"""Links between quotation words and source words, and where an ambiguous gap belongs."""

from typing import NamedTuple

from index.quotes.words.sentences import sentence_starts
from index.quotes.words.source_text import SourceText
from index.quotes.words.tokenize_quote import ComparableQuote, OmissionMark


class WordLink(NamedTuple):
    """`quote_word` of the quotation is (or, if not `same`, replaces) `source_word`."""

    quote_word: int
    source_word: int
    same: bool


def settle_links(
    quote: ComparableQuote, source: SourceText, links: list[WordLink]
) -> list[WordLink]:
    """Move each gap that could lie at several positions to the most plausible one.

    In “A b. … A c” of a source “A b. A x. A c” either A of the source may be aligned, since the
    words are equal. The gap belongs at the mark; without a mark, at the start of a sentence.
    """
    settled = list(links)
    for n in range(len(settled) - 1):
        link, next_link = settled[n], settled[n + 1]
        if next_link.source_word == link.source_word + 1 or not (link.same and next_link.same):
            continue
        if next_link.quote_word != link.quote_word + 1:
            continue
        _move_gap(quote, source, settled, n)
    return settled


def _move_gap(quote: ComparableQuote, source: SourceText, links: list[WordLink], n: int) -> None:
    left, right = _gap_freedom(source, links, n)
    if not left and not right:
        return
    current = links[n + 1].quote_word
    positions = range(current - left, current + right + 1)
    visible_kinds = (OmissionMark.OMISSION, OmissionMark.BRACKET)
    at_marks = [position for position in positions if quote.marks.get(position) in visible_kinds]
    at_possible_starts = [
        position
        for position in positions
        if position in quote.possible_starts or position in quote.marks
    ]
    at_sentences = [position for position in positions if position in quote.sentence_starts]
    at_source_sentences = [
        position
        for position in positions
        if _begins_sentence(source, links[n].source_word + 1 + position - current)
    ]
    best = min(
        at_marks or at_sentences or at_possible_starts or at_source_sentences or [current],
        key=lambda position: abs(position - current),
    )
    if best < current:
        shift = links[n + 1].source_word - links[n].source_word - 1
        for position in range(n - (current - best) + 1, n + 1):
            links[position] = links[position]._replace(
                source_word=links[position].source_word + shift
            )
    elif best > current:
        shift = links[n + 1].source_word - links[n].source_word - 1
        for position in range(n + 1, n + 1 + best - current):
            links[position] = links[position]._replace(
                source_word=links[position].source_word - shift
            )


def _begins_sentence(source: SourceText, word: int) -> bool:
    """Return whether a word of the source begins a sentence."""
    if not 0 < word < len(source.words):
        return False
    start = source.starts[word]
    return start in sentence_starts(source.text, source.ends[word - 1], start)


def _gap_freedom(source: SourceText, links: list[WordLink], n: int) -> tuple[int, int]:
    """Return by how many words the gap after link `n` can move left and right."""
    shift = links[n + 1].source_word - links[n].source_word - 1
    left = right = 0
    while _can_shift(source, links, n - left, n + 1 - left, shift):
        left += 1
    while _can_shift(source, links, n + 1 + right, n + right, -shift):
        right += 1
    return left, right


def _can_shift(
    source: SourceText, links: list[WordLink], position: int, neighbour: int, shift: int
) -> bool:
    if not 0 <= position < len(links) or not links[position].same:
        return False
    step = links[neighbour].quote_word - links[position].quote_word
    if abs(step) != 1 or links[neighbour].source_word - links[position].source_word not in (
        step,
        step + shift,
    ):
        return False
    target = links[position].source_word + shift
    if not 0 <= target < len(source.words):
        return False
    return source.words[target] == source.words[links[position].source_word]
