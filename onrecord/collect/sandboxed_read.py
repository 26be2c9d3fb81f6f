"""Read what a capture says, where it can do no harm."""

from archive.sandbox.pool import shared_sandbox
from scrapers.fetch.fetcher import FetchedResponse
from scrapers.read.page_content import PageContent, extract_in_sandbox
from scrapers.source_format.source import Source


def read_in_sandbox(fetched: FetchedResponse, source: Source | None) -> PageContent:
    """Return what a capture says (scrapers.saying.say); what ended its process is a Problem."""
    return extract_in_sandbox(shared_sandbox(), fetched, source)
