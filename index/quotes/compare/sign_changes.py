"""Compare what words alone do not show: signs between them, a range's dash, the hamza of an alef.

Signs beside a figure are part of its word (archive/text/figures.py). Others stand between words, as
in `§ 5`, `M€`, `AA+`, `x ≠ y`, or make a range of two figures, as in `(1)–(3)`, `5 — 7`. Between
numerals that are words each, any mark counts: `三、四` is not `三四`.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from archive.text.signs import (
    has_range_dash,
    loosen_joins,
    marks_between_numerals,
    sign_after_word,
    signs_between_words,
    signs_with_primes,
    tighten_joins,
)
from index.fold_spelling import alefs
from index.optional_signs import is_figure
from index.quotes.words.source_text import full_source


class PrintedWords(Protocol):
    """Words and where each was printed: of a source, or of a quotation."""

    @property
    def text(self) -> str: ...
    @property
    def words(self) -> Sequence[str]: ...
    @property
    def starts(self) -> Sequence[int]: ...
    @property
    def ends(self) -> Sequence[int]: ...


def gap_differs(source: PrintedWords, n: int, quote: PrintedWords, m: int) -> bool:
    """Return whether what stands after word `n` of a source and word `m` of a quotation differs.

    These words and the next are the same in both.
    """
    source_span, quote_span = (
        (source.ends[n], source.starts[n + 1]),
        (quote.ends[m], quote.starts[m + 1]),
    )
    before, after = source.text[slice(*source_span)], quote.text[slice(*quote_span)]
    if before == after:
        return False
    spans = (source.text, *source_span), (quote.text, *quote_span)
    if not (_are_equal(signs_between_words, spans) or _are_equal(signs_with_primes, spans)):
        return True
    if not _are_equal(marks_between_numerals, spans):
        return True
    are_figures = is_figure(source.words[n]) and is_figure(source.words[n + 1])
    return are_figures and has_range_dash(before) != has_range_dash(after)


_Stretch = tuple[str, int, int]


def _are_equal(signs: Callable[[str, int, int], object], spans: tuple[_Stretch, _Stretch]) -> bool:
    return signs(*spans[0]) == signs(*spans[1])


def start_differs(source: PrintedWords, n: int, quote: PrintedWords) -> bool:
    """Return whether a quotation whose first word is word `n` of a source begins otherwise.

    Signs that it leaves out are words left out, as those before them are; § 5 for № 5 is not.
    """
    quoted = signs_between_words(quote.text, 0, quote.starts[0]).translate(_BEGINNINGS)
    start = source.starts[n]
    return not signs_between_words(source.text, max(0, start - _EDGE_CHARS), start).endswith(quoted)


def end_differs(source: PrintedWords, n: int, quote: PrintedWords) -> bool:
    """Return whether a quotation whose last word is word `n` of a source ends otherwise: in AA."""
    end = source.ends[n]
    quoted = signs_between_words(quote.text, quote.ends[-1], len(quote.text))
    if not quoted:
        return bool(sign_after_word(source.text, end))
    return not signs_between_words(source.text, end, end + _EDGE_CHARS).startswith(quoted)


_EDGE_CHARS = 4  # beside the first and the last word of a quotation
_BEGINNINGS = dict.fromkeys(map(ord, ">→•"))  # of quoted mail, of an item


def is_printed_so(source: PrintedWords, first: int, quote: PrintedWords) -> bool:
    """Return whether a run of words of a source, all of a quotation's, has its signs and hamzas."""
    last = len(quote.words) - 1
    printed = source.text[source.starts[first] : source.ends[first + last]]
    if alefs(printed) != alefs(quote.text[quote.starts[0] : quote.ends[last]]):
        return False
    if start_differs(source, first, quote) or end_differs(source, first + last, quote):
        return False
    return not any(gap_differs(source, first + m, quote, m) for m in range(last))


def find_printed(text: str, quote: str, decimal: str) -> tuple[int, int] | None:
    """Return the characters of `text` that first have the words of `quote`, printed as there.

    None where it has not. `decimal` is the decimal mark of the text's language.
    """
    source = full_source(text, decimal)
    for typed in dict.fromkeys((quote, tighten_joins(quote), loosen_joins(quote))):
        wanted = full_source(typed, decimal)
        if not wanted.words:
            return None
        for first in source.occurrences(wanted.words):
            if is_printed_so(source, first, wanted):
                return source.span(first, first + len(wanted))
    return None
