"""Extract the content of one capture as one value, in this process or in a sandbox process."""

from dataclasses import dataclass

from archive.errors import ArchiveError, SandboxError
from archive.models import Capture, Outcome, Problem, Role
from archive.sandbox.sandbox import Sandbox
from scrapers.fetch.fetcher import FetchedResponse, as_published
from scrapers.result_types import DiscoveryResult, ReadResult
from scrapers.source_format.packed_sources import pack_sources, unpack_sources
from scrapers.source_format.source import Source

_NOTHING = ReadResult()
# Parts of pages and answers to their scripts: evidence in an imported crawl, and no pages.
_PARTS_OF_PAGES = (
    *("image/", "audio/", "video/", "font/", "application/font", "application/x-font"),
    *("text/css", "text/javascript", "application/javascript", "application/x-javascript"),
    *("application/json", "application/ld+json", "application/manifest+json", "application/wasm"),
    *("application/xml", "text/xml", "application/rss+xml", "application/atom+xml"),
    *("application/ogg", "text/csv", "text/vtt"),
)
_READ_BY_SOURCES = ("text/", "application/json", "application/xml", "application/rss+xml")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedResponse:
    """A capture, with the headers recorded in the catalogue; "" for none."""

    capture: Capture
    etag: str = ""
    last_modified: str = ""
    location: str = ""
    withheld: str = ""  # of a response that was not stored: its other items, as JSON


def recorded_response(response: FetchedResponse) -> RecordedResponse:
    return RecordedResponse(
        capture=response.capture,
        etag=response.header("etag"),
        last_modified=response.header("last-modified"),
        location=response.header("location"),
        withheld=response.withheld,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContent:
    """The links of a listing, or the readings and visible text of a page."""

    listing: DiscoveryResult | None = None  # of a listing alone
    page: ReadResult = _NOTHING
    layer: str = ""  # the whole visible text of a page with readings
    unread_type: str = ""  # the media type of what is a part of pages, and no page: "" for others
    shell: str = ""  # what shows that the page's words come by a script; "" for any other page


def is_readable(capture: Capture) -> bool:
    """Return whether a capture is one of a page or listing, with content to extract."""
    return capture.outcome is Outcome.OK and capture.role in (Role.LISTING, Role.PAGE)


def extract(response: FetchedResponse, source: Source | None) -> PageContent:
    """Extract a capture of `source`; without a source, a page is read by the generic reader.

    The same capture, source and reader version always give the same result. What cannot be read is
    a Problem; nothing is raised.
    """
    # Parsers are imported here: as a rule, this runs in the sandbox process only.
    from scrapers.parse.documents.visible_text import visible_text
    from scrapers.parse.html.javascript_shell import MAX_TEXT_OF_SHELL
    from scrapers.parse.media_type import HTML_TYPES, sniff_media_type
    from scrapers.read.reader import discover, read_generic, read_page

    published = response.as_published
    if source is not None and response.capture.role is Role.LISTING:
        return PageContent(listing=discover(published, source))
    media_type = sniff_media_type(published.body, response.capture.media_type)
    is_page = media_type in HTML_TYPES
    if source is None and not is_page and media_type != "text/plain":
        if media_type.startswith(_PARTS_OF_PAGES) and not media_type.endswith("djvu"):
            return PageContent(unread_type=media_type)
        return PageContent(page=ReadResult(problems=(unread_type(published.capture, media_type),)))
    if source is not None and _is_binary(media_type):
        return PageContent(page=ReadResult(problems=(unread_type(published.capture, media_type),)))
    if source is None and not is_page:
        return _extract_plain_text(published)
    result = read_generic(published) if source is None else read_page(published, source)
    # What a source's layout reads, from JSON in a script say, is read; of other pages, the words
    # of a menu or a notice beside what a script fills are no statement.
    has_words = any(source or len(r.text) >= MAX_TEXT_OF_SHELL for r in result.readings)
    if is_page and not has_words and (shell := _shell(published)):
        return PageContent(page=result if source else _NOTHING, shell=shell)
    if not result.readings:
        return PageContent(page=result)
    try:
        return PageContent(page=result, layer=visible_text(published))
    except ArchiveError as error:
        problem = _problem(published.capture, "visible text", "what can be read", str(error))
        return PageContent(
            page=ReadResult(readings=result.readings, problems=(*result.problems, problem))
        )


def unread_type(capture: Capture, media_type: str) -> Problem:
    """Return the Problem of a capture of a type that no reader reads."""
    expected = "a page of HTML or text"
    return _problem(capture, "page", expected, f"what cannot be read yet: {media_type}")


def _is_binary(media_type: str) -> bool:
    """Return whether no layout of a source reads `media_type`."""
    return not media_type.startswith(_READ_BY_SOURCES) and not media_type.endswith(
        ("+xml", "+json")
    )


def _extract_plain_text(response: FetchedResponse) -> PageContent:
    from scrapers.read.reader import read_text

    result = read_text(response)
    if not result.readings and not result.problems:
        return PageContent(unread_type="text/plain")
    layer = "\n".join(f"{reading.title}\n{reading.text}" for reading in result.readings)
    return PageContent(page=result, layer=layer)


def _shell(response: FetchedResponse) -> str:
    """Return what shows that a page is a shell; "" for any other page, and where that is unknown.

    What cannot be parsed is a problem of reading it.
    """
    from scrapers.parse.decode import decode_body
    from scrapers.parse.html.javascript_shell import find_shell

    try:
        return find_shell(decode_body(response))
    except ArchiveError:
        return ""


def extract_in_sandbox(
    sandbox: Sandbox, response: FetchedResponse, source: Source | None
) -> PageContent:
    """Run `extract` in `sandbox`; if its process ends, the result is a Problem."""
    try:
        packed = pack_sources({source.name: source} if source else {})
        return sandbox.call(_extract_packed, response, packed)
    except SandboxError as error:
        return unreadable_content(response.capture, error)


def unreadable_content(capture: Capture, error: SandboxError) -> PageContent:
    """Return the content, a Problem, of a capture over which a sandbox process ended."""
    problem = _problem(as_published(capture), "page", error.expected, error.found)
    if capture.source and capture.role is Role.LISTING:
        return PageContent(listing=DiscoveryResult(problems=(problem,)))
    return PageContent(page=ReadResult(problems=(problem,)))


def _extract_packed(response: FetchedResponse, packed_sources: bytes) -> PageContent:
    return extract(response, next(iter(unpack_sources(packed_sources).values()), None))


def _problem(capture: Capture, field: str, expected: str, found: str) -> Problem:
    return Problem(url=capture.url, field=field, expected=expected, found=found)
