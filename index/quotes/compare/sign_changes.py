"""Compare what stands between words where it counts: signs, and a dash between two figures.

Signs beside a figure are part of its word (archive/text/figures.py). Others stand between words, as
in `§ 5`, `M€`, `AA+`, `x ≠ y`, or make a range of two figures, as in `(1)–(3)`, `5 — 7`.
"""

from collections.abc import Sequence

from archive.text.figures import has_range_dash, other_signs
from index.optional_signs import is_figure
from index.quotes.words.source_text import SourceText, full_source
from index.quotes.words.tokenize_quote import TokenizedQuote
from index.text_to_words import normalise


def differs_between(source: str, quote: str, words: Sequence[str]) -> bool:
    """Return whether the texts between two `words`, the same in both, differ in what counts."""
    if source == quote:
        return False
    if other_signs(source) != other_signs(quote):
        return True
    return all(map(is_figure, words)) and has_range_dash(source) != has_range_dash(quote)


def find_printed(text: str, quote: str, decimal: str) -> tuple[int, int] | None:
    """Return where `text` first has the words of `quote` in sequence, with the signs between them.

    Characters of `text`; None where it has not. `decimal` is the decimal mark of its language.
    """
    wanted, source = normalise(quote, decimal), full_source(text, decimal)
    if not wanted.words:
        return None
    for first in source.occurrences(wanted.words):
        if not any(
            differs_between(
                text[source.ends[first + n] : source.starts[first + n + 1]],
                quote[wanted.ends[n] : wanted.starts[n + 1]],
                wanted.words[n : n + 2],
            )
            for n in range(len(wanted) - 1)
        ):
            return source.span(first, first + len(wanted))
    return None


def has_same_signs(quote: TokenizedQuote, text: str, span: tuple[int, int], decimal: str) -> bool:
    """Return whether characters `span` of `text` have the words of `quote`, and its signs."""
    source = full_source(text[slice(*span)], decimal)
    if source.words != quote.words:
        return False
    return not any(
        differs_between(
            source.text[source.ends[n] : source.starts[n + 1]],
            quote.text[quote.ends[n] : quote.starts[n + 1]],
            quote.words[n : n + 2],
        )
        for n in range(len(quote.words) - 1)
    )


def gap_differs(
    source: SourceText,
    source_word: int,
    quote: TokenizedQuote,
    quote_word: int,
    words: Sequence[str],
) -> bool:
    """Return whether what stands after a word of the source and of the quotation differs."""
    return differs_between(
        source.text[source.ends[source_word] : source.starts[source_word + 1]],
        quote.text[quote.ends[quote_word] : quote.starts[quote_word + 1]],
        words,
    )
