"""Read a response: links of a listing, readings of a page. Pure; nothing is fetched."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace

from archive.errors import ArchiveError, FormatError, LayoutError
from archive.models import Problem, Reading
from archive.plugin_registry import Registry
from scrapers.extract.fields import (
    Document,
    check_address,
    check_issue_date,
    read_document,
)
from scrapers.fetch.fetcher import FetchedResponse
from scrapers.parse.decode import body_encoding, check_encoding, decode_body
from scrapers.parse.documents.feed_document import FeedItem
from scrapers.parse.documents.json_document import JsonDocument
from scrapers.parse.html.html_page import HtmlPage
from scrapers.parse.jmespath_query import parse_json
from scrapers.result_types import DiscoveryResult, ReadResult
from scrapers.source_format.listing_settings import Listing
from scrapers.source_format.page_layout import Layout
from scrapers.source_format.source import Source

FindLinks = Callable[[FetchedResponse, Source, Listing], tuple[DiscoveryResult, list[Document]]]
_DISCOVERY_WAYS: Registry[FindLinks] = Registry("scrapers.discover", "find", "way of discovery")
_Result = tuple[Reading, tuple[Problem, ...]] | Problem  # of reading one document
_MAX_CACHED_READINGS = 20_000  # readings of feed items, some 5 kB each


def discover(response: FetchedResponse, source: Source) -> DiscoveryResult:
    """Return the links of a listing of `source`, or the readings of its items.

    A listing that cannot be read gives one Problem and no link; nothing is raised.
    """
    url = response.capture.url
    listing = source.listing_for(url)
    if listing is None:
        return DiscoveryResult(
            problems=(_missing(url, "listing", "an address of the source's listings"),)
        )
    layouts = _select_layouts(response, source, of_items=True)
    try:
        result, items = _DISCOVERY_WAYS.load(listing.way.replace("_", "-"))(
            response, source, listing
        )
    except ArchiveError as error:
        return DiscoveryResult(problems=(_as_problem(url, "listing", error),))
    if not layouts:
        return result
    readings, problems = _read_documents(items, response, source, layouts)
    return replace(result, addresses=(), readings=readings, problems=(*result.problems, *problems))


def read_page(response: FetchedResponse, source: Source) -> ReadResult:
    """Read a page of `source` by the layout of the day it was captured.

    The same capture, source and reader version always give the same result. A page that does not
    fit its layout gives a Problem and no reading.
    """
    url = response.capture.url
    layouts = _select_layouts(response, source, of_items=False)
    if not layouts and _select_layouts(response, source, of_items=True):
        result = discover(response, source)  # a page of the source's that is a listing itself
        return ReadResult(readings=result.readings, problems=result.problems)
    if not layouts:
        day = response.capture.captured.date().isoformat()
        return ReadResult(problems=(_missing(url, "layout", f"one for captures of {day}"),))
    try:
        document = _parse_document(response, layouts)
    except ArchiveError as error:
        return ReadResult(problems=(_as_problem(url, "page", error),))
    readings, problems = _read_documents([document], response, source, layouts)
    return ReadResult(readings=readings, problems=(*check_encoding(response), *problems))


def read_generic(response: FetchedResponse) -> ReadResult:
    """Read any page by the generic reader: generic/trafilatura-<version>."""
    from scrapers.extract.generic_reader import read_generic_page_with_doubts

    url = response.capture.url
    try:
        reading, doubts = read_generic_page_with_doubts(url, decode_body(response))
    except ArchiveError as error:
        return ReadResult(problems=(_as_problem(url, "page", error),))
    problems = check_issue_date(reading, response.capture.captured.date())
    if problems and reading.issued is not None and reading.issued.is_guess:
        reading, problems = replace(reading, issued=None), []  # a guess that cannot be right
    problems = [*check_encoding(response), *doubts, *problems]
    return ReadResult(readings=(reading,), problems=tuple(problems))


def read_text(response: FetchedResponse) -> ReadResult:
    """Read any plain text: plain-text/1. A text without sentences gives nothing, and no problem."""
    from scrapers.extract.plain_text_reader import read_plain_text

    url, language = response.capture.url, response.header("Content-Language")
    try:
        reading = read_plain_text(url, decode_body(response), language)
    except ArchiveError as error:
        return ReadResult(problems=(_as_problem(url, "page", error),))
    if reading is None:
        return ReadResult()
    return ReadResult(readings=(reading,), problems=tuple(check_encoding(response)))


def _select_layouts(response: FetchedResponse, source: Source, *, of_items: bool) -> list[Layout]:
    day = response.capture.captured.date()
    return [
        layout for layout in source.layouts if layout.covers(day) and layout.reads_items == of_items
    ]


def _parse_document(response: FetchedResponse, layouts: Sequence[Layout]) -> Document:
    text, url = decode_body(response), response.capture.url
    if not text.strip():
        raise FormatError(expected="a page", found="nothing")
    if layouts[0].reads == "json":
        return JsonDocument(url, parse_json(text))
    return HtmlPage(url, text, body_encoding(response))


def _read_documents(
    documents: Sequence[Document],
    response: FetchedResponse,
    source: Source,
    layouts: Sequence[Layout],
) -> tuple[tuple[Reading, ...], tuple[Problem, ...]]:
    day = response.capture.captured.date()
    readings: dict[Reading, None] = {}
    problems: list[Problem] = []
    for document in documents:
        if isinstance(document, FeedItem):
            result = _read_item_cached(document, source, layouts)
        else:
            result = _read_by_layout(document, source, layouts)
        if isinstance(result, Problem):
            problems.append(result)
        else:
            reading, unclear_dates = result
            reading, address_problems = check_address(reading, document.url)
            readings[reading] = None  # an item that a feed lists twice is one reading
            problems += [*address_problems, *unclear_dates, *check_issue_date(reading, day)]
    return tuple(readings), tuple(problems)


def _read_by_layout(document: Document, source: Source, layouts: Sequence[Layout]) -> _Result:
    """Read a document by the first layout whose `has` it matches."""
    try:
        for layout in layouts:
            if not layout.has or document.values(layout.has):
                return read_document(document, source, layout)
    except ArchiveError as error:
        return _as_problem(document.url, "layout", error)
    marks = " or ".join(layout.has for layout in layouts)
    return Problem(url=document.url, field="layout", expected=marks, found="none of it")


# Readings of items by content: the same item recurs in hundreds of captures of a feed.
_reading_cache: OrderedDict[tuple[str, str, str, bytes], _Result] = OrderedDict()


def _read_item_cached(item: FeedItem, source: Source, layouts: Sequence[Layout]) -> _Result:
    versions = ",".join(str(layout.version) for layout in layouts)
    digest = hashlib.sha256(item.serialize()).digest()
    key = (source.fingerprint, versions, f"{item.lang} {item.url}", digest)
    cached = _reading_cache.get(key)
    if cached is None:
        cached = _reading_cache[key] = _read_by_layout(item, source, layouts)
        if len(_reading_cache) > _MAX_CACHED_READINGS:
            _reading_cache.popitem(last=False)
    else:
        _reading_cache.move_to_end(key)
    return cached


def _as_problem(url: str, field: str, error: ArchiveError) -> Problem:
    """Convert an error to a Problem of this page."""
    if isinstance(error, LayoutError):
        return Problem(url=error.url, field=error.field, expected=error.expected, found=error.found)
    return Problem(
        url=url,
        field=field,
        expected=error.expected or "a readable page",
        found=error.found or str(error),
    )


def _missing(url: str, field: str, expected: str) -> Problem:
    return Problem(url=url, field=field, expected=expected, found="none")
