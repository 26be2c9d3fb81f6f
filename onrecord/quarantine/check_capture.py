"""Find out whether a page is to be quarantined: compare its texts with its source's baseline."""

import hashlib
from collections.abc import Sequence

from sqlalchemy import Connection

from archive.catalogue import quarantine_table as store
from archive.models import Capture, Reading, Role, statement_id
from archive.text.fingerprint import normalize_text
from onrecord.quarantine.rules import (
    Baseline,
    needs_lengths,
    shares_nothing,
    shares_only_frame,
    suspicion,
)


def find_suspicion(connection: Connection, capture: Capture, readings: Sequence[Reading]) -> str:
    """Return why a page is suspect; "" where it is not, or where a person accepted it."""
    if capture.role is not Role.PAGE:
        return ""
    for reading in readings:
        reason = ""
        if capture.source:
            reason = suspicion(len(reading.text), _baseline(connection, capture, reading))
        reason = reason or _differs_from_history(connection, capture, reading)
        if reason and not store.is_accepted(connection, capture.id):
            return reason
    return ""


def _differs_from_history(connection: Connection, capture: Capture, reading: Reading) -> str:
    """Return why a page is suspect: it has other words than before.

    What a source's layout reads is suspect only with another title as well: a publisher may replace
    the words of a statement, by a note that it is withdrawn, and no wall has the statement's title.
    """
    statement = statement_id(capture.source or "web", reading.identifier)
    title, text = store.previous_words(connection, statement, capture.seen)
    has_same_title = normalize_text(title) == normalize_text(reading.title)
    if not text or (capture.source and has_same_title):
        return ""
    is_other = not has_same_title and shares_only_frame(reading.text, text)
    if is_other or shares_nothing(reading.text, text):
        return f"it shares no sentence with what it said before: “{reading.text[:60]} …”"
    return ""


def _baseline(connection: Connection, capture: Capture, reading: Reading) -> Baseline:
    source = capture.source
    statement = statement_id(source, reading.identifier)
    digest = hashlib.sha256(reading.text.encode()).hexdigest()
    is_short = needs_lengths(len(reading.text))
    return Baseline(
        lengths=store.statement_lengths(connection, source, statement) if is_short else (),
        duplicates=store.count_identical_statements(connection, source, statement, digest),
        previous_length=store.previous_length(connection, statement, capture.seen),
    )
