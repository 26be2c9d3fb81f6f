"""Discovery by JSON API: what each item links to, and the items themselves."""

from scrapers.discover._link_collector import Gathered, counted_on, listed_date
from scrapers.extract.fields import Document
from scrapers.fetch.visit import Fetched
from scrapers.parse.decode import decoded
from scrapers.parse.jmespath_query import found_in, parse_json
from scrapers.parse.json_document import Structured
from scrapers.results import Discovered
from scrapers.source import ApiListing, Listing, Source


def find(fetched: Fetched, source: Source, listing: Listing) -> tuple[Discovered, list[Document]]:
    """Return the addresses that an answer names, and its items for sources that read those."""
    assert isinstance(listing, ApiListing)  # noqa: S101 (the way of a listing is its type)
    url = fetched.capture.url
    answer = parse_json(decoded(fetched))
    items = [Structured(url, item) for item in found_in(answer, listing.items)]
    gathered = Gathered(url, source, listing)
    for item in items:
        links = item.values(listing.link)
        titles = item.values(listing.title) if listing.title else []
        gathered.add(
            links[0] if links else "",
            title=titles[0] if titles else "",
            issued=listed_date(item, listing.issued, "json"),
        )
    return gathered.discovered(_next(url, answer, listing, len(items))), list[Document](items)


def _next(url: str, answer: object, listing: ApiListing, items: int) -> str | None:
    if listing.next:
        found = found_in(answer, listing.next)
        return str(found[0]) if found else None
    return counted_on(url, listing.count_by, listing.step) if listing.count_by and items else None
