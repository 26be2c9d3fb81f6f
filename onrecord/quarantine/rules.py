"""Which pages are set aside because what they say is not like their source."""

import hashlib
from collections.abc import Sequence

from sqlalchemy import Connection

from archive.catalogue import quarantine as store
from archive.models import Capture, Reading, Role, statement_id
from onrecord.quarantine.baseline import Baseline, needs_lengths, suspicion


def find_suspicion(connection: Connection, capture: Capture, readings: Sequence[Reading]) -> str:
    """Return why a page is not taken for its source's; "" where it is, or a person said so."""
    if not capture.source or capture.role is not Role.PAGE:
        return ""
    for reading in readings:
        why = suspicion(len(reading.text), _norm(connection, capture, reading))
        if why and not store.is_accepted(connection, capture.id):
            return why
    return ""


def _norm(connection: Connection, capture: Capture, reading: Reading) -> Baseline:
    source = capture.source
    statement = statement_id(source, reading.identifier)
    digest = hashlib.sha256(reading.text.encode()).hexdigest()
    short = needs_lengths(len(reading.text))
    return Baseline(
        lengths=store.statement_lengths(connection, source, statement) if short else (),
        twins=store.count_identical_statements(connection, source, statement, digest),
        before=store.previous_length(connection, statement, capture.seen),
    )
