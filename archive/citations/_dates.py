"""Format dates in words, never more precise than they were printed."""

from datetime import UTC, datetime

from archive.models import Issued

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_SHORT_MONTHS = (
    *("Jan.", "Feb.", "Mar.", "Apr.", "May", "June"),
    *("July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec."),
)


def date_parts(issued: Issued | None) -> list[int]:
    """Return [year, month, day], as far as they are known."""
    return [int(part) for part in issued.value[:10].split("-")] if issued else []


def day_first(issued: Issued | None, *, undated: str) -> str:
    """Return "13 April 2017", "April 2017" or "2017"; a guessed date as "[2017?]"."""
    parts = date_parts(issued)
    if len(parts) < 2:
        return _mark_guess(issued, str(parts[0])) if parts else undated
    month = f"{_MONTHS[parts[1] - 1]} {parts[0]}"
    return _mark_guess(issued, f"{parts[2]} {month}" if len(parts) > 2 else month)


def month_first(issued: Issued | None, *, undated: str, short: bool = False) -> str:
    """Return "April 13, 2017" (short: "Apr. 13, 2017"), "April 2017" or "2017".

    A guessed date is "[2017?]".
    """
    parts = date_parts(issued)
    if len(parts) < 2:
        return _mark_guess(issued, str(parts[0])) if parts else undated
    month = (_SHORT_MONTHS if short else _MONTHS)[parts[1] - 1]
    day = f" {parts[2]}," if len(parts) > 2 else ""
    return _mark_guess(issued, f"{month}{day} {parts[0]}")


def year_first(issued: Issued | None, *, undated: str) -> str:
    """Return "2017, April 13", "2017, April" or "2017"; a guessed date as "[2017?]"."""
    parts = date_parts(issued)
    if len(parts) < 2:
        return _mark_guess(issued, str(parts[0])) if parts else undated
    day = f" {parts[2]}" if len(parts) > 2 else ""
    return _mark_guess(issued, f"{parts[0]}, {_MONTHS[parts[1] - 1]}{day}")


def _mark_guess(issued: Issued | None, date: str) -> str:
    """Return a guessed date in brackets with a question mark (Chicago 14.145)."""
    return f"[{date}?]" if issued and issued.is_guess else date


def month_name(month: int) -> str:
    return _MONTHS[month - 1]


def format_iso_day(instant: datetime) -> str:
    """Return the day of an instant, in UTC: 2026-11-22."""
    return instant.astimezone(UTC).strftime("%Y-%m-%d")


def format_iso(instant: datetime) -> str:
    """Return an instant to the second: 2026-11-22T12:00:05Z."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def format_instant(instant: datetime) -> str:
    """Return an instant in words, with its zone: 22 November 2026, 12:00:05 UTC."""
    instant = instant.astimezone(UTC)
    return f"{instant.day} {_MONTHS[instant.month - 1]} {instant.year}, {instant:%H:%M:%S} UTC"


def format_day(instant: datetime) -> str:
    """Return the day of an instant in words, in UTC: 22 November 2026."""
    instant = instant.astimezone(UTC)
    return f"{instant.day} {_MONTHS[instant.month - 1]} {instant.year}"
