"""Import files: text collections as transcripts, WARC and WACZ files as captures."""

import hashlib
import logging
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection

from archive.catalogue import capture_queries, version_queries
from archive.catalogue.database import begin_writing
from archive.catalogue.identity import web_identity
from archive.errors import FixityError, FormatError, LimitError, StorageError
from archive.models import Outcome, Role
from archive.warc.capture_metadata import ImportOrigin
from archive.warc.inputs.refused_input import RefusedInput
from archive.warc.write.store import WarcStore
from onrecord.collect.collection_lines import CollectionLine, read_lines
from onrecord.collect.ingest import RunStats, ingest, now
from onrecord.collect.transcripts import ingest_transcript, resource_record
from scrapers.read.claim import find_claiming_source
from scrapers.replay.file_contents import RecordedExchange
from scrapers.replay.replay_fetcher import ReplayedFiles
from scrapers.source_format.source import Source

logger = logging.getLogger(__name__)

_BATCH_SIZE = 2000  # lines in one write
Progress = Callable[[int], None]  # called with the number of further lines or captures


def import_collection(
    connection: Connection,
    store: WarcStore,
    path: Path,
    progress: Progress,
    *,
    strict: bool,
    sources: Iterable[str] = (),
) -> RunStats:
    """Import a text collection; a line that is stored already, byte for byte, adds nothing.

    Bad lines are passed over, and those with the id of a statement that one of `sources` captures;
    if `strict`, the whole collection is where it has one. One of which nothing can be read is
    passed over too: `unreadable` says why.
    """
    stats = RunStats()
    read = partial(read_lines, path, {web_identity.SOURCE, *sources})
    try:
        next(read(), None)
    except (FormatError, StorageError) as error:
        stats.unreadable = error
        stats.passed_over.append(RefusedInput(file=path.name, reason=str(error)))
        return stats
    if strict:
        stats.passed_over += [line for line in read() if isinstance(line, RefusedInput)]
        if stats.passed_over:
            return stats
    origin = ImportOrigin(name=path.name, sha256=sha256_of_file(path), offset=0)
    known = _StoredLines(connection)
    for batch in _batches(read()):
        begin_writing(connection)
        known_digests = known.digests()
        stats.passed_over += [line for line in batch if isinstance(line, RefusedInput)]
        new_lines = [
            line
            for line in batch
            if isinstance(line, CollectionLine)
            and hashlib.sha256(line.raw).hexdigest() not in known_digests
        ]
        captures = store.add_resources([resource_record(line, origin, now()) for line in new_lines])
        for line, capture in zip(new_lines, captures, strict=True):
            ingest_transcript(connection, capture, line.raw, stats)
        connection.commit()
        progress(len(batch))
    logger.info("%d lines ingested from %s", stats.captures.total(), path.name)
    return stats


def import_archives(
    connection: Connection,
    store: WarcStore,
    paths: Sequence[Path],
    sources: Mapping[str, Source],
    progress: Progress,
    *,
    read: bool,
    strict: bool,
) -> dict[Path, RunStats]:
    """Import every capture of WARC, ARC and WACZ files, or folders of them; `read` pages if asked.

    A page that a source claims is read as that source's; another HTML page by the generic reader.
    Revisits have their originals in any of the files or in the archive. Bad records are passed
    over; if `strict`, the whole file (or folder) where it has one.
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
            _import_record(
                connection, replayed, exchange, sources, stats[exchange.file.given], read
            )
            connection.commit()
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
    begin_writing(connection)  # so that no other import stores the same record meanwhile
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


class _StoredLines:
    """The lines of text collections in the catalogue, read again where another process wrote."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._data_version = -1
        self._digests: Container[str] = ()

    def digests(self) -> Container[str]:
        """Return the SHA-256 of each line, in hex, but for those of this process."""
        data_version = self._connection.exec_driver_sql("PRAGMA data_version").scalar_one()
        if data_version != self._data_version:
            self._digests = version_queries.transcript_digests(self._connection)
            self._data_version = data_version
        return self._digests


def _batches(
    lines: Iterable[CollectionLine | RefusedInput],
) -> Iterator[list[CollectionLine | RefusedInput]]:
    iterator = iter(lines)
    while batch := list(islice(iterator, _BATCH_SIZE)):
        yield batch


def sha256_of_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
