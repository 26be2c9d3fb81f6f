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
    start, end, outside = _shown_days(records, first, last)
    return [_judge_day(day, records) for day in sorted({*outside, *_date_range(start, end)})]


@dataclass(slots=True)
class MonthCoverage:
    """The coverage of a month: the certainty of each day of it that is not unseen, by number."""

    month: str  # YYYY-MM
    certainties: dict[int, Certainty]
    held: int = 0


def judge_months(
    days: Iterable[DayRecord], first: date | None = None, last: date | None = None
) -> list[MonthCoverage]:
    """Return every month of the days that `judge_days` gives, without making each of these."""
    records = {record.day: record for record in days}
    if not records:
        return []
    start, end, outside = _shown_days(records, first, last)
    names = sorted({*_month_range(start, end), *(day.isoformat()[:7] for day in outside)})
    months = {month: MonthCoverage(month, {}) for month in names}
    for name in _days_to_judge(records):
        day = date.fromisoformat(name)
        if start <= day <= end or day in outside:
            record = records.get(name, DayRecord(day=name))
            certainty = _certainty(record, _listing_captures(record, name, records))
            if certainty is not Certainty.UNSEEN:
                months[name[:7]].certainties[day.day] = certainty
            months[name[:7]].held += record.held
    return list(months.values())


def _days_to_judge(records: dict[str, DayRecord]) -> set[str]:
    """Return the days that may not be unseen: those of records, and before captures of listings."""
    return records.keys() | {
        (date.fromisoformat(record.day) - timedelta(days=1)).isoformat()
        for record in records.values()
        if record.listing_captures
    }


def _shown_days(
    records: dict[str, DayRecord], first: date | None, last: date | None
) -> tuple[date, date, set[date]]:
    """Return the first and last of the days that follow one another, and further days."""
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
    return start, end, outside


def _month_range(first: date, last: date) -> Iterator[str]:
    month = first.replace(day=1)
    while month <= last and first <= last:
        yield month.isoformat()[:7]
        month = (month + timedelta(days=31)).replace(day=1)


def _date_range(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += timedelta(days=1)


def _judge_day(day: date, records: dict[str, DayRecord]) -> DayCoverage:
    name = day.isoformat()
    record = records.get(name, DayRecord(day=name))
    checks = _listing_captures(record, name, records)
    certainty = _certainty(record, checks)
    return DayCoverage(
        day=name,
        certainty=certainty,
        held=record.held,
        expected=max(record.listed, record.held),
        reason=_reason(record, certainty, checks),
    )


def _listing_captures(record: DayRecord, name: str, records: dict[str, DayRecord]) -> int:
    """Return how many good captures of listings were made on a day and the next."""
    next_day = (date.fromisoformat(name) + timedelta(days=1)).isoformat()
    next_record = records.get(next_day)
    return record.listing_captures + (next_record.listing_captures if next_record else 0)


def _certainty(record: DayRecord, checks: int) -> Certainty:
    if record.listed > record.held:
        return Certainty.PART
    if record.held:
        return Certainty.HELD
    if checks:
        return Certainty.NONE
    return Certainty.FAILED if record.failed else Certainty.UNSEEN


def _reason(record: DayRecord, certainty: Certainty, checks: int) -> str:
    match certainty:
        case Certainty.PART:
            return f"{record.listed - record.held} listed and not held"
        case Certainty.HELD:
            return f"{checks} good looks"
        case Certainty.NONE:
            return f"{checks} good looks, nothing of this day"
        case Certainty.FAILED:
            failed = ", ".join(f"{count} {outcome}" for outcome, count in record.failed)
            return f"no good look: {failed}"
        case Certainty.UNSEEN:
            return "not looked for"
