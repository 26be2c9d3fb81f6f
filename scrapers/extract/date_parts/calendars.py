"""Convert dates of other calendars to ISO 8601, where the conversion is certain.

Converted are the Persian (Jalali), Thai, Republic of China and Japanese calendars. Nothing is
converted that could be of two: an Islamic (Hijri) date depends on where the moon was seen, and
1403 alone may be a Hijri or a Jalali year. A date that is not converted is no date here, because
its year is none of ours (`scrapers.extract.dates`).
"""

import re
from collections.abc import Callable
from datetime import date

_JALALI_MONTHS = (
    ("فروردین", "حمل"),
    ("اردیبهشت", "ثور"),
    ("خرداد", "جوزا"),
    ("تیر", "سرطان"),
    ("مرداد", "امرداد", "اسد"),
    ("شهریور", "سنبله"),
    ("مهر", "میزان"),
    ("آبان", "عقرب"),
    ("آذر", "قوس"),
    ("دی", "جدی"),
    ("بهمن", "دلو"),
    ("اسفند", "حوت"),
)  # of Iran, then of Afghanistan
_JALALI_NUMBERS = {
    name: number for number, names in enumerate(_JALALI_MONTHS, start=1) for name in names
}
_JALALI_NAME = "|".join(sorted(_JALALI_NUMBERS, key=len, reverse=True))
# Years that a Hijri date of our time does not have: 1420 AH began in April 1999, and statements
# on the web are hardly older; 1419 SH ends in March 2041.
_FIRST_JALALI_YEAR, _LAST_JALALI_YEAR = 1300, 1419
_THAI_YEARS = range(2484, 2643)  # the year began in January from 2484 (1941) on
_NUMERIC = r"(?<![\w.])(?P<{}>\d{{1,4}})(?P<s>[./-])(?P<m>\d{{1,2}})(?P=s)(?P<{}>\d{{1,4}})(?!\w)"
_YEAR_FIRST, _DAY_FIRST = (
    re.compile(_NUMERIC.format(*groups)) for groups in (("y", "d"), ("d", "y"))
)
_JALALI_NAMED = re.compile(
    rf"(?:(?<!\w)(?P<d>\d{{1,2}})(?:ام|م)?\s+)?(?<!\w)(?P<name>{_JALALI_NAME})(?:\s*ماه)?[،,]?\s+(?:سال\s+)?(?P<y>1[34]\d\d)(?!\d)"
)
_JALALI_DAYS = re.compile(
    r"(?<!\w)(?P<first>\d{1,2})\s*(?:تا|الی|و|[-–—])\s*(?P<last>\d{1,2})"
    rf"\s+(?P<rest>(?:{_JALALI_NAME})(?:\s*ماه)?[،,]?\s+(?:سال\s+)?1[34]\d\d)(?!\d)"
)
# First and last day of each era (Cabinet orders; National Diet Library). 1873: Gregorian calendar.
_ERAS = {
    "令和": (2018, date(2019, 5, 1), date.max),
    "平成": (1988, date(1989, 1, 8), date(2019, 4, 30)),
    "昭和": (1925, date(1926, 12, 25), date(1989, 1, 7)),
    "大正": (1911, date(1912, 7, 30), date(1926, 12, 24)),
    "明治": (1867, date(1873, 1, 1), date(1912, 7, 29)),
}
_ERA_LETTERS = {"r": "令和", "h": "平成", "s": "昭和"}
_ERA_DATE = re.compile(
    rf"(?P<era>{'|'.join(_ERAS)})\s*(?P<y>\d{{1,2}}|元)\s*年(?:\s*\(\s*(?P<common>\d{{4}})\s*年?\s*\))?"
    r"(?:\s*(?P<m>\d{1,2})\s*月(?:\s*(?P<d>\d{1,2})\s*日)?)?"
)
_ERA_LETTER_DATE = re.compile(
    r"(?<!\w)(?P<era>[rhs])\s?(?P<y>\d{1,2})\.(?P<m>\d{1,2})\.(?P<d>\d{1,2})(?!\w)"
)
_ERA_IN_BRACKETS = re.compile(
    rf"(?P<common>\d{{4}})\s*年?\s*\(\s*(?P<era>{'|'.join(_ERAS)})\s*(?P<y>\d{{1,2}}|元)\s*年?\s*\)\s*年?"
)
_MINGUO = re.compile(
    r"(?P<mark>中華民國|中华民国|民國|民国)?\s*(?<!\d)(?P<y>\d{2,3}|元)\s*年\s*(?P<m>\d{1,2})\s*月(?:\s*(?P<d>\d{1,2})\s*[日號号])?"
)
_KANJI_DIGITS = dict(zip("〇零一二三四五六七八九", [0, *range(10)], strict=True))
_DIGIT = "[一二三四五六七八九]"
_KANJI_NUMBER = re.compile(r"[〇零一二三四五六七八九十百]+(?=\s*[年月日號号])")


