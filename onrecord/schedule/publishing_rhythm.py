"""How often a source publishes, learned from when its statements were first seen. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from onrecord.schedule.due import LATEST, SOONEST

_ENOUGH = 8  # gaps from which a rhythm can be told
_SWING = 4  # how far, as a factor, what is learned may leave what the source declares
_QUIET_AT_LEAST = timedelta(days=3)


def learned(seen: Sequence[datetime], declared: timedelta, now: datetime) -> timedelta:
    """Return how long to wait between visits: half the middle gap between statements.

    `seen`: when statements were first seen, oldest first. Between a quarter and four times of what
    the source declares, 15 minutes and a day. The silence since the last one is a gap as well, so a
    source that goes on holiday is visited less.

    >>> from datetime import UTC
    >>> hours = [datetime(2026, 1, 1, n, tzinfo=UTC) for n in range(12)]
    >>> str(learned(hours, timedelta(hours=1), hours[-1]))
    '0:30:00'
    >>> str(learned(hours[:3], timedelta(hours=6), hours[-1]))
    '6:00:00'
    """
    gaps = _gaps(seen, now)
    if len(gaps) < _ENOUGH:
        wait = declared
    else:
        middle = sorted(gaps)[len(gaps) // 2]
        wait = min(max(middle / 2, declared / _SWING), declared * _SWING)
    return min(max(wait, SOONEST), LATEST)


def quiet_after(seen: Sequence[datetime], declared: timedelta) -> timedelta | None:
    """Return how long a silence is unusual for this source; None where too little is known.

    Twice the longest gap but one in twenty, three days and three times the declared rhythm at
    least: weekends are no silence.
    """
    gaps = sorted(later - earlier for earlier, later in pairwise(sorted(set(seen))))
    if len(gaps) < _ENOUGH:
        return None
    usual = gaps[min(len(gaps) - 1, len(gaps) * 19 // 20)]
    return max(2 * usual, 3 * declared, _QUIET_AT_LEAST)


def _gaps(seen: Sequence[datetime], now: datetime) -> list[timedelta]:
    """Return the gaps between moments; what was seen at once counts once."""
    moments = sorted(set(seen))
    if not moments:
        return []
    return [later - earlier for earlier, later in pairwise([*moments, max(now, moments[-1])])]
