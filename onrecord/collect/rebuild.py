"""Rebuild the catalogue from the WARC files; resume a rebuild that was interrupted."""

import json
import logging
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import Connection

from archive.archive_folder import ArchiveFolder
from archive.catalogue import capture_queries, catalogue_info, quarantine_table, write_rows
from archive.catalogue.copy_on_rebuild import captures_recorded_since, carry_over, former_catalogue
from archive.catalogue.database import remove, replace, transaction
from archive.catalogue.migrate import migrations
from archive.catalogue.monitoring import capture_arrivals
from archive.catalogue.numbering.arrival_numbers import Series, last_number
from archive.catalogue.removal.kept_out import keep_out
from archive.catalogue.vouched.adopt_rows import SETTLED, adopt_catalogue
from archive.catalogue.vouched.carried_news import vouch_for_carried_news
from archive.errors import ArchiveError, ArchiveFolderError, FormatError
from archive.integrity.erasure_journal import load_erased_list
from archive.log.signed_log import Log
from archive.text.fingerprint import RULES_VERSION
from archive.vouching.pending_rows import vouching
from archive.vouching.vouched_links import adopt_links
from archive.vouching.vouching_entry import REBUILT, rebuilt_entry
from onrecord import AGENT
from onrecord.changes.detect_changes import detect_changes, detect_changes_of
from onrecord.collect.ingest import RunStats
from onrecord.collect.ingest_missing import catch_up
from onrecord.collect.open_evidence import open_evidence_alone
from onrecord.collect.record_rereadings import log_rereadings, record_rereadings
from onrecord.command_context import Context
from onrecord.progress import ShowReading
from onrecord.quarantine.decisions import decisions

logger = logging.getLogger(__name__)

_READER_LIBRARIES = ("beautifulsoup4", "chardetng-py", "jmespath", "lxml", "trafilatura")
_RULES_DIGEST_FACT = "made by"  # the catalogue fact that holds the digest


def rebuild(
    context: Context,
    progress: Callable[[Path], None],
    jobs: int | None = None,
    show: ShowReading = lambda progress: None,
) -> RunStats:
    """Rebuild the catalogue from the WARC files, reading in `jobs` processes; remove the index.

    Their number follows from cores and memory where it is None.
    Schedule, watches and news, which no WARC file holds, are carried over. The old catalogue stays
    in place until the new one is complete. A rebuild that was killed is resumed if everything it
    depends on is unchanged.
    """
    with open_evidence_alone(context) as evidence:
        return make_anew(context, evidence.log, progress, jobs, show)


def make_anew(
    context: Context,
    log: Log,
    progress: Callable[[Path], None] = lambda path: None,
    jobs: int | None = None,
    show: ShowReading = lambda progress: None,
) -> RunStats:
    """Do what `rebuild` does, while `log` is open for writing."""
    home = context.home
    _detect_remaining_changes(context, log)
    new_catalogue, digest = home.unfinished_catalogue, _rules_digest(context)
    if not _can_resume(context, new_catalogue, digest):
        remove(new_catalogue)
    is_new = not new_catalogue.exists()
    logger.info("%s a rebuild of the catalogue", "starting" if is_new else "resuming")
    with transaction(new_catalogue) as connection, vouching(connection, lambda: log):
        catalogue = catalogue_info.catalogue_id(connection)
        keep_out(connection, load_erased_list(log, home.keys))
        if is_new:
            quarantine_table.record_decisions(connection, decisions(home), AGENT)
            write_rows.set_fact(connection, _RULES_DIGEST_FACT, digest)
        try:
            carry_over(connection, home.catalogue)
        except FormatError as error:
            context.warn(str(error))
        stats = catch_up(connection, home, context.sources, progress, jobs=jobs, show=show)
        _compare_with_former(context, connection, log)
        record_rereadings(connection, log)
        is_whole = _vouch_for_news(context, connection, log)
        last = last_number(connection, Series.CAPTURE)
        capture_arrivals.move_cursor(connection, "noticed", last if is_whole else 0)
        connection.commit()
        write_rows.set_fact(connection, SETTLED, str(len(log)))
    log.append([rebuilt_entry(catalogue, _id_of(home.catalogue), datetime.now(UTC))])
    _put_in_place(home)
    return stats


