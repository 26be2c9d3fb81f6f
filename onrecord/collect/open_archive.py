"""Open an archive for writing, with the catalogue brought up to date with the WARC files."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from sqlalchemy import Connection

from archive.catalogue import capture_queries, quarantine_table, write_rows
from archive.catalogue.database import rewrite
from archive.catalogue.removal.kept_out import keep_out
from archive.catalogue.stored_texts.write_texts import compress_older_texts
from archive.catalogue.vouched.adopt_rows import adopt_catalogue, settle_vouching
from archive.errors import LockedError, StorageError
from archive.integrity.erasure_journal import load_erased_list
from archive.models import Outcome
from archive.vouching.pending_rows import vouching
from archive.vouching.vouched_links import adopt_links
from archive.warc.write.store import WarcStore
from onrecord.changes.detect_changes import detect_changes, detect_changes_of
from onrecord.collect.ingest import RunStats, ingest
from onrecord.collect.ingest_missing import catch_up, load_response, warc_sizes
from onrecord.collect.open_evidence import Evidence, open_evidence
from onrecord.collect.rebuild import finish_rebuild, make_anew, was_made_by_older_rules
from onrecord.command_context import Context
from onrecord.erasure.withhold_erased import open_intake

_MIN_TEXTS_TO_REWRITE = 1000  # compressed at once; fewer leave little space


@contextmanager
def open_for_writing(context: Context) -> Iterator[tuple[WarcStore, Connection]]:
    """Yield the WARC store and the catalogue, consistent with each other; others may write, too.

    What an earlier run captured and did not read (it was killed, the disk was full) is ingested
    first, and a catalogue that older rules made is made anew, unless another process is writing.
    Changes are detected when the block ends without an error, by the last process that writes: they
    are told apart by whole visits. LockedError while another process
    must be alone, as `rebuild` and `erase` must.
    """
    with (
        open_evidence(context, partial(prepare_catalogue, context)) as evidence,
        context.catalogue() as connection,
        vouching(connection, lambda: evidence.log),
        _withholding(context, evidence, connection),
    ):
        yield evidence.store, connection
        evidence.store.close()
        sizes = warc_sizes(context.home)
        write_rows.record_warc_sizes(
            connection, {name: sizes[name] for name in evidence.store.written}
        )
        if not evidence.lock.is_shared():
            detect_changes(connection, context.sources)


@contextmanager
def _withholding(context: Context, evidence: Evidence, connection: Connection) -> Iterator[None]:
    """Keep out of the block what was erased from the archive."""
    erased = load_erased_list(evidence.log, context.home.keys)
    context.intake = open_intake(context, erased, evidence.log)
    keep_out(connection, erased)
    try:
        yield
    finally:
        context.intake = None


def prepare_catalogue(context: Context, evidence: Evidence) -> None:
    """Bring the catalogue up to date with the WARC files, alone."""
    if was_made_by_older_rules(context.home.catalogue):
        context.say("making the catalogue anew by today's rules of what an edit is")
        for problem in make_anew(context, evidence.log).problems:
            context.warn(problem)
    if finish_rebuild(context, evidence.log):
        context.warn("completed an interrupted rebuild")
    _compress_catalogue(context)
    with (
        context.catalogue(may_be_lost=True) as connection,
        vouching(connection, lambda: evidence.log),
    ):
        keep_out(connection, load_erased_list(evidence.log, context.home.keys))
        if count := adopt_catalogue(connection, evidence.log):
            adopt_links(context.home.links, evidence.log)
            context.say(f"the log vouches for {count} rows of the catalogue from now on")
        settle_vouching(connection, evidence.log)
        for problem in catch_up(connection, context.home, context.sources).problems:
            context.warn(problem)
        connection.commit()
        detect_changes(connection, context.sources)


def _compress_catalogue(context: Context) -> None:
    """Compress the texts that an earlier format stored as they are, and give their space back."""
    with context.catalogue(may_be_lost=True) as connection:
        count = compress_older_texts(connection)
    size = context.home.catalogue.stat().st_size
    if count < _MIN_TEXTS_TO_REWRITE or shutil.disk_usage(context.home.root).free < 2 * size:
        return  # later texts use the space
    context.say(f"compressed {count} texts of the catalogue")
    try:
        rewrite(context.home.catalogue)
    except LockedError:
        context.say("its file stays as large as it is while another process reads it")
    except StorageError as error:
        context.warn(str(error))


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
