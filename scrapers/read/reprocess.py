"""Read exchanges anew out of a part of a WARC file: what a confined process does in a rebuild."""

import pickle
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from archive.errors import ArchiveError, FormatError, SandboxError
from archive.models import Capture, Outcome, Role
from archive.sandbox.client import Sandbox
from archive.warc.exchanges import ArchivedExchange, read_exchanges
from scrapers.fetch.fetcher import FetchedResponse
from scrapers.read.page_content import (
    PageContent,
    RecordedResponse,
    extract,
    recorded_response,
    unreadable_content,
)
from scrapers.source_format.source import Source

_READ_ROLES = (Role.LISTING, Role.PAGE)


@dataclass(frozen=True, slots=True, kw_only=True)
class WarcRange:
    """A part of a WARC file, in which exchanges lie whole."""

    path: Path
    warc: str  # the file, as the catalogue calls it
    start: int
    end: int
    skip: frozenset[str] = frozenset()  # captures that are known already
    first_unread: bool = False  # of the first exchange only the facts are wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class ReprocessedExchange:
    """What one exchange is, and says."""

    id: str
    end: int  # where it ends in its file
    answered: RecordedResponse | None  # None where we said nothing of it
    said: PageContent | None = None  # None where that is not wanted, or its body lies elsewhere
    why: str = ""  # why the body cannot be had
    line: bytes = b""  # of a text collection


def reprocess(warc_range: WarcRange, packed_sources: bytes) -> Iterator[ReprocessedExchange]:
    """Yield what the exchanges in `piece` say, read by the `sources` that were packed.

    FormatError and LimitError where the file cannot be read, after all that could be.
    """
    sources_by_name, is_wanted = _unpack_sources(packed_sources), not warc_range.first_unread
    for exchange in read_exchanges(
        warc_range.path, warc=warc_range.warc, start=warc_range.start, end=warc_range.end
    ):
        if exchange.id not in warc_range.skip:
            yield _reprocess_exchange(exchange, sources_by_name, is_wanted=is_wanted)
            is_wanted = True


def reprocess_in_sandbox(
    sandbox: Sandbox, warc_range: WarcRange, packed_sources: bytes
) -> Iterator[ReprocessedExchange]:
    """Yield what `reread` does, worked out in `confined`; where that ended, this is a Problem.

    What may fare better is tried once more; what does not is a capture that is unread.
    """
    last_error = SandboxError("", "")
    while True:
        try:
            for reprocessed in sandbox.each(reprocess, warc_range, packed_sources):
                if (
                    warc_range.first_unread
                    and (response := reprocessed.answered)
                    and _is_readable(response.capture)
                ):
                    reprocessed = replace(
                        reprocessed, said=unreadable_content(response.capture, last_error)
                    )
                yield reprocessed
                warc_range = replace(warc_range, start=reprocessed.end, first_unread=False)
                last_error = SandboxError("", "")
        except SandboxError as error:
            if warc_range.first_unread:
                raise FormatError(f"{warc_range.path}: byte {warc_range.start}: {error}") from error
            warc_range = replace(warc_range, first_unread=bool(last_error.found) or not error.again)
            last_error = error
        else:
            return


def pack_sources(sources: Mapping[str, Source]) -> bytes:
    """Return sources as they go to a confined process."""
    return pickle.dumps(dict(sources))


@lru_cache(maxsize=2)
def _unpack_sources(packed_sources: bytes) -> dict[str, Source]:
    sources: dict[str, Source] = pickle.loads(packed_sources)  # noqa: S301 - of our own parent
    return sources


def _reprocess_exchange(
    exchange: ArchivedExchange, sources: Mapping[str, Source], *, is_wanted: bool
) -> ReprocessedExchange:
    capture = exchange.capture()
    if capture is None:
        return ReprocessedExchange(id=exchange.id, end=exchange.end, answered=None)
    response = FetchedResponse(capture=capture, headers=exchange.headers, body=b"")
    reprocessed = ReprocessedExchange(
        id=exchange.id, end=exchange.end, answered=recorded_response(response)
    )
    if capture.role is Role.TRANSCRIPT:
        return replace(reprocessed, line=exchange.block)
    if capture.source and capture.source not in sources:
        return reprocessed
    if exchange.facts and exchange.facts.original:
        return reprocessed
    try:
        body = exchange.body()
    except ArchiveError as error:
        return replace(reprocessed, why=str(error))
    if not is_wanted or not _is_readable(capture):
        return reprocessed
    return replace(
        reprocessed, said=extract(replace(response, body=body), sources.get(capture.source))
    )


def _is_readable(capture: Capture) -> bool:
    return capture.outcome is Outcome.OK and capture.role in _READ_ROLES
