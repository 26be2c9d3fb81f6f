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
    """Return every day from `first` to `last`, by default the first and last day with a record."""
    records = {record.day: record for record in days}
    if not records:
        return []
    days_checked = [
        record.day for record in records.values() if record.listing_captures or record.failed
    ]
    start = first or date.fromisoformat(min(days_checked or list(records)))
    end = last or date.fromisoformat(max(days_checked or list(records)))
    return [_judge_day(day, records) for day in _date_range(start, end)]


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
