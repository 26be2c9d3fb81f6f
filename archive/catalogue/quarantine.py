"""Quarantine in the catalogue: what a source's statements are like, and what was set aside."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select, text, update

from archive.catalogue import schema
from archive.catalogue.rows import capture_of, format_moment
from archive.catalogue.updates import add_events
from archive.models import Capture, Event, Outcome

KIND = "quarantine"  # of events, and of entries in the log
_MOST = 500  # statements whose lengths say what is usual


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person said of a capture in quarantine."""

    capture: str
    accepted: bool
    reason: str
    when: datetime


def statement_lengths(connection: Connection, source: str, statement: str) -> list[int]:
    """Return how many characters the texts of a source's other statements have."""
    version, held = schema.version.c, schema.statement.c
    rows = connection.scalars(
        select(func.max(func.length(version.text)))
        .select_from(schema.statement.join(schema.version, version.statement == held.id))
        .where(held.source == source, held.id != statement)
        .group_by(held.id)
        .order_by(held.id.desc())
        .limit(_MOST)
    )
    return list(rows)


# These two are asked of every page that is read: as text they cost half of what a select does.
_TWINS = text(
    "SELECT count(DISTINCT version.statement) FROM version JOIN statement"
    " ON statement.id = version.statement WHERE version.text_sha256 = :digest"
    " AND statement.source = :source AND statement.id <> :statement"
)
_BEFORE = text(
    "SELECT length(text) FROM version WHERE statement = :statement AND last_seen < :seen"
    " ORDER BY last_seen DESC, seq DESC LIMIT 1"
)


def count_identical_statements(
    connection: Connection, source: str, statement: str, text_sha256: str
) -> int:
    """Return how many other statements of a source say the very same words."""
    asked = {"source": source, "statement": statement, "digest": text_sha256}
    return int(connection.execute(_TWINS, asked).scalar_one())


def previous_length(connection: Connection, statement: str, seen: datetime) -> int:
    """Return the length of what a statement said when last seen before `seen`; 0 for nothing."""
    asked = {"statement": statement, "seen": format_moment(seen)}
    return connection.execute(_BEFORE, asked).scalar() or 0


def set_outcome(connection: Connection, capture: str, outcome: Outcome, note: str) -> None:
    """Say of a capture what came of it, now that it was read, or that a person decided."""
    changed = update(schema.capture).where(schema.capture.c.id == capture)
    connection.execute(changed.values(outcome=outcome.value, note=note))


def suspect_captures(
    connection: Connection, source: str = "", *, rejected: bool = False
) -> list[Capture]:
    """Return the captures in quarantine, the oldest first; those `rejected` only where asked for.

    One that was accepted is here only where a crash came before it was read.
    """
    capture = schema.capture
    chosen = select(capture).where(capture.c.outcome == Outcome.SUSPECT.value)
    if source:
        chosen = chosen.where(capture.c.source == source)
    rows = connection.execute(chosen.order_by(capture.c.captured, capture.c.id))
    found = [capture_of(row) for row in rows.mappings()]
    return [each for each in found if rejected or _last(connection, each.id) != "rejected"]


def is_accepted(connection: Connection, capture: str) -> bool:
    """Say whether a person took a capture out of quarantine."""
    return _last(connection, capture) == "accepted"


def _last(connection: Connection, capture: str) -> str:
    """Return what a person said of a capture last; "" where nobody has."""
    event = schema.event.c
    chosen = (
        select(event.outcome)
        .where(event.kind == KIND, event.object == capture)
        .order_by(event.seq.desc())
        .limit(1)
    )
    return connection.execute(chosen).scalar() or ""


def record_decisions(connection: Connection, decisions: Iterable[Decision], agent: str) -> None:
    """Add to the events what persons decided."""
    add_events(
        connection,
        [
            Event(
                when=each.when,
                kind=KIND,
                object=each.capture,
                agent=agent,
                outcome="accepted" if each.accepted else "rejected",
                detail=each.reason,
            )
            for each in decisions
        ],
    )
