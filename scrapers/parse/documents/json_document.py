"""Select values and text from a JSON response with JMESPath; HTML in it is parsed as a page."""

import json
from collections.abc import Sequence
from typing import Any

from archive.errors import FormatError
from scrapers.parse.html.html_page import HtmlPage
from scrapers.parse.html.html_tree import text_of_html
from scrapers.parse.jmespath_query import query_json
from scrapers.parse.parser_limits import replace_surrogates

HTML_PREFIX = "html:"  # of a text selector whose values are HTML


class JsonDocument:
    """A JSON value with its URL, as a Document (scrapers/extract/fields.py)."""

    def __init__(self, url: str, data: Any, lang: str = "") -> None:
        self.url, self.data, self.lang = url, data, lang

    def values(self, selector: str) -> list[str]:
        """Return each value of `selector` as one line; `@url` alone is the response's own URL."""
        if selector == "@url":
            return [self.url]
        is_html = selector.startswith(HTML_PREFIX)
        values = query_json(self.data, selector.removeprefix(HTML_PREFIX))
        texts = [
            replace_surrogates(value) if isinstance(value, str) else json.dumps(value)
            for value in values
        ]
        if is_html:
            texts = [text_of_html(text, self.lang).replace("\n", " ") for text in texts]
        return [line for text in texts if (line := " ".join(text.split()))]

    def text(self, selectors: Sequence[str], drop: Sequence[str] = ()) -> str | None:
        """Return the text of all values of `selectors`; plain text without the prefix `html:`."""
        pieces = [
            self._piece(value, selector.startswith(HTML_PREFIX), drop)
            for selector in selectors
            for value in query_json(self.data, selector.removeprefix(HTML_PREFIX))
        ]
        return "\n".join(piece for piece in pieces if piece) if pieces else None

    def pairs(self, selector: str, first: str, second: str) -> list[tuple[str, str]]:
        """Return the values of two expressions on each value of `selector`."""
        value_pairs = [
            (query_json(value, first), query_json(value, second))
            for value in query_json(self.data, selector)
        ]
        return [
            (replace_surrogates(str(firsts[0])), replace_surrogates(str(seconds[0])))
            for firsts, seconds in value_pairs
            if firsts and seconds
        ]

    def _piece(self, value: Any, is_html: bool, drop: Sequence[str]) -> str:
        if not isinstance(value, str):
            raise FormatError(expected="text", found=json.dumps(value)[:40])
        if is_html:
            return fragment_text(self.url, value, drop, self.lang)
        lines = (" ".join(line.split()) for line in replace_surrogates(value).splitlines())
        return "\n".join(line for line in lines if line)


def fragment_text(url: str, markup: str, drop: Sequence[str], lang: str) -> str:
    """Return the text of an HTML fragment in a feed or a JSON response."""
    if not drop:
        return text_of_html(markup, lang)
    page = HtmlPage(url, markup)
    page.lang = page.lang or lang
    return page.text([":root"], drop) or ""
