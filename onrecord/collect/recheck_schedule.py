"""Decide when a page is fetched again: for edits, failed attempts, removal. Pure."""

from datetime import datetime, timedelta

from archive.run_records import PageChecks

_MIN_WAIT, _MAX_WAIT = timedelta(hours=1), timedelta(days=30)
_FAILING_RECHECK_WAIT = timedelta(hours=20)  # over 4 attempts in the 14 days of takedowns.py
_FAILING_RECHECK_PERIOD = timedelta(days=21)
_MAX_RETRY_WAIT = timedelta(days=7)


def is_recheck_due(checks: PageChecks, now: datetime) -> bool:
    """Say whether a page is due for a recheck.

    Edits come mostly soon after publication: the wait grows with the time from the first good
    capture to the last, from an hour to thirty days. A page that fails is tried every 20 hours for
    three weeks, then every thirty days; one never captured after 1, 2, 4… hours, then weekly. A
    time before the last try (files replayed out of order, a clock set back) is always due.

    >>> from datetime import UTC
    >>> day = [datetime(2026, 1, n, tzinfo=UTC) for n in range(1, 10)]
    >>> is_recheck_due(PageChecks(first_good=day[0], last_good=day[1], last_try=day[1]), day[1])
    False
    >>> is_recheck_due(PageChecks(first_good=day[0], last_good=day[1], last_try=day[1]), day[3])
    True
    """
    if checks.last_try is None or now < checks.last_try:
        return True
    return now - checks.last_try >= _wait(checks, checks.last_try)


def _wait(checks: PageChecks, last_try: datetime) -> timedelta:
    if checks.last_good is None or checks.first_good is None:
        doublings = min(max(checks.tries_since, 1) - 1, 16)
        return min(timedelta(hours=1 << doublings), _MAX_RETRY_WAIT)
    if checks.tries_since:
        failing = last_try - checks.last_good
        return _FAILING_RECHECK_WAIT if failing < _FAILING_RECHECK_PERIOD else _MAX_WAIT
    return min(max(checks.last_good - checks.first_good, _MIN_WAIT), _MAX_WAIT)
