"""Open an archive for writing, with the catalogue brought up to date with the WARC files."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from archive.catalogue import capture_queries, quarantine_table, write_rows
from archive.models import Outcome
from archive.warc.write.store import WarcStore
from onrecord.changes.detect_changes import detect_changes, detect_changes_of
from onrecord.collect.ingest import RunStats, ingest
from onrecord.collect.ingest_missing import catch_up, load_response, warc_sizes
from onrecord.collect.open_evidence import open_evidence
from onrecord.collect.rebuild import make_anew, was_made_by_older_rules
from onrecord.command_context import Context


@contextmanager
def open_for_writing(context: Context) -> Iterator[tuple[WarcStore, Connection]]:
    """Yield the WARC store and the catalogue, consistent with each other, under the write lock.

    What an earlier run captured and did not read (it was killed, the disk was full) is ingested
    first; a catalogue that older rules made is made anew. Changes are detected when the block ends
    without an error.
    """
    with open_evidence(context) as evidence:
        if was_made_by_older_rules(context.home.catalogue):
            context.say("making the catalogue anew by today's rules of what an edit is")
            for problem in make_anew(context, evidence.log).problems:
                context.warn(problem)
        with _open_catalogue(context, evidence.store) as connection:
            yield evidence.store, connection


@contextmanager
def _open_catalogue(context: Context, store: WarcStore) -> Iterator[Connection]:
    home = context.home
    with context.catalogue() as connection:
        stats = catch_up(connection, home, context.sources)
        for problem in stats.problems:
            context.warn(problem)
        connection.commit()
        yield connection
        store.close()
        write_rows.record_warc_sizes(connection, warc_sizes(home))
        detect_changes(connection, context.sources)


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
