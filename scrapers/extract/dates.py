"""Parse printed dates, never more precisely than they are printed.

A date is the publisher's civil day: a time keeps the offset it is printed with. An ambiguous date
(04/05/2017), a text with two dates and an impossible day give no date at all: for evidence a wrong
date is worse than none. A range (3–5 March 2024) gives what both ends agree in, its month or year.
"""

import re
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from scrapers.extract.date_parts.calendars import to_gregorian
from scrapers.extract.date_parts.date_order import order_of
from scrapers.extract.date_parts.month_names import months_of
from scrapers.extract.date_parts.time_of_day import add_time

_OF_WORD = r"(?:\s*(?:de|del|of|d'|d’|من|năm)\s)?"
_ORDINAL_SUFFIX = r"(?:st|nd|rd|th|er|ro|:e|o|a|η|ης|°|-?го|\.)?"
_START = r"(?<![\w.])"
_END = r"(?=(?:م|هـ|г|р|ж)?(?!\w))"  # 2024م, 2024г: a mark of the year may follow without a space
_YEARS = range(1800, 2100)  # of statements; others are of another calendar, or no years
_OWN_CALENDARS = frozenset({"am", "ti", "ne"})  # 5/7/2016 may be of 2024: Ethiopia; Nepal
_MAX_NEPALI = 2035  # years of ours on a Nepali page; later ones are of its own calendar, by 57
_MAX_TEXT_CHARACTERS = 5_000  # of a text in which several dates are looked for
_MAX_DATE_CHARACTERS = 1000  # of a date, or of a URL that contains one
# Between the two ends of a range, or two days; a weekday may follow.
_CONNECTOR = (
    r"(?:\s*[-\u2010-\u2015~\u301c/&+]\s*|\s*,?\s+(?:and|to|through|until|till|und|bis|et|au|y|al?|e|ed|i|и|"
    r"по|до|та|en|tot|t/m|och|og|til|ja|ile|ve|až|do|și|إلى|و|تا)\s+)(?:(?:the|le|el|den|dem|der|il)\s+)?"
)
_DAYS_OF_A_WEEK = 6  # after the first
_WEEK = re.compile(
    r"\b(?:week (?:of|from|beginning|commencing|starting|(?P<end>ending))|w/c|semaine d[ue]"
    r"|woche (?:vom|ab|des)|semana del?|semana que comienza|settimana del?|неделя с|тиждень з"
    r"|tydzień od|week van|veckan|ugen|uken|týden od)(?!\w)"
)


@dataclass(frozen=True, slots=True)
class DateReading:
    """What a printed date says: `value` in ISO 8601, "" where it is no single date.

    `alternatives` are the days that it may be, of numbers whose order is not known.
    """

    value: str
    alternatives: tuple[str, ...] = ()


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


def read_date(
    printed: str, *, order: str = "", zone: str = "", precision: str = "", lang: str = ""
) -> str | None:
    """Return the one date in `printed` in ISO 8601, at its printed precision, or None.

    `2017`, `2017-04` and `2017-04-13` are as printed; a time is kept only with its offset
    (`2017-04-13T10:02+02:00`, `…Z`): the printed one, or that of the IANA name `zone`, in which
    times without a zone are read and times in UTC are shown. `order` ("dmy" or "mdy") is that of
    04/05/2017; else it is that of `lang` (BCP 47), which also says which month a name means and
    which calendar is used. `precision` ("year", "month", "day") truncates the date further: for a
    time that is a placeholder, or whose printed zone is known to be wrong.
    """
    reading = interpret_date(printed, order=order, zone=zone, precision=precision, lang=lang)
    return reading.value or None


@lru_cache(maxsize=4096)
def interpret_date(
    printed: str, *, order: str = "", zone: str = "", precision: str = "", lang: str = ""
) -> DateReading:
    """Return what `printed` says, as `read_date` does, and what it may mean if that is unclear."""
    if len(printed) > _MAX_DATE_CHARACTERS:
        return DateReading("")
    lang = lang.replace("_", "-").lower()
    lang = _language_of_digits(printed) if lang in {"", "und"} else lang
    text = to_gregorian(_normalize(printed), lang)
    days, text = _find_days(text, order or order_of(lang), lang.partition("-")[0])
    unclear = [day for day in days if isinstance(day, tuple)]
    days = {day for day in days if not _is_less_precise(day, days)}
    if len(days) != 1:
        return DateReading("")
    day = days.pop()
    if lang.startswith("ne") and isinstance(day, _PartialDate) and day.year > _MAX_NEPALI:
        return DateReading("")
    if isinstance(day, tuple):
        return DateReading("", tuple(part.value() for part in unclear[0]))
    if day.day and (week := _WEEK.search(text)):
        day = _common_month(day, -_DAYS_OF_A_WEEK if week["end"] else _DAYS_OF_A_WEEK)
    try:
        value = day.value()
        if len(value) == 10 and precision not in {"year", "month", "day"}:
            return DateReading(add_time(value, text, zone, lang))
    except (ValueError, OverflowError):
        return DateReading("")
    return DateReading(value[: {"year": 4, "month": 7}.get(precision, 10)])


