"""Is a source well? Pure judgements over facts; onrecord.monitor.health_checks gathers them.

A judgement names what is wrong, since when, and on what it stands. Nothing is “ok” by default: a
source that was never visited says so.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from archive.models import Outcome

_FAILING_AFTER = 3  # visits in a row
_DEAD_AFTER = timedelta(days=3)
_SHORT = 3  # visits in a row whose listings named too little
_DRIFT_SHARE = 0.3  # of the last pages; below it, single pages are odd


@dataclass(frozen=True, slots=True)
class HealthProblem:
    """One thing that is wrong with a source or with the archive."""

    kind: str
    since: datetime | None
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """What pages or items of a source no longer have."""

    field: str
    expected: str
    since: datetime
    pages: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFacts:
    """What is known of a source at a moment."""

    source: str
    scheduled: bool = False
    paused: bool = False
    next_due: datetime | None = None
    rhythm: timedelta = timedelta(days=1)
    last_try: datetime | None = None
    last_good: datetime | None = None
    failures: int = 0
    failing_since: datetime | None = None
    last_outcomes: tuple[str, ...] = ()  # of the latest captures, newest first, redirects apart
    blocked_since: datetime | None = None
    problem: str = ""
    last_new: datetime | None = None  # when a statement was last first seen
    quiet_after: timedelta | None = None
    listed: tuple[int, ...] = ()  # by the latest good visits, newest first
    expected_minimum: int = 1
    looked_at: int = 0  # of the latest pages and items
    unread: int = 0  # of those
    drifts: tuple[Drift, ...] = ()
    suspect: int = 0  # captures in quarantine, of the last 30 days
    waiting: int = 0  # pages that a listing named and that were never captured
    killed: int = 0  # visits of the last 7 days that never ended
    facts: dict[str, object] = field(default_factory=dict)


def source_problems(facts: SourceFacts, now: datetime) -> list[HealthProblem]:
    """Return what is wrong with a source, the worst first; [] for a source that is well."""
    if facts.paused:
        return [HealthProblem("paused", facts.last_try, "not visited until it is resumed")]
    return [*_visits(facts, now), *_answers(facts, now)]


def _visits(facts: SourceFacts, now: datetime) -> Iterator[HealthProblem]:
    if facts.scheduled and facts.last_try is None:
        yield HealthProblem("never", None, "never visited")
        return
    late = max(2 * facts.rhythm, timedelta(hours=2))
    if facts.next_due is not None and now - facts.next_due > late:
        detail = f"due since {facts.next_due:%Y-%m-%d %H:%M}Z: is `onrecord run` still called?"
        yield HealthProblem("overdue", facts.next_due, detail)
    if facts.killed:
        yield HealthProblem(
            "killed", None, f"{facts.killed} visits in 7 days were cut short; repeated"
        )
    blocked = _in_a_row(facts.last_outcomes, Outcome.BLOCKED.value)
    if blocked >= 2:
        yield HealthProblem("blocked", facts.blocked_since, f"a wall: {facts.problem or 'blocked'}")
    elif facts.failures >= _FAILING_AFTER:
        since = facts.failing_since
        dead = since is not None and now - since >= _DEAD_AFTER
        kind = "dead" if dead else "failing"
        yield HealthProblem(kind, since, f"{facts.failures} visits in a row: {facts.problem}")


def _answers(facts: SourceFacts, now: datetime) -> Iterator[HealthProblem]:
    share = facts.unread / facts.looked_at if facts.looked_at else 0.0
    if facts.drifts and share >= _DRIFT_SHARE:
        for drift in facts.drifts[:3]:
            pages = f"{drift.pages} pages, such as {', '.join(drift.examples[:2])}"
            detail = f"{drift.field}: expected {drift.expected}; {pages}"
            yield HealthProblem("drift", drift.since, detail)
    recent = facts.listed[:_SHORT]
    if len(recent) == _SHORT and max(recent) < facts.expected_minimum:
        detail = f"listings name {recent[0]}, expected {facts.expected_minimum} at least"
        yield HealthProblem("short", None, detail)
    well = facts.failures < _FAILING_AFTER
    if well and facts.last_new and facts.quiet_after and now - facts.last_new > facts.quiet_after:
        days = facts.quiet_after.total_seconds() / 86400
        detail = f"nothing new; it was never silent for {days:.0f} days before"
        yield HealthProblem("silent", facts.last_new, detail)
    if facts.suspect:
        yield HealthProblem("suspect", None, f"{facts.suspect} captures in quarantine (30 days)")


def _in_a_row(outcomes: tuple[str, ...], outcome: str) -> int:
    for number, each in enumerate(outcomes):
        if each != outcome:
            return number
    return len(outcomes)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveFacts:
    """What is known of the archive as a whole."""

    free: int  # bytes on its disk
    began: tuple[datetime, ...] = ()  # of the latest visits, in the order they were made
    refused: tuple[tuple[datetime, str], ...] = ()  # visits that the disk ended, of 7 days
    killed: int = 0
    channels: tuple[tuple[str, int, str], ...] = ()  # that fail: where, tries in a row, why
    log: tuple[str, ...] = ()  # what is wrong with the log and its timestamps


LEAST_FREE = 1 << 30  # bytes


def archive_problems(facts: ArchiveFacts, longest_pause: timedelta) -> Iterator[HealthProblem]:
    """Yield what is wrong with the archive, the machine and its clock."""
    if facts.free < LEAST_FREE:
        yield HealthProblem("disk", None, f"{facts.free / 1e6:.0f} MB free, expected 1 GB at least")
    for when, detail in facts.refused[-1:]:
        times = f"{len(facts.refused)} visits in 7 days; the last: " if facts.refused else ""
        yield HealthProblem("disk-refused", when, f"{times}{detail}")
    for earlier, later in zip(facts.began, facts.began[1:], strict=False):
        if later < earlier - timedelta(minutes=1):
            detail = f"from {earlier:%Y-%m-%d %H:%M}Z to {later:%Y-%m-%d %H:%M}Z"
            yield HealthProblem("clock", later, f"the clock was set back {detail}")
        elif later - earlier > longest_pause:
            detail = f"from {earlier:%Y-%m-%d %H:%M}Z to {later:%Y-%m-%d %H:%M}Z"
            yield HealthProblem(
                "pause", earlier, f"nothing was visited {detail}, or the clock jumped"
            )
    if facts.killed:
        yield HealthProblem(
            "killed", None, f"{facts.killed} visits in 7 days were cut short; repeated"
        )
    for where, tries, problem in facts.channels:
        yield HealthProblem("undelivered", None, f"{where}: {tries} tries: {problem}")
    for problem in facts.log:
        yield HealthProblem("log", None, problem)
