"""What may be said of each day of a source: held, nothing published, not known, and why. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from html import escape

from archive.catalogue.coverage.by_day import DayRecord


class Certainty(StrEnum):
    """How sure a day's number is."""

    HELD = "held"  # statements of that day are held, all that were listed
    PART = "part"  # some that were listed are not held
    NONE = "none"  # its listings were seen that day or the next: nothing of that day in them
    FAILED = "failed"  # looked for, and the site gave nothing
    UNSEEN = "unseen"  # not looked for


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCoverage:
    """A day, and what may be said of it."""

    day: str
    sure: Certainty
    held: int
    expected: int
    reason: str  # in a few words


def judge_days(
    days: Iterable[DayRecord], first: date | None = None, last: date | None = None
) -> list[DayCoverage]:
    """Return every day from the first to the last of which something is known, or as asked for."""
    known = {each.day: each for each in days}
    if not known:
        return []
    looked = [each.day for each in known.values() if each.listing_captures or each.failed]
    start = first or date.fromisoformat(min(looked or list(known)))
    end = last or date.fromisoformat(max(looked or list(known)))
    return [_judged(day, known) for day in _from_to(start, end)]


def _from_to(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += timedelta(days=1)


def _judged(day: date, known: dict[str, DayRecord]) -> DayCoverage:
    name = day.isoformat()
    here = known.get(name, DayRecord(day=name))
    after = known.get((day + timedelta(days=1)).isoformat(), DayRecord(day=name))
    expected = max(here.listed, here.held)
    looks = here.listing_captures + after.listing_captures
    if here.held:
        missing = expected - here.held
        sure = Certainty.PART if missing else Certainty.HELD
        reason = f"{missing} listed and not held" if missing else f"{looks} good looks"
    elif expected:
        sure, reason = Certainty.PART, f"{expected} listed and not held"
    elif looks:
        sure, reason = Certainty.NONE, f"{looks} good looks, nothing of this day"
    elif here.failed:
        failed = ", ".join(f"{count} {outcome}" for outcome, count in here.failed)
        sure, reason = Certainty.FAILED, f"no good look: {failed}"
    else:
        sure, reason = Certainty.UNSEEN, "not looked for"
    return DayCoverage(day=name, sure=sure, held=here.held, expected=expected, reason=reason)


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

_KEY = {
    Certainty.HELD: "held, all that was listed",
    Certainty.PART: "held in part",
    Certainty.NONE: "looked: nothing of this day was listed",
    Certainty.FAILED: "looked, and the site gave nothing",
    Certainty.UNSEEN: "not looked",
}


def page(made: str, sources: Sequence[tuple[str, str, Sequence[DayCoverage]]]) -> str:
    """Return a page that stands by itself: a calendar a source, (name, title, days) each.

    `made`: when, for people who cite it.
    """
    key = "".join(
        f'<li><span class="{sure}">&nbsp;</span> {said}</li>' for sure, said in _KEY.items()
    )
    parts = "".join(_source(*each) for each in sources)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>Coverage, {escape(made)}</title><style>{_STYLE}</style></head><body>"
        f"<h1>Coverage</h1><p>As of {escape(made)}. A number is how many statements issued on that "
        "day (UTC) are held; after a stroke, how many were listed.</p>"
        f'<ul class="key">{key}</ul>{parts}</body></html>\n'
    )


def _source(name: str, title: str, days: Sequence[DayCoverage]) -> str:
    sums = {sure: sum(each.sure is sure for each in days) for sure in Certainty}
    said = ", ".join(f"{count} days {_KEY[sure]}" for sure, count in sums.items() if count)
    gaps = [
        each for each in days if each.sure in (Certainty.PART, Certainty.FAILED, Certainty.UNSEEN)
    ]
    rows = "".join(f"<li>{each.day}: {escape(each.reason)}</li>" for each in gaps)
    listed = (
        f"<details><summary>{len(gaps)} gaps</summary><ul>{rows}</ul></details>" if gaps else ""
    )
    months: dict[str, list[DayCoverage]] = {}
    for each in days:
        months.setdefault(each.day[:7], []).append(each)
    tables = "".join(_month(month, each) for month, each in months.items())
    return (
        f'<section id="{escape(name)}"><h2>{escape(title)}</h2><p>{escape(said)}</p>'
        f"{listed}{tables}</section>"
    )


def _month(month: str, days: Sequence[DayCoverage]) -> str:
    by_day = {int(each.day[8:]): each for each in days}
    head = "".join(f'<th scope="col">{number}</th>' for number in range(1, 32))
    cells = "".join(_cell(by_day.get(number)) for number in range(1, 32))
    return f"<table><caption>{month}</caption><tr>{head}</tr><tr>{cells}</tr></table>"


def _cell(day: DayCoverage | None) -> str:
    if day is None:
        return "<td></td>"
    number = f"{day.held}/{day.expected}" if day.expected > day.held else str(day.held)
    shown = "" if day.sure in (Certainty.UNSEEN, Certainty.FAILED) else number
    about = escape(f"{day.day}: {day.reason}", quote=True)
    return f'<td class="{day.sure}" title="{about}">{shown}</td>'
