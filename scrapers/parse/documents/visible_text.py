"""The layer of a capture: all its visible text, to check what a reader has missed."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from scrapers.fetch.fetcher import FetchedResponse
from scrapers.parse.decode import decode_body
from scrapers.parse.documents.feed_document import (
    FeedItem,
    element_content,
    element_name,
    parse_feed,
)
from scrapers.parse.html.html_tree import text_of_html
from scrapers.parse.jmespath_query import parse_json


def visible_text(response: FetchedResponse) -> str:
    """Return all visible text of a page, of the items of a feed, or of a JSON response.

    One block a line. LimitError or FormatError where it cannot be parsed; "" for an empty page.
    """
    text = decode_body(response)
    start = text.lstrip("\ufeff \t\r\n")[:400].lower()
    if start[:1] in {"{", "["}:
        return "\n".join(line for line in _json_texts(parse_json(text)) if line)
    if (start.startswith("<?xml") and "<html" not in start) or start.startswith(("<rss", "<feed")):
        items = parse_feed(response.capture.url, text).items
        return "\n".join(line for item in items for line in _item_texts(item) if line)
    return text_of_html(
        text, openable=True
    )  # not cached: thousands of pages would take too much memory


@lru_cache(maxsize=4096)
def visible_html_text(markup: str) -> str:
    """Return the visible text of an HTML fragment, one block a line."""
    return text_of_html(markup)


def _item_texts(item: FeedItem) -> Iterator[str]:
    """Yield the distinct texts of an item: many feeds give the text twice."""
    texts_seen: set[str] = set()
    for child in item.element:
        if element_name(child) in {"title", "description", "content:encoded", "content", "summary"}:
            text = visible_html_text(element_content(child))
            if text not in texts_seen:
                texts_seen.add(text)
                yield text


def _json_texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield visible_html_text(value)
    elif isinstance(value, list | dict):
        for child in value if isinstance(value, list) else value.values():
            yield from _json_texts(child)
