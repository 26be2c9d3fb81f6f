"""Finish the erasures that were begun: at once, or at the next start after whatever ended one.

What search, show and export read goes first: index and catalogue, in one transaction. Then the
files beside them, last the WARC records and the entries of the log, which tell what remains to be
done. Each step may be repeated. While an erasure is unfinished, no command shows anything.
"""

import logging
import shutil
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection

from archive import atomic_files
from archive.archive_folder import ArchiveFolder
from archive.catalogue import (
    capture_queries,
    quarantine_table,
    remove_captures,
    rereading_table,
    version_queries,
    write_rows,
)
from archive.catalogue.database import remove, transaction
from archive.catalogue.removal.catalogue_alone import catalogue_alone
from archive.catalogue.removal.remove_mentions import Removal, plan_removal, remove_mentions
from archive.errors import FormatError, LockedError, StorageError
from archive.event import Event, EventKind, Reason
from archive.integrity import erasure_journal
from archive.integrity.erase_records import (
    erase_entries,
    finish_erasure,
    overwrite_records,
    plan_erasure,
)
from archive.integrity.erased_list import load_salt, plain_words
from archive.integrity.erasure_journal import BegunErasure
from archive.locks.other_processes import describe, processes_with_open
from archive.log.entries import Entry
from archive.log.joined_logs import erase_from_joined
from archive.log.signed_log import Log
from archive.sharing import export_records
from archive.vouching.pending_rows import vouching
from archive.vouching.vouched_links import forget_links
from onrecord import AGENT
from onrecord.watch.channels.feed_files import rewrite_feeds

logger = logging.getLogger(__name__)

_PATIENCE = 60.0  # seconds, for an erasure that is under way
_MIN_WATCHED_WORDS = 6  # of a watch: fewer are words of anybody
_ABOUT_CAPTURES = (
    rereading_table.KIND,
    quarantine_table.KIND,
)
Warn = Callable[[str], None]


def finish_interrupted(home: ArchiveFolder, warn: Warn) -> None:
    """Finish, alone, what an erasure that was ended left; nothing may be read before.

    LockedError where another process is erasing or reading, or where the disk refuses.
    """
    try:
        with home.lock() as lock:
            lock.acquire_alone(_PATIENCE)
            if not erasure_journal.is_marked(home):
                return  # whoever was erasing has finished
            with Log.open_for_writing(home.log, home.keys) as log:
                finish_erasure(home, log)
                finish_erasures(home, log, warn)
    except LockedError as error:
        writers = processes_with_open([home.root / ".lock"])
        raise LockedError(f"an erasure is not finished: {error}{_named(writers)}") from error
    except StorageError as error:
        raise LockedError(f"an erasure is not finished, and nothing is shown: {error}") from error


def finish_erasures(home: ArchiveFolder, log: Log, warn: Warn) -> list[BegunErasure]:
    """Finish every erasure that the log has begun, and return them; the archive is locked alone.

    LockedError where another process has the catalogue open. `warn` is called for each export that
    holds what was erased.
    """
    unfinished = erasure_journal.unfinished_erasures(log)
    for erasure in unfinished:
        _finish(home, log, erasure, warn)
    copies = erasure_journal.marked_copies(home)
    if unfinished:
        for copy in copies:
            warn(f"it is still in what was given out: {copy}")
    if unfinished or erasure_journal.is_marked(home):
        log.checkpoint()  # while it is marked: a checkpoint that is written in part is written anew
    erasure_journal.unmark(home)
    return unfinished


def _finish(home: ArchiveFolder, log: Log, erasure: BegunErasure, warn: Warn) -> None:
    entries = [(number, log.entry(number)) for number in erasure.entries]
    captures = [e.text("id") for _, e in entries if isinstance(e, Entry) and e.text("id")]
    about = [number for number, e in entries if isinstance(e, Entry) and not e.text("id")]
    _clean_catalogue(home, log, captures, erasure, warn)
    _remove_leftovers(home, warn)
    for capture in captures:
        erase_from_joined(home.log, capture)
    facts = (erasure.reason, erasure.who, erasure.when)
    erase_entries(log, about, reason=facts[0], who=facts[1], when=facts[2])
    planned = [p for p in plan_erasure(log, captures) if p.entry in erasure.entries]
    overwrite_records(home, log, planned, reason=facts[0], who=facts[1], when=facts[2])
    erasure_journal.end(log, erasure.number, datetime.now(UTC))
    logger.info("finished the erasure of entry %d", erasure.number)


def entries_about(log: Log, captures: Sequence[str]) -> list[int]:
    """Return the entries with words of captures, or about them, besides their own."""
    names = set(captures)
    return sorted(
        number
        for kind in _ABOUT_CAPTURES
        for number, entry in log.find_kind(kind)
        if entry.text("capture") in names
    )


