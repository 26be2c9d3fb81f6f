"""Accept or reject captures in quarantine, and read these decisions from the log.

A decision is an entry in the log, because no WARC file has it and `rebuild` needs it.
"""

import logging
from collections.abc import Iterator
from datetime import datetime

from archive.archive_folder import ArchiveFolder
from archive.catalogue import quarantine_table as store
from archive.catalogue.database import begin_writing
from archive.catalogue.quarantine_table import KIND, Decision
from archive.errors import UnknownNameError
from archive.log.entries import Entry
from archive.log.signed_log import Log
from archive.models import Capture
from archive.vouching.pending_rows import vouching
from onrecord import AGENT
from onrecord.command_context import Context

logger = logging.getLogger(__name__)


def decide(
    context: Context, capture_id: str, *, accept: bool, reason: str, when: datetime
) -> Capture:
    """Enter a decision on a capture in quarantine in the log and in the catalogue.

    An accepted capture has still to be ingested
    (`onrecord.collect.open_archive.read_accepted_capture`). A rejected one may be accepted later;
    one that was accepted and ingested stays, because it is a statement by then.

    Raises:
        UnknownNameError: no such capture is in quarantine.

    """
    home = context.home
    with (
        home.lock_with_others(),
        Log.open_shared(home.log, home.keys) as log,
        context.catalogue() as catalogue,
        vouching(catalogue, lambda: log),
    ):
        begin_writing(catalogue)
        suspects = store.suspect_captures(catalogue, rejected=accept)
        suspects_by_id = {suspect.id: suspect for suspect in suspects}
        is_too_late = not accept and store.is_accepted(catalogue, capture_id)
        if capture_id not in suspects_by_id or is_too_late:
            raise UnknownNameError("capture in quarantine", capture_id, sorted(suspects_by_id))
        verdict = "accepted" if accept else "rejected"
        facts = {"capture": capture_id, "decision": verdict, "reason": reason}
        log.append([Entry(kind=KIND, when=when, facts=facts)])
        decision = Decision(capture=capture_id, accepted=accept, reason=reason, when=when)
        store.record_decisions(catalogue, [decision], AGENT)
        logger.info("capture %s was %s", capture_id, verdict)
        return suspects_by_id[capture_id]


def decisions(home: ArchiveFolder) -> Iterator[Decision]:
    """Yield the decisions in the order of the log."""
    with Log.open_for_reading(home.log) as log:
        for _, entry in log.find_kind(KIND):
            yield Decision(
                capture=entry.text("capture"),
                accepted=entry.text("decision") == "accepted",
                reason=entry.text("reason"),
                when=entry.when,
            )
