"""What a person decides of a capture in quarantine.

A decision is an entry in the log: no WARC file says it, and `rebuild` has to know it.
"""

from collections.abc import Iterator
from datetime import datetime

from archive.archive_folder import ArchiveFolder
from archive.catalogue import quarantine as store
from archive.catalogue.quarantine import KIND, Decision
from archive.errors import UnknownNameError
from archive.log.entries import Entry
from archive.log.log import Log
from archive.models import Capture
from onrecord import AGENT
from onrecord.context import Context


def decide(context: Context, name: str, *, accept: bool, reason: str, when: datetime) -> Capture:
    """Enter a decision on a capture in quarantine in the log and in the catalogue.

    One that was accepted has still to be read (`onrecord.collect.open_archive.read_again`). Who
    rejected one may
    think again and accept it; what was accepted and read is a statement, and stays.

    Raises:
        UnknownNameError: no such capture is in quarantine.

    """
    home = context.home
    with (
        home.lock_for_writing(),
        Log.writing(home.log, home.keys) as log,
        context.catalogue() as catalogue,
    ):
        found = store.suspects(catalogue, rejected=accept)
        waiting = {each.id: each for each in found}
        if name not in waiting:
            raise UnknownNameError("capture in quarantine", name, sorted(waiting))
        word = "accepted" if accept else "rejected"
        facts = {"capture": name, "decision": word, "reason": reason}
        log.append([Entry(kind=KIND, when=when, facts=facts)])
        log.checkpoint()
        decision = Decision(capture=name, accepted=accept, reason=reason, when=when)
        store.record_decisions(catalogue, [decision], AGENT)
        return waiting[name]


def decisions(home: ArchiveFolder) -> Iterator[Decision]:
    """Yield what was decided, in the order in which it was."""
    with Log.reading(home.log) as log:
        for _, entry in log.find_kind(KIND):
            yield Decision(
                capture=entry.text("capture"),
                accepted=entry.text("decision") == "accepted",
                reason=entry.text("reason"),
                when=entry.when,
            )
