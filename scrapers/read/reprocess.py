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


def reprocess(piece: WarcRange, sources: bytes) -> Iterator[ReprocessedExchange]:
    """Yield what the exchanges in `piece` say, read by the `sources` that were packed.

    FormatError and LimitError where the file cannot be read, after all that could be.
    """
    readers, wanted = _unpack_sources(sources), not piece.first_unread
    for exchange in read_exchanges(piece.path, warc=piece.warc, start=piece.start, end=piece.end):
        if exchange.id not in piece.skip:
            yield _reread(exchange, readers, wanted=wanted)
            wanted = True


def reprocess_in_sandbox(
    confined: Sandbox, piece: WarcRange, sources: bytes
) -> Iterator[ReprocessedExchange]:
    """Yield what `reread` does, worked out in `confined`; where that ended, this is a Problem.

    What may fare better is tried once more; what does not is a capture that is unread.
    """
    tried = SandboxError("", "")
    while True:
        try:
            for each in confined.each(reprocess, piece, sources):
                if piece.first_unread and (of := each.answered) and _is_read(of.capture):
                    each = replace(each, said=unreadable_content(of.capture, tried))
                yield each
                piece = replace(piece, start=each.end, first_unread=False)
                tried = SandboxError("", "")
        except SandboxError as ended:
            if piece.first_unread:
                raise FormatError(f"{piece.path}: byte {piece.start}: {ended}") from ended
            piece = replace(piece, first_unread=bool(tried.found) or not ended.again)
            tried = ended
        else:
            return


def pack_sources(sources: Mapping[str, Source]) -> bytes:
    """Return sources as they go to a confined process."""
    return pickle.dumps(dict(sources))


@lru_cache(maxsize=2)
def _unpack_sources(sources: bytes) -> dict[str, Source]:
    held: dict[str, Source] = pickle.loads(sources)  # noqa: S301 - of our own parent
    return held


def _reread(
    exchange: ArchivedExchange, sources: Mapping[str, Source], *, wanted: bool
) -> ReprocessedExchange:
    capture = exchange.capture()
    if capture is None:
        return ReprocessedExchange(id=exchange.id, end=exchange.end, answered=None)
    fetched = FetchedResponse(capture=capture, headers=exchange.headers, body=b"")
    found = ReprocessedExchange(
        id=exchange.id, end=exchange.end, answered=recorded_response(fetched)
    )
    if capture.role is Role.TRANSCRIPT:
        return replace(found, line=exchange.block)
    if capture.source and capture.source not in sources:
        return found
    if exchange.facts and exchange.facts.original:
        return found
    try:
        body = exchange.body()
    except ArchiveError as error:
        return replace(found, why=str(error))
    if not wanted or not _is_read(capture):
        return found
    return replace(found, said=extract(replace(fetched, body=body), sources.get(capture.source)))


def _is_read(capture: Capture) -> bool:
    return capture.outcome is Outcome.OK and capture.role in _READ_ROLES
