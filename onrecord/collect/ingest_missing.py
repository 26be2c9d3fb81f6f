"""Catch up: ingest the exchanges in the WARC files that the catalogue does not have yet."""

import logging
from array import array
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Event

from sqlalchemy import Connection

from archive.archive_folder import ArchiveFolder
from archive.catalogue import capture_queries, catalogue_info, write_rows
from archive.errors import ArchiveError, FormatError, LimitError
from archive.log.entries import Entry, decode
from archive.log.signed_log import Log
from archive.models import Capture, Role
from archive.sandbox.pool import SandboxExecutor
from archive.sandbox.process_count import default_process_count
from archive.sandbox.sandbox import Sandbox
from archive.warc.read_exchanges import read_exchange, read_exchanges
from onrecord.collect.ingest import RunStats, store_response
from onrecord.collect.reading.sandboxed_read import read_in_sandbox
from onrecord.collect.transcripts import ingest_transcript
from onrecord.progress import ReadingProgress, ShowReading
from scrapers.fetch.fetcher import FetchedResponse
from scrapers.read.page_content import PageContent
from scrapers.read.reprocess import (
    ReprocessedExchange,
    WarcRange,
    reprocess_in_sandbox,
)
from scrapers.source_format.packed_sources import pack_sources
from scrapers.source_format.source import Source

logger = logging.getLogger(__name__)

_MAX_RANGE_EXCHANGES = 32  # what a reading process gets at once, and a crash may cost
_MAX_RANGE_BYTES = 4 << 20  # of a WARC file
_RANGES_AHEAD = 3  # per reading process: read, or being read, before the first is recorded

Progress = Callable[[Path], None]


def catch_up(
    connection: Connection,
    home: ArchiveFolder,
    sources: Mapping[str, Source],
    progress: Progress = lambda path: None,
    *,
    jobs: int | None = None,
    show: ShowReading = lambda progress: None,
) -> RunStats:
    """Ingest every exchange in the WARC files that the catalogue does not have.

    They are read in `jobs` processes (None: as many as cores and memory allow) and recorded one by
    one in the order of the log, so that the result does not depend on the number of processes.
    Progress is committed with each range. `show` is called with the captures that are read, and the
    share of the bytes of WARC files.
    """
    stats = RunStats()
    damaged: set[str] = set()
    warc, read_bytes = "", 0
    unread_bytes = sum(size - start for start, size in _unread_spans(connection, home).values())
    for warc_range, contents in _read_ahead(
        _unread_ranges(connection, home), pack_sources(sources), jobs or default_process_count()
    ):
        if warc_range.warc != warc:
            warc = warc_range.warc
            progress(warc_range.path)
            logger.info("reading the WARC file %s", warc)
        for exchange in contents.exchanges:
            _record_exchange(connection, home, exchange, sources, stats)
        if contents.problem:
            stats.problems.append(contents.problem)
            damaged.add(warc_range.warc)
        if warc_range.warc not in damaged:
            write_rows.record_warc_sizes(connection, {warc_range.warc: warc_range.end})
        connection.commit()
        read_bytes += warc_range.end - warc_range.start
        show(ReadingProgress(stats.captures.total(), read_bytes / unread_bytes))
        logger.debug("%s: read to byte %d", warc_range.warc, warc_range.end)
    if warc:
        logger.info("%d captures ingested from WARC files", stats.captures.total())
    return stats


@dataclass(slots=True)
class _RangeContents:
    """The exchanges in a range, and the problem that ended reading it; "" for none."""

    exchanges: list[ReprocessedExchange] = field(default_factory=list)
    problem: str = ""


def _read_ahead(
    warc_ranges: Iterator[WarcRange], sources: bytes, jobs: int
) -> Iterator[tuple[WarcRange, _RangeContents]]:
    """Yield each range with its contents, in order, while the next ranges are being read."""
    pending: deque[tuple[WarcRange, Future[_RangeContents]]] = deque()
    stop = Event()
    with SandboxExecutor(jobs) as executor:
        try:
            for warc_range in warc_ranges:
                pending.append(
                    (warc_range, executor.submit(_read_range, warc_range, sources, stop))
                )
                if len(pending) > _RANGES_AHEAD * jobs:
                    first, future = pending.popleft()
                    yield first, future.result()
            while pending:
                first, future = pending.popleft()
                yield first, future.result()
        finally:
            stop.set()


def _read_range(
    sandbox: Sandbox, warc_range: WarcRange, sources: bytes, stop: Event
) -> _RangeContents:
    contents = _RangeContents()
    try:
        for exchange in reprocess_in_sandbox(sandbox, warc_range, sources):
            contents.exchanges.append(exchange)
            if stop.is_set():
                break
    except (FormatError, LimitError) as error:
        contents.problem = str(error)
    return contents