def to_gregorian(text: str, lang: str) -> str:
    """Return normalized `text` with its dates of other calendars in ISO 8601.

    `lang` (BCP 47, lower case) decides where the numbers alone do not: 1403/02/15 is read on
    a Persian page only, 2567-05-13 on a Thai one, 113.5.13 on one of Taiwan.
    """
    language = lang.partition("-")[0]
    if not re.search(r"\d", text) and not _KANJI_NUMBER.search(text):
        return text
    if any(character in text for character in "年月"):
        text = _KANJI_NUMBER.sub(_kanji_value, text)
        text = _ERA_IN_BRACKETS.sub(_era_in_brackets, text)
        text = _ERA_DATE.sub(_era_date, text)
        taiwan = lang.startswith(("zh-tw", "zh-hant"))
        text = _MINGUO.sub(lambda match: _minguo_date(match, taiwan=taiwan), text)
    if language == "ja":
        text = _ERA_LETTER_DATE.sub(_era_date, text)
    if _JALALI_NAMED.search(text):
        text = _JALALI_DAYS.sub(r"\g<first> \g<rest> – \g<last> \g<rest>", text)
        text = _JALALI_NAMED.sub(_jalali_named, text)
    if language in {"fa", "prs", "ps"}:
        text = _convert_numeric(text, _jalali_iso)
    if language == "th":
        text = _convert_numeric(text, _thai_iso)
        text = re.sub(r"(?:พ\.ศ\.?|พุทธศักราช)\s*(?=\d)", "", text)
        text = re.sub(r"(?<!\d)2[456]\d\d(?!\d)", _thai_year, text)
    if lang.startswith(("zh-tw", "zh-hant")):
        text = _convert_numeric(text, _minguo_iso)
    return text


def jalali_to_gregorian(year: int, month: int, day: int) -> date:
    """Return the Gregorian day of a Persian (Solar Hijri) one; ValueError where there is none.

    K. M. Borkowski, The Persian calendar for 3000 years (Earth, Moon and Planets 74, 1996):
    leap years by the table of breaks, which agrees with the official calendar for 1206–1497.
    """
    new_year = _jalali_new_year(year)
    length = 31 if month <= 6 else 30
    if month == 12 and (_jalali_new_year(year + 1) - new_year).days == 365:
        length = 29
    if not (1 <= month <= 12 and 1 <= day <= length):
        raise ValueError(f"no day {year}-{month}-{day} in the Persian calendar")
    before = 31 * (month - 1) if month <= 7 else 186 + 30 * (month - 7)
    return date.fromordinal(new_year.toordinal() + before + day - 1)


# Years in which a cycle of leap years begins (Borkowski, table 2).
_BREAKS = (-61, 9, 38, 199, 426, 686, 756, 818, 1111, 1181, 1210, 1635, 2060)


def _jalali_new_year(year: int) -> date:
    """Return the Gregorian day of 1 Farvardin."""
    gregorian = year + 621
    leap, previous, jump = -14, _BREAKS[0], 0
    for next_break in _BREAKS[1:]:
        jump = next_break - previous
        if year < next_break:
            break
        leap += jump // 33 * 8 + jump % 33 // 4
        previous = next_break
    count = year - previous
    leap += count // 33 * 8 + (count % 33 + 3) // 4
    if jump % 33 == 4 and jump - count == 4:
        leap += 1
    gregorian_leap = gregorian // 4 - (gregorian // 100 + 1) * 3 // 4 - 150
    return date.fromordinal(date(gregorian, 3, 1).toordinal() + 19 + leap - gregorian_leap)


