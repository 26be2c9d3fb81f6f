"""Take in what the WARC files hold and the catalogue does not: read ahead, recorded in order."""

from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from threading import Event

from sqlalchemy import Connection

from archive.archive_folder import ArchiveFolder
from archive.catalogue import capture_queries, catalogue_facts, updates
from archive.errors import ArchiveError, FormatError, LimitError
from archive.log.entries import Entry, decode
from archive.log.log import Log
from archive.models import Capture, Role
from archive.sandbox.client import Sandbox
from archive.sandbox.pool import sandboxes
from archive.warc.exchanges import read_exchange, read_exchanges
from onrecord.collect.ingest import RunStats, store_response
from onrecord.collect.sandboxed_read import read_in_sandbox
from onrecord.collect.transcripts import ingest_transcript
from scrapers.fetch.fetcher import FetchedResponse
from scrapers.read.page_content import PageContent
from scrapers.read.reprocess import (
    ReprocessedExchange,
    WarcRange,
    pack_sources,
    reprocess_in_sandbox,
)
from scrapers.source_format.source import Source

_MANY = 32  # exchanges in a piece: what a reading process gets at once, and a crash may cost
_LARGE = 4 << 20  # bytes of a WARC file in a piece
_AHEAD = 3  # pieces a reading process that are read, or under way, before the first is recorded

Progress = Callable[[Path], None]


def catch_up(
    connection: Connection,
    home: ArchiveFolder,
    sources: Mapping[str, Source],
    progress: Progress = lambda path: None,
    *,
    jobs: int = 1,
) -> RunStats:
    """Take in every exchange in the WARC files that the catalogue does not know.

    They are read in `jobs` processes and recorded one by one in the order of the log, so that what
    comes of it does not depend on how many read. How far it came is committed every few exchanges.
    """
    tally = RunStats()
    damaged: set[str] = set()
    file = ""
    for piece, found in _read_ahead(_pieces(connection, home), pack_sources(sources), jobs):
        if piece.warc != file:
            file = piece.warc
            progress(piece.path)
        for reread in found.exchanges:
            _record_again(connection, home, reread, sources, tally)
        if found.problem:
            tally.problems.append(found.problem)
            damaged.add(piece.warc)
        if piece.warc not in damaged:
            updates.record_warc_sizes(connection, {piece.warc: piece.end})
        connection.commit()
    return tally


@dataclass(slots=True)
class _Found:
    """What is in a piece, and what keeps the rest of it from being read; "" for nothing."""

    exchanges: list[ReprocessedExchange] = field(default_factory=list)
    problem: str = ""


def _read_ahead(
    pieces: Iterator[WarcRange], sources: bytes, jobs: int
) -> Iterator[tuple[WarcRange, _Found]]:
    """Yield each piece with what is in it, in order, while those after it are being read."""
    waiting: deque[tuple[WarcRange, Future[_Found]]] = deque()
    free: SimpleQueue[Sandbox] = SimpleQueue()
    for each in sandboxes(jobs):
        free.put(each)
    stop = Event()
    with ThreadPoolExecutor(jobs, thread_name_prefix="reading") as pool:
        try:
            for piece in pieces:
                waiting.append((piece, pool.submit(_read_piece, free, piece, sources, stop)))
                if len(waiting) > _AHEAD * jobs:
                    first, found = waiting.popleft()
                    yield first, found.result()
            while waiting:
                first, found = waiting.popleft()
                yield first, found.result()
        finally:
            stop.set()
            pool.shutdown(cancel_futures=True)


def _read_piece(
    free: "SimpleQueue[Sandbox]", piece: WarcRange, sources: bytes, stop: Event
) -> _Found:
    found, confined = _Found(), free.get()
    try:
        for reread in reprocess_in_sandbox(confined, piece, sources):
            found.exchanges.append(reread)
            if stop.is_set():
                break
    except (FormatError, LimitError) as error:
        found.problem = str(error)
    finally:
        free.put(confined)
    return found


