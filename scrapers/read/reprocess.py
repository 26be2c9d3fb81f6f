"""Read the exchanges in a range of a WARC file again, in a sandbox process, for a rebuild."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from archive.errors import ArchiveError, FormatError, SandboxError
from archive.models import Role
from archive.sandbox.sandbox import Sandbox
from archive.warc.read_exchanges import ArchivedExchange, read_exchanges
from scrapers.fetch.fetcher import FetchedResponse
from scrapers.read.claim import as_claimed
from scrapers.read.page_content import (
    PageContent,
    RecordedResponse,
    extract,
    is_readable,
    recorded_response,
    unreadable_content,
)
from scrapers.source_format.packed_sources import unpack_sources
from scrapers.source_format.source import Source
from scrapers.webarchives.replayed_copy import find_memento


@dataclass(frozen=True, slots=True, kw_only=True)
class WarcRange:
    """A byte range of a WARC file that begins and ends between exchanges."""

    path: Path
    warc: str  # the file's name in the catalogue
    start: int
    end: int
    skip: frozenset[str] = frozenset()  # ids of captures that are in the catalogue already
    skip_first_content: bool = False  # the first exchange's content is not extracted


@dataclass(frozen=True, slots=True, kw_only=True)
class ReprocessedExchange:
    """The metadata and content of one exchange."""

    id: str
    end: int  # its end in the file
    response: RecordedResponse | None  # None where the exchange has no metadata of ours
    content: PageContent | None = None  # None where not extracted, or its body is in another record
    error: str = ""  # why the body cannot be read
    line: bytes = b""  # of a text collection


def reprocess(warc_range: WarcRange, packed_sources: bytes) -> Iterator[ReprocessedExchange]:
    """Yield the exchanges in `warc_range`, read by `packed_sources`.

    FormatError and LimitError where the file cannot be read, after the exchanges before that.
    """
    sources_by_name, is_wanted = unpack_sources(packed_sources), not warc_range.skip_first_content
    for exchange in read_exchanges(
        warc_range.path, warc=warc_range.warc, start=warc_range.start, end=warc_range.end
    ):
        if exchange.id not in warc_range.skip:
            yield _reprocess_exchange(exchange, sources_by_name, is_wanted=is_wanted)
            is_wanted = True


def reprocess_in_sandbox(
    sandbox: Sandbox, warc_range: WarcRange, packed_sources: bytes
) -> Iterator[ReprocessedExchange]:
    """Run `reprocess` in `sandbox`; an exchange over which its process ends gives a Problem.

    If the error is temporary, the exchange is tried once more; then its content is the Problem.
    """
    last_error = SandboxError("", "")
    while True:
        try:
            for reprocessed in sandbox.iterate(reprocess, warc_range, packed_sources):
                if (
                    warc_range.skip_first_content
                    and (response := reprocessed.response)
                    and is_readable(response.capture)
                ):
                    reprocessed = replace(
                        reprocessed, content=unreadable_content(response.capture, last_error)
                    )
                yield reprocessed
                warc_range = replace(warc_range, start=reprocessed.end, skip_first_content=False)
                last_error = SandboxError("", "")
        except SandboxError as error:
            if warc_range.skip_first_content:
                raise FormatError(f"{warc_range.path}: byte {warc_range.start}: {error}") from error
            warc_range = replace(
                warc_range, skip_first_content=bool(last_error.found) or not error.is_transient
            )
            last_error = error
        else:
            return


def _reprocess_exchange(
    exchange: ArchivedExchange, sources: Mapping[str, Source], *, is_wanted: bool
) -> ReprocessedExchange:
    stored = exchange.capture()
    if stored is None:
        return ReprocessedExchange(id=exchange.id, end=exchange.end, response=None)
    if stored.memento is None:  # archived before replayed pages were recognised
        memento = find_memento(stored.url, stored.status, exchange.headers)
        stored = replace(stored, memento=memento)
    capture = as_claimed(stored, sources)
    withheld = exchange.metadata.content if exchange.metadata else ""
    fetched = FetchedResponse(
        capture=capture, headers=exchange.headers, body=b"", withheld=withheld
    )
    reprocessed = ReprocessedExchange(
        id=exchange.id, end=exchange.end, response=recorded_response(fetched)
    )
    if capture.role is Role.TRANSCRIPT:
        return replace(reprocessed, line=exchange.block)
    if capture.source and capture.source not in sources:
        return reprocessed
    if exchange.metadata and exchange.metadata.original:
        return reprocessed
    try:
        body = exchange.body()
    except ArchiveError as error:
        return replace(reprocessed, error=str(error))
    if not is_wanted or not is_readable(capture):
        return reprocessed
    content = extract(replace(fetched, body=body), sources.get(capture.source))
    own = replace(fetched, capture=stored, body=body)
    if capture != stored and (as_before := _read_as_before(own, content)):
        return replace(reprocessed, response=recorded_response(own), content=as_before)
    return replace(reprocessed, content=content)


def _read_as_before(own: FetchedResponse, content: PageContent) -> PageContent | None:
    """Return the content of a page as one without a source, if the source that claims it has none.

    A source that came later must not take away what was read, and cited, before. Its problems are
    kept. None where it reads the page, or the generic reader does not either.
    """
    if own.capture.source or own.capture.role is not Role.PAGE:
        return None
    if content.page.readings or content.listing is not None:
        return None
    as_before = extract(own, None)
    if not as_before.page.readings:
        return None
    problems = (*content.page.problems, *as_before.page.problems)
    return replace(as_before, page=replace(as_before.page, problems=problems))
