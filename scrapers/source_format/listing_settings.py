"""The [[listings]] of a source: feed, sitemap, listing page, JSON API."""

from typing import Annotated, Literal

from pydantic import (
    Field,
)

from scrapers.source_format.extraction_rule import DateRules, Rule
from scrapers.source_format.toml_value_types import Regex, StrictModel, WebAddress


class _Listing(StrictModel):
    urls: Annotated[tuple[WebAddress, ...], Field(min_length=1)]
    address: Rule | None = None  # converts a link to the page's URL
    others: bool = False  # accept URLs that no pattern in `pages` matches


class FeedListing(_Listing):
    """RSS 0.9–2.0, RDF or Atom."""

    way: Literal["feed"]
    follow_next: bool = False  # go on to the feed's rel=next (RFC 5005)


class SitemapListing(_Listing):
    """A sitemap or an index of sitemaps (sitemaps.org), gzipped or not."""

    way: Literal["sitemap"]
    within: Regex = ""  # of an index, follow only sitemaps whose URL matches


class PageListing(_Listing):
    """A page of links."""

    way: Literal["listing"]
    items: str  # CSS: one element per statement
    link: str = "a @href"
    title: str = ""
    issued: DateRules = ()
    next: str = ""  # CSS @attribute: the next page
    count_by: str = ""  # or: the query parameter that counts …
    step: int = Field(default=1, ge=1)  # … by this, until a page has no items
    inside: str = ""  # JMESPath: the page is a string in a JSON response


class ApiListing(_Listing):
    """A JSON response."""

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
