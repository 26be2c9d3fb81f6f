"""The dates of a page in its JSON-LD, believed by type and by what page an object is of.

Vocabulary: https://schema.org/CreativeWork (datePublished, dateModified, mainEntityOfPage). Only
the objects that describe the page are asked: a WebSite's date is the site's, and a `citation` or
an item of a list is another work.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from archive.urls.web_address import address_host, resolve_or_keep
from scrapers.extract.any_page.page_metadata import canonical_addresses

_WORKS = re.compile(
    r"Article$|Posting$|^(?:Report|CreativeWork|SpeechObject|Statement|Legislation)$"
)
_PAGES = re.compile(r"Page$")
_NO_PAGES = frozenset({"CollectionPage", "SearchResultsPage", "ProfilePage"})
_NESTED = ("@graph", "mainEntity", "mainEntityOfPage")
_MAX_OBJECTS = 2_000
# <!-- … -->, <![CDATA[ … ]]>, and the latter in comments of JavaScript
_WRAPPING = re.compile(
    r"^\s*(?:<!--|(?:/\*|//)?\s*<!\[CDATA\[(?:\s*\*/)?)|(?:-->|(?:/\*|//)?\s*\]\]>(?:\s*\*/)?)\s*$"
)


@dataclass(frozen=True, slots=True)
class ObjectDates:
    """The dates of one object, as printed; "" for none. A lower rank is nearer to the page."""

    rank: int
    published: str
    modified: str


def json_ld_dates(root: HtmlElement, url: str, title: str) -> list[ObjectDates]:
    """Return the dates of the objects that are of the page at `url`, the surest first.

    Of works that are not said to be of this page, those are left out that disagree.
    """
    urls = {
        _page_key(url),
        *(_page_key(resolve_or_keep(url, href)) for href in canonical_addresses(root)),
    }
    ranked = [
        ObjectDates(
            rank,
            _text(node.get("datePublished") or (_is_work(node) and node.get("dateCreated"))),
            _text(node.get("dateModified")),
        )
        for node in _objects(root)
        if (rank := _rank(node, urls, url, title)) is not None
    ]
    ranked = sorted((dates for dates in ranked if dates.published or dates.modified), key=_by_rank)
    if ranked and ranked[0].rank >= _UNSURE:
        published = {dates.published[:10] for dates in ranked if dates.published}
        return ranked if len(published) <= 1 else []
    return [dates for dates in ranked if dates.rank < _UNSURE]


_SURE, _LIKELY, _WEB_PAGE, _UNSURE = 0, 1, 2, 3


def _by_rank(dates: ObjectDates) -> int:
    return dates.rank


def _rank(node: dict[str, Any], urls: set[str], url: str, title: str) -> int | None:
    is_work, types = _is_work(node), _types(node)
    if "@type" not in node and "datePublished" in node:
        return _UNSURE
    if not is_work and not any(_PAGES.search(name) and name not in _NO_PAGES for name in types):
        return None
    own = [
        resolve_or_keep(url, reference)
        for key in ("mainEntityOfPage", "url", "@id")
        for reference in _references(node.get(key))
    ]
    headline = _fold(_text(node.get("headline")) or _text(node.get("name")))
    is_of_page = bool(urls & {_page_key(reference) for reference in own})
    if is_of_page or (len(headline) > 10 and headline in _fold(title)):
        return _SURE if is_work else _WEB_PAGE
    if any(address_host(reference) != address_host(url) for reference in own):
        return None
    if own and not all("#" in reference for reference in own):
        return _UNSURE if is_work else None
    return _LIKELY if is_work else _WEB_PAGE


def _types(node: dict[str, Any]) -> list[str]:
    return [str(name).rpartition("/")[2] for name in _list(node.get("@type"))]


def _is_work(node: dict[str, Any]) -> bool:
    return any(_WORKS.search(name) for name in _types(node))


def _objects(root: HtmlElement) -> Iterator[dict[str, Any]]:
    """Yield the objects of a page that are not parts or references of others."""
    count = 0
    for script in root.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        text = _WRAPPING.sub("", script.text or "")
        try:
            pending: list[Any] = [json.loads(text, strict=False)]
        except (ValueError, RecursionError):
            continue
        while pending and count < _MAX_OBJECTS:
            node = pending.pop(0)
            count += 1
            if isinstance(node, list):
                pending[:0] = node
            elif isinstance(node, dict):
                yield node
                pending += [node[key] for key in _NESTED if isinstance(node.get(key), dict | list)]


def _references(value: Any) -> Iterator[str]:
    """Yield the addresses that a property gives, as text or as an object with @id or url."""
    for item in _list(value):
        reference = item.get("@id") or item.get("url") if isinstance(item, dict) else item
        if isinstance(reference, str) and re.match(r"https?://|/", reference):
            yield reference


def _page_key(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    host = (parts.hostname or "").removeprefix("www.")
    return f"{host}{parts.path.rstrip('/')}?{parts.query}"


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value is not None else []


def _text(value: Any) -> str:
    first = next(iter(_list(value)), "")
    if isinstance(first, dict):
        first = first.get("@value", "")
    return first.strip() if isinstance(first, str) else ""


def _fold(text: str) -> str:
    return " ".join(text.casefold().split())
