"""Which word of the source a word of the quotation is; and where, of equals, a gap belongs."""

from typing import NamedTuple

from index.quotes.words.sentences import sentence_starts
from index.quotes.words.source_text import SourceText
from index.quotes.words.tokenize_quote import ComparableQuote, OmissionMark


class WordLink(NamedTuple):
    """Word `quote` of the quotation is (or, if not `same`, replaces) word `source`."""

    quote: int
    source: int
    same: bool


def settle_links(
    plain: ComparableQuote, source: SourceText, links: list[WordLink]
) -> list[WordLink]:
    """Move gaps to the place where they explain themselves.

    In “A b. … A c” of a source “A b. A x. A c” either A may be the first: words are the same. The
    gap belongs to the mark; where none is near, to where a sentence begins.
    """
    found = list(links)
    for n in range(len(found) - 1):
        one, two = found[n], found[n + 1]
        if two.source == one.source + 1 or not (one.same and two.same):
            continue
        if two.quote != one.quote + 1:
            continue
        _slide(plain, source, found, n)
    return found


def _slide(plain: ComparableQuote, source: SourceText, links: list[WordLink], n: int) -> None:
    left, right = _room(source, links, n)
    if not left and not right:
        return
    here = links[n + 1].quote
    reach = range(here - left, here + right + 1)
    shown = (OmissionMark.OMISSION, OmissionMark.BRACKET)
    marked = [at for at in reach if plain.joints.get(at) in shown]
    begun = [at for at in reach if at in plain.turns or at in plain.joints]
    sentences = [at for at in reach if at in plain.sentences]
    theirs = [at for at in reach if _begins(source, links[n].source + 1 + at - here)]
    best = min(marked or sentences or begun or theirs or [here], key=lambda at: abs(at - here))
    if best < here:
        shift = links[n + 1].source - links[n].source - 1
        for at in range(n - (here - best) + 1, n + 1):
            links[at] = links[at]._replace(source=links[at].source + shift)
    elif best > here:
        shift = links[n + 1].source - links[n].source - 1
        for at in range(n + 1, n + 1 + best - here):
            links[at] = links[at]._replace(source=links[at].source - shift)


def _begins(source: SourceText, word: int) -> bool:
    """Tell whether a word of the source begins a sentence."""
    if not 0 < word < len(source.words):
        return False
    start = source.starts[word]
    return start in sentence_starts(source.text, source.ends[word - 1], start)


def _room(source: SourceText, links: list[WordLink], n: int) -> tuple[int, int]:
    """Return by how many words the gap behind link `n` could as well lie further left or right."""
    shift = links[n + 1].source - links[n].source - 1
    left = right = 0
    while _could(source, links, n - left, n + 1 - left, shift):
        left += 1
    while _could(source, links, n + 1 + right, n + right, -shift):
        right += 1
    return left, right


def _could(source: SourceText, links: list[WordLink], at: int, beside: int, shift: int) -> bool:
    if not 0 <= at < len(links) or not links[at].same:
        return False
    step = links[beside].quote - links[at].quote
    if abs(step) != 1 or links[beside].source - links[at].source not in (step, step + shift):
        return False
    place = links[at].source + shift
    if not 0 <= place < len(source.words):
        return False
    return source.words[place] == source.words[links[at].source]
