"""Read a quotation by each decimal mark, since the language of its source is not known yet."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from archive.text.number_format import COMMA, POINT, decimal_mark
from index.engine_interface import Document
from index.quotes.words.tokenize_quote import TokenizedQuote, tokenize_quote
from index.text_to_words import normalise

_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class QuoteReadings:
    """One quotation as it reads in languages with a decimal point, and with a decimal comma."""

    point: TokenizedQuote
    comma: TokenizedQuote

    def distinct(self) -> Iterator[tuple[TokenizedQuote, str]]:
        """Yield each reading with its decimal mark; once, with "", where there is no difference."""
        if self.point is self.comma:
            yield self.point, ""
        else:
            yield from ((self.point, POINT), (self.comma, COMMA))

    def of(self, document: Document) -> TokenizedQuote:
        """Return the quotation as it reads in the language of `document`."""
        return self.comma if decimal_mark(document.lang) == COMMA else self.point


def read_quote(text: str, *, join_brackets: bool = True) -> QuoteReadings:
    """Tokenize `text` by each decimal mark."""
    point = tokenize_quote(text, POINT, join_brackets=join_brackets)
    if _DIGIT.search(text) is None or normalise(text, COMMA) == normalise(text, POINT):
        return QuoteReadings(point, point)
    return QuoteReadings(point, tokenize_quote(text, COMMA, join_brackets=join_brackets))
