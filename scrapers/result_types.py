"""Results of discovery and of reading: URLs, readings, and problems."""

from dataclasses import dataclass

from archive.models import Issued, Problem, Reading


@dataclass(frozen=True, slots=True)
class ListedPage:
    """A page that a listing names, with the title and date that the listing gives."""

    url: str
    title: str = ""
    issued: Issued | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscoveryResult:
    """The pages and further listings in one capture of a listing, and readings of its items."""

    addresses: tuple[ListedPage, ...] = ()  # pages to fetch; each once, in the listing's order
    next_page: str | None = None  # URL of the listing's next page
    listings: tuple[str, ...] = ()  # further listings that this one names (a sitemap index)
    readings: tuple[Reading, ...] = ()  # of sources whose listing holds the full text
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadResult:
    """The readings of one capture of a page."""

    readings: tuple[Reading, ...] = ()
    problems: tuple[Problem, ...] = ()
