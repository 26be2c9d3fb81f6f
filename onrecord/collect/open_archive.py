"""Open an archive to add to it, with catalogue and evidence in step."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from archive.catalogue import capture_queries, quarantine, updates
from archive.integrity.erase import finish_erasure
from archive.log.exchange_log import MerkleExchangeLog
from archive.log.log import Log
from archive.models import Outcome
from archive.warc.store import WarcStore
from onrecord import AGENT
from onrecord.changes.detect_changes import detect_changes, detect_changes_of
from onrecord.collect.catch_up import catch_up, fetched_again, sizes
from onrecord.collect.ingest import RunStats, ingest
from onrecord.context import Context


@contextmanager
def open_for_writing(context: Context) -> Iterator[tuple[WarcStore, Connection]]:
    """Yield the evidence store and the catalogue, in step with each other, nobody else writing.

    What an earlier run captured and did not get to read (it was killed, the disk was full) is read
    first. What this run captures is known to the catalogue when it ends, however it ends.
    """
    home = context.home
    with open_evidence(context) as store, context.catalogue() as connection:
        tally = catch_up(connection, home, context.sources)
        for problem in tally.problems:
            context.warn(problem)
        connection.commit()
        yield store, connection
        store.close()
        updates.record_warc_sizes(connection, sizes(home))
        detect_changes(connection, context.sources)


@contextmanager
def open_evidence(context: Context) -> Iterator[WarcStore]:
    """Yield the store of evidence, entering all it keeps in the log; the log is signed at the end.

    Nobody else writes to the archive meanwhile. What a crash tore is mended first.
    """
    home = context.home
    with home.lock_for_writing(), Log.writing(home.log, home.keys) as log:
        if log.torn:
            context.warn(f"recovered the log: cut off {log.torn} bytes of a torn entry")
        if count := finish_erasure(home, log):
            context.warn(f"completed {count} erasures that were cut short")
        size = len(log)
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


def read_again(context: Context, name: str) -> RunStats:
    """Read a capture that was taken out of quarantine, as if it had just come."""
    tally = RunStats()
    with open_for_writing(context) as (_, connection):
        quarantine.set_outcome(connection, name, Outcome.OK, "")
        capture = capture_queries.capture(connection, name)
        if capture.source and capture.source not in context.sources:
            tally.problems.append(f"{capture.url}: no such source any more: {capture.source}")
        else:
            fetched = fetched_again(connection, context.home, capture)
            ingest(connection, [fetched], context.sources.get(capture.source), tally)
        detect_changes_of(connection, context.sources, name)
    return tally
