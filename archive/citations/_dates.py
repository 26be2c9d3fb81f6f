"""Dates in words, never more precise than they were printed."""

from datetime import UTC, datetime

from archive.models import Issued

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_SHORT = (
    *("Jan.", "Feb.", "Mar.", "Apr.", "May", "June"),
    *("July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec."),
)


def date_parts(issued: Issued | None) -> list[int]:
    """Return year, month and day, as far as they are known."""
    return [int(part) for part in issued.value[:10].split("-")] if issued else []


def day_first(issued: Issued | None, *, undated: str) -> str:
    """Return "13 April 2017", "April 2017" or "2017"."""
    known = date_parts(issued)
    if len(known) < 2:
        return str(known[0]) if known else undated
    month = f"{_MONTHS[known[1] - 1]} {known[0]}"
    return f"{known[2]} {month}" if len(known) > 2 else month


def month_first(issued: Issued | None, *, undated: str, short: bool = False) -> str:
    """Return "April 13, 2017" (short: "Apr. 13, 2017"), "April 2017" or "2017"."""
    known = date_parts(issued)
    if len(known) < 2:
        return str(known[0]) if known else undated
    month = (_SHORT if short else _MONTHS)[known[1] - 1]
    return f"{month} {known[2]}, {known[0]}" if len(known) > 2 else f"{month} {known[0]}"


def year_first(issued: Issued | None, *, undated: str) -> str:
    """Return "2017, April 13", "2017, April" or "2017"."""
    known = date_parts(issued)
    if len(known) < 2:
        return str(known[0]) if known else undated
    day = f" {known[2]}" if len(known) > 2 else ""
    return f"{known[0]}, {_MONTHS[known[1] - 1]}{day}"


def month_name(month: int) -> str:
    return _MONTHS[month - 1]


def format_iso_day(when: datetime) -> str:
    """Return the day of an instant, in UTC: 2026-11-22."""
    return when.astimezone(UTC).strftime("%Y-%m-%d")


def format_iso(when: datetime) -> str:
    """Return an instant to the second: 2026-11-22T12:00:05Z."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def format_instant(when: datetime) -> str:
    """Return an instant in words, with its zone: 22 November 2026, 12:00:05 UTC."""
    when = when.astimezone(UTC)
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}, {when:%H:%M:%S} UTC"


def format_day(when: datetime) -> str:
    """Return the day of an instant in words, in UTC: 22 November 2026."""
    when = when.astimezone(UTC)
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"
