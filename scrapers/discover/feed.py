"""Discover pages from a feed: the link of each item, and the items as documents."""

from collections.abc import Sequence

from archive.models import Issued
from scrapers.discover._link_collector import LinkCollector
from scrapers.extract.dates import read_date
from scrapers.extract.fields import Document
from scrapers.fetch.fetcher import FetchedResponse
from scrapers.parse.decode import decode_body
from scrapers.parse.documents.feed_document import FeedItem, parse_feed
from scrapers.result_types import DiscoveryResult
from scrapers.source_format.listing_settings import FeedListing, Listing
from scrapers.source_format.source import Source

_DATE_ELEMENTS = ("pubDate", "published", "dc:date", "updated")


def find(
    response: FetchedResponse, source: Source, listing: Listing
) -> tuple[DiscoveryResult, list[Document]]:
    """Return the links of a feed's items, and the items for layouts that read them."""
    feed = parse_feed(response.capture.url, decode_body(response))
    collector = LinkCollector(response.capture.url, source, listing)
    for item in feed.items:
        titles = item.values("title")
        collector.add(
            item.link(), title=titles[0] if titles else "", issued=_issue_date(item, source)
        )
    follow = isinstance(listing, FeedListing) and listing.follow_next
    result = collector.result(feed.next_page if follow else None, feed.problems)
    return result, list[Document](feed.items)


def _issue_date(item: FeedItem, source: Source) -> Issued | None:
    printed = _first([value for name in _DATE_ELEMENTS for value in item.values(name)])
    value = read_date(printed, zone=source.zone, lang=item.lang) if printed else None
    return Issued(value, printed, "feed") if value else None


def _first(values: Sequence[str]) -> str:
    return values[0] if values else ""
