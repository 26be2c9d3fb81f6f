"""Read exchanges anew out of a part of a WARC file: what a confined process does in a rebuild."""

import pickle
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from archive.errors import ArchiveError, EndedError, FormatError
from archive.models import Capture, Outcome, Role
from archive.sandbox.client import Confined
from archive.warc.exchanges import HeldExchange, exchanges
from scrapers.fetch.visit import Fetched
from scrapers.read.page_content import Answered, Said, answered, say, unread
from scrapers.source import Source

_READ = (Role.LISTING, Role.PAGE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of a WARC file, in which exchanges lie whole."""

    path: Path
    warc: str  # the file, as the catalogue calls it
    start: int
    end: int
    skip: frozenset[str] = frozenset()  # captures that are known already
    first_unread: bool = False  # of the first exchange only the facts are wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Reread:
    """What one exchange is, and says."""

    id: str
    end: int  # where it ends in its file
    answered: Answered | None  # None where we said nothing of it
    said: Said | None = None  # None where that is not wanted, or its body lies elsewhere
    why: str = ""  # why the body cannot be had
    line: bytes = b""  # of a text collection


def reread(piece: Piece, sources: bytes) -> Iterator[Reread]:
    """Yield what the exchanges in `piece` say, read by the `sources` that were packed.

    FormatError and LimitError where the file cannot be read, after all that could be.
    """
    readers, wanted = _unpacked(sources), not piece.first_unread
    for exchange in exchanges(piece.path, warc=piece.warc, start=piece.start, end=piece.end):
        if exchange.id not in piece.skip:
            yield _reread(exchange, readers, wanted=wanted)
            wanted = True


def reread_confined(confined: Confined, piece: Piece, sources: bytes) -> Iterator[Reread]:
    """Yield what `reread` does, worked out in `confined`; where that ended, this is a Problem.

    What may fare better is tried once more; what does not is a capture that is unread.
    """
    tried = EndedError("", "")
    while True:
        try:
            for each in confined.each(reread, piece, sources):
                if piece.first_unread and (of := each.answered) and _is_read(of.capture):
                    each = replace(each, said=unread(of.capture, tried))
                yield each
                piece = replace(piece, start=each.end, first_unread=False)
                tried = EndedError("", "")
        except EndedError as ended:
            if piece.first_unread:
                raise FormatError(f"{piece.path}: byte {piece.start}: {ended}") from ended
            piece = replace(piece, first_unread=bool(tried.found) or not ended.again)
            tried = ended
        else:
            return


def packed(sources: Mapping[str, Source]) -> bytes:
    """Return sources as they go to a confined process."""
    return pickle.dumps(dict(sources))


@lru_cache(maxsize=2)
def _unpacked(sources: bytes) -> dict[str, Source]:
    held: dict[str, Source] = pickle.loads(sources)  # noqa: S301 - of our own parent
    return held


def _reread(exchange: HeldExchange, sources: Mapping[str, Source], *, wanted: bool) -> Reread:
    capture = exchange.capture()
    if capture is None:
        return Reread(id=exchange.id, end=exchange.end, answered=None)
    fetched = Fetched(capture=capture, headers=exchange.headers, body=b"")
    found = Reread(id=exchange.id, end=exchange.end, answered=answered(fetched))
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
    return replace(found, said=say(replace(fetched, body=body), sources.get(capture.source)))


def _is_read(capture: Capture) -> bool:
    return capture.outcome is Outcome.OK and capture.role in _READ
