"""Parse printed dates, never more precisely than they are printed.

An ambiguous date (04/05/2017), a text with two dates and an impossible day give no date at all:
for evidence a wrong date is worse than none.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

from scrapers.extract.month_names import MONTHS

_MONTH = "|".join(sorted(map(re.escape, MONTHS), key=len, reverse=True))
_OF_WORD = r"(?:\s*(?:de|del|of|d'|d’|من)\s)?"
_ORDINAL_SUFFIX = r"(?:st|nd|rd|th|er|ro|:e|º|ª|°|-?го|\.)?"
_START, _END = r"(?<![\w.])", r"(?![\w])"

# Named groups y, m, d and name; tried in this order, each on the text that earlier ones left.
_DATE_PATTERNS = [
    re.compile(form)
    for form in (
        rf"{_START}(?P<y>\d{{4}})-(?P<m>\d\d)-(?P<d>\d\d)(?=t|{_END})",
        r"(?P<y>\d{4})\s*[年년]\s*(?P<m>\d{1,2})\s*[月월](?:\s*(?P<d>\d{1,2})\s*[日일号號])?",
        rf"{_START}(?P<d>\d{{1,2}}){_ORDINAL_SUFFIX}[\s-]*{_OF_WORD}\s*(?P<name>{_MONTH})\.?,?{_OF_WORD}[\s-]*"
        rf"(?P<y>\d{{4}}){_END}",
        rf"{_START}(?P<name>{_MONTH})\.?\s*(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>\d{{4}}){_END}",
        rf"{_START}(?P<y>\d{{4}}),?\s+(?P<name>{_MONTH})\.?\s+(?P<d>\d{{1,2}}){_END}",
        rf"{_START}(?P<y>\d{{4}})(?P<s>[./])\s?(?P<m>\d{{1,2}})(?P=s)\s?(?P<d>\d{{1,2}}){_END}",
        rf"{_START}(?P<a>\d{{1,2}})(?P<s>[./-])\s?(?P<b>\d{{1,2}})(?P=s)\s?(?P<y>\d{{4}}){_END}",
        rf"{_START}(?P<name>{_MONTH})\.?,?{_OF_WORD}\s*(?P<y>\d{{4}}){_END}",
        rf"{_START}(?P<y>\d{{4}})-(?P<m>\d\d){_END}",
        r"\A\s*(?P<y>\d{4})\s*\Z",
    )
]
_TIME = re.compile(
    r"(?<![\d:.+-])(?P<h>\d{1,2}):(?P<min>\d\d)(?::\d\d(?:[.,]\d+)?)?\s*(?P<half>[ap]\.?m\b\.?)?\s*"
    r"(?P<zone>z\b|utc\b|gmt\b|ut\b|[ecmp][sd]t\b|cest\b|cet\b|(?:utc|gmt)?[+-]\d\d:?\d\d)?"
)
# RFC 5322, 4.3; CET and CEST, which are unambiguous. Not BST: British or Bangladesh?
_ZONE_HOURS = {
    "est": -5,
    "edt": -4,
    "cst": -6,
    "cdt": -5,
    "mst": -7,
    "mdt": -6,
    "pst": -8,
    "pdt": -7,
}
_ZONE_HOURS |= {"z": 0, "utc": 0, "gmt": 0, "ut": 0, "cet": 1, "cest": 2}


_MAX_DATE_CHARACTERS = 1000  # of a date, or of a URL that contains one


@dataclass(frozen=True, slots=True)
class _PartialDate:
    year: int
    month: int | None
    day: int | None

    def value(self) -> str:
        """Return the date in ISO 8601; ValueError where it does not exist."""
        date(self.year, self.month or 1, self.day or 1)
        parts = [f"{self.year:04}", *(f"{part:02}" for part in (self.month, self.day) if part)]
        return "-".join(parts)


@lru_cache(maxsize=4096)
def read_date(printed: str, *, order: str = "", zone: str = "", precision: str = "") -> str | None:
    """Return the one date in `printed` in ISO 8601, at its printed precision, or None.

    `2017`, `2017-04` and `2017-04-13` are as printed; a time is kept, in UTC (`2017-04-13T10:02Z`),
    only where its zone is printed or given as the IANA name `zone`. `order` ("dmy" or "mdy") is
    that of 04/05/2017. `precision` ("year", "month", "day") truncates the date further: for a time
    that is a placeholder, or whose printed zone is known to be wrong.
    """
    if len(printed) > _MAX_DATE_CHARACTERS:
        return None
    text = _normalize(printed)
    days: set[_PartialDate | None] = set()
    for form in _DATE_PATTERNS:
        days.update(_date_of_match(match, order) for match in form.finditer(text))
        text = form.sub(lambda match: " " * (len(match[0])), text) if days else text
    days = {day for day in days if day is None or not _is_less_precise(day, days)}
    if len(days) != 1 or (day := days.pop()) is None:
        return None
    try:
        value = day.value()
        if len(value) == 10 and precision not in {"year", "month", "day"}:
            return _add_time(value, text, zone)
    except ValueError:
        return None
    return value[: {"year": 4, "month": 7}.get(precision, 10)]


def _normalize(printed: str) -> str:
    """Fold case and compatibility forms (NFKC); convert the digits of any script to ASCII."""
    text = unicodedata.normalize("NFKC", printed).replace("İ", "i").casefold()
    return "".join(
        str(unicodedata.digit(c)) if c.isdigit() and not c.isascii() else c
        for c in re.sub(r"[\u200e\u200f\u061c]", "", text)
    )


def _is_less_precise(candidate: _PartialDate, days: set[_PartialDate | None]) -> bool:
    """Say whether `day` is said more precisely by another ("April 2017" by "13 April 2017")."""
    return any(
        day is not None
        and day != candidate
        and day.year == candidate.year
        and (candidate.month is None or (candidate.day is None and day.month == candidate.month))
        for day in days
    )


def _date_of_match(match: re.Match[str], order: str) -> _PartialDate | None:
    parts = match.groupdict()
    if "a" in parts:
        return _date_of_numbers(parts, order)
    month = MONTHS[parts["name"]] if "name" in parts else parts.get("m")
    day = parts.get("d")
    return _PartialDate(int(parts["y"]), int(month) if month else None, int(day) if day else None)


def _date_of_numbers(parts: dict[str, str], order: str) -> _PartialDate | None:
    first, second, year = int(parts["a"]), int(parts["b"]), int(parts["y"])
    if not order and (parts["s"] == "." or first > 12 or first == second):
        order = "dmy"  # nobody writes month.day.year
    if not order and second > 12:
        order = "mdy"
    if order == "dmy":
        return _PartialDate(year, second, first)
    return _PartialDate(year, first, second) if order == "mdy" else None


def _add_time(day: str, text: str, zone: str) -> str:
    times = list(_find_times(text))
    if len(times) != 1:
        return day
    hour, minute, printed_zone = times[0]
    time_zone: timezone | ZoneInfo
    if printed_zone:
        time_zone = timezone(_utc_offset(printed_zone))
    elif zone:
        time_zone = ZoneInfo(zone)
    else:
        return day
    local = datetime.fromisoformat(day).replace(hour=hour, minute=minute, tzinfo=time_zone)
    return local.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


def _find_times(text: str) -> Iterator[tuple[int, int, str]]:
    for match in _TIME.finditer(text):
        hour, half = int(match["h"]), (match["half"] or "").replace(".", "")
        if half:
            hour = hour % 12 + 12 * (half == "pm")
        yield hour, int(match["min"]), match["zone"] or ""


def _utc_offset(zone: str) -> timedelta:
    if zone in _ZONE_HOURS:
        return timedelta(hours=_ZONE_HOURS[zone])
    digits = zone.replace("utc", "").replace("gmt", "").replace(":", "")
    ahead = timedelta(hours=int(digits[1:3]), minutes=int(digits[3:5]))
    return -ahead if digits[0] == "-" else ahead
