"""Open an archive for writing, with the catalogue brought up to date with the WARC files."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from archive.catalogue import capture_queries, quarantine_table, write_rows
from archive.integrity.erase_records import finish_erasure
from archive.log.exchange_logger import MerkleExchangeLog
from archive.log.signed_log import Log
from archive.models import Outcome
from archive.warc.store import WarcStore
from onrecord import AGENT
from onrecord.changes.detect_changes import detect_changes, detect_changes_of
from onrecord.collect.ingest import RunStats, ingest
from onrecord.collect.ingest_missing import catch_up, load_response, warc_sizes
from onrecord.command_context import Context

logger = logging.getLogger(__name__)


@contextmanager
def open_for_writing(context: Context) -> Iterator[tuple[WarcStore, Connection]]:
    """Yield the WARC store and the catalogue, consistent with each other, under the write lock.

    What an earlier run captured and did not read (it was killed, the disk was full) is ingested
    first. Changes are detected when the block ends without an error.
    """
    home = context.home
    with open_evidence(context) as store, context.catalogue() as connection:
        stats = catch_up(connection, home, context.sources)
        for problem in stats.problems:
            context.warn(problem)
        connection.commit()
        yield store, connection
        store.close()
        write_rows.record_warc_sizes(connection, warc_sizes(home))
        detect_changes(connection, context.sources)


@contextmanager
def open_evidence(context: Context) -> Iterator[WarcStore]:
    """Yield the WARC store, which enters each exchange in the log; sign a checkpoint at the end.

    The write lock is held meanwhile. Torn records and entries of a crash are recovered first.
    """
    home = context.home
    with home.lock_for_writing(), Log.open_for_writing(home.log, home.keys) as log:
        if log.torn_bytes:
            context.warn(f"recovered the log: removed {log.torn_bytes} bytes of a torn entry")
        if count := finish_erasure(home, log):
            context.warn(f"completed {count} interrupted erasures")
        size = len(log)
        logger.debug("opened the archive for writing: %d log entries", size)
        exchange_log = MerkleExchangeLog(log, home.warc)
        with WarcStore(
            home.warc, software=AGENT, log=exchange_log, logged_end=exchange_log.logged_end
        ) as store:
            for recovery in store.recovered:
                context.warn(f"recovered {recovery}")
            try:
                yield store
            finally:
                store.close()
                if len(log) > size:
                    log.checkpoint()


def read_accepted_capture(context: Context, capture_id: str) -> RunStats:
    """Ingest a capture that was accepted from quarantine, as if it had just been made."""
    stats = RunStats()
    with open_for_writing(context) as (_, connection):
        quarantine_table.set_outcome(connection, capture_id, Outcome.OK, "")
        capture = capture_queries.capture(connection, capture_id)
        if capture.source and capture.source not in context.sources:
            stats.problems.append(f"{capture.url}: the source no longer exists: {capture.source}")
        else:
            response = load_response(connection, context.home, capture)
            ingest(connection, [response], context.sources.get(capture.source), stats)
        detect_changes_of(connection, context.sources, capture_id)
    return stats
