"""Where a source lists its statements: feed, sitemap, listing page, JSON API."""

from typing import Annotated, Literal

from pydantic import (
    Field,
)

from scrapers.source_format.field_types import Regex, StrictModel, WebAddress
from scrapers.source_format.rule import DateRules, Rule


class _Listing(StrictModel):
    urls: Annotated[tuple[WebAddress, ...], Field(min_length=1)]
    address: Rule | None = None  # makes the page's address out of what is linked
    others: bool = False  # take addresses that no pattern in `pages` claims


class FeedListing(_Listing):
    """RSS 0.9–2.0, RDF or Atom."""

    way: Literal["feed"]
    follow_next: bool = False  # go on to the feed's rel=next (RFC 5005)


class SitemapListing(_Listing):
    """A sitemap or an index of sitemaps (sitemaps.org), gzipped or not."""

    way: Literal["sitemap"]
    within: Regex = ""  # of an index, only sitemaps whose address has this


class PageListing(_Listing):
    """A page of links."""

    way: Literal["listing"]
    items: str  # CSS: one statement each
    link: str = "a @href"
    title: str = ""
    issued: DateRules = ()
    next: str = ""  # CSS @attribute: the next page
    count_by: str = ""  # or: the query parameter that counts …
    step: int = Field(default=1, ge=1)  # … by this, until a page has no items
    inside: str = ""  # JMESPath: the page is a string in a JSON answer


class ApiListing(_Listing):
    """A JSON answer."""

    way: Literal["json_api"]
    items: str  # JMESPath: a list
    link: str  # JMESPath within an item
    title: str = ""
    issued: DateRules = ()
    next: str = ""  # JMESPath: address of the next page
    count_by: str = ""  # or: the query parameter that counts …
    step: int = Field(default=1, ge=1)  # … by this, until a page has no items


Listing = Annotated[
    FeedListing | SitemapListing | PageListing | ApiListing, Field(discriminator="way")
]
