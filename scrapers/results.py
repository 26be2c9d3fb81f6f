"""What discovery and reading hand over: addresses, readings, and what did not fit."""

from dataclasses import dataclass

from archive.models import Issued, Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that is not as its source says. Recorded; it never stops a run."""

    url: str
    field: str  # what was looked for: a field of the layout, "layout", "limits", "feed", …
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.url}: {self.field}: expected {self.expected}, found {self.found}"


@dataclass(frozen=True, slots=True)
class ListedPage:
    """A page that a listing names, with what the listing says of it."""

    url: str
    title: str = ""
    issued: Issued | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscoveryResult:
    """What one capture of a listing names, and what it says outright."""

    addresses: tuple[ListedPage, ...] = ()  # pages to fetch; each once, in the listing's order
    next_page: str | None = None  # the listing goes on there
    listings: tuple[str, ...] = ()  # further listings that this one names (a sitemap index)
    readings: tuple[Reading, ...] = ()  # of sources whose listing holds the full text
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadResult:
    """What one capture of a page says."""

    readings: tuple[Reading, ...] = ()
    problems: tuple[Problem, ...] = ()
