"""A JSON answer, read with JMESPath; HTML inside it is read as a page is."""

import json
from collections.abc import Sequence
from typing import Any

from archive.errors import FormatError
from scrapers.parse.html import HtmlPage
from scrapers.parse.jmespath_query import query_json
from scrapers.parse.lxml_html import text_of_html
from scrapers.parse.parser_limits import replace_surrogates

HTML_PREFIX = "html:"  # before a text selector: what it finds is HTML


class JsonDocument:
    """A JSON value and where it was; answers what a Page answers."""

    def __init__(self, url: str, data: Any, lang: str = "") -> None:
        self.url, self.data, self.lang = url, data, lang

    def values(self, selector: str) -> list[str]:
        """Return what `selector` finds, as text; `@url` alone is the answer's own address."""
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
        """Return the text of all that `selectors` find; plain unless a selector says `html:`."""
        pieces = [
            self._piece(value, selector.startswith(HTML_PREFIX), drop)
            for selector in selectors
            for value in query_json(self.data, selector.removeprefix(HTML_PREFIX))
        ]
        return "\n".join(piece for piece in pieces if piece) if pieces else None

    def pairs(self, selector: str, first: str, second: str) -> list[tuple[str, str]]:
        """Return two values of everything that `selector` finds."""
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
            raise FormatError(f"expected text, found {json.dumps(value)[:40]}")
        if is_html:
            return fragment_text(self.url, value, drop, self.lang)
        lines = (" ".join(line.split()) for line in replace_surrogates(value).splitlines())
        return "\n".join(line for line in lines if line)


def fragment_text(url: str, markup: str, drop: Sequence[str], lang: str) -> str:
    """Return the text of a piece of HTML that a feed or an API holds."""
    if not drop:
        return text_of_html(markup, lang)
    page = HtmlPage(url, markup)
    page.lang = page.lang or lang
    return page.text([":root"], drop) or ""
