"""Discover pages from an HTML listing: one element per statement, and a link to the next page."""

from scrapers.discover._link_collector import LinkCollector, increment_parameter, listed_date
from scrapers.extract.fields import Document
from scrapers.fetch.fetcher import FetchedResponse
from scrapers.parse.decode import body_encoding, decode_body
from scrapers.parse.html.html_page import HtmlPage
from scrapers.parse.jmespath_query import parse_json, query_json
from scrapers.result_types import DiscoveryResult
from scrapers.source_format.listing_settings import Listing, PageListing
from scrapers.source_format.source import Source


def find(
    response: FetchedResponse, source: Source, listing: Listing
) -> tuple[DiscoveryResult, list[Document]]:
    """Return the links of a listing page and the URL of the next; it has no documents."""
    assert isinstance(listing, PageListing)  # noqa: S101 (`way` determines the type)
    url, markup = response.capture.url, decode_body(response)
    if listing.inside:
        markup = "".join(str(piece) for piece in query_json(parse_json(markup), listing.inside))
    page = HtmlPage(url, markup, body_encoding(response))
    collector = LinkCollector(url, source, listing)
    rows = page.select_parts(listing.items)
    for row in rows:
        links = row.values(listing.link)
        titles = row.values(listing.title) if listing.title else []
        collector.add(
            links[0] if links else "",
            title=titles[0] if titles else "",
            issued=listed_date(row, listing.issued, "selector", source),
        )
    next_urls = page.values(listing.next) if listing.next else []
    if listing.count_by and rows:
        next_urls = [increment_parameter(url, listing.count_by, listing.step)]
    return collector.result(next_urls[0] if next_urls else None), []
