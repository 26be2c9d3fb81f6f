"""When a page is looked at again: for edits, for what was missed, for its removal. Pure."""

from datetime import datetime, timedelta

from archive.runs import PageChecks

_SOONEST, _LATEST = timedelta(hours=1), timedelta(days=30)
_GONE_EVERY = timedelta(hours=20)  # more often than 4 times in the 14 days of the rule of removal
_GONE_FOR = timedelta(days=21)
_ASKED_AT_MOST = timedelta(days=7)


def is_recheck_due(looked: PageChecks, now: datetime) -> bool:
    """Say whether to look again.

    Edits come mostly soon after publication: the wait doubles with the age of what we hold, from an
    hour to thirty days. A page that did not answer is asked daily for three weeks, then monthly;
    one that we never had is asked after 1, 2, 4… hours, then weekly. A time before the last look is
    another history (files replayed out of order, a clock set back), and always due.

    >>> from datetime import UTC
    >>> day = [datetime(2026, 1, n, tzinfo=UTC) for n in range(1, 10)]
    >>> wants_look(Looked(first_good=day[0], last_good=day[1], last_try=day[1]), day[1])
    False
    >>> wants_look(Looked(first_good=day[0], last_good=day[1], last_try=day[1]), day[3])
    True
    """
    if looked.last_try is None or now < looked.last_try:
        return True
    return now - looked.last_try >= _wait(looked, looked.last_try)


def _wait(looked: PageChecks, last_try: datetime) -> timedelta:
    if looked.last_good is None or looked.first_good is None:
        doublings = min(max(looked.tries_since, 1) - 1, 16)
        return min(timedelta(hours=1 << doublings), _ASKED_AT_MOST)
    if looked.tries_since:
        failing = last_try - looked.last_good
        return _GONE_EVERY if failing < _GONE_FOR else _LATEST
    return min(max(looked.last_good - looked.first_good, _SOONEST), _LATEST)