def _common_month(day: _PartialDate, days: int) -> _PartialDate:
    """Return what of `day` holds for as many `days` more, too: its month or its year.

    The day itself where it is none that exists.
    """
    try:
        first = date(day.year, day.month or 1, day.day or 1)
        last = first + timedelta(days=days)
    except (ValueError, OverflowError):
        return day
    return _PartialDate(day.year, day.month if last.month == first.month else None, None)


def all_days(texts: Iterable[str], order: str, lang: str) -> set[str]:
    """Return every whole day that is printed in `texts`, also in those with several."""
    days = set()
    lang = lang.replace("_", "-").lower()
    for text in texts:
        normalized = to_gregorian(_normalize(text[:_MAX_TEXT_CHARACTERS]), lang)
        for day in _find_days(normalized, order or order_of(lang), lang.partition("-")[0])[0]:
            if isinstance(day, _PartialDate) and day.day:
                with suppress(ValueError):
                    days.add(day.value())
    return days


_Day = _PartialDate | tuple[_PartialDate, _PartialDate]


def _find_days(text: str, order: str, language: str) -> tuple[set[_Day], str]:
    """Return the days in `text`, and the text without them."""
    days: set[_Day] = set()
    months = months_of(language)
    for form in _date_patterns(language):
        if language in _OWN_CALENDARS and "a" in form.groupindex:
            continue
        matches = list(form.finditer(text))
        found = {day for match in matches if (day := _date_of_match(match, order, months))}
        days |= found
        if found or (
            matches and {"rd", "rname"} & set(form.groupindex)
        ):  # of a range, no end is a date
            text = form.sub(lambda match: " " * len(match[0]), text)
    return days, text


# Named groups y, m, d and name; tried in this order, each on the text that earlier ones left.
@lru_cache(maxsize=64)
def _date_patterns(language: str) -> list[re.Pattern[str]]:
    month = "|".join(sorted(map(re.escape, months_of(language)), key=len, reverse=True))
    day = rf"(?P<d>\d{{1,2}}){_ORDINAL_SUFFIX}"
    name = rf"(?P<name>{month})(?:\s*[/(]\s*(?P<alias>{month})\)?)?"  # آذار/مارس
    connector = rf"{_CONNECTOR}(?:(?!(?:{month})\b)[^\W\d]+[.,]*\s+)?"
    first_name = rf"(?:\s*{_OF_WORD}\s*(?P<rname>{month})\.?,?(?:\s+(?P<ry>\d{{4}}))?)?"
    first_day = rf"(?<![\w.:/-])(?P<rd>\d{{1,2}}){_ORDINAL_SUFFIX}"
    return [
        re.compile(form)
        for form in (
            # Ranges: 3–5 March 2024, 28 February – 3 March 2024, March 3–5, 2024, 3.–5.3.2024.
            rf"{first_day}{first_name}{connector}{day}[\s-]*{_OF_WORD}\s*{name}\.?,?{_OF_WORD}[\s-]*"
            rf"(?P<y>\d{{4}}){_END}",
            rf"{_START}(?P<rname>{month})\.?\s*(?P<rd>\d{{1,2}})(?:st|nd|rd|th)?(?:,\s*(?P<ry>\d{{4}}))?{connector}"
            rf"(?:(?P<name>{month})\.?\s*)?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>\d{{4}}){_END}",
            r"(?<![\w.:/-])(?P<rd>\d{1,2})(?:\.|\.(?P<rm>\d{1,2})\.?)?\s*[-\u2010-\u2015~]\s*"
            rf"(?P<d>\d{{1,2}})\.\s?(?P<m>\d{{1,2}})\.\s?(?P<y>\d{{4}}){_END}",
            r"(?P<y>\d{4})\s*[年년]\s*(?P<rm>\d{1,2})\s*[月월]\s*(?P<rd>\d{1,2})\s*[日일]?(?:\([^)]*\))?\s*"
            r"[-\u2010-\u2015~\u301c、至及和と・부터から]+\s*(?:(?P<m>\d{1,2})\s*[月월])?\s*(?P<d>\d{1,2})\s*[日일]",
            rf"{_START}(?P<ry>\d{{4}})-(?P<rm>\d\d)-(?P<rd>\d\d){_CONNECTOR}"
            rf"(?P<y>\d{{4}})-(?P<m>\d\d)-(?P<d>\d\d){_END}",
            # Months: May–June 2024, December 2023 – January 2024.
            rf"{_START}(?P<rname>{month})\.?(?:{_OF_WORD}\s*(?P<ry>\d{{4}}))?"
            rf"{_CONNECTOR.replace('/', '')}(?P<name>{month})\.?,?{_OF_WORD}\s*"
            rf"(?P<y>\d{{4}}){_END}",
            # Single days.
            rf"{_START}(?P<y>\d{{4}})-(?P<m>\d\d?)-(?P<d>\d\d?)(?=t|{_END})",
            r"\A\s*(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)(?=t\d|\s*\Z)",
            r"(?P<y>\d{4})\s*[年년](?!度)(?:\s*(?P<m>\d{1,2})\s*[月월](?:\s*(?P<d>\d{1,2})\s*[日일号號])?)?",
            rf"{_START}{day}[\s-]*{_OF_WORD}\s*{name}\.?,?{_OF_WORD}[\s-]*(?P<y>\d{{4}}){_END}",
            rf"{_START}{name}\.?\s*(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>\d{{4}})(?!:){_END}",
            rf"{_START}{name}\.?\s+(?P<d>\d{{1,2}})\s+(?=\d\d?:\d\d)(?:\S+\s+){{1,3}}?(?P<y>\d{{4}}){_END}",
            rf"{_START}(?P<y>\d{{4}})[.,]?(?:\s*m\.)?\s+{name}\.?\s+(?P<d>\d{{1,2}}){_END}",
            rf"{_START}(?P<y>\d{{4}})\.\s*gada\s+(?P<d>\d{{1,2}})\.\s*{name}",
            rf"{_START}(?P<y>\d{{4}})(?P<s>[./])\s?(?P<m>\d{{1,2}})(?P=s)\s?(?P<d>\d{{1,2}}){_END}",
            rf"{_START}(?P<a>\d{{1,2}})(?P<s>[./-])\s?(?P<b>\d{{1,2}})(?P=s)\s?(?P<y>\d{{4}}){_END}",
            rf"{_START}{name}\.?,?{_OF_WORD}\s*(?P<y>\d{{4}}){_END}",
            r"\A\s*(?P<y>\d{4})-(?P<m>\d\d)\s*\Z",
            r"\A\s*(?P<y>\d{4})/(?P<m>0[1-9]|1[0-2])\s*\Z",
            r"\A\s*(?P<y>\d{4})\s*\Z",
        )
    ]


