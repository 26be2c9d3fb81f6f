"""Results of discovery and reading: URLs, readings, and problems."""

from dataclasses import dataclass
from enum import StrEnum

from archive.models import Issued, Reading


class ProblemKind(StrEnum):
    """What became of the page or field that a problem is about."""

    UNREAD = "unread"  # nothing was read
    DOUBT = "doubt"  # it was read as printed, and what is printed cannot be right


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A deviation from what the source describes. Recorded; it never stops a run."""

    url: str
    field: str  # what was looked for: a field of the layout, "layout", "limits", "feed", …
    expected: str
    found: str
    kind: ProblemKind = ProblemKind.UNREAD

    def __str__(self) -> str:
        sentence = f"{self.url}: {self.field}: expected {self.expected}, found {self.found}"
        return f"{sentence}; kept as printed" if self.kind is ProblemKind.DOUBT else sentence


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
