"""The publisher's civil day of a time that a page states in UTC, or with a doubtful zone.

A page that prints a day, or has one in its address, shows on which side of midnight its publisher
counts a time; so does another stamp of the page with an offset, or a clock that is printed beside
one. What is known is the day: the time is kept only where it is of that day.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from archive.models import Issued

LENGTH_OF_A_DAY = 10  # of 2024-03-01, in characters
_FIRST_ZONE, _LAST_ZONE = timedelta(hours=-11), timedelta(hours=14)  # where people live
_QUARTER = 15 * 60  # seconds: all zones in use are whole quarters of an hour from UTC
_TOLERANCE = 90  # seconds between a stamp and the clock that is printed beside it
_FAR_ZONE = timedelta(hours=6)  # a day that is further off may be that of a change
_CLOCK = re.compile(r"\d:\d\d|T\d\d")


@dataclass(frozen=True, slots=True)
class DayEvidence:
    """What else a page says of its publisher's day; days in ISO 8601, the surest first."""

    printed: tuple[Issued, ...] = ()  # with a label, in an element for dates or with a clock
    near: tuple[str, ...] = ()  # printed near the title, or beside a stamp of publication
    address: str = ""
    local: tuple[str, ...] = ()  # days of other stamps of publication, of no known zone
    changed: frozenset[str] = frozenset()  # days of changes
    offsets: frozenset[timedelta] = frozenset()  # of the publisher's clock from UTC


def on_civil_day(issued: Issued, evidence: DayEvidence) -> Issued:
    """Return a time on the day that its publisher counts it to; the time itself where that agrees.

    A time in UTC moves to any day that some zone has then; one with another offset, or without a
    zone, only to the day before or after, if the page prints it in an element for dates.
    """
    if len(issued.value) < LENGTH_OF_A_DAY:
        return issued
    if not issued.value.endswith("Z"):
        return _as_printed(issued, evidence)
    instant = datetime.fromisoformat(issued.value).astimezone(UTC)
    day = issued.value[:LENGTH_OF_A_DAY]
    own = [*(printed.value[:LENGTH_OF_A_DAY] for printed in evidence.printed), *evidence.near]
    if day in own:
        return issued
    for other in filter(None, (*own, evidence.address)):
        if _is_day_somewhere(other, instant) and not _is_of_change(other, instant, evidence):
            return replace(issued, value=other) if other != day else issued
    by_offset = {(instant + offset).date().isoformat() for offset in evidence.offsets}
    if len(by_offset) == 1:
        return replace(issued, value=by_offset.pop()) if day not in by_offset else issued
    for other in evidence.local:
        if other != day and _is_day_somewhere(other, instant):
            return replace(issued, value=other)
    return issued


def _as_printed(issued: Issued, evidence: DayEvidence) -> Issued:
    """Return the day that is printed, where it is the next to that of a stamp with a clock."""
    day = date.fromisoformat(issued.value[:LENGTH_OF_A_DAY])
    if not _CLOCK.search(issued.printed) or issued.read_from == "text":
        return issued
    printed = [other for other in evidence.printed if len(other.value) >= LENGTH_OF_A_DAY]
    days = {date.fromisoformat(other.value[:LENGTH_OF_A_DAY]) for other in printed}
    if len(days) == 1 and abs((days.pop() - day).days) == 1:
        other = printed[0]
        return issued if other.value[:LENGTH_OF_A_DAY] in evidence.changed else other
    return issued


def _is_day_somewhere(day: str, instant: datetime) -> bool:
    first, last = ((instant + zone).date().isoformat() for zone in (_FIRST_ZONE, _LAST_ZONE))
    return first <= day <= last


def _is_of_change(day: str, instant: datetime, evidence: DayEvidence) -> bool:
    """Say whether a printed day is that of a change, and would need a zone far in the east."""
    return day in evidence.changed and (instant + _FAR_ZONE).date().isoformat() < day


def clock_offsets(stamp: str, clocks: Sequence[tuple[int, int]]) -> Iterator[timedelta]:
    """Yield the offset of a clock that is printed beside a stamp in UTC: 01:19Z, "8:19 PM".

    `clocks` are hours and minutes. Nothing where no zone has that clock at that time, or several
    are printed.
    """
    if not stamp.endswith("Z") or len(clocks) != 1:
        return
    instant = datetime.fromisoformat(stamp)
    hour, minute = clocks[0]
    seconds = hour % 24 * 3600 + minute * 60 - instant.hour * 3600 - instant.minute * 60
    quarters = round(seconds / _QUARTER)
    if abs(seconds - quarters * _QUARTER) > _TOLERANCE:
        return
    turns = (timedelta(seconds=quarters * _QUARTER, days=days) for days in (-1, 0, 1))
    offsets = [offset for offset in turns if _FIRST_ZONE <= offset <= _LAST_ZONE]
    yield from sorted(offsets, key=abs)[:1]


def stamp_offsets(stamps: Iterable[str]) -> Iterator[timedelta]:
    """Yield the offsets from UTC that stamps in ISO 8601 have; that of UTC says nothing."""
    for stamp in stamps:
        if len(stamp) > LENGTH_OF_A_DAY and not stamp.endswith("Z"):
            offset = datetime.fromisoformat(stamp).utcoffset()
            if offset:
                yield offset
