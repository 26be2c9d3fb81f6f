"""Read a printed time of day with its zone.

A zone is read whole (GMT+0300, UTC+3) or not at all. Abbreviations are read only where they mean
one zone: those of RFC 5322, 4.3, and some of the IANA time zone database that no two zones share.
Not BST (British, Bangladesh), IST (India, Ireland, Israel) or AST (Atlantic, Arabia).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

_ZONE_HOURS: dict[str, float] = {
    **{"z": 0, "utc": 0, "gmt": 0, "ut": 0},
    **{"est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7},
    **{"cet": 1, "cest": 2, "eet": 2, "eest": 3, "msk": 3, "jst": 9, "kst": 9, "hst": -10},
    **{"akst": -9, "akdt": -8, "nzst": 12, "nzdt": 13, "aest": 10, "aedt": 11, "awst": 8},
    **{"mez": 1, "mesz": 2, "sast": 2, "hkt": 8, "sgt": 8},
}
_NAMES = "|".join(sorted(_ZONE_HOURS, key=len, reverse=True))
_OFFSET = r"[+\-\u2212]\d\d?(?::?\d\d)?"
_TIME = re.compile(
    r"(?<![\d:.+-])(?P<h>\d{1,2}):(?P<min>\d\d)(?P<s>:\d\d(?:[.,]\d+)?)?\s*(?P<half>[ap]\.?m\b\.?)?"
    rf"(?:\s*\(?(?P<zone>(?:utc|gmt)\s?{_OFFSET}(?![\d:])|{_OFFSET}(?![\d:])|(?:{_NAMES})\b(?![+-])))?"
)
_BARE_ISO_TIME = re.compile(
    r"(?<=[\s\d]t)(?P<h>\d\d)(?P<min>\d\d)(?P<s>\d\d)(?P<zone>z|[+-]\d{4})?(?!\d)"
)
_MAX_OFFSET = timedelta(hours=14)  # of any zone, in use since 1995 (Kiritimati)


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """A printed time: `hour` may be 24, with minute 0; `offset` None where no zone is printed."""

    hour: int
    minute: int
    offset: timedelta | None
    is_utc: bool = False  # the zone is given as UTC, GMT, Z or +0000


def add_time(day: str, text: str, zone: str, lang: str = "") -> str:
    """Return `day` with the only time in normalized `text`, as local time with its offset.

    A time without a zone is read in `zone` (IANA); one in UTC is shown in it; any other offset is
    kept. Without both a zone in print and `zone`, or with several times, `day` alone is returned.
    ValueError for a time that no clock shows.
    """
    times = list(_find_times(text, lang))
    if len(times) != 1:
        return day
    time = times[0]
    if time.offset is None and not zone:
        return day
    local_zone = ZoneInfo(zone) if zone else None
    printed_zone = timezone(time.offset) if time.offset is not None else local_zone
    is_end_of_day = (time.hour, time.minute) == (24, 0)
    local = datetime.fromisoformat(day).replace(
        hour=0 if is_end_of_day else time.hour, minute=time.minute, tzinfo=printed_zone
    )
    if is_end_of_day:
        local += timedelta(days=1)  # ISO 8601-1, 5.3.2: the end of the day
        if not (time.is_utc and local_zone):
            return day  # as printed: 24:00 is of the day that ends
    if time.is_utc and local_zone:
        local = local.astimezone(local_zone)
    return local.isoformat(timespec="minutes").replace("+00:00", "Z")


def printed_times(text: str) -> list[TimeOfDay]:
    """Return the times of day in a text as it is printed, in the order in which they stand."""
    return list(_find_times(text.casefold(), ""))


def _find_times(text: str, lang: str) -> Iterator[TimeOfDay]:
    for match in _BARE_ISO_TIME.finditer(text):
        offset = _utc_offset(match["zone"] or "")
        yield TimeOfDay(int(match["h"]), int(match["min"]), offset, offset == timedelta(0))
    for match in _TIME.finditer(text):
        hour, half = int(match["h"]), (match["half"] or "").replace(".", "")
        if half:
            hour = hour % 12 + 12 * (half == "pm")
        zone = match["zone"] or ""
        if _is_end_of_range(match, zone) or (zone == "cst" and lang.startswith("zh")):
            zone = ""
        offset = _utc_offset(zone)
        yield TimeOfDay(hour, int(match["min"]), offset, offset == timedelta(0))


def _is_end_of_range(match: re.Match[str], zone: str) -> bool:
    """Say whether a zone is the end of a span of time: 10:00-12:00, but not 10:00:00-05:00."""
    is_stamp = match["s"] or match.string[: match.start()].endswith("t")
    return not is_stamp and ":" in zone and zone.startswith(("-", "\u2212"))


def _utc_offset(zone: str) -> timedelta | None:
    """Return the offset of a printed zone; None for none, or for one that no zone has."""
    if not zone:
        return None
    if zone in _ZONE_HOURS:
        return timedelta(hours=_ZONE_HOURS[zone])
    digits = re.sub(r"[^\d+-]", "", zone.replace("\u2212", "-"))
    sign, number = digits[0], digits[1:]
    hours, minutes = (number[:-2], number[-2:]) if len(number) > 2 else (number, "0")
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    if offset > _MAX_OFFSET or int(minutes) % 15:
        return None
    return -offset if sign == "-" else offset