def _put_in_place(home: ArchiveFolder) -> None:
    """Replace the catalogue by the one that a rebuild made."""
    replace(home.catalogue, home.unfinished_catalogue)
    if home.index.exists():
        shutil.rmtree(home.index)
        logger.info("deleted the index")


def finish_rebuild(context: Context, log: Log) -> bool:
    """Complete a rebuild that was killed when all but the last step was done; say whether."""
    home = context.home
    last = log.last_of_kind(REBUILT)
    if last is None or not home.unfinished_catalogue.exists():
        return False
    if _id_of(home.unfinished_catalogue) != last.text("catalogue"):
        return False
    _put_in_place(home)
    return True


def _id_of(path: Path) -> str:
    """Return the id of the catalogue at `path`; "" where there is none that can be read."""
    if not path.exists():
        return ""
    try:
        with transaction(path) as connection:
            return catalogue_info.catalogue_id(connection)
    except ArchiveError:
        return ""


def _vouch_for_news(context: Context, connection: Connection, log: Log) -> bool:
    """Vouch for the news carried over; say whether it is all that the log vouched for."""
    if not _id_of(context.home.catalogue):
        return True
    connection.commit()
    carried = vouch_for_carried_news(connection, context.home.catalogue, log)
    connection.commit()
    if carried.left_out:
        context.warn(f"left out {carried.left_out} news items that the log does not vouch for")
    if carried.left_out or carried.missing:
        context.warn("the next run looks for news in all captures again")
    return not (carried.left_out or carried.missing)


def was_made_by_older_rules(path: Path) -> bool:
    """Say whether a catalogue exists at `path` and older rules of what an edit is made it."""
    if not path.exists():
        return False
    with transaction(path) as connection:
        return catalogue_info.rules_version(connection) < RULES_VERSION


def _compare_with_former(context: Context, connection: Connection, log: Log) -> None:
    """Keep the ids of the former catalogue; detect the changes that it had not come to."""
    if not context.home.catalogue.is_file():
        return
    try:
        with former_catalogue(connection, context.home.catalogue) as rules:
            if unread := log_rereadings(connection, log, rules):
                context.warn(f"{len(unread)} versions are no longer read: {unread[0]}, …")
            for capture in captures_recorded_since(connection):
                detect_changes_of(connection, context.sources, capture)
    except FormatError as error:
        context.warn(str(error))


def _can_resume(context: Context, new_catalogue: Path, digest: str) -> bool:
    """Say whether an unfinished catalogue exists and was made by the same rules."""
    if not new_catalogue.exists():
        return False
    try:
        with transaction(new_catalogue) as connection:
            if catalogue_info.fact(connection, _RULES_DIGEST_FACT) == digest:
                count = capture_queries.count_captures(connection)
                context.say(f"resuming an interrupted rebuild: {count} captures are read")
                return True
        reason = "a reader, a source or a decision has changed since"
    except (FormatError, ArchiveFolderError) as error:
        reason = str(error)
    context.say(f"restarting an interrupted rebuild: {reason}")
    return False


def _rules_digest(context: Context) -> str:
    """Return a digest of everything besides the WARC files that a catalogue depends on."""
    inputs = {
        "format": len(migrations()),
        "rules": RULES_VERSION,
        "software": AGENT,
        "libraries": {name: version(name) for name in _READER_LIBRARIES},
        "sources": {name: source.fingerprint for name, source in context.sources.items()},
        "decisions": [repr(decision) for decision in decisions(context.home)],
    }
    return sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()


def _detect_remaining_changes(context: Context, log: Log) -> None:
    """Detect the old catalogue's pending changes, so that the news carried over is complete.

    Nothing is added to a catalogue that older rules made: its versions and those read by the rules
    of today would differ where no word does.
    """
    if not context.home.catalogue.exists():
        return
    try:
        with (
            transaction(context.home.catalogue) as connection,
            vouching(connection, lambda: log),
        ):
            if adopt_catalogue(connection, log):
                adopt_links(context.home.links, log)
            keep_out(connection, load_erased_list(log, context.home.keys))
            if catalogue_info.rules_version(connection) == RULES_VERSION:
                catch_up(connection, context.home, context.sources)
            detect_changes(connection, context.sources)
    except (FormatError, ArchiveFolderError) as error:
        context.warn(str(error))
