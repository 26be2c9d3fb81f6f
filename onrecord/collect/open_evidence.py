"""Open the evidence of an archive for writing: the WARC store and the log."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from archive.integrity.erase_records import finish_erasure
from archive.log.exchange_logger import MerkleExchangeLog
from archive.log.signed_log import Log
from archive.warc.write.store import WarcStore
from onrecord import AGENT
from onrecord.command_context import Context

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The WARC store and the log of an archive, open for writing."""

    store: WarcStore
    log: Log


@contextmanager
def open_evidence(context: Context) -> Iterator[Evidence]:
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
            home.warc,
            software=AGENT,
            log=exchange_log,
            logged_end=exchange_log.logged_end,
            received=home.received,
        ) as store:
            for recovery in store.recovered:
                context.warn(f"recovered {recovery}")
            try:
                yield Evidence(store, log)
            finally:
                store.close()
                if len(log) > size:
                    log.checkpoint()
