"""What a publisher's pages and feeds show of how they could be collected, as plain values."""

from collections.abc import Sequence
from dataclasses import dataclass

from scrapers.fetch.visit import Fetched
from scrapers.parse.decode import decoded
from scrapers.parse.feed import Item, parse_feed
from scrapers.parse.html import Page
from scrapers.propose.learn_selectors import Learned, learn
from scrapers.propose.listing_candidates import LinkList, feeds_named, link_list

_TEXTS = ("content:encoded", "content", "description")
_LONG = 120  # words: a summary is shorter


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """What a page says of its site."""

    url: str
    is_html: bool
    feeds: tuple[str, ...]  # that it names
    links: LinkList | None
    publisher: str  # "" where it does not say
    lang: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedFront:
    """What a feed holds."""

    items: int
    links: tuple[str, ...]
    texts: tuple[str, ...]  # the elements that hold whole texts in half the items or more


def front(fetched: Fetched) -> Front:
    """Return what a page shows; LimitError where it must not be parsed."""
    text = decoded(fetched)
    page = Page(fetched.capture.url, text)
    names = page.values("meta[property='og:site_name'] @content")
    return Front(
        url=page.url,
        is_html="<html" in text[:2000].lower(),
        feeds=tuple(feeds_named(page)),
        links=link_list(page),
        publisher=names[0] if names else "",
        lang=page.lang,
    )


def feed_front(url: str, fetched: Fetched) -> FeedFront:
    """Return what the feed at `url` holds; FormatError where it is none."""
    items = parse_feed(url, decoded(fetched)).items
    links = tuple(link for item in items if (link := item.link()))
    return FeedFront(items=len(items), links=links, texts=_texts(items))


def learned(articles: Sequence[Fetched]) -> Learned:
    """Return what holds on all articles; errors are those of scrapers.learning.learn."""
    return learn([(each.capture.url, decoded(each)) for each in articles])


def _texts(items: Sequence[Item]) -> tuple[str, ...]:
    for name in _TEXTS:
        long = sum(len((item.text([name]) or "").split()) >= _LONG for item in items)
        if items and long * 2 >= len(items):
            return (name,)
    return ()
