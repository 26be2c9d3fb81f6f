"""Discover pages from a sitemap or sitemap index (sitemaps.org 0.9): XML or text, gzipped or not.

A sitemap that is not well-formed gives the addresses that are whole in it, and a problem.
"""

import html
import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO

from lxml import etree
from lxml.etree import _Element

from archive.errors import FormatError, LimitError
from archive.models import Problem, ProblemKind
from archive.warc.content_codings import GZIP_START, inflate_members
from scrapers.discover._link_collector import LinkCollector
from scrapers.extract.fields import Document
from scrapers.fetch.fetcher import FetchedResponse
from scrapers.parse.charset import decode
from scrapers.result_types import DiscoveryResult
from scrapers.source_format.listing_settings import Listing, SitemapListing
from scrapers.source_format.source import Source

MAX_BYTES = 52_428_800  # of one sitemap, unpacked: the protocol's own limit
MAX_SITEMAPS = 50_000  # of one index, likewise
_GZIP = 31  # window bits of zlib for gzip (RFC 1952)
_ROOT_ELEMENTS = {"urlset", "sitemapindex"}
_ROOT_TAG = re.compile(r"<(?:[\w.-]{1,60}:)?([A-Za-z][\w-]*)\b")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_ENTRY_TAG = re.compile(
    r"<(?P<end>/?)(?:[\w.-]{1,60}:)?(?P<name>url|sitemap)\s*(?:\s[^<>]*)?>", re.IGNORECASE
)
_LOCATION = re.compile(
    r"<(?:[\w.-]{1,60}:)?loc\s*>\s*(?:<!\[CDATA\[)?([^<>\]]*)(?:\]\]>)?\s*</", re.IGNORECASE
)
_DOCUMENT_TYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)\b(?!\s*html\b)", re.IGNORECASE)
_SPACES_AND_MARK = b" \t\r\n\xef\xbb\xbf"


def find(
    response: FetchedResponse, source: Source, listing: Listing
) -> tuple[DiscoveryResult, list[Document]]:
    """Return the URLs of a sitemap, or the sitemaps of an index; it has no documents."""
    url = response.capture.url
    collector = LinkCollector(url, source, listing)
    within = listing.within if isinstance(listing, SitemapListing) else ""
    sitemaps: dict[str, None] = {}
    body, problems = decompress(response.body, url)
    entries, more_problems = _read_entries(body, url)
    for kind, location in entries:
        if kind == "url":
            collector.add(location)  # lastmod is not a date of issue
        elif re.search(within, location) and len(sitemaps) < MAX_SITEMAPS:
            sitemaps[collector.resolve(location)] = None
    for unfollowed in ("", url):  # an index that names itself is not followed
        sitemaps.pop(unfollowed, None)
    result = collector.result(None, [*problems, *more_problems])
    return replace(result, listings=tuple(sitemaps)), []


def decompress(body: bytes, url: str, max_bytes: int = MAX_BYTES) -> tuple[bytes, list[Problem]]:
    """Return `body`, inflated if it is gzip, of one or several members (RFC 1952, 2.2).

    A cut-off member is inflated as far as it goes, and is a problem. LimitError beyond `max_bytes`,
    FormatError where nothing can be inflated.
    """
    if not body.startswith(GZIP_START):
        if len(body) > max_bytes:
            raise _too_many_bytes(max_bytes, str(len(body)))
        return body, []
    inflated = bytearray()
    try:
        for piece in inflate_members(body, _GZIP, GZIP_START):
            inflated += piece
            if len(inflated) > max_bytes:
                raise _too_many_bytes(max_bytes, "more")
    except zlib.error as error:
        if not inflated:
            raise FormatError(expected="gzip", found=str(error)) from error
        return bytes(inflated), [_broken(url, "gzip", str(error))]
    except EOFError as error:
        return bytes(inflated), [_broken(url, "gzip", str(error))]
    return bytes(inflated), []


def _too_many_bytes(max_bytes: int, found: str) -> LimitError:
    return LimitError(expected=f"a sitemap of at most {max_bytes} bytes", found=found)


def _broken(url: str, expected: str, found: str) -> Problem:
    return Problem(
        url=url, field="sitemap", expected=expected, found=found, kind=ProblemKind.BROKEN
    )


def _read_entries(body: bytes, url: str) -> tuple[list[tuple[str, str]], list[Problem]]:
    """Return ("url" or "sitemap", its loc) for each entry, and the problems of a broken sitemap."""
    body = body.lstrip(_SPACES_AND_MARK)
    if body.startswith((b"http://", b"https://")):
        lines = decode(body).text.split()
        return [("url", line) for line in lines if line.startswith(("http://", "https://"))], []
    try:
        return list(_parsed_entries(body, url)), []
    except etree.XMLSyntaxError as error:
        text = _COMMENT.sub("", decode(body, "text/xml").text)
        _check_root(next((m[1] for m in _ROOT_TAG.finditer(text)), ""), url)
        entries, lost = _salvage_entries(text)
        found = f"{error.msg}; {len(entries)} addresses read"
        problems = [_broken(url, "a sitemap", found)]
        if lost:
            expected, found = "a whole address in each entry", f"{lost} without one, left out"
            problems.append(Problem(url=url, field="sitemap", expected=expected, found=found))
        return entries, problems


def _salvage_entries(text: str) -> tuple[list[tuple[str, str]], int]:
    """Return the entries with a whole loc in a sitemap that is no XML, and how many have none."""
    tags = [*_ENTRY_TAG.finditer(text)]
    ends = [*(tag.start() for tag in tags), len(text)][1:]
    entries, lost = [], 0
    for tag, end in zip(tags, ends, strict=True):
        if tag["end"]:
            continue
        if location := _LOCATION.search(text, tag.end(), end):
            entries.append((tag["name"].lower(), html.unescape(location[1]).strip()))
        else:
            lost += 1
    return entries, lost


def _check_root(name: str, url: str) -> None:
    """Raise FormatError where the root element `name` is that of no sitemap."""
    if name.lower() == "html":
        raise FormatError(url, expected="a sitemap", found="an HTML page")
    if name not in _ROOT_ELEMENTS:
        raise FormatError(url, expected="a sitemap", found=f"<{name}>" if name else "no element")


def _parsed_entries(body: bytes, url: str) -> Iterator[tuple[str, str]]:
    """Yield ("url" or "sitemap", its loc) for each element."""
    if _DOCUMENT_TYPE.search(body[:4096]):
        raise LimitError(url, expected="no DOCTYPE", found="one")
    events = etree.iterparse(
        BytesIO(body), events=("start", "end"), resolve_entities=False, no_network=True,
        load_dtd=False,
    )  # fmt: skip
    root: _Element | None = None
    for event, element in events:
        name = _local_name(element)
        if root is None:
            root = element
            _check_root(name, url)
        if event == "end" and name in {"url", "sitemap"}:
            yield name, _child_text(element, "loc")
            element.clear()
            parent = element.getparent()
            while parent is not None and element.getprevious() is not None:
                del parent[0]  # frees the memory of elements already read


def _child_text(element: _Element, name: str) -> str:
    return next(((child.text or "").strip() for child in element if _local_name(child) == name), "")


def _local_name(element: _Element) -> str:
    """Return an element's name without its namespace; a prefix that is not declared stays."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
