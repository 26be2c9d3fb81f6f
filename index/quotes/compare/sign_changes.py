"""Compare what words alone do not show: signs between them, a range's dash, the hamza of an alef.

Signs beside a figure are part of its word (archive/text/figures.py). Others stand between words, as
in `§ 5`, `M€`, `AA+`, `x ≠ y`, or make a range of two figures, as in `(1)–(3)`, `5 — 7`.
"""

from collections.abc import Sequence
from typing import Protocol

from archive.text.signs import has_range_dash, signs_between_words
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
    before = source.text[source.ends[n] : source.starts[n + 1]]
    after = quote.text[quote.ends[m] : quote.starts[m + 1]]
    if before == after:
        return False
    if signs_between_words(before) != signs_between_words(after):
        return True
    are_figures = is_figure(source.words[n]) and is_figure(source.words[n + 1])
    return are_figures and has_range_dash(before) != has_range_dash(after)


def is_printed_so(source: PrintedWords, first: int, quote: PrintedWords) -> bool:
    """Return whether a run of words of a source, all of a quotation's, has its signs and hamzas."""
    last = len(quote.words) - 1
    printed = source.text[source.starts[first] : source.ends[first + last]]
    if alefs(printed) != alefs(quote.text[quote.starts[0] : quote.ends[last]]):
        return False
    return not any(gap_differs(source, first + m, quote, m) for m in range(last))


def find_printed(text: str, quote: str, decimal: str) -> tuple[int, int] | None:
    """Return the characters of `text` that first have the words of `quote`, printed as there.

    None where it has not. `decimal` is the decimal mark of the text's language.
    """
    source, wanted = full_source(text, decimal), full_source(quote, decimal)
    if not wanted.words:
        return None
    for first in source.occurrences(wanted.words):
        if is_printed_so(source, first, wanted):
            return source.span(first, first + len(wanted))
    return None
