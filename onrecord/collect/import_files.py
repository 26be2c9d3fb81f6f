"""Take in what others kept: text collections as transcripts, WARC and WACZ files as evidence."""

import hashlib
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
from onrecord.collect.transcripts import CollectionLine, ingest_transcript, lines, resource
from scrapers.fetch.replay import ReplayedFiles
from scrapers.source_format.source import Source

_BATCH = 2000  # lines kept in one write
Progress = Callable[[int], None]  # told how many more were taken in


def import_collection(
    connection: Connection, store: WarcStore, path: Path, progress: Progress
) -> RunStats:
    """Take in a text collection; a line that is held already, byte for byte, adds nothing."""
    tally = RunStats()
    origin = ImportOrigin(name=path.name, sha256=sha256_of_file(path), offset=0)
    held = version_queries.transcribed(connection)
    for batch in _batches(lines(path)):
        fresh = [line for line in batch if hashlib.sha256(line.raw).hexdigest() not in held]
        captures = store.add_resources([resource(line, origin, now()) for line in fresh])
        for line, capture in zip(fresh, captures, strict=True):
            ingest_transcript(connection, capture, line.raw, tally)
        connection.commit()
        progress(len(batch))
    return tally


def import_archive(
    connection: Connection,
    store: WarcStore,
    path: Path,
    sources: Mapping[str, Source],
    progress: Progress,
    *,
    read: bool,
) -> RunStats:
    """Take in every capture of a WARC or WACZ file (or a folder of them), and read what is a page.

    A page that a source claims is read as that source's; another HTML page by the generic reader.
    """
    tally = RunStats()
    holds = partial(capture_queries.find_capture, connection)
    with ReplayedFiles([path], store, find_stored=holds) as files:
        for number, place in enumerate(files.lookup.exchanges, 1):
            source, role = claimed(place.url, sources)
            name = source.name if source else ""
            fetched = files.store_record(place, source=name, role=role if read else Role.REQUISITE)
            ingest(connection, [fetched], source, tally)
            progress(1)
            if number % _BATCH == 0:
                connection.commit()
    return tally


def claimed(url: str, sources: Mapping[str, Source]) -> tuple[Source | None, Role]:
    """Return whose page or listing an address is, and which of the two."""
    for source in sources.values():
        if any(url in listing.urls for listing in source.listings):
            return source, Role.LISTING
        if source.is_statement_url(url):
            return source, Role.PAGE
    return None, Role.PAGE


def _batches(found: Iterable[CollectionLine]) -> Iterator[list[CollectionLine]]:
    each = iter(found)
    while batch := list(islice(each, _BATCH)):
        yield batch


def sha256_of_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
