"""Import WARC, ARC and WACZ files: their records as captures."""

import logging
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from sqlalchemy import Connection

from archive.catalogue import capture_queries
from archive.errors import FixityError, FormatError, LimitError
from archive.locks.replay_turn import ReplayTurn
from archive.models import Outcome, Role
from archive.warc.write.store import WarcStore
from onrecord.collect.ingest import RunStats, ingest
from scrapers.read.claim import find_claiming_source
from scrapers.replay.file_contents import RecordedExchange
from scrapers.replay.replay_fetcher import ReplayedFiles
from scrapers.source_format.source import Source

logger = logging.getLogger(__name__)

Progress = Callable[[int], None]  # called with the number of further captures


def import_archives(
    connection: Connection,
    store: WarcStore,
    paths: Sequence[Path],
    sources: Mapping[str, Source],
    progress: Progress,
    turn: ReplayTurn,
    *,
    read: bool,
    strict: bool,
) -> dict[Path, RunStats]:
    """Import every capture of WARC, ARC and WACZ files, or folders of them; `read` pages if asked.

    A page that a source claims is read as that source's; another HTML page by the generic reader.
    Revisits have their originals in any of the files or in the archive. Bad records are passed
    over; if `strict`, the whole file (or folder) where it has one. Each record is stored in our
    `turn`, so that no other process stores it meanwhile.
    """
    stats = {path: RunStats() for path in paths}
    holds = partial(capture_queries.find_capture, connection)
    captures_at = partial(capture_queries.captures_at, connection)
    with ReplayedFiles(
        paths, store, find_stored=holds, find_captures=captures_at, allow_unreadable=True
    ) as replayed:
        for path, refused in replayed.lookup.refused.items():
            stats[path].passed_over += refused
            stats[path].unreadable = replayed.lookup.unreadable.get(path)
        exchanges = replayed.lookup.exchanges
        if strict:
            exchanges = _exchanges_of_whole_files(replayed, stats)
        for exchange in exchanges:
            turn.take()
            _import_record(
                connection, replayed, exchange, sources, stats[exchange.file.given], read
            )
            connection.commit()
            turn.give_way()
            progress(1)
    for path, counts in stats.items():
        logger.info("%d captures ingested from %s", counts.captures.total(), path.name)
    return stats


def _import_record(
    connection: Connection,
    replayed: ReplayedFiles,
    exchange: RecordedExchange,
    sources: Mapping[str, Source],
    stats: RunStats,
    read: bool,
) -> None:
    source, role = find_claiming_source(exchange.addresses, sources)
    name = source.name if source else ""
    try:
        response = replayed.store_record(
            exchange, source=name, role=role if read else Role.REQUISITE
        )
    except (FixityError, FormatError, LimitError) as error:
        stats.passed_over.append(exchange.refused(str(error)))
        return
    if response.capture.outcome is Outcome.NOT_HELD:
        stats.passed_over.append(exchange.refused(response.capture.note))
        return
    capture = response.capture
    if capture.outcome is Outcome.OK and capture.note:
        stats.problems.append(f"{capture.url}: taken with a doubt: {capture.note}")
    ingest(connection, [response], source, stats)


def _exchanges_of_whole_files(
    replayed: ReplayedFiles, stats: Mapping[Path, RunStats]
) -> list[RecordedExchange]:
    """Return the captures of those files of which each record can be taken."""
    exchanges = replayed.lookup.exchanges
    for exchange in exchanges:
        if reason := replayed.refusal_reason(exchange):
            stats[exchange.file.given].passed_over.append(exchange.refused(reason))
    return [e for e in exchanges if not stats[e.file.given].passed_over]
