"""Discover pages from a sitemap or sitemap index (sitemaps.org 0.9), gzipped or not."""

import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO

from lxml import etree
from lxml.etree import QName, _Element

from archive.errors import FormatError, LimitError
from scrapers.discover._link_collector import LinkCollector
from scrapers.extract.fields import Document
from scrapers.fetch.fetcher import FetchedResponse
from scrapers.result_types import DiscoveryResult
from scrapers.source_format.listing_settings import Listing, SitemapListing
from scrapers.source_format.source import Source

MAX_BYTES = 52_428_800  # of one sitemap, unpacked: the protocol's own limit
MAX_SITEMAPS = 50_000  # of one index, likewise


def find(
    response: FetchedResponse, source: Source, listing: Listing
) -> tuple[DiscoveryResult, list[Document]]:
    """Return the URLs of a sitemap, or the sitemaps of an index; it has no documents."""
    url = response.capture.url
    collector = LinkCollector(url, source, listing)
    within = listing.within if isinstance(listing, SitemapListing) else ""
    sitemaps: dict[str, None] = {}
    for kind, location in _entries(decompress(response.body), url):
        if kind == "url":
            collector.add(location)  # lastmod is not a date of issue
        elif re.search(within, location) and len(sitemaps) < MAX_SITEMAPS:
            sitemaps[collector.resolve(location)] = None
    for unfollowed in ("", url):  # an index that names itself is not followed
        sitemaps.pop(unfollowed, None)
    return replace(collector.result(None), listings=tuple(sitemaps)), []


def decompress(body: bytes, max_bytes: int = MAX_BYTES) -> bytes:
    """Return `body`, inflated if it is gzip; LimitError beyond `max_bytes`."""
    if not body.startswith(b"\x1f\x8b"):
        if len(body) > max_bytes:
            raise LimitError(
                expected=f"a sitemap of at most {max_bytes} bytes", found=str(len(body))
            )
        return body
    inflate = zlib.decompressobj(wbits=31)
    try:
        inflated = inflate.decompress(body, max_bytes)
    except zlib.error as error:
        raise FormatError(expected="gzip", found=str(error)) from error
    if inflate.unconsumed_tail:
        raise LimitError(expected=f"a sitemap of at most {max_bytes} bytes", found="more")
    return inflated


def _entries(body: bytes, url: str) -> Iterator[tuple[str, str]]:
    """Yield ("url" or "sitemap", its loc) for each element."""
    if b"<!DOCTYPE" in body[:4096] or b"<!ENTITY" in body[:4096]:
        raise LimitError(url, expected="no DOCTYPE", found="one")
    events = etree.iterparse(
        BytesIO(body.lstrip()),
        events=("end",),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
    )
    try:
        for _, element in events:
            name = QName(element).localname if isinstance(element.tag, str) else ""
            if name in {"url", "sitemap"}:
                yield name, _child_text(element, "loc")
                element.clear()
                parent = element.getparent()
                while parent is not None and element.getprevious() is not None:
                    del parent[0]  # frees the memory of elements already read
    except etree.XMLSyntaxError as error:
        raise FormatError(url, expected="a sitemap", found=str(error.msg)) from error


def _child_text(element: _Element, name: str) -> str:
    for child in element:
        if isinstance(child.tag, str) and QName(child).localname == name:
            return (child.text or "").strip()
    return ""
