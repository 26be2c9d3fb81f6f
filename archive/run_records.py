"""Records of collecting: schedule entries, runs of sources, checks of pages."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleEntry:
    """One source's row of the schedule."""

    source: str
    next_due: datetime
    rhythm: timedelta  # interval from one successful visit to the next
    last_try: datetime | None = None
    last_good: datetime | None = None
    failures: int = 0  # in a row
    problem: str = ""
    paused: bool = False
    not_before: datetime | None = None  # a host asked for no request before; it may have passed


class RunOutcome(StrEnum):
    """The outcome of a visit by `onrecord run`."""

    UNDER_WAY = ""
    GOOD = "good"
    EMPTY = "empty"  # no request was answered: nothing was captured
    FAILED = "failed"  # the visit could not be made
    STORAGE_REFUSED = "storage-refused"  # the disk was full, read-only or gone
    STOPPED = "stopped"  # on request
    KILLED = "killed"  # the process ended during the visit


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
    """When and how often a page was requested. Datetimes are None if it never was."""

    first_good: datetime | None = None
    last_good: datetime | None = None
    last_try: datetime | None = None
    tries_since: int = 0  # failed tries since the last good one