def _unread_ranges(connection: Connection, home: ArchiveFolder) -> Iterator[WarcRange]:
    """Yield the ranges of WARC files that the catalogue does not have, files in the log's order.

    A file that grew, or was ingested in part, continues at the recorded size.
    """
    spans = _unread_spans(connection, home)
    for name, ends in _exchange_ends_by_file(home, spans).items():
        start, size = spans[name]
        locations = capture_queries.record_locations_in(connection, name)
        for end in _range_ends(ends, start, size):
            skip = frozenset(
                capture for capture, offset in locations.items() if start <= offset < end
            )
            path = home.warc / name
            yield WarcRange(path=path, warc=name, start=start, end=end, skip=skip)
            start = end


def _unread_spans(connection: Connection, home: ArchiveFolder) -> dict[str, tuple[int, int]]:
    """Return by the name of each WARC file that is not read to its end: from where, and its end."""
    known_sizes, spans = catalogue_info.recorded_warc_sizes(connection), {}
    for name, size in warc_sizes(home).items():
        known = known_sizes.get(name, 0)
        if known != size:
            spans[name] = known if known <= size else 0, size
    return spans


def _range_ends(ends: Sequence[int], start: int, size: int) -> Iterator[int]:
    """Yield the ends of ranges: at ends of exchanges that the log has, and at the file's end."""
    while start < size:
        first = bisect_right(ends, start)
        beyond = bisect_right(ends, start + _MAX_RANGE_BYTES, lo=first)
        last = min(max(first, beyond - 1), first + _MAX_RANGE_EXCHANGES - 1)
        start = min(ends[last], size) if last < len(ends) - 1 else size
        yield start


def _exchange_ends_by_file(home: ArchiveFolder, names: Collection[str]) -> dict[str, "array[int]"]:
    """Return the sorted ends of exchanges of each WARC file, files in the order of the log.

    Names do not give that order: they have the second in which a file was begun, and many may begin
    in one. A file that the log does not know is last, with no ends.
    """
    ends_by_file: dict[str, array[int]] = {}
    if names:
        with Log.open_for_reading(home.log) as log:
            for line in log.lines():
                entry = decode(line)
                if isinstance(entry, Entry) and (name := entry.text("warc")) in names:
                    end = entry.number("offset") + entry.number("length")
                    ends_by_file.setdefault(name, array("Q")).append(end)
    return {name: array("Q", sorted(ends)) for name, ends in ends_by_file.items()} | {
        name: array("Q") for name in names if name not in ends_by_file
    }


def warc_sizes(home: ArchiveFolder) -> dict[str, int]:
    """Return the size in bytes of every WARC file, by its name below warc/, in order of name."""
    return {
        path.relative_to(home.warc).as_posix(): path.stat().st_size
        for path in sorted(home.warc.rglob("*.warc.gz"))
    }


def _record_exchange(
    connection: Connection,
    home: ArchiveFolder,
    exchange: ReprocessedExchange,
    sources: Mapping[str, Source],
    stats: RunStats,
) -> None:
    if exchange.response is None:
        stats.problems.append(f"{exchange.id}: the record has no OnRecord metadata")
        return
    capture = exchange.response.capture
    if capture.role is Role.TRANSCRIPT:
        ingest_transcript(connection, capture, exchange.line, stats)
        return
    missing = capture.source and capture.source not in sources
    if missing or exchange.error:
        problem = f"{capture.url}: the source no longer exists: {capture.source}"
        stats.problems.append(problem if missing else exchange.error)
        write_rows.add_capture(connection, capture)
        return
    source = sources.get(capture.source)
    read_content = partial(_read_content, connection, home, capture, exchange.content, source)
    try:
        store_response(connection, exchange.response, read_content, source, stats)
    except ArchiveError as error:
        stats.problems.append(str(error))


def _read_content(
    connection: Connection,
    home: ArchiveFolder,
    capture: Capture,
    content: PageContent | None,
    source: Source | None,
) -> PageContent:
    return content or read_in_sandbox(load_response(connection, home, capture), source)


def load_response(connection: Connection, home: ArchiveFolder, capture: Capture) -> FetchedResponse:
    """Return a capture with its headers and body; a revisit's body is read from its original.

    FixityError where the bytes are not those that were captured.
    """
    stored = capture.stored
    read_exchange(home.warc, stored)  # verifies its digest before anything else of it is read
    exchanges = read_exchanges(home.warc / stored.warc, warc=stored.warc, start=stored.offset)
    exchange = next(exchanges, None)
    if exchange is None:
        raise FormatError(f"{stored.warc} byte {stored.offset}: expected a capture, found none")
    if exchange.metadata and exchange.metadata.original:
        original = capture_queries.capture(connection, exchange.metadata.original)
        body = read_exchange(home.warc, original.stored).body()
    else:
        body = exchange.body()
    return FetchedResponse(capture=capture, headers=exchange.headers, body=body)
