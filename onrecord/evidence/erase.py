"""Erase a statement everywhere that it is: evidence, log, catalogue, index."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from archive import atomic_files
from archive.catalogue import capture_queries, remove_captures, updates, version_queries
from archive.catalogue.database import remove
from archive.integrity.erase import erase_records, finish_erasure, plan_erasure
from archive.log.exchange_log import MerkleExchangeLog
from archive.log.log import Log
from archive.models import Event
from archive.sharing.encryption import encrypt
from archive.warc.crash_recovery import recover_all
from onrecord import AGENT
from onrecord.context import Context


@dataclass(frozen=True, slots=True)
class ErasurePlan:
    """What an erasure takes with it."""

    captures: list[str]
    versions: list[str]  # of whatever statement


def plan_statement_erasure(context: Context, name: str) -> ErasurePlan:
    """Return what erasing a statement, a version or a capture would take with it."""
    with context.catalogue() as catalogue:
        if name.startswith("urn:"):
            captures = [capture_queries.capture(catalogue, name).id]
        else:
            captures = remove_captures.holding(
                catalogue, version_queries.version(catalogue, name).statement
            )
        return ErasurePlan(captures, remove_captures.versions_only_in(catalogue, captures))


def erase_statement(
    context: Context,
    going: ErasurePlan,
    *,
    reason: str,
    who: str,
    when: datetime,
    recipients: Sequence[str] = (),
    sealed_to: Path | None = None,
) -> None:
    """Erase, complete what an earlier crash left undone, and clear the caches."""
    home = context.home

    def keep(name: str, data: bytes) -> None:
        if sealed_to:
            path = sealed_to / f"{name.rpartition(':')[2]}.age"
            atomic_files.replace_file(path, encrypt(data, recipients))

    with home.lock_for_writing(), Log.writing(home.log, home.keys) as log:
        recover_all(home.warc, MerkleExchangeLog(log, home.warc).logged_end)
        finish_erasure(home, log)
        planned = plan_erasure(log, going.captures)
        remove(
            home.unfinished_catalogue
        )  # of a rebuild that was cut short: it may hold the words too
        erase_records(home, log, planned, reason=reason, who=who, when=when, keep=keep)
        with context.catalogue() as catalogue:
            remove_captures.remove_captures(catalogue, going.captures)
            updates.add_events(catalogue, [_event(one.capture, reason, when) for one in planned])
        remove_captures.scrub(home.catalogue)
        if home.index.exists():
            shutil.rmtree(home.index)


def _event(capture: str, reason: str, when: datetime) -> Event:
    return Event(
        when=when,
        kind="deaccession",
        object=capture,
        agent=AGENT,
        outcome="erased",
        detail=reason,
    )
