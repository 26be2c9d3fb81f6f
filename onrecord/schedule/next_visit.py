"""Decide when a source is visited next. Pure: every function takes the time, returns a value."""

from dataclasses import replace
from datetime import datetime, timedelta

from archive.run_records import ScheduleEntry

MIN_WAIT = timedelta(minutes=15)  # the timer's own interval
MAX_WAIT = timedelta(days=1)
_FIRST_RETRY_WAIT = timedelta(minutes=10)  # after a first failure


def is_due(entry: ScheduleEntry, now: datetime) -> bool:
    """Say whether a source is to be visited now.

    However many visits were missed, one makes up for them. A time too far ahead was written while
    the clock was wrong: it is due as well. A wait that a host asked for is kept, however long.
    """
    if entry.paused or (entry.not_before is not None and entry.not_before > now):
        return False
    return entry.next_due <= now or entry.next_due - now > 2 * MAX_WAIT


def schedule_after_success(
    entry: ScheduleEntry, now: datetime, rhythm: timedelta, random_fraction: float
) -> ScheduleEntry:
    """Return the entry after a successful visit. `random_fraction` is 0–1: the jitter, ±10 %."""
    wait = rhythm * (0.9 + 0.2 * random_fraction)
    return replace(
        entry,
        next_due=now + wait,
        rhythm=rhythm,
        last_try=now,
        last_good=now,
        failures=0,
        problem="",
    )


def schedule_after_failure(
    entry: ScheduleEntry, now: datetime, problem: str, random_fraction: float
) -> ScheduleEntry:
    """Return the entry after a visit that captured nothing: the wait doubles, up to a day.

    Half of the wait is random, so that sources which failed together are not retried together.
    """
    doubled = _FIRST_RETRY_WAIT * (1 << min(entry.failures, 16))
    wait = min(doubled, MAX_WAIT) * (0.5 + 0.5 * random_fraction)
    return replace(
        entry, next_due=now + wait, last_try=now, failures=entry.failures + 1, problem=problem[:500]
    )


def schedule_after_wait(
    entry: ScheduleEntry, until: datetime, problem: str, *, ended_visit: bool
) -> ScheduleEntry:
    """Return the entry where a host asks for no request before `until`; `problem` says so.

    A visit that the wait ended goes on when it has passed; one that was complete waits at least
    so long.
    """
    next_due = until if ended_visit else max(entry.next_due, until)
    return replace(entry, next_due=next_due, problem=problem[:500], not_before=until)
