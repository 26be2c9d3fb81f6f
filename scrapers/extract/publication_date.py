"""Find the dates of any page: those it states, first of publication, then a guess marked as one.

Stated are dates in JSON-LD, meta elements, microdata, time elements, and in print near the title
or with a label. What is inferred from the address, or guessed by htmldate, is a guess
(`archive.models.is_guess`). The date of a change is never taken for that of publication.
"""

import logging
import re
from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from urllib.parse import unquote

from lxml import etree
from lxml.html import HtmlElement

from archive.models import Issued
from archive.urls.web_address import address_host, address_path
from scrapers.extract.dates import all_days, interpret_date, order_of
from scrapers.extract.page_dates.date_labels import MODIFIED_LABEL
from scrapers.extract.page_dates.json_ld_dates import json_ld_dates
from scrapers.extract.page_dates.markup_dates import MarkupDates, markup_dates, strip_other_dates
from scrapers.extract.page_dates.printed_dates import StatedDate

GUESSED_BY_HTMLDATE = f"guessed by htmldate {version('htmldate')}"
_URL_DAY = re.compile(
    r"(?<!\d)(?P<y>19\d\d|20\d\d)(?P<s>[/_.-]?)(?P<m>0[1-9]|1[0-2]|(?<=[/_.-])[1-9])(?P=s)"
    r"(?P<d>0[1-9]|[12]\d|3[01]|(?<=[/_.-])[1-9])(?!\d|-[0-9a-f]{4}-)"  # no UUID
)
_PLACEHOLDERS = frozenset({"1970-01-01", "1900-01-01"})  # of software, for no date
_DAY_OF_A_CALENDAR = re.compile(r"(?<![\w-])\d{4}([./-])\d{1,2}\1\d{1,2}(?![\w-])")
_NUMERIC = re.compile(r"(?<![\d./-])(\d{1,2})([/-])(\d{1,2})\2(?:19|20)\d\d(?!\d)")
# Hosts of one country, and the order in which its pages write numbers where they are English.
_MONTH_FIRST_HOSTS = (".gov", ".mil", ".us")
_DAY_FIRST_HOSTS = tuple(
    f".{country}"
    for country in (
        *("uk", "ie", "au", "nz", "in", "za", "ng", "ke", "gh", "pk", "jm", "mt", "sg", "my"),
        *("br", "pt", "fr", "be", "es", "it", "ar", "mx", "co", "pe", "cl", "uy", "ro", "gr"),
        *("de", "at", "ru", "ua", "by", "tr", "pl", "cz", "sk", "rs", "hr", "bg", "no", "dk"),
    )
)
_WORDS_OF_A_DATE, _MAX_WORDS_OF_A_TEXT, _MAX_PRINTED = 5, 800, 100
_LENGTH_OF_A_DAY = 10  # of 2024-03-01, in characters
_LONG_BEFORE = 60  # days: of a move to new software, not of an event that is announced
_FIRST_ZONE, _LAST_ZONE = timedelta(hours=-12), timedelta(hours=14)

logging.getLogger("htmldate").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class UnclearDate:
    """A date that is printed, with the days that it may be; none where its calendar is unknown."""

    printed: str
    alternatives: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PageDates:
    """The dates of a page: `unclear` only where the page has no date of issue that is clear."""

    issued: Issued | None
    modified: str = ""
    unclear: UnclearDate | None = None


def find_publication_date(root: HtmlElement, url: str, markup: str) -> Issued | None:
    """Return a page's date of publication, as `find_page_dates` does."""
    return find_page_dates(root, url).issued