def _convert_numeric(text: str, convert: Callable[[int, int, int], str | None]) -> str:
    """Replace numeric dates, year first or last, where `convert` knows their year."""

    def replace(match: re.Match[str]) -> str:
        numbers = (int(match["y"]), int(match["m"]), int(match["d"]))
        try:
            return convert(*numbers) or match[0]
        except ValueError:
            return " "

    for form in (_YEAR_FIRST, _DAY_FIRST):
        text = form.sub(replace, text)
    return text


def _jalali_iso(year: int, month: int, day: int) -> str | None:
    if not _FIRST_JALALI_YEAR <= year <= _LAST_JALALI_YEAR:
        return None
    return jalali_to_gregorian(year, month, day).isoformat()


def _thai_iso(year: int, month: int, day: int) -> str | None:
    return date(year - 543, month, day).isoformat() if year in _THAI_YEARS else None


def _minguo_iso(year: int, month: int, day: int) -> str | None:
    return date(year + 1911, month, day).isoformat() if 60 <= year <= 150 else None


def _thai_year(match: re.Match[str]) -> str:
    year = int(match[0])
    return str(year - 543) if year in _THAI_YEARS else match[0]


def _jalali_named(match: re.Match[str]) -> str:
    year, month = int(match["y"]), _JALALI_NUMBERS[match["name"]]
    if not _FIRST_JALALI_YEAR <= year <= _LAST_JALALI_YEAR:
        return " "
    try:
        first = jalali_to_gregorian(year, month, int(match["d"] or 1))
    except ValueError:
        return " "
    if match["d"]:
        return f" {first.isoformat()} "
    # The month has days in two months of ours: only the year is known, and in Dey not even that.
    last = date.fromordinal(first.toordinal() + 28)
    return f" {first.year}年 " if first.year == last.year else " "


def _era_date(match: re.Match[str]) -> str:
    groups = match.groupdict()
    offset, first, last = _ERAS[_ERA_LETTERS.get(groups["era"], groups["era"])]
    year = offset + (1 if groups["y"] == "元" else int(groups["y"]))
    if groups.get("common") and int(groups["common"]) != year:
        return " "
    month, day = int(groups["m"] or 0), int(groups["d"] or 0)
    if not first.year <= year <= last.year:
        return " "
    try:
        if day and not first <= date(year, month, day) <= last:
            return " "
    except ValueError:
        return " "
    return f" {year}年{f'{month}月' if month else ''}{f'{day}日' if day else ''}"


def _era_in_brackets(match: re.Match[str]) -> str:
    """Return 2026年 of 2026年(令和8年), and nothing where they are different years."""
    year = _ERAS[match["era"]][0] + (1 if match["y"] == "元" else int(match["y"]))
    return f" {year}年" if year == int(match["common"]) else " "


def _minguo_date(match: re.Match[str], *, taiwan: bool) -> str:
    if not (match["mark"] or (taiwan and len(match["y"]) >= 2)):
        return match[0]
    year = 1911 + (1 if match["y"] == "元" else int(match["y"]))
    day = f"{match['d']}日" if match["d"] else ""
    return f" {year}年{match['m']}月{day}"


def _kanji_value(match: re.Match[str]) -> str:
    """Return the value of a number in kanji (二〇二六, 十二, 一百一十三), or the number."""
    number = match[0]
    if not set(number) & {"十", "百"}:
        return "".join(str(_KANJI_DIGITS[digit]) for digit in number)
    parts = re.fullmatch(rf"(?:({_DIGIT})?百)?零?(?:({_DIGIT})?十)?({_DIGIT})?", number)
    if parts is None:
        return number
    hundreds = _KANJI_DIGITS.get(parts[1], 1) if "百" in number else 0
    tens = _KANJI_DIGITS.get(parts[2], 1) if "十" in number else 0
    return str(100 * hundreds + 10 * tens + _KANJI_DIGITS.get(parts[3], 0))
