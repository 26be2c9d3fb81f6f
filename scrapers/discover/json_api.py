"""Discover pages from a JSON API: the link of each item, and the items as documents."""

from scrapers.discover._link_collector import LinkCollector, increment_parameter, listed_date
from scrapers.extract.fields import Document
from scrapers.fetch.fetcher import FetchedResponse
from scrapers.parse.decode import decode_body
from scrapers.parse.documents.json_document import JsonDocument
from scrapers.parse.jmespath_query import parse_json, query_json
from scrapers.result_types import DiscoveryResult
from scrapers.source_format.listing_settings import ApiListing, Listing
from scrapers.source_format.source import Source


def find(
    response: FetchedResponse, source: Source, listing: Listing
) -> tuple[DiscoveryResult, list[Document]]:
    """Return the links of a response's items, and the items for layouts that read them."""
    assert isinstance(listing, ApiListing)  # noqa: S101 (`way` determines the type)
    url = response.capture.url
    answer = parse_json(decode_body(response))
    items = [JsonDocument(url, item) for item in query_json(answer, listing.items)]
    collector = LinkCollector(url, source, listing)
    for item in items:
        links = item.values(listing.link)
        titles = item.values(listing.title) if listing.title else []
        collector.add(
            links[0] if links else "",
            title=titles[0] if titles else "",
            issued=listed_date(item, listing.issued, "json", source),
        )
    return collector.result(_next_page(url, answer, listing, len(items))), list[Document](items)


def _next_page(url: str, answer: object, listing: ApiListing, items: int) -> str | None:
    if listing.next:
        urls = query_json(answer, listing.next)
        return str(urls[0]) if urls else None
    return (
        increment_parameter(url, listing.count_by, listing.step)
        if listing.count_by and items
        else None
    )
