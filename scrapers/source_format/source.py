"""A source: who publishes, how its statements are listed, how its pages are read.

A file's name is the source's name. A source contains no code, only URLs, selectors and regular
expressions, so that documentation staff can write one and nobody can hide code in one.
"""

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Annotated, Self
from urllib.parse import SplitResult, urlsplit

from pydantic import (
    BeforeValidator,
    Field,
    PrivateAttr,
    model_validator,
)

from archive.errors import SourceError
from archive.urls.web_address import spellings
from scrapers.source_format.extraction_rule import Siblings
from scrapers.source_format.listing_settings import Listing
from scrapers.source_format.page_layout import Layout
from scrapers.source_format.publisher_kind import BodyKind
from scrapers.source_format.toml_value_types import (
    Country,
    Regex,
    StrictModel,
    Strings,
    TimeZone,
    WebAddress,
    as_tuple,
)

_SOURCE_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
_SETTING = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_SPELLED_VARIOUSLY = re.compile(r"[^!-~]|%")  # characters that may be escaped, or escapes


class Source(StrictModel):
    """A publisher's list of statements and how to read them."""

    name: str
    title: str
    publisher: str  # whose site it is
    issuer: str  # who speaks, where the page does not name one
    homepage: WebAddress
    country: Country = ""  # whose body it is: ISO 3166-1 alpha-2, EU, INT; "" for not stated
    body: BodyKind = ""  # what kind of body speaks
    languages: Annotated[tuple[str, ...], Field(min_length=1)]
    licence: str
    kind: str = "statement"
    zone: TimeZone = ""  # where its day begins: times without a zone are read, UTC is shown in it
    rhythm_hours: float = Field(default=24, gt=0)
    delay_seconds: float = Field(default=5, ge=0)
    expected_minimum: int = Field(default=1, ge=0)  # URLs or items in a complete listing
    untested: str = ""  # why it was not tested on real pages
    note: str = ""  # for users: a trimmed fixture, robots rules, …
    pages: Annotated[tuple[Regex, ...], BeforeValidator(as_tuple)] = ()
    siblings: Siblings | None = None
    past: Strings = ()  # URLs to look up in other web archives; "*" at the end for a prefix
    listings: tuple[Listing, ...] = ()
    layouts: tuple[Layout, ...] = Field(min_length=1)
    _page_patterns: tuple[re.Pattern[str], ...] = PrivateAttr()
    _fingerprint: str = PrivateAttr()

    @model_validator(mode="after")
    def _check_consistency(self) -> Self:
        if not _SOURCE_NAME.fullmatch(self.name):
            raise ValueError("a file name of a–z, 0–9 and _")
        versions = [layout.version for layout in self.layouts]
        if len(set(versions)) != len(versions):
            raise ValueError("layouts: each with a version of its own")
        if not self.listings and not self.pages:
            raise ValueError("listings or pages: how else is anything found")
        return self

    @property
    def fingerprint(self) -> str:
        """Return a digest of the whole source; two sources of one name may differ."""
        return self._fingerprint

    def model_post_init(self, _context: object, /) -> None:
        """Compile what `is_statement_url` needs for every address of a replayed archive."""
        self._page_patterns = tuple(re.compile(pattern) for pattern in self.pages)
        self._fingerprint = sha256(self.model_dump_json().encode()).hexdigest()

    def listing_urls(self, settings: Mapping[str, str] | None = None) -> list[str]:
        """Return the URLs of all listings, with `{name}` replaced from `settings`.

        SourceError where a URL needs a setting that is not given.
        """
        values = settings or {}
        urls = []
        for url in (url for listing in self.listings for url in listing.urls):
            for name in _SETTING.findall(url):
                if name not in values:
                    raise SourceError(f"{self.name}: expected the setting {name!r}, found none")
                url = url.replace(f"{{{name}}}", values[name])
            urls.append(url)
        return urls

    def is_statement_url(self, url: str) -> bool:
        """Return whether `url`, in any of its spellings, matches one of the `pages` patterns."""
        return any(
            pattern.fullmatch(spelling)
            for spelling in (spellings(url) if _SPELLED_VARIOUSLY.search(url) else (url,))
            for pattern in self._page_patterns
        )

    def listing_for(self, url: str) -> Listing | None:
        """Return the listing that `url` belongs to: its URL, a later page, or a part of a sitemap.

        Of several, the one whose URL shares the longest path with `url`.
        """
        split_url = urlsplit(url)
        best: tuple[int, Listing | None] = (
            0,
            self.listings[0] if len(self.listings) == 1 else None,
        )
        for listing in self.listings:
            for listing_url in map(urlsplit, listing.urls):
                if listing_url.netloc == split_url.netloc:
                    best = max(
                        best,
                        (_shared_path_rank(listing, listing_url, split_url), listing),
                        key=_rank,
                    )
        return best[1]


def _rank(ranked: tuple[int, object]) -> int:
    return ranked[0]


def _shared_path_rank(listing: Listing, listing_url: SplitResult, split_url: SplitResult) -> int:
    """Rank `split_url` by the path it shares with `listing_url`, 0 for none.

    The parts of a sitemap may have any path on its host.
    """
    if split_url.path.startswith(listing_url.path.rstrip("/")):
        return 2 + len(listing_url.path) + (split_url.query == listing_url.query)
    is_part = listing.way == "sitemap" and ".xml" in split_url.path
    return 1 if is_part else 0
