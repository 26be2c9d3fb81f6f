"""Discovery by listing page: one statement an element, and a link to the next page."""

from scrapers.discover._link_collector import Gathered, counted_on, listed_date
from scrapers.extract.fields import Document
from scrapers.fetch.visit import Fetched
from scrapers.parse.decode import decoded
from scrapers.parse.html import Page
from scrapers.parse.jmespath_query import found_in, parse_json
from scrapers.results import Discovered
from scrapers.source import Listing, PageListing, Source


def find(fetched: Fetched, source: Source, listing: Listing) -> tuple[Discovered, list[Document]]:
    """Return the addresses that a listing page names, and where it goes on."""
    assert isinstance(listing, PageListing)  # noqa: S101 (the way of a listing is its type)
    url, markup = fetched.capture.url, decoded(fetched)
    if listing.inside:
        markup = "".join(str(piece) for piece in found_in(parse_json(markup), listing.inside))
    page = Page(url, markup)
    gathered = Gathered(url, source, listing)
    rows = page.each(listing.items)
    for row in rows:
        links = row.values(listing.link)
        titles = row.values(listing.title) if listing.title else []
        gathered.add(
            links[0] if links else "",
            title=titles[0] if titles else "",
            issued=listed_date(row, listing.issued, "selector"),
        )
    nexts = page.values(listing.next) if listing.next else []
    if listing.count_by and rows:
        nexts = [counted_on(url, listing.count_by, listing.step)]
    return gathered.discovered(nexts[0] if nexts else None), []
