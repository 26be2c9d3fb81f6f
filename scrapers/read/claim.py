"""Which source a capture belongs to, where none fetched it: the one that claims its address.

Pages are captured before their source exists: by `add`, by `import`, while a source is proposed.
They are the source's pages nevertheless, in every later replay and rebuild.
"""

from collections.abc import Mapping
from dataclasses import replace

from archive.models import Capture, Role
from archive.urls.web_address import same_page_key
from scrapers.fetch.fetcher import as_published
from scrapers.source_format.source import Source


def find_claiming_source(url: str, sources: Mapping[str, Source]) -> tuple[Source | None, Role]:
    """Return the source whose listing or page `url` is, and the role; None where no source's."""
    names = {url, same_page_key(url)}
    for source in sources.values():
        if any(name in listing.urls for listing in source.listings for name in names):
            return source, Role.LISTING
        if source.is_statement_url(url):
            return source, Role.PAGE
    return None, Role.PAGE


def as_claimed(capture: Capture, sources: Mapping[str, Source]) -> Capture:
    """Return `capture` as the page or listing of the source that claims it, if one does.

    Only a capture that no source fetched, or that was kept as a mere requisite, is claimed. Other
    web archives mix http and https, so of a copy either form of the address counts.
    """
    if capture.role is Role.TRANSCRIPT or (capture.source and capture.role is not Role.REQUISITE):
        return capture
    url = as_published(capture).url
    addresses = [url]
    if capture.memento is not None:
        rest = url.partition("://")[2]
        addresses += [f"{scheme}://{rest}" for scheme in ("https", "http")]
    for address in addresses:
        source, role = find_claiming_source(address, sources)
        if source is not None and capture.source in ("", source.name):
            return replace(capture, source=source.name, role=role)
    return capture
