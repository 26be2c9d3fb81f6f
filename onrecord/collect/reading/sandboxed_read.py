"""Extract the content of a capture in the shared sandbox."""

from archive.sandbox.pool import shared_sandbox
from scrapers.fetch.fetcher import FetchedResponse
from scrapers.read.page_content import PageContent, extract_in_sandbox
from scrapers.source_format.source import Source


def read_in_sandbox(response: FetchedResponse, source: Source | None) -> PageContent:
    """Return the content of a capture; a crash of the sandbox is a Problem in it."""
    return extract_in_sandbox(shared_sandbox(), response, source)
