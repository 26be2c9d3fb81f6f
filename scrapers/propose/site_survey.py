"""Survey a publisher's home page and feeds for a source proposal, as plain values."""

from collections.abc import Sequence
from dataclasses import dataclass

from scrapers.fetch.fetcher import FetchedResponse
from scrapers.parse.decode import decode_body
from scrapers.parse.documents.feed_document import FeedItem, parse_feed
from scrapers.parse.html.html_page import HtmlPage
from scrapers.propose.learn_selectors import LearnedSelectors, learn_selectors
from scrapers.propose.listing_candidates import LinkList, find_link_list, named_feeds

_TEXT_ELEMENTS = ("content:encoded", "content", "description")
_MIN_TEXT_WORDS = 120  # a summary is shorter


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSurvey:
    """A page's feeds, list of links, publisher and language."""

    url: str
    is_html: bool
    feeds: tuple[str, ...]  # URLs of those it declares
    links: LinkList | None
    publisher: str  # og:site_name; "" for none
    lang: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSurvey:
    """A feed's number of items, their links, and its elements with whole texts."""

    items: int
    links: tuple[str, ...]
    texts: tuple[str, ...]  # the element with whole texts in half the items or more, if any


def survey_site(response: FetchedResponse) -> SiteSurvey:
    """Survey a page; LimitError where it exceeds a parser limit."""
    text = decode_body(response)
    page = HtmlPage(response.capture.url, text)
    names = page.values("meta[property='og:site_name'] @content")
    return SiteSurvey(
        url=page.url,
        is_html="<html" in text[:2000].lower(),
        feeds=tuple(named_feeds(page)),
        links=find_link_list(page),
        publisher=names[0] if names else "",
        lang=page.lang,
    )


def survey_feed(url: str, response: FetchedResponse) -> FeedSurvey:
    """Survey the feed at `url`; FormatError where it is not a feed."""
    items = parse_feed(url, decode_body(response)).items
    links = tuple(link for item in items if (link := item.link()))
    return FeedSurvey(items=len(items), links=links, texts=_whole_text_elements(items))


def learn_from_articles(articles: Sequence[FetchedResponse]) -> LearnedSelectors:
    """Return the selectors that fit all articles; raises what `learn_selectors` raises."""
    return learn_selectors([(article.capture.url, decode_body(article)) for article in articles])


def _whole_text_elements(items: Sequence[FeedItem]) -> tuple[str, ...]:
    for name in _TEXT_ELEMENTS:
        long = sum(len((item.text([name]) or "").split()) >= _MIN_TEXT_WORDS for item in items)
        if items and long * 2 >= len(items):
            return (name,)
    return ()
