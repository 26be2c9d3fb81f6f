"""The second layer: everything a capture shows, to check what a reader has missed."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from scrapers.fetch.visit import FetchedResponse
from scrapers.parse.decode import decode_body
from scrapers.parse.feed import Item, called, content_of, parse_feed
from scrapers.parse.jmespath_query import parse_json
from scrapers.parse.lxml_html import text_of_html


def visible_text(fetched: FetchedResponse) -> str:
    """Return all the text that a page, the items of a feed or a JSON answer shows.

    One block a line. LimitError or FormatError where it cannot be read; "" for an empty page.
    """
    text = decode_body(fetched)
    start = text.lstrip("\ufeff \t\r\n")[:400].lower()
    if start[:1] in {"{", "["}:
        return "\n".join(line for line in _said_in(parse_json(text)) if line)
    if (start.startswith("<?xml") and "<html" not in start) or start.startswith(("<rss", "<feed")):
        items = parse_feed(fetched.capture.url, text).items
        return "\n".join(line for item in items for line in _said_by(item) if line)
    return text_of_html(text)  # not remembered: thousands of pages are more than a process may hold


@lru_cache(maxsize=4096)
def visible_in(markup: str) -> str:
    """Return the text that a piece of HTML shows, one block a line."""
    return text_of_html(markup)


def _said_by(item: Item) -> Iterator[str]:
    """Yield what an item says, each thing once: many feeds give the text twice."""
    said: set[str] = set()
    for child in item.element:
        if called(child) in {"title", "description", "content:encoded", "content", "summary"}:
            text = visible_in(content_of(child))
            if text not in said:
                said.add(text)
                yield text


def _said_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield visible_in(value)
    elif isinstance(value, list | dict):
        for each in value if isinstance(value, list) else value.values():
            yield from _said_in(each)
