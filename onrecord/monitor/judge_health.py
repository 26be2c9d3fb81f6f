"""Judge the health of sources and of the archive from facts. Pure.

`onrecord.monitor.gather_health` gathers the facts. A problem names what is wrong, since when, and
by which facts. Nothing is “ok” by default: a source that was never visited is a problem.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from archive.models import Outcome

_FAILING_VISITS = 3  # visits in a row
_DEAD_PERIOD = timedelta(days=3)
_SHORT_LISTING_VISITS = 3  # in a row, whose listings named too few statements
_DRIFT_SHARE = 0.3  # of the latest pages; below it, only single pages differ


@dataclass(frozen=True, slots=True)
class HealthProblem:
    """One thing that is wrong with a source or with the archive."""

    kind: str
    since: datetime | None
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """A field that pages or items of a source no longer have."""

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
    not_before: datetime | None = None  # a host asks for no request before; it may have passed
    rhythm: timedelta = timedelta(days=1)
    last_try: datetime | None = None
    last_good: datetime | None = None
    failures: int = 0
    failing_since: datetime | None = None
    last_outcomes: tuple[str, ...] = ()  # of the latest captures, newest first, without redirects
    blocked_since: datetime | None = None
    problem: str = ""
    last_new: datetime | None = None  # when a statement was last first seen
    quiet_after: timedelta | None = None
    listed: tuple[int, ...] = ()  # by the latest good visits, newest first
    expected_minimum: int = 1
    looked_at: int = 0  # of the latest pages and items
    unread: int = 0  # of looked_at
    drifts: tuple[Drift, ...] = ()
    suspect: int = 0  # captures in quarantine, of the last 30 days
    waiting: int = 0  # pages that a listing named and that were never captured
    killed: int = 0  # visits of the last 7 days that never ended


def source_problems(facts: SourceFacts, now: datetime) -> list[HealthProblem]:
    """Return the problems of a source, the worst first; [] for a healthy source."""
    if facts.paused:
        return [HealthProblem("paused", facts.last_try, "not visited until it is resumed")]
    return [*_visit_problems(facts, now), *_content_problems(facts, now)]


def _visit_problems(facts: SourceFacts, now: datetime) -> Iterator[HealthProblem]:
    if facts.scheduled and facts.last_try is None:
        yield HealthProblem("never", None, "never visited")
        return
    if facts.not_before is not None and facts.not_before > now:
        detail = f"a host asks for no request before {facts.not_before:%Y-%m-%d %H:%M}Z"
        yield HealthProblem("wait", facts.last_try, detail)
    tolerance = max(2 * facts.rhythm, timedelta(hours=2))
    if facts.next_due is not None and now - facts.next_due > tolerance:
        detail = f"due since {facts.next_due:%Y-%m-%d %H:%M}Z: is `onrecord run` still called?"
        yield HealthProblem("overdue", facts.next_due, detail)
    if facts.killed:
        yield HealthProblem(
            "killed", None, f"{facts.killed} visits in 7 days were interrupted and repeated"
        )
    blocked_count = _count_leading(facts.last_outcomes, Outcome.BLOCKED.value)
    if blocked_count >= 2:
        yield HealthProblem(
            "blocked", facts.blocked_since, f"a block page: {facts.problem or 'blocked'}"
        )
    elif facts.failures >= _FAILING_VISITS:
        since = facts.failing_since
        is_dead = since is not None and now - since >= _DEAD_PERIOD
        kind = "dead" if is_dead else "failing"
        yield HealthProblem(kind, since, f"{facts.failures} visits in a row: {facts.problem}")


def _content_problems(facts: SourceFacts, now: datetime) -> Iterator[HealthProblem]:
    share = facts.unread / facts.looked_at if facts.looked_at else 0.0
    if facts.drifts and share >= _DRIFT_SHARE:
        for drift in facts.drifts[:3]:
            pages = f"{drift.pages} pages, such as {', '.join(drift.examples[:2])}"
            detail = f"{drift.field}: expected {drift.expected}; {pages}"
            yield HealthProblem("drift", drift.since, detail)
    recent_counts = facts.listed[:_SHORT_LISTING_VISITS]
    if len(recent_counts) == _SHORT_LISTING_VISITS and max(recent_counts) < facts.expected_minimum:
        detail = f"listings name {recent_counts[0]}, expected {facts.expected_minimum} at least"
        yield HealthProblem("short", None, detail)
    is_reachable = facts.failures < _FAILING_VISITS
    if (
        is_reachable
        and facts.last_new
        and facts.quiet_after
        and now - facts.last_new > facts.quiet_after
    ):
        days = facts.quiet_after.total_seconds() / 86400
        detail = f"nothing new; it was never silent for {days:.0f} days before"
        yield HealthProblem("silent", facts.last_new, detail)
    if facts.suspect:
        yield HealthProblem("suspect", None, f"{facts.suspect} captures in quarantine (30 days)")


def _count_leading(outcomes: tuple[str, ...], outcome: str) -> int:
    for index, current in enumerate(outcomes):
        if current != outcome:
            return index
    return len(outcomes)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveFacts:
    """What is known of the archive as a whole."""

    free_bytes: int  # on its disk
    starts: tuple[datetime, ...] = ()  # of the latest visits, in the order of the runs
    disk_failures: tuple[tuple[datetime, str], ...] = ()  # of visits in 7 days: when, why
    killed: int = 0
    channels: tuple[tuple[str, int, str], ...] = ()  # that fail: address, attempts in a row, why
    log: tuple[str, ...] = ()  # problems of the log and its checkpoints


MIN_FREE_BYTES = 1 << 30


def archive_problems(facts: ArchiveFacts, longest_pause: timedelta) -> Iterator[HealthProblem]:
    """Yield the problems of the archive, the machine and its clock."""
    if facts.free_bytes < MIN_FREE_BYTES:
        yield HealthProblem(
            "disk", None, f"{facts.free_bytes / 1e6:.0f} MB free, expected 1 GB at least"
        )
    for when, detail in facts.disk_failures[-1:]:
        count = len(facts.disk_failures)
        yield HealthProblem("disk-refused", when, f"{count} visits in 7 days; the last: {detail}")
    for earlier, later in zip(facts.starts, facts.starts[1:], strict=False):
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
            "killed", None, f"{facts.killed} visits in 7 days were interrupted and repeated"
        )
    for address, attempts, problem in facts.channels:
        yield HealthProblem("undelivered", None, f"{address}: {attempts} attempts: {problem}")
    for problem in facts.log:
        yield HealthProblem("log", None, problem)
