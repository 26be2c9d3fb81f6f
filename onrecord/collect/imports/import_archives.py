"""Import WARC, ARC and WACZ files: their records as captures."""

import logging
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from sqlalchemy import Connection

from archive.errors import FixityError, FormatError, LimitError
from archive.locks.replay_turn import ReplayTurn
from archive.models import Outcome, Role
from archive.sandbox.process_count import default_process_count
from archive.warc.write.store import WarcStore
from onrecord.collect.ingest import RunStats, ingest_read
from onrecord.collect.open_replay import give_way, open_files
from onrecord.collect.reading.read_ahead import Extract, ReadAhead
from onrecord.progress import ReadingProgress, ShowReading
from scrapers.fetch.fetcher import FetchedResponse
from scrapers.fetch.withheld import Intake
from scrapers.read.claim import find_claiming_source
from scrapers.replay.file_contents import RecordedExchange
from scrapers.replay.replay_fetcher import ReplayedFiles
from scrapers.source_format.source import Source

logger = logging.getLogger(__name__)


def import_archives(
    connection: Connection,
    store: WarcStore,
    paths: Sequence[Path],
    sources: Mapping[str, Source],
    show: ShowReading,
    turn: ReplayTurn,
    *,
    read: bool,
    strict: bool,
    intake: Intake | None = None,
) -> dict[Path, RunStats]:
    """Import every capture of WARC, ARC and WACZ files, or folders of them; `read` pages if asked.

    A page that a source claims is read as that source's; another HTML page by the generic reader.
    Revisits have their originals in any of the files or in the archive. Bad records are passed
    over; if `strict`, the whole file (or folder) where it has one. Each record is stored in our
    `turn`, so that no other process stores it meanwhile.
    """
    stats = {path: RunStats() for path in paths}
    with (
        ReadAhead(default_process_count()) as ahead,
        open_files(
            connection, store, paths, turn, ahead, intake, allow_unreadable=True
        ) as replayed,
    ):
        for path, refused in replayed.lookup.refused.items():
            stats[path].passed_over += refused
            stats[path].unreadable = replayed.lookup.unreadable.get(path)
        exchanges = replayed.lookup.exchanges
        if strict:
            exchanges = _exchanges_of_whole_files(replayed, stats)
        for number, exchange in enumerate(exchanges, start=1):
            turn.take()
            counts = stats[exchange.file.given]
            source, role = find_claiming_source(exchange.addresses, sources)
            name = source.name if source else ""
            response = _store_record(
                replayed, exchange, name, role if read else Role.REQUISITE, counts
            )
            if response is not None:
                record = partial(_record_response, connection, response, source, counts)
                ahead.add(response, source, record)
            recorded = sum(c.captures.total() for c in stats.values())
            show(ReadingProgress(recorded, number / len(exchanges)))
            give_way(turn, ahead)
        ahead.record_all()
    for path, counts in stats.items():
        logger.info("%d captures ingested from %s", counts.captures.total(), path.name)
    return stats


def _store_record(
    replayed: ReplayedFiles, exchange: RecordedExchange, source: str, role: Role, stats: RunStats
) -> FetchedResponse | None:
    """Store a record; None where it is passed over."""
    try:
        response = replayed.store_record(exchange, source=source, role=role)
    except (FixityError, FormatError, LimitError) as error:
        stats.passed_over.append(exchange.refused(str(error)))
        return None
    outcome = response.capture.outcome
    if outcome is Outcome.NOT_HELD or (outcome is Outcome.WITHHELD and not response.withheld):
        stats.passed_over.append(exchange.refused(response.capture.note))
        return None
    return response


def _record_response(
    connection: Connection,
    response: FetchedResponse,
    source: Source | None,
    stats: RunStats,
    extract: Extract,
) -> None:
    capture = response.capture
    if capture.outcome is Outcome.OK and capture.note:
        stats.problems.append(f"{capture.url}: taken with a doubt: {capture.note}")
    ingest_read(connection, response, source, stats, extract)


def _exchanges_of_whole_files(
    replayed: ReplayedFiles, stats: Mapping[Path, RunStats]
) -> list[RecordedExchange]:
    """Return the captures of those files of which each record can be taken."""
    exchanges = replayed.lookup.exchanges
    for exchange in exchanges:
        if reason := replayed.refusal_reason(exchange):
            stats[exchange.file.given].passed_over.append(exchange.refused(reason))
    return [e for e in exchanges if not stats[e.file.given].passed_over]
