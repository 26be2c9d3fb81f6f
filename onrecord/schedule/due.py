"""When a source is next to be visited. Pure: every function takes the time and returns a value."""

from dataclasses import replace
from datetime import datetime, timedelta

from archive.runs import ScheduleEntry

SOONEST = timedelta(minutes=15)  # how often the machine calls us at most
LATEST = timedelta(days=1)
_RETRY = timedelta(minutes=10)  # after a first failure


def is_due(due: ScheduleEntry, now: datetime) -> bool:
    """Say whether to visit now.

    However many visits were missed, one makes up for them. A time too far ahead was written while
    the clock was wrong: it is due as well.
    """
    return not due.paused and (due.next_due <= now or due.next_due - now > 2 * LATEST)


def after_good(
    due: ScheduleEntry, now: datetime, rhythm: timedelta, chance: float
) -> ScheduleEntry:
    """Return the line after a visit that captured something. `chance` is 0–1: the jitter, ±10 %."""
    wait = rhythm * (0.9 + 0.2 * chance)
    return replace(
        due,
        next_due=now + wait,
        rhythm=rhythm,
        last_try=now,
        last_good=now,
        failures=0,
        problem="",
    )


def after_failure(due: ScheduleEntry, now: datetime, problem: str, chance: float) -> ScheduleEntry:
    """Return the line after a visit that captured nothing: the wait doubles, up to a day.

    Half of the wait is chance, so that sources which failed together are not tried together.
    """
    doubled = _RETRY * (1 << min(due.failures, 16))
    wait = min(doubled, LATEST) * (0.5 + 0.5 * chance)
    return replace(
        due, next_due=now + wait, last_try=now, failures=due.failures + 1, problem=problem[:500]
    )
