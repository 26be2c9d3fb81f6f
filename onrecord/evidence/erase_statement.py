"""Erase a statement everywhere, or take it back: one operation, begun in the log."""

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from archive import atomic_files
from archive.archive_folder import ArchiveFolder
from archive.catalogue.removal.catalogue_alone import is_open_elsewhere
from archive.errors import LockedError, UnknownNameError
from archive.integrity import erasure_journal
from archive.integrity.erase_records import plan_erasure as plan_records
from archive.integrity.erase_records import require_intact
from archive.integrity.erased_list import ErasedList, make_salt
from archive.integrity.erasure_journal import BegunErasure, load_erased_list
from archive.locks.archive_lock import ArchiveLock, archive_lock
from archive.locks.other_processes import describe, processes_with_open
from archive.log.signed_log import Log
from archive.sharing import export_records
from archive.sharing.encryption import encrypt
from onrecord.collect.open_archive import prepare_catalogue
from onrecord.collect.open_evidence import Evidence, open_evidence_alone
from onrecord.command_context import Context
from onrecord.erasure.finish_erasure import entries_about, finish_erasures, own_export
from onrecord.evidence.plan_erasure import ErasurePlan, plan_erasure

logger = logging.getLogger(__name__)

_POLL_INTERVAL = 0.5  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureOrder:
    """Who orders an erasure, when and why; who gets a sealed copy first, in which folder."""

    reason: str
    who: str
    when: datetime
    recipients: Sequence[str] = ()
    sealed_to: Path | None = None
    wait: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureResult:
    """What was erased, the log entry that began it, and the exports that hold it."""

    plan: ErasurePlan
    entry: int
    copies: tuple[str, ...] = ()


def plan_only(context: Context, name: str) -> ErasurePlan:
    """Return what erasing `name` would remove; nothing is changed."""
    home = context.home
    with context.catalogue(may_be_lost=True) as connection, Log.open_for_reading(home.log) as log:
        return plan_erasure(home, connection, log, load_erased_list(log, home.keys), name)


def erase(context: Context, name: str, order: ErasureOrder) -> ErasureResult:
    """Erase `name` and what holds its words; finish first what an interrupted erasure left.

    Before that, each record is encrypted to the recipients. LockedError while another process
    writes to the archive or reads it, which is waited for if the order says so; UnknownNameError
    where there is no such thing.
    """
    with _alone(context, wait=order.wait) as evidence:
        home, log = context.home, evidence.log
        with context.catalogue(may_be_lost=True) as connection:
            plan = plan_erasure(home, connection, log, load_erased_list(log, home.keys), name)
        if plan.already is not None:
            return ErasureResult(plan=plan, entry=plan.already)
        evidence.store.close()
        records = plan_records(log, plan.captures)
        require_intact(home, log, records, lambda capture, data: _seal(order, capture, data))
        entries = sorted({*entries_about(log, plan.captures), *(r.entry for r in records)})
        copies = _copies(home, plan, entries)
        hashes = make_salt(home.keys).hashes(
            ids=plan.ids, addresses=plan.addresses, texts=plan.texts, payloads=plan.payloads
        )
        erasure_journal.mark(home, copies)
        number = erasure_journal.begin(
            log, entries, hashes, reason=order.reason, who=order.who, when=order.when
        )
        _finish_or_wait(context, log, order)
        logger.info("erased %d captures", len(plan.captures))
        return ErasureResult(plan=plan, entry=number, copies=tuple(copies))


def take_back(context: Context, name: str, order: ErasureOrder) -> int:
    """Let what was erased as `name` be taken in again; return the entry of its erasure.

    UnknownNameError where nothing of that name is kept out.
    """
    with _alone(context, wait=order.wait) as evidence:
        erased = load_erased_list(evidence.log, context.home.keys)
        begun = [e for e in erasure_journal.begun_erasures(evidence.log) if e.lifted is None]
        numbers = [e.number for e in begun if _is_of(e, erased, name)]
        if not numbers:
            raise UnknownNameError("erased statement", name)
        for number in numbers:
            erasure_journal.lift(
                evidence.log, number, reason=order.reason, who=order.who, when=order.when
            )
        return numbers[-1]