def find_page_dates(root: HtmlElement, url: str) -> PageDates:
    """Return a page's dates: the first that is stated, else inferred from the address, or guessed.

    A printed date whose order is not known is read if the address has one of the days it may be.
    """
    reader = _Reader(root, url)
    stated = markup_dates(root)
    objects = json_ld_dates(root, url, reader.title)
    printed = list(reader.read(stated.printed))
    modified = [
        *(StatedDate(dates.modified, "json-ld") for dates in objects if dates.modified),
        *stated.modified,
    ]
    changed = next((issued.value for issued in reader.read(modified)), "")
    machine = [
        *reader.read(
            StatedDate(dates.published, "json-ld") for dates in objects if dates.published
        ),
        *reader.read(stated.meta),
    ]
    candidates = [*machine, *printed, *reader.read(stated.dates)]
    unclear = reader.unclear
    if machine and (printed_first := _contradicting(machine[0], stated, reader)):
        return replace(printed_first, modified=changed)
    if candidates:
        days = [*reader.printed_days, *(date.value for date in printed), reader.url_day]
        return PageDates(_on_civil_day(candidates[0], days), changed)
    if reader.url_day and (not unclear or reader.url_day in unclear.alternatives):
        path = address_path(url)
        return PageDates(Issued(reader.url_day, path, "url"), changed)
    if unclear:
        return PageDates(None, changed, unclear)
    guess = _guess_date(root, reader)
    return PageDates(guess if guess and guess.value != changed[:10] else None, changed)


def _contradicting(machine: Issued, stated: MarkupDates, reader: "_Reader") -> PageDates | None:
    """Return what a page prints of its date, where that contradicts a machine-readable one.

    A date printed with a label is believed: the other is often that of a move to new software, or
    of the minute in which the page was made. One without a label leaves the page unclear, if it
    is long before the other; None where nothing contradicts.
    """
    labelled = next(_whole_days(stated.labelled, reader), None)
    if labelled:
        return PageDates(labelled) if _days_between(labelled.value, machine.value) else None
    near = list(_whole_days(stated.near_title, reader))
    gaps = [_days_between(date.value, machine.value) for date in near]
    if len(near) == 1 and near[0].read_from == "text" and gaps[0] > _LONG_BEFORE:
        both = (near[0].value[:10], machine.value[:10])
        return PageDates(None, unclear=UnclearDate(near[0].printed, both))
    return None


def _whole_days(dates: Iterable[StatedDate], reader: "_Reader") -> Iterator[Issued]:
    return (issued for issued in reader.read(dates) if len(issued.value) >= _LENGTH_OF_A_DAY)


def _days_between(printed: str, machine: str) -> int:
    """Return how many days `machine` is after `printed`, both in ISO 8601.

    0 where they may be one day, by their zones, and where `machine` is no whole day.
    """
    if len(machine) < _LENGTH_OF_A_DAY:
        return 0
    days = (date.fromisoformat(machine[:10]) - date.fromisoformat(printed[:10])).days
    return days if abs(days) > 1 else 0


def _on_civil_day(issued: Issued, days: Iterable[str]) -> Issued:
    """Return a time in UTC as the day that the page prints, or its address has.

    Only where some zone has that day at that time; else the time is kept.
    """
    if not issued.value.endswith("Z"):
        return issued
    instant = datetime.fromisoformat(issued.value).astimezone(UTC)
    first, last = ((instant + zone).date().isoformat() for zone in (_FIRST_ZONE, _LAST_ZONE))
    for day in days:
        if len(day) >= 10 and first <= day[:10] <= last:
            return (
                issued
                if day[:10] == issued.value[:10]
                else Issued(day[:10], issued.printed, issued.read_from)
            )
    return issued


class _Reader:
    """Reads the dates of one page, in its language and in the order of its numbers."""

    def __init__(self, root: HtmlElement, url: str) -> None:
        lang = _language(root)
        self.order = _order(root, url, lang)
        is_english = lang.lower().partition("-")[0] == "en"
        self.lang = "en" if is_english and not self.order else lang  # en-US is often a template's
        self.title = " ".join(str(t) for t in root.xpath("//h1//text() | //head/title/text()"))
        self.url_day = day_of_address(url)
        self.unclear: UnclearDate | None = None
        self.printed_days: list[str] = []  # beside machine-readable dates

    def read(self, dates: Iterable[StatedDate]) -> Iterator[Issued]:
        """Yield the dates that are clear; the first that is not is noted."""
        for stated in dates:
            if stated.read_from == "time" and (beside := self._contradicted(stated)):
                yield beside
                continue
            for printed in dict.fromkeys(filter(None, (stated.printed, stated.beside))):
                reading = interpret_date(printed, order=self.order, lang=self.lang)
                if reading.value[:10] in _PLACEHOLDERS:
                    continue
                if reading.value:
                    self._note_printed_day(stated)
                    yield Issued(reading.value, printed, stated.read_from)
                    break
                is_day = reading.alternatives or _DAY_OF_A_CALENDAR.search(printed)
                if is_day and self.unclear is None and not MODIFIED_LABEL.search(printed):
                    self.unclear = UnclearDate(printed, reading.alternatives)

    def _contradicted(self, stated: StatedDate) -> Issued | None:
        """Return the day that an element prints, where its stamp is one of quite another day."""
        day = interpret_date(stated.beside, order=self.order, lang=self.lang).value
        stamp = interpret_date(stated.printed, order=self.order, lang=self.lang).value
        if len(day) >= _LENGTH_OF_A_DAY and _days_between(day, stamp):
            return Issued(day, stated.beside, "text")
        return None

    def _note_printed_day(self, stated: StatedDate) -> None:
        """Note the day that an element prints beside its stamp, which may be in UTC."""
        day = interpret_date(stated.beside, order=self.order, lang=self.lang).value
        if len(day) >= 10:
            self.printed_days.append(day[:10])


