"""Which source a capture belongs to, where none fetched it: the one that claims its address.

Pages are captured before their source exists: by `add`, by `import`, while a source is proposed.
They are the source's pages nevertheless, in every later replay and rebuild.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from archive.models import Capture, Role
from archive.urls.web_address import same_page_key
from scrapers.fetch.fetcher import as_published
from scrapers.source_format.source import Source
from scrapers.url_key import either_scheme


def find_claiming_source(
    addresses: Sequence[str], sources: Mapping[str, Source]
) -> tuple[Source | None, Role]:
    """Return the source that claims a page of these addresses, and the role; None for none."""
    names = {name for url in addresses for name in (url, same_page_key(url))}
    for source in sources.values():
        if any(name in listing.urls for listing in source.listings for name in names):
            return source, Role.LISTING
        if any(map(source.is_statement_url, addresses)):
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
    source, role = find_claiming_source(either_scheme(url) if capture.memento else (url,), sources)
    if source is None or capture.source not in ("", source.name):
        return capture
    return replace(capture, source=source.name, role=role)
