"""Import files: text collections as transcripts, WARC and WACZ files as captures."""

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection

from archive.catalogue import capture_queries, version_queries
from archive.models import Role
from archive.warc.capture_metadata import ImportOrigin
from archive.warc.store import WarcStore
from onrecord.collect.ingest import RunStats, ingest, now
from onrecord.collect.transcripts import (
    CollectionLine,
    ingest_transcript,
    read_lines,
    resource_record,
)
from scrapers.read.claim import find_claiming_source
from scrapers.replay.replay_fetcher import ReplayedFiles
from scrapers.source_format.source import Source

logger = logging.getLogger(__name__)

_BATCH_SIZE = 2000  # lines in one write, or captures in one transaction
Progress = Callable[[int], None]  # called with the number of further lines or captures


def import_collection(
    connection: Connection, store: WarcStore, path: Path, progress: Progress
) -> RunStats:
    """Import a text collection; a line that is stored already, byte for byte, adds nothing."""
    stats = RunStats()
    origin = ImportOrigin(name=path.name, sha256=sha256_of_file(path), offset=0)
    known_digests = version_queries.transcript_digests(connection)
    for batch in _batches(read_lines(path)):
        new_lines = [
            line for line in batch if hashlib.sha256(line.raw).hexdigest() not in known_digests
        ]
        captures = store.add_resources([resource_record(line, origin, now()) for line in new_lines])
        for line, capture in zip(new_lines, captures, strict=True):
            ingest_transcript(connection, capture, line.raw, stats)
        connection.commit()
        progress(len(batch))
    logger.info("%d lines ingested from %s", stats.captures.total(), path.name)
    return stats


def import_archive(
    connection: Connection,
    store: WarcStore,
    path: Path,
    sources: Mapping[str, Source],
    progress: Progress,
    *,
    read: bool,
) -> RunStats:
    """Import every capture of a WARC or WACZ file (or a folder of them); `read` the pages if asked.

    A page that a source claims is read as that source's; another HTML page by the generic reader.
    """
    stats = RunStats()
    holds = partial(capture_queries.find_capture, connection)
    with ReplayedFiles([path], store, find_stored=holds) as replayed:
        for number, location in enumerate(replayed.lookup.exchanges, 1):
            source, role = find_claiming_source(location.addresses, sources)
            name = source.name if source else ""
            response = replayed.store_record(
                location, source=name, role=role if read else Role.REQUISITE
            )
            ingest(connection, [response], source, stats)
            progress(1)
            if number % _BATCH_SIZE == 0:
                connection.commit()
    logger.info("%d captures ingested from %s", stats.captures.total(), path.name)
    return stats


def _batches(lines: Iterable[CollectionLine]) -> Iterator[list[CollectionLine]]:
    iterator = iter(lines)
    while batch := list(islice(iterator, _BATCH_SIZE)):
        yield batch


def sha256_of_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
