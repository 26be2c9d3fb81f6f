"""Learn how often a source publishes from the times its statements were first seen. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from onrecord.schedule.next_visit import MAX_WAIT, MIN_WAIT

_MIN_GAPS = 8  # fewer are too few to learn from
_MAX_RATIO = 4  # of the learned wait and the declared one, either way
_MIN_SILENCE = timedelta(days=3)


def learn_rhythm(first_seen: Sequence[datetime], declared: timedelta, now: datetime) -> timedelta:
    """Return how long to wait between visits: half the median gap between statements.

    `first_seen`: of each statement, oldest first. The wait is between a quarter and four times the
    declared one, and between 15 minutes and a day. The silence since the last statement is a gap as
    well, so a source that goes on holiday is visited less.

    >>> from datetime import UTC
    >>> hours = [datetime(2026, 1, 1, n, tzinfo=UTC) for n in range(12)]
    >>> str(learn_rhythm(hours, timedelta(hours=1), hours[-1]))
    '0:30:00'
    >>> str(learn_rhythm(hours[:3], timedelta(hours=6), hours[-1]))
    '6:00:00'
    """
    gaps = _gaps(first_seen, now)
    if len(gaps) < _MIN_GAPS:
        wait = declared
    else:
        median_gap = sorted(gaps)[len(gaps) // 2]
        wait = min(max(median_gap / 2, declared / _MAX_RATIO), declared * _MAX_RATIO)
    return min(max(wait, MIN_WAIT), MAX_WAIT)


def unusual_silence(first_seen: Sequence[datetime], declared: timedelta) -> timedelta | None:
    """Return the shortest silence that is unusual for this source; None where too little is known.

    Twice the 95th percentile of the gaps, and at least three days and three times the declared
    rhythm: weekends are no silence.
    """
    gaps = sorted(later - earlier for earlier, later in pairwise(sorted(set(first_seen))))
    if len(gaps) < _MIN_GAPS:
        return None
    usual_gap = gaps[min(len(gaps) - 1, len(gaps) * 19 // 20)]
    return max(2 * usual_gap, 3 * declared, _MIN_SILENCE)


def _gaps(first_seen: Sequence[datetime], now: datetime) -> list[timedelta]:
    """Return the gaps between distinct times, the one until now included."""
    moments = sorted(set(first_seen))
    if not moments:
        return []
    return [later - earlier for earlier, later in pairwise([*moments, max(now, moments[-1])])]
