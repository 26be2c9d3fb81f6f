"""Decide from captures whether a statement's address is present, missing or gone. Pure.

Sites fail, move and answer with block pages. An address is “gone” only if it answered 404 or 410,
or led to a page that is no statement, in at least four attempts over at least fourteen days, each
at a time when the site was otherwise healthy. Until then it is missing since the first of them. A
listing that no longer names a statement says nothing: feeds drop their oldest items every hour.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

MIN_ABSENCE = timedelta(days=14)
MIN_ATTEMPTS = 4
MIN_ATTEMPT_INTERVAL = timedelta(hours=6)  # attempts closer together count as one


class Presence(StrEnum):
    """Whether an address has its statement."""

    PRESENT = "present"
    MISSING = "missing"
    GONE = "gone"


class PageAnswer(StrEnum):
    """What one capture of an address says about it."""

    PRESENT = "present"  # a page, or unchanged
    ABSENT = "absent"  # 404, 410, or led to a page that is no statement
    UNKNOWN = "unknown"  # a block page, an error, a refusal: says nothing about the statement


@dataclass(frozen=True, slots=True, kw_only=True)
class PageAttempt:
    """One capture of an address."""

    capture: str
    when: datetime
    answer: PageAnswer
    is_site_healthy: bool  # the site gave a good answer at about that time


@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceJudgement:
    """The presence of an address, with the captures that show it."""

    presence: Presence
    since: datetime | None = None  # first valid attempt in vain; if present, when it came back
    attempts: int = 0  # valid ones in vain
    last_present: str = ""  # capture
    first_absent: str = ""  # capture
    last_absent: str = ""  # capture
    returned: str = ""  # the capture that shows the return after it was missing or gone
    previous: Presence = Presence.PRESENT  # before the return


_PRESENT = PresenceJudgement(presence=Presence.PRESENT)


def judge_presence(attempts: Iterable[PageAttempt]) -> PresenceJudgement:
    """Return the judgement after `attempts`, oldest first."""
    state = _PRESENT
    last_counted: datetime | None = None
    for attempt in attempts:
        if attempt.answer is PageAnswer.PRESENT:
            state = _after_present(state, attempt)
            last_counted = None
        elif attempt.answer is PageAnswer.ABSENT and attempt.is_site_healthy:
            counts = last_counted is None or attempt.when - last_counted >= MIN_ATTEMPT_INTERVAL
            last_counted = attempt.when if counts else last_counted
            state = _after_absent(state, attempt, counts)
    return state


def _after_present(state: PresenceJudgement, attempt: PageAttempt) -> PresenceJudgement:
    if state.presence is Presence.PRESENT:
        return PresenceJudgement(
            presence=Presence.PRESENT,
            since=state.since,
            last_present=attempt.capture,
            returned=state.returned,
            previous=state.previous,
            first_absent=state.first_absent,
        )
    return PresenceJudgement(
        presence=Presence.PRESENT,
        since=attempt.when,
        last_present=attempt.capture,
        first_absent=state.first_absent,
        last_absent=state.last_absent,
        returned=attempt.capture,
        previous=state.presence,
    )


def _after_absent(
    state: PresenceJudgement, attempt: PageAttempt, counts: bool
) -> PresenceJudgement:
    is_first = state.presence is Presence.PRESENT or state.since is None
    since = attempt.when if is_first or state.since is None else state.since
    attempts = 1 if is_first else state.attempts + counts
    is_gone = state.presence is Presence.GONE or (
        attempts >= MIN_ATTEMPTS and attempt.when - since >= MIN_ABSENCE
    )
    return PresenceJudgement(
        presence=Presence.GONE if is_gone else Presence.MISSING,
        since=since,
        attempts=attempts,
        last_present=state.last_present,
        first_absent=attempt.capture if is_first else state.first_absent,
        last_absent=attempt.capture,
    )