def _is_of(erasure: BegunErasure, erased: ErasedList, name: str) -> bool:
    """Say whether `name` is a statement, capture, address or log entry of an erasure."""
    if name.isascii() and name.isdigit():
        return erasure.number == int(name) or int(name) in erasure.entries
    if erased.salt is None:
        return False
    hashes = erased.salt.hashes(ids=[name, name.partition("@")[0]], addresses=[name])
    return not (
        hashes.ids.isdisjoint(erasure.hashes.ids)
        and hashes.addresses.isdisjoint(erasure.hashes.addresses)
    )


def erasures(home: ArchiveFolder) -> list[BegunErasure]:
    """Return every erasure that the log has, unfinished ones too."""
    with Log.open_for_reading(home.log) as log:
        return erasure_journal.begun_erasures(log)


@contextmanager
def _alone(context: Context, *, wait: bool) -> Iterator[Evidence]:
    """Open the evidence while no other process writes to the archive or reads it."""
    home = context.home
    reading = archive_lock(home.root / ".reading.lock", "another process is reading")
    with reading as reading_lock, home.lock() as writing_lock:
        _acquire(context, wait, writing_lock, [home.root / ".lock"])
        _acquire(context, wait, reading_lock, [home.root / ".reading.lock"])
        _wait_for_readers(context, wait)
        with open_evidence_alone(context, writing_lock) as evidence:
            prepare_catalogue(context, evidence)
            _wait_for_readers(context, wait)
            yield evidence


def _acquire(context: Context, wait: bool, lock: ArchiveLock, paths: list[Path]) -> None:
    while True:
        try:
            lock.acquire_alone(0.2)
            return
        except LockedError as error:
            _wait_or_raise(context, wait, str(error), paths, error)


def _wait_for_readers(context: Context, wait: bool) -> None:
    """Return when no other process has the catalogue open; LockedError unless it may be waited."""
    home = context.home
    paths = [home.catalogue, home.index, home.catalogue.with_name("catalogue.sqlite-wal")]
    while processes_with_open(paths) or is_open_elsewhere(home.catalogue):
        problem = f"{home.root}: another process is reading this archive"
        _wait_or_raise(context, wait, problem, paths, None)


def _wait_or_raise(
    context: Context, wait: bool, problem: str, paths: list[Path], cause: Exception | None
) -> None:
    names = describe(processes_with_open(paths))
    if not wait:
        raise LockedError(f"{problem}: {names}; end it first, or erase with --wait") from cause
    context.say_once(f"waiting for {names}")
    time.sleep(_POLL_INTERVAL)


def _finish_or_wait(context: Context, log: Log, order: ErasureOrder) -> None:
    """Finish what was begun, though a reader may have come in between."""
    while True:
        try:
            finish_erasures(context.home, log, lambda problem: None)
            return
        except LockedError as error:
            if not order.wait:
                raise LockedError(
                    f"begun and not finished yet: {error}; any later command finishes it"
                ) from error
            context.say_once(f"waiting: {error}")
            time.sleep(_POLL_INTERVAL)


def _copies(home: ArchiveFolder, plan: ErasurePlan, entries: Sequence[int]) -> list[str]:
    statements = {version.partition("@")[0] for version in plan.versions} | set(plan.statements)
    return [
        f"{record} (removed)" if own_export(home, record.path) else str(record)
        for record in export_records.read_records(home.handed_out)
        if record.holds(statements.__contains__, entries)
    ]


def _seal(order: ErasureOrder, capture: str, data: bytes) -> None:
    if order.sealed_to:
        path = order.sealed_to / f"{capture.rpartition(':')[2]}.age"
        atomic_files.replace_file(path, encrypt(data, order.recipients))
        logger.info("stored a sealed copy of a capture")
