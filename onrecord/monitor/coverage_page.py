"""Write the coverage of sources as a self-contained HTML page, a calendar for each source."""

from collections.abc import Sequence
from html import escape

from onrecord.monitor.judge_day_coverage import Certainty, DayCoverage

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
