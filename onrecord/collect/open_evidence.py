"""Open the evidence of an archive for writing: the WARC store and the log."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from archive.errors import LockedError
from archive.integrity.erase_records import finish_erasure
from archive.locks.archive_lock import ArchiveLock
from archive.log.exchange_logger import MerkleExchangeLog
from archive.log.signed_log import Log
from archive.warc.write.store import WarcStore
from onrecord import AGENT
from onrecord.command_context import Context
from onrecord.erasure.finish_erasure import finish_erasures

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The WARC store and the log of an archive, open for writing."""

    store: WarcStore
    log: Log
    lock: ArchiveLock


@contextmanager
def open_evidence_alone(context: Context, held: ArchiveLock | None = None) -> Iterator[Evidence]:
    """Yield the WARC store, which enters each exchange in the log; sign a checkpoint at the end.

    No other process writes to the archive meanwhile. Torn records and entries of a crash are
    recovered first. `held` is the archive's lock, where the caller has it alone already.
    LockedError where another process is writing.
    """
    if held is not None:
        with _open_alone(context, held) as evidence:
            yield evidence
        return
    with context.home.lock() as lock:
        lock.acquire_alone()
        with _open_alone(context, lock) as evidence:
            yield evidence


@contextmanager
def open_evidence(context: Context, prepare: Callable[[Evidence], None]) -> Iterator[Evidence]:
    """Yield the same, while other processes may add to the archive as well.

    Where no other does at the start, `prepare` is called first, alone, after what a crash left has
    been recovered. LockedError while a process that must be alone has the archive.
    """
    with context.home.lock() as lock:
        if not _is_alone(lock):
            with _open_shared(context, lock) as evidence:
                yield evidence
            return
        with _open_alone(context, lock) as evidence:
            prepare(evidence)
            evidence.log.share()
            lock.admit_others()
            yield evidence


def _is_alone(lock: ArchiveLock) -> bool:
    """Acquire `lock` alone where no other process has it, else with others; say which."""
    try:
        lock.acquire_alone(patience=0)
    except LockedError:
        lock.acquire_with_others()
        return False
    return True


@contextmanager
def _open_alone(context: Context, lock: ArchiveLock) -> Iterator[Evidence]:
    home = context.home
    with Log.open_for_writing(home.log, home.keys) as log:
        if log.torn_bytes:
            context.warn(f"recovered the log: removed {log.torn_bytes} bytes of a torn entry")
        if log.remade_tiles:
            context.warn("recovered the log: its tiles were damaged and are made anew")
        if count := finish_erasure(home, log):
            context.warn(f"completed {count} interrupted erasures")
        if finish_erasures(home, log, context.warn):
            context.warn("finished an erasure that was interrupted")
        with _open_store(context, log, lock) as evidence:
            for recovery in evidence.store.recover():
                context.warn(f"recovered {recovery}")
            yield evidence


@contextmanager
def _open_shared(context: Context, lock: ArchiveLock) -> Iterator[Evidence]:
    home = context.home
    with Log.open_shared(home.log, home.keys) as log, _open_store(context, log, lock) as evidence:
        yield evidence


@contextmanager
def _open_store(context: Context, log: Log, lock: ArchiveLock) -> Iterator[Evidence]:
    home, size = context.home, len(log)
    logger.debug("opened the archive for writing: %d log entries", size)
    exchange_log = MerkleExchangeLog(log, home.warc)
    with WarcStore(home.warc, software=AGENT, log=exchange_log, received=home.received) as store:
        try:
            yield Evidence(store, log, lock)
        finally:
            store.close()
            if len(log) > size:
                log.checkpoint()
