"""Judge the coverage of each day of a source: complete, partial, none, failed, unseen. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from html import escape

from archive.catalogue.coverage.by_day import DayRecord


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


_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 62rem;
  padding: 0 1rem; color: #1a1a1a; background: #fff }
h2 { margin: 2rem 0 .3rem }
table { border-collapse: collapse; margin: .5rem 0 }
caption { text-align: left; font-weight: 600; padding: .4rem 0 }
th { font-weight: 400; color: #555; padding: 0 .4rem }
td { border: 1px solid #ccc; width: 2.1rem; height: 1.7rem; text-align: center }
.held { background: #cfe8d5 }
.part { background: #ffe2a8 }
.none { background: #f2f2f2; color: #555 }
.failed { background: #f3c2c2 }
.unseen { background: repeating-linear-gradient(45deg, #fff, #fff 4px, #ddd 4px, #ddd 6px) }
ul.key { list-style: none; padding: 0; display: flex; gap: 1rem; flex-wrap: wrap }
ul.key span { border: 1px solid #ccc; padding: 0 .5rem }
"""

_LEGEND = {
    Certainty.HELD: "held, all that was listed",
    Certainty.PART: "held in part",
    Certainty.NONE: "looked: nothing of this day was listed",
    Certainty.FAILED: "looked, and the site gave nothing",
    Certainty.UNSEEN: "not looked",
}


def coverage_page(as_of: str, sources: Sequence[tuple[str, str, Sequence[DayCoverage]]]) -> str:
    """Return a self-contained HTML page: a calendar for each source, given as (name, title, days).

    `as_of`: the time shown on the page, for citations.
    """
    legend = "".join(
        f'<li><span class="{certainty}">&nbsp;</span> {label}</li>'
        for certainty, label in _LEGEND.items()
    )
    sections = "".join(_source_section(*section) for section in sources)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>Coverage, {escape(as_of)}</title><style>{_STYLE}</style></head><body>"
        f"<h1>Coverage</h1><p>As of {escape(as_of)}. A number is how many statements issued on "
        "that day (UTC) are held; after a slash, how many were listed.</p>"
        f'<ul class="key">{legend}</ul>{sections}</body></html>\n'
    )


def _source_section(name: str, title: str, days: Sequence[DayCoverage]) -> str:
    counts = {certainty: sum(day.certainty is certainty for day in days) for certainty in Certainty}
    summary = ", ".join(
        f"{count} days {_LEGEND[certainty]}" for certainty, count in counts.items() if count
    )
    gaps = [
        day for day in days if day.certainty in (Certainty.PART, Certainty.FAILED, Certainty.UNSEEN)
    ]
    rows = "".join(f"<li>{day.day}: {escape(day.reason)}</li>" for day in gaps)
    gap_list = (
        f"<details><summary>{len(gaps)} gaps</summary><ul>{rows}</ul></details>" if gaps else ""
    )
    months: dict[str, list[DayCoverage]] = {}
    for day in days:
        months.setdefault(day.day[:7], []).append(day)
    tables = "".join(_month_table(month, month_days) for month, month_days in months.items())
    return (
        f'<section id="{escape(name)}"><h2>{escape(title)}</h2><p>{escape(summary)}</p>'
        f"{gap_list}{tables}</section>"
    )


def _month_table(month: str, days: Sequence[DayCoverage]) -> str:
    by_number = {int(day.day[8:]): day for day in days}
    header = "".join(f'<th scope="col">{number}</th>' for number in range(1, 32))
    cells = "".join(_day_cell(by_number.get(number)) for number in range(1, 32))
    return f"<table><caption>{month}</caption><tr>{header}</tr><tr>{cells}</tr></table>"


def _day_cell(day: DayCoverage | None) -> str:
    if day is None:
        return "<td></td>"
    number = f"{day.held}/{day.expected}" if day.expected > day.held else str(day.held)
    text = "" if day.certainty in (Certainty.UNSEEN, Certainty.FAILED) else number
    tooltip = escape(f"{day.day}: {day.reason}", quote=True)
    return f'<td class="{day.certainty}" title="{tooltip}">{text}</td>'
