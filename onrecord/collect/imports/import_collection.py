"""Import a text collection: its lines as transcripts."""

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection

from archive.catalogue import version_queries
from archive.catalogue.database import begin_writing
from archive.catalogue.identity import web_identity
from archive.errors import FormatError, StorageError
from archive.warc.capture_metadata import ImportOrigin
from archive.warc.inputs.refused_input import RefusedInput
from archive.warc.write.store import WarcStore
from onrecord.collect.collection_lines import CollectionLine, read_lines
from onrecord.collect.ingest import RunStats, now
from onrecord.collect.transcripts import (
    erasure_of_line,
    ingest_transcript,
    record_uri,
    resource_record,
)
from scrapers.fetch.withheld import explain

logger = logging.getLogger(__name__)

_BATCH_SIZE = 2000  # lines in one write
Progress = Callable[[int], None]  # called with the number of further lines


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
    for batch in _batches(read()):
        begin_writing(connection)
        lines = [line for line in batch if isinstance(line, CollectionLine)]
        known_digests = version_queries.transcript_digests(connection, map(record_uri, lines))
        stats.passed_over += [line for line in batch if isinstance(line, RefusedInput)]
        new_lines = [
            line for line in lines if hashlib.sha256(line.raw).hexdigest() not in known_digests
        ]
        new_lines = list(_without_erased(connection, path, new_lines, stats))
        captures = store.add_resources([resource_record(line, origin, now()) for line in new_lines])
        for line, capture in zip(new_lines, captures, strict=True):
            ingest_transcript(connection, capture, line.raw, stats)
        connection.commit()
        progress(len(batch))
    logger.info("%d lines ingested from %s", stats.captures.total(), path.name)
    return stats


def _without_erased(
    connection: Connection, path: Path, lines: Iterable[CollectionLine], stats: RunStats
) -> Iterator[CollectionLine]:
    """Yield the lines that no erasure keeps out; the others are passed over."""
    for line in lines:
        entry = erasure_of_line(connection, line.fields)
        if entry is None:
            yield line
        else:
            stats.passed_over.append(
                RefusedInput(file=path.name, offset=line.offset, reason=explain(entry))
            )


def _batches(
    lines: Iterable[CollectionLine | RefusedInput],
) -> Iterator[list[CollectionLine | RefusedInput]]:
    iterator = iter(lines)
    while batch := list(islice(iterator, _BATCH_SIZE)):
        yield batch


def sha256_of_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
