"""Quarantine in the catalogue: suspect captures, decisions on them, what a source usually says."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select, text

from archive.catalogue import schema
from archive.catalogue.row_conversion import capture_of, format_moment
from archive.catalogue.write_rows import add_events, change_capture
from archive.event import Event, EventKind, Reason
from archive.models import Capture, Outcome

KIND = "quarantine"  # of events, and of entries in the log
_MAX_LENGTHS = 500  # statements from whose lengths the usual one is estimated


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A person's decision on a capture in quarantine."""

    capture: str
    accepted: bool
    reason: str
    when: datetime


def statement_lengths(connection: Connection, source: str, statement: str) -> list[int]:
    """Return the lengths, in characters, of the texts of a source's other statements."""
    version, other, words = schema.version.c, schema.statement.c, schema.version_text.c
    rows = connection.scalars(
        select(func.max(func.length(func.plain_text(words.text))))
        .select_from(
            schema.statement.join(schema.version, version.statement == other.id).join(
                schema.version_text, words.sha256 == version.text_sha256
            )
        )
        .where(other.source == source, other.id != statement)
        .group_by(other.id)
        .order_by(other.id.desc())
        .limit(_MAX_LENGTHS)
    )
    return list(rows)


# These two run for every page that is read: as text they take half the time of a select.
_COUNT_IDENTICAL = text(
    "SELECT count(DISTINCT version.statement) FROM version JOIN statement"
    " ON statement.id = version.statement WHERE version.text_sha256 = :digest"
    " AND statement.source = :source AND statement.id <> :statement"
)
_PREVIOUS_LENGTH = text(
    "SELECT length(plain_text(text)) FROM version JOIN version_text ON sha256 = text_sha256"
    " WHERE statement = :statement AND last_seen < :seen"
    " ORDER BY last_seen DESC, seq DESC LIMIT 1"
)
_PREVIOUS_WORDS = text(
    "SELECT title, plain_text(text) AS text FROM version JOIN version_text ON sha256 = text_sha256"
    " WHERE statement = :statement AND last_seen < :seen"
    " ORDER BY last_seen DESC, seq DESC LIMIT 1"
)


def count_identical_statements(
    connection: Connection, source: str, statement: str, text_sha256: str
) -> int:
    """Return how many other statements of a source have the very same text."""
    parameters = {"source": source, "statement": statement, "digest": text_sha256}
    return int(connection.execute(_COUNT_IDENTICAL, parameters).scalar_one())


def previous_length(connection: Connection, statement: str, seen: datetime) -> int:
    """Return the length of a statement's version last seen before `seen`; 0 for none."""
    parameters = {"statement": statement, "seen": format_moment(seen)}
    return connection.execute(_PREVIOUS_LENGTH, parameters).scalar() or 0


def previous_words(connection: Connection, statement: str, seen: datetime) -> tuple[str, str]:
    """Return title and text of a statement's version last seen before `seen`; ("", "") for none."""
    parameters = {"statement": statement, "seen": format_moment(seen)}
    row = connection.execute(_PREVIOUS_WORDS, parameters).first()
    return (row.title, row.text) if row else ("", "")


def set_outcome(connection: Connection, capture: str, outcome: Outcome, note: str) -> None:
    """Change a capture's outcome, once it was read or a person decided on it."""
    change_capture(connection, capture, {"outcome": outcome.value, "note": note})


def suspect_captures(
    connection: Connection, source: str = "", *, rejected: bool = False
) -> list[Capture]:
    """Return the captures in quarantine, oldest first; rejected ones only with `rejected`.

    An accepted one is among them only where a crash came before it was read.
    """
    capture = schema.capture
    query = select(capture).where(capture.c.outcome == Outcome.SUSPECT.value)
    if source:
        query = query.where(capture.c.source == source)
    rows = connection.execute(query.order_by(capture.c.captured, capture.c.id))
    captures = [capture_of(row) for row in rows.mappings()]
    return [
        suspect
        for suspect in captures
        if rejected or _last_decision(connection, suspect.id) != "rejected"
    ]


def is_accepted(connection: Connection, capture: str) -> bool:
    """Return whether a person accepted a capture in quarantine."""
    return _last_decision(connection, capture) == "accepted"


def _last_decision(connection: Connection, capture: str) -> str:
    """Return the outcome of the last decision on a capture; "" where there is none."""
    event = schema.event.c
    query = (
        select(event.outcome)
        .where(event.kind == EventKind.QUARANTINE, event.object == capture)
        .order_by(event.seq.desc())
        .limit(1)
    )
    return connection.execute(query).scalar() or ""


def record_decisions(connection: Connection, decisions: Iterable[Decision], agent: str) -> None:
    """Add an event for each decision of a person."""
    add_events(
        connection,
        [
            Event(
                when=decision.when,
                kind=EventKind.QUARANTINE,
                object=decision.capture,
                agent=agent,
                outcome="accepted" if decision.accepted else "rejected",
                facts=Reason(decision.reason),
            )
            for decision in decisions
        ],
    )