def _pieces(connection: Connection, home: ArchiveFolder) -> Iterator[WarcRange]:
    """Yield what is not known of every WARC file, in the order in which the log has them.

    A file that grew or was taken in only half goes on where that ended.
    """
    known, there = catalogue_facts.recorded_warc_sizes(connection), sizes(home)
    new = {name: size for name, size in there.items() if known.get(name) != size}
    for name, ends in _as_logged(home, new).items():
        start, size = known.get(name, 0), there[name]
        start = start if start <= size else 0
        held = capture_queries.record_locations_in(connection, name)
        for end in _cuts(ends, start, size):
            skip = frozenset(one for one, at in held.items() if start <= at < end)
            path = home.warc / name
            yield WarcRange(path=path, warc=name, start=start, end=end, skip=skip)
            start = end


def _cuts(ends: Sequence[int], start: int, size: int) -> Iterator[int]:
    """Yield where pieces end: after some exchanges that the log has, and at the file's end."""
    while start < size:
        first = bisect_right(ends, start)
        most = bisect_right(ends, start + _LARGE, lo=first)
        last = min(max(first, most - 1), first + _MANY - 1)
        start = min(ends[last], size) if last < len(ends) - 1 else size
        yield start


def _as_logged(home: ArchiveFolder, names: Mapping[str, int]) -> dict[str, list[int]]:
    """Return WARC files in the order in which they were taken in, and where exchanges end in each.

    Their names have the second in which they were begun, and many may begin in one. A file that the
    log does not know is last, with no ends.
    """
    found: dict[str, list[int]] = {}
    if names:
        with Log.reading(home.log) as log:
            for line in log.lines():
                entry = decode(line)
                if isinstance(entry, Entry) and (name := entry.text("warc")) in names:
                    end = entry.number("offset") + entry.number("length")
                    found.setdefault(name, []).append(end)
    for ends in found.values():
        ends.sort()
    return found | {name: [] for name in names if name not in found}


def sizes(home: ArchiveFolder) -> dict[str, int]:
    """Return the size of every WARC file, by its name below warc/, in order of name."""
    return {
        path.relative_to(home.warc).as_posix(): path.stat().st_size
        for path in sorted(home.warc.rglob("*.warc.gz"))
    }


def _record_again(
    connection: Connection,
    home: ArchiveFolder,
    reread: ReprocessedExchange,
    sources: Mapping[str, Source],
    tally: RunStats,
) -> None:
    if reread.response is None:
        tally.problems.append(f"{reread.id}: no facts of ours with this record")
        return
    capture = reread.response.capture
    if capture.role is Role.TRANSCRIPT:
        ingest_transcript(connection, capture, reread.line, tally)
        return
    missing = capture.source and capture.source not in sources
    if missing or reread.error:
        gone = f"{capture.url}: no such source any more: {capture.source}"
        tally.problems.append(gone if missing else reread.error)
        updates.add_capture(connection, capture)
        return
    source = sources.get(capture.source)
    said = partial(_said, connection, home, capture, reread.content, source)
    try:
        store_response(connection, reread.response, said, source, tally)
    except ArchiveError as error:
        tally.problems.append(str(error))


def _said(
    connection: Connection,
    home: ArchiveFolder,
    capture: Capture,
    said: PageContent | None,
    source: Source | None,
) -> PageContent:
    return said or read_in_sandbox(fetched_again(connection, home, capture), source)


def fetched_again(connection: Connection, home: ArchiveFolder, capture: Capture) -> FetchedResponse:
    """Return a capture with its headers and body; a revisit's body lies in another record.

    FixityError where the bytes are not those that were captured.
    """
    stored = capture.stored
    read_exchange(home.warc, stored)  # compared with its digest, before what is beside it is read
    held = read_exchanges(home.warc / stored.warc, warc=stored.warc, start=stored.offset)
    exchange = next(held, None)
    if exchange is None:
        raise FormatError(f"{stored.warc} byte {stored.offset}: expected a capture, found none")
    if exchange.facts and exchange.facts.original:
        original = capture_queries.capture(connection, exchange.facts.original)
        body = read_exchange(home.warc, original.stored).body()
    else:
        body = exchange.body()
    return FetchedResponse(capture=capture, headers=exchange.headers, body=body)