def _language(root: HtmlElement) -> str:
    lang = root.get("lang") or root.get("xml:lang") or ""
    return lang.strip() if re.fullmatch(r"\s*[A-Za-z]{2,3}(?:[-_]\w+)*\s*", lang) else ""


def _order(root: HtmlElement, url: str, lang: str) -> str:
    """Return the order of numeric dates: by the page's other dates, its site, its language.

    "" where they disagree: a site's template often claims American English.
    """
    text = " ".join(str(piece) for piece in root.itertext() if "/" in piece or "-" in piece)
    first, second = set(), set()
    for match in _NUMERIC.finditer(text[:200_000]):
        first.add(int(match[1]) > 12)
        second.add(int(match[3]) > 12)
    if (True in first) != (True in second):
        return "dmy" if True in first else "mdy"
    host = address_host(url)
    by_host = "mdy" if host.endswith(_MONTH_FIRST_HOSTS) else ""
    by_host = "dmy" if host.endswith(_DAY_FIRST_HOSTS) else by_host
    if lang.lower().partition("-")[0] not in {"", "en"}:
        by_host = ""
    by_lang = order_of(lang.replace("_", "-").lower())
    return by_host or by_lang if not (by_host and by_lang and by_host != by_lang) else ""


def day_of_address(url: str) -> str:
    """Return the day in an address's path: /2021/03/04/, 2021-03-04, 20210304; "" for none or two.

    A year and a month alone may be a fiscal year, 2011-12.
    """
    days = set()
    for match in _URL_DAY.finditer(unquote(address_path(url))):
        try:
            days.add(date(int(match["y"]), int(match["m"]), int(match["d"])).isoformat())
        except ValueError:
            continue
    return days.pop() if len(days) == 1 else ""


def _guess_date(root: HtmlElement, reader: _Reader) -> Issued | None:
    """Return htmldate's guess, if the page prints that day outside footers and notes of changes."""
    import htmldate  # 0.1 s to import, and most pages state their date

    page = strip_other_dates(deepcopy(root))
    try:
        guess = htmldate.find_date(page, original_date=True, extensive_search=True)
    except (etree.LxmlError, ValueError, RecursionError):
        return None
    if not guess:
        return None
    for text in _strings(page):
        if guess in all_days([text], reader.order, reader.lang):
            return Issued(guess, _printed_form(text, guess, reader), GUESSED_BY_HTMLDATE)
    return None


def _printed_form(text: str, day: str, reader: _Reader) -> str:
    """Return the fewest words of `text` that are `day`; `text` where it has too many."""
    words = text.split()
    for size in range(1, _WORDS_OF_A_DATE + 1):
        for start in range(min(len(words), _MAX_WORDS_OF_A_TEXT) - size + 1):
            part = " ".join(words[start : start + size])
            if day in all_days([part], reader.order, reader.lang):
                return part.strip(" ,;()")
    return " ".join(words)[:_MAX_PRINTED]


def _strings(root: HtmlElement) -> Iterator[str]:
    """Yield the texts of a page that have a year, and the stamps in its attributes."""
    for element in root.iter():
        if isinstance(element.tag, str):
            stamps = (element.get(name) for name in ("datetime", "content", "title"))
            for text in (element.text, element.tail, *stamps):
                if text and re.search(r"\d{4}|[年]", str(text)):
                    yield str(text)
