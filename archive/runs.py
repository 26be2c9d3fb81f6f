"""What is remembered of collecting: what is due, what each visit did, what was looked at."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleEntry:
    """A source's line of the due-table."""

    source: str
    next_due: datetime
    rhythm: timedelta  # from one good visit to the next
    last_try: datetime | None = None
    last_good: datetime | None = None
    failures: int = 0  # in a row
    problem: str = ""
    paused: bool = False


class RunOutcome(StrEnum):
    """What came of a visit by `onrecord run`."""

    UNDER_WAY = ""
    GOOD = "good"
    EMPTY = "empty"  # every answer was none: nothing was captured
    FAILED = "failed"  # it could not be made
    STOPPED = "stopped"  # on request
    KILLED = "killed"  # it never ended


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One visit to one source, and its counts."""

    seq: int
    source: str
    began: datetime
    ended: datetime | None
    outcome: RunOutcome
    listed: int = 0
    captured: int = 0
    read: int = 0
    failed: int = 0
    unread: int = 0
    statements: int = 0
    versions: int = 0
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageChecks:
    """How often and when a page was looked at. Moments are None where it never was."""

    first_good: datetime | None = None
    last_good: datetime | None = None
    last_try: datetime | None = None
    tries_since: int = 0  # since the last good one, in vain
