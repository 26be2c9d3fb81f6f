"""Judge the coverage of each day of a source: complete, partial, none, failed, unseen. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from archive.catalogue.coverage.counts_by_day import DayRecord


class Certainty(StrEnum):
    """How certain a day's number of statements is."""

    HELD = "held"  # statements of that day are held, and all that were listed
    PART = "part"  # some that were listed are not held
    NONE = "none"  # its listings were seen that day or the next: nothing of that day in them
    FAILED = "failed"  # every attempt on that day failed
    UNSEEN = "unseen"  # no attempt on that day


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCoverage:
    """The coverage of one day."""

    day: str
    certainty: Certainty
    held: int
    expected: int
    reason: str  # for people, in a few words


def judge_days(
    days: Iterable[DayRecord], first: date | None = None, last: date | None = None
) -> list[DayCoverage]:
    """Return every day from `first` to `last`.

    Where one of them is None: from the first visit, or to the last, and each further day on that
    side of which something is held or was listed. Of a source that was never visited, every day
    from the first of these to the last.
    """
    records = {record.day: record for record in days}
    if not records:
        return []
    recorded = [
        date.fromisoformat(record.day)
        for record in records.values()
        if record.held or record.listed
    ]
    visited = [
        date.fromisoformat(record.day)
        for record in records.values()
        if record.listing_captures or record.failed
    ]
    fallback = visited or recorded or [date.fromisoformat(day) for day in records]
    start, end = first or min(fallback), last or max(fallback)
    outside = {
        day
        for day in recorded
        if (first is None and day < start and (last is None or day <= last))
        or (last is None and day > end and (first is None or day >= first))
    }
    return [_judge_day(day, records) for day in sorted({*outside, *_date_range(start, end)})]


def _date_range(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += timedelta(days=1)


def _judge_day(day: date, records: dict[str, DayRecord]) -> DayCoverage:
    name = day.isoformat()
    record = records.get(name, DayRecord(day=name))
    next_record = records.get((day + timedelta(days=1)).isoformat(), DayRecord(day=name))
    expected = max(record.listed, record.held)
    checks = record.listing_captures + next_record.listing_captures
    if record.held:
        missing = expected - record.held
        certainty = Certainty.PART if missing else Certainty.HELD
        reason = f"{missing} listed and not held" if missing else f"{checks} good looks"
    elif expected:
        certainty, reason = Certainty.PART, f"{expected} listed and not held"
    elif checks:
        certainty, reason = Certainty.NONE, f"{checks} good looks, nothing of this day"
    elif record.failed:
        failed = ", ".join(f"{count} {outcome}" for outcome, count in record.failed)
        certainty, reason = Certainty.FAILED, f"no good look: {failed}"
    else:
        certainty, reason = Certainty.UNSEEN, "not looked for"
    return DayCoverage(
        day=name, certainty=certainty, held=record.held, expected=expected, reason=reason
    )