def _language_of_digits(printed: str) -> str:
    """Return the language whose own digits a date is printed in; "" for those of several."""
    if re.search("[\u06f0-\u06f9]", printed):
        return "fa"
    return "th" if re.search("[\u0e50-\u0e59]", printed) else ""


def _normalize(printed: str) -> str:
    """Fold case and compatibility forms (NFKC); convert the digits of any script to ASCII."""
    text = unicodedata.normalize("NFKC", printed).replace("İ", "i").casefold()
    return "".join(
        str(unicodedata.digit(c)) if c.isdigit() and not c.isascii() else c
        for c in re.sub(r"[\u200e\u200f\u061c]", "", text)
    )


def _is_less_precise(candidate: _Day, days: set[_Day]) -> bool:
    """Say whether `candidate` is said more precisely by another ("April 2017", "13 April 2017")."""
    return isinstance(candidate, _PartialDate) and any(
        isinstance(day, _PartialDate)
        and day != candidate
        and day.year == candidate.year
        and (candidate.month is None or (candidate.day is None and day.month == candidate.month))
        for day in days
    )


def _date_of_match(match: re.Match[str], order: str, months: dict[str, int]) -> _Day | None:
    """Return the date of a match; None where its year is none that a statement has."""
    parts = match.groupdict()
    year = int(parts["y"])
    if year not in _YEARS:
        return None
    if "a" in parts:
        return _date_of_numbers(parts, order)
    month_name = parts.get("name")
    month = months[month_name] if month_name else int(parts.get("m") or 0)
    if "/" in match[0] and "d" not in parts and month == (year + 1) % 100:
        return None  # 2011/12 may be a fiscal year
    if "rd" in parts or "rname" in parts:
        return _common_part(parts, year, month, months)
    if parts.get("alias") and months[parts["alias"]] != month:
        return _PartialDate(year, None, None)  # May/June 2024
    return _PartialDate(year, month or None, int(parts.get("d") or 0) or None)


def _common_part(
    parts: dict[str, str], year: int, month: int, months: dict[str, int]
) -> _Day | None:
    """Return the month or the year in which the two ends of a range agree."""
    first = months[parts["rname"]] if parts.get("rname") else int(parts.get("rm") or 0)
    if parts.get("ry") and int(parts["ry"]) != year:
        return None
    month, first = month or first, first or month
    if first > month and not parts.get("ry"):
        return None  # from a December to a January: only one of the two is in that year
    return _PartialDate(year, month if first == month else None, None)


def _date_of_numbers(parts: dict[str, str], order: str) -> _Day | None:
    first, second, year = int(parts["a"]), int(parts["b"]), int(parts["y"])
    day_first, month_first = _PartialDate(year, second, first), _PartialDate(year, first, second)
    if parts["s"] == "." or first > 12 or first == second:
        return day_first  # nobody writes month.day.year
    if second > 12:
        return month_first
    if not order:
        return day_first, month_first
    return day_first if order == "dmy" else month_first
