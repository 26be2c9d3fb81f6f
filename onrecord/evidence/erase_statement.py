"""Erase a statement everywhere: WARC files, log, catalogue, index."""

import logging
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from archive import atomic_files
from archive.catalogue import (
    capture_queries,
    remove_captures,
    rereading_table,
    version_queries,
    write_rows,
)
from archive.catalogue.database import remove
from archive.errors import UnknownNameError
from archive.event import Event, EventKind, Reason
from archive.integrity.erase_records import (
    erase_entries,
    erase_records,
    finish_erasure,
    plan_erasure,
)
from archive.log.exchange_logger import MerkleExchangeLog
from archive.log.joined_logs import erase_from_joined
from archive.log.signed_log import Log
from archive.sharing.encryption import encrypt
from archive.warc.write.crash_recovery import recover_all
from onrecord import AGENT
from onrecord.command_context import Context

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ErasurePlan:
    """The captures and versions that an erasure removes."""

    captures: list[str]
    versions: list[str]  # of any statement


def plan_statement_erasure(context: Context, name: str) -> ErasurePlan:
    """Return what erasing a statement, a version or a capture would remove."""
    with context.catalogue(may_be_lost=True) as catalogue:
        if name.startswith("urn:"):
            if capture_queries.find_capture(catalogue, name) is None:
                _require_logged(context, name)
            captures = [name]
        else:
            captures = remove_captures.captures_holding_statement(
                catalogue, version_queries.version(catalogue, name).statement
            )
        return ErasurePlan(captures, remove_captures.versions_only_in(catalogue, captures))


def _require_logged(context: Context, capture: str) -> None:
    """Raise UnknownNameError for a capture that the log has not: the catalogue may lack one."""
    with Log.open_for_reading(context.home.log) as log:
        if not any(True for _ in log.find("id", capture)):
            raise UnknownNameError("capture", capture)


def erase_statement(
    context: Context,
    plan: ErasurePlan,
    *,
    reason: str,
    who: str,
    when: datetime,
    recipients: Sequence[str] = (),
    sealed_to: Path | None = None,
) -> None:
    """Erase the captures of `plan`, finish any interrupted erasure, and delete the index.

    Before it is erased, each record is encrypted to `recipients` and stored in `sealed_to`, if
    given.
    """
    home = context.home

    def seal_copy(name: str, data: bytes) -> None:
        if sealed_to:
            path = sealed_to / f"{name.rpartition(':')[2]}.age"
            atomic_files.replace_file(path, encrypt(data, recipients))
            logger.info("stored a sealed copy of a capture")

    with home.lock_alone(), Log.open_for_writing(home.log, home.keys) as log:
        recover_all(home.warc, MerkleExchangeLog(log, home.warc).logged_end)
        finish_erasure(home, log)
        planned_records = plan_erasure(log, plan.captures)
        remove(home.unfinished_catalogue)  # of an interrupted rebuild: it may contain the words too
        rereadings = _rereading_entries(log, plan.captures)
        erase_entries(log, rereadings, reason=reason, who=who, when=when)
        erase_records(home, log, planned_records, reason=reason, who=who, when=when, keep=seal_copy)
        for capture in plan.captures:
            erase_from_joined(home.log, capture)
        with context.catalogue(may_be_lost=True) as catalogue:
            remove_captures.remove_captures(catalogue, plan.captures)
            write_rows.add_events(
                catalogue,
                [_erasure_event(record.capture, reason, when) for record in planned_records],
            )
        remove_captures.vacuum(home.catalogue)
        if home.index.exists():
            shutil.rmtree(home.index)
            logger.info("deleted the index")


def _rereading_entries(log: Log, captures: Sequence[str]) -> list[int]:
    """Return the numbers of the log's entries with words of captures that were read anew."""
    entries = log.find_kind(rereading_table.KIND)
    return [index for index, entry in entries if entry.text("capture") in captures]


def _erasure_event(capture: str, reason: str, when: datetime) -> Event:
    return Event(
        when=when,
        kind=EventKind.DEACCESSION,
        object=capture,
        agent=AGENT,
        outcome="erased",
        facts=Reason(reason),
    )