def _clean_catalogue(
    home: ArchiveFolder, log: Log, captures: Sequence[str], erasure: BegunErasure, warn: Warn
) -> None:
    """Remove captures and what mentions them: index, catalogue, links, feeds, our own exports."""
    if not home.catalogue.exists():
        _remove_folder(home.index)
        remove(home.unfinished_catalogue)
        _clean_files(home, log, (), erasure)
        return
    try:
        with transaction(home.catalogue):
            pass  # of an older format: brought up to date
        with (
            catalogue_alone(home.catalogue) as connection,
            vouching(connection, lambda: log),
        ):
            _remove_folder(home.index)
            remove(home.unfinished_catalogue)  # of an interrupted rebuild
            removal = plan_removal(connection, captures)
            _clean_files(home, log, removal.statements, erasure)
            _remove_from(connection, removal, erasure)
            connection.commit()
            for problem in rewrite_feeds(connection, datetime.now(UTC)):
                warn(problem)
    except LockedError as error:
        readers = processes_with_open([home.catalogue, home.index, home.root / ".reading.lock"])
        raise LockedError(f"{error}: {describe(readers)}") from error
    except FormatError as error:
        warn(f"{error}: removed, because what is being erased may be in it")
        remove(home.catalogue)
        _remove_folder(home.index)
        remove(home.unfinished_catalogue)
        _clean_files(home, log, (), erasure)


def _remove_from(connection: Connection, removal: Removal, erasure: BegunErasure) -> None:
    texts = [
        plain_words(f"{version.reading.title} {version.reading.text}")
        for version in version_queries.versions_by_id(connection, removal.versions).values()
    ]

    def is_about(wanted: str) -> bool:
        words = plain_words(wanted)
        long = len(wanted.split()) >= _MIN_WATCHED_WORDS
        return long and any(words in text for text in texts)

    remove_mentions(connection, removal, is_about)
    known = [c for c in removal.captures if capture_queries.find_capture(connection, c)]
    remove_captures.remove_captures(connection, known)
    write_rows.add_events(
        connection,
        [
            Event(
                when=erasure.when,
                kind=EventKind.DEACCESSION,
                object=capture,
                agent=AGENT,
                outcome="erased",
                facts=Reason(erasure.reason),
            )
            for capture in known
        ],
    )


def _clean_files(
    home: ArchiveFolder, log: Log, statements: Sequence[str], erasure: BegunErasure
) -> None:
    """Remove our exports below the archive's folder, and the names of what goes from our lists.

    `statements`: what the catalogue says goes; besides, what the erasure keeps out.
    """
    salt = load_salt(home.keys)

    def is_erased(name: str) -> bool:
        listed = salt is not None and salt.hash("id", name) in erasure.hashes.ids
        return listed or name in statements

    records = export_records.read_records(home.handed_out)
    inside = [
        record.path
        for record in records
        if record.holds(is_erased, erasure.entries) and own_export(home, record.path)
    ]
    for name in inside:
        path = Path(name)
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=False)
        else:
            path.unlink(missing_ok=True)
        logger.info("removed an export in the archive's folder")
    export_records.forget_statements(home.handed_out, is_erased, inside)
    forget_links(home.links, is_erased, log)


def own_export(home: ArchiveFolder, name: str) -> bool:
    """Say whether an export lies in the archive's folder, beside the archive's own parts."""
    root = home.root.resolve()
    path = Path(name)
    if not path.is_absolute() or root not in path.resolve().parents:
        return False
    parts = {
        home.settings, home.sources, home.warc, home.received, home.log, home.keys,
        home.catalogue, home.index, home.links, home.erasing, home.handed_out,
    }  # fmt: skip
    return root / path.resolve().relative_to(root).parts[0] not in {p.resolve() for p in parts}


def _remove_leftovers(home: ArchiveFolder, warn: Warn) -> None:
    """Remove what killed processes left: parts of exchanges, temporary files, plain exports."""
    with atomic_files.storage_errors(home.root):
        torn = [*home.warc.rglob("*.torn"), *home.received.glob("*.torn")]
        for path in (*torn, *home.received.glob("*.new"), *home.root.glob("*.new")):
            path.unlink(missing_ok=True)
        for folder in home.root.glob(".sealing-*"):
            _remove_folder(folder)
        for parent in {path.parent for path in torn}:
            atomic_files.sync_folder(parent)
    if torn:
        warn(f"removed {len(torn)} parts of exchanges that a crash had left")


def _remove_folder(folder: Path) -> None:
    if folder.exists():
        with atomic_files.storage_errors(folder):
            shutil.rmtree(folder)
        logger.info("deleted the folder %s", folder.name)


def _named(processes: Sequence[object]) -> str:
    return f": {', '.join(map(str, processes))}" if processes else ""
