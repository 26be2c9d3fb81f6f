"""All visible text of a listing, to find out whether it has words that must not be stored."""

from archive.errors import ArchiveError
from scrapers.fetch.fetcher import FetchedResponse


def whole_text(response: FetchedResponse) -> str:
    """Return the visible text of a response, one block a line; "" where it cannot be parsed."""
    from scrapers.parse.documents.visible_text import visible_text

    try:
        return visible_text(response.as_published)
    except ArchiveError:
        return ""
