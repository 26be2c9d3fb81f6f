"""When may it be said that a statement is gone? Pure: judged from what was captured, and when.

Sites fail, move and hide behind walls. “Gone” is said only of an address that answered 404 or 410,
or led to a page that is no statement, in at least four tries over at least fourteen days, each at a
time when the site was otherwise well. Until then it is missing since the first of them. A listing
that no longer names a statement says nothing: feeds drop their oldest items every hour.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

DAYS = timedelta(days=14)
TRIES = 4
APART = timedelta(hours=6)  # tries closer together than this are one


class Presence(StrEnum):
    """What can be said of an address."""

    THERE = "there"
    MISSING = "missing"
    GONE = "gone"


class PageAnswer(StrEnum):
    """What one capture of an address says about it."""

    HELD = "held"  # a page, or unchanged
    ABSENT = "absent"  # 404, 410, or led to a page that is no statement
    NOTHING = "nothing"  # a wall, an error, a refusal: says nothing about the statement


@dataclass(frozen=True, slots=True, kw_only=True)
class PageAttempt:
    """One capture of an address."""

    capture: str
    when: datetime
    answer: PageAnswer
    site_well: bool  # the site gave something good at about that time


@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceJudgement:
    """What can be said of an address, and on which captures that stands."""

    presence: Presence
    since: datetime | None = (
        None  # first of the tries in vain; of one that is there: when it came back
    )
    tries: int = 0  # good tries in vain
    last_held: str = ""  # capture
    first_absent: str = ""  # capture
    last_absent: str = ""  # capture
    returned: str = ""  # the capture that shows it is back, after it was missing or gone
    was: Presence = Presence.THERE  # before it came back


_THERE = PresenceJudgement(presence=Presence.THERE)


def judge_presence(tries: Iterable[PageAttempt]) -> PresenceJudgement:
    """Return what is to be said after `tries`, oldest first."""
    now = _THERE
    counted: datetime | None = None
    for each in tries:
        if each.answer is PageAnswer.HELD:
            now = _held(now, each)
            counted = None
        elif each.answer is PageAnswer.ABSENT and each.site_well:
            apart = counted is None or each.when - counted >= APART
            counted = each.when if apart else counted
            now = _absent(now, each, apart)
    return now


def _held(now: PresenceJudgement, each: PageAttempt) -> PresenceJudgement:
    if now.presence is Presence.THERE:
        return PresenceJudgement(
            presence=Presence.THERE,
            since=now.since,
            last_held=each.capture,
            returned=now.returned,
            was=now.was,
            first_absent=now.first_absent,
        )
    return PresenceJudgement(
        presence=Presence.THERE,
        since=each.when,
        last_held=each.capture,
        first_absent=now.first_absent,
        last_absent=now.last_absent,
        returned=each.capture,
        was=now.presence,
    )


def _absent(now: PresenceJudgement, each: PageAttempt, apart: bool) -> PresenceJudgement:
    begins = now.presence is Presence.THERE or now.since is None
    since = each.when if begins or now.since is None else now.since
    tries = 1 if begins else now.tries + apart
    gone = now.presence is Presence.GONE or (tries >= TRIES and each.when - since >= DAYS)
    return PresenceJudgement(
        presence=Presence.GONE if gone else Presence.MISSING,
        since=since,
        tries=tries,
        last_held=now.last_held,
        first_absent=each.capture if begins else now.first_absent,
        last_absent=each.capture,
    )
