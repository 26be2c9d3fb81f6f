"""Find the dates of any page: those it states, first of publication, then a guess marked as one.

Stated are dates in JSON-LD, meta elements, microdata, time elements, and in print near the title
or with a label. What is inferred from the address, or guessed by htmldate, is a guess
(`archive.models.is_guess`). The date of a change is never taken for that of publication.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import unquote

from lxml import etree
from lxml.html import HtmlElement

from archive.models import Issued
from archive.urls.registrable_domain import registrable_domain
from archive.urls.web_address import address_host, address_path
from scrapers.extract.any_page.page_metadata import headings_and_title, own_addresses
from scrapers.extract.date_parts.date_order import order_of
from scrapers.extract.date_parts.time_of_day import printed_times
from scrapers.extract.dates import DateReading, all_days, interpret_date
from scrapers.extract.guessed_date import guess_date, strings_with_years
from scrapers.extract.page_dates.civil_day import (
    LENGTH_OF_A_DAY,
    DayEvidence,
    clock_offsets,
    on_civil_day,
    stamp_offsets,
)
from scrapers.extract.page_dates.date_labels import MODIFIED_LABEL
from scrapers.extract.page_dates.json_ld_dates import json_ld_dates
from scrapers.extract.page_dates.markup_dates import MarkupDates, markup_dates, without_other_dates
from scrapers.extract.page_dates.page_regions import PageRegions
from scrapers.extract.page_dates.printed_dates import StatedDate

GUESSED_FROM_METADATA = "guessed from metadata"
_URL_DAY = re.compile(
    r"(?<!\d)(?P<y>19\d\d|20\d\d)(?P<s>[/_.-]?)(?P<m>0[1-9]|1[0-2]|(?<=[/_.-])[1-9])(?P=s)"
    r"(?P<d>0[1-9]|[12]\d|3[01]|(?<=[/_.-])[1-9])(?!\d|-[0-9a-f]{4}-)"  # no UUID
)
_PLACEHOLDERS = frozenset(
    {"1970-01-01", "1969-12-31", "1900-01-01", "1899-12-30"}
)  # of software, for no date
_DAY_OF_A_CALENDAR = re.compile(r"(?<![\w-])\d{4}([./-])\d{1,2}\1\d{1,2}(?![\w-])")
_NUMERIC = re.compile(r"(?<![\d./-])(\d{1,2})([/-])(\d{1,2})\2(?:19|20)\d\d(?!\d)")
# The end of such a date. A search goes fast from one of a character to the next.
_MAY_BE_NUMERIC = [
    re.compile(rf"{mark}(?:(?<={mark}\d{mark})|(?<={mark}\d\d{mark}))(?:19|20)\d\d")
    for mark in "/-"
]
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
_MAX_PIECE = 5_000  # characters of a piece of text; longer ones are mostly scripts
_LONG_BEFORE = 60  # days: of a move to new software, not of an event that is announced


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
    regions = PageRegions(root)
    stated = markup_dates(regions)
    objects = json_ld_dates(root, url, reader.title)
    published = [StatedDate(dates.published, "json-ld") for dates in objects if dates.published]
    modified = [StatedDate(dates.modified, "json-ld") for dates in objects if dates.modified]
    printed = list(reader.read(stated.printed))
    machine = [*reader.read(published), *reader.read(stated.meta)]
    beside, unclear = tuple(reader.printed_days), reader.unclear
    changes = [*reader.read([*modified, *stated.modified])]
    changed = next((issued.value for issued in changes), "")
    if machine and (printed_first := _contradicting(machine[0], stated, reader)):
        return replace(printed_first, modified=changed)
    if not machine and reader.doubtful and not printed:
        return PageDates(None, changed, reader.doubtful)
    if candidates := [*machine, *printed]:
        evidence = DayEvidence(
            printed=_printed_days(stated, reader),
            near=(*beside, *(date.value[:10] for date in printed if _is_local_day(date.value))),
            address=reader.url_day,
            local=tuple(date.value[:10] for date in machine if _is_local_day(date.value)),
            changed=frozenset(date.value[:10] for date in changes),
            offsets=frozenset(
                (
                    *stamp_offsets(date.value for date in [*machine, *printed, *changes]),
                    *reader.offsets,
                )
            ),
        )
        return PageDates(on_civil_day(candidates[0], evidence), changed)
    if reader.url_day and (not unclear or reader.url_day in unclear.alternatives):
        return PageDates(Issued(reader.url_day, reader.url_path, "url"), changed)
    if unclear:
        return PageDates(None, changed, unclear)
    if unsure := next(_whole_days(stated.dates, reader), None):
        return PageDates(_confirmed(unsure, regions, reader), changed)
    guess = guess_date(regions, reader.order, reader.lang)
    return PageDates(guess if guess and guess.value != changed[:10] else None, changed)


def _printed_days(stated: MarkupDates, reader: "_Reader") -> tuple[Issued, ...]:
    """Return the whole days that a page prints of its publication: with a label, else without."""
    labelled = tuple(_days_in_print(stated.labelled, reader))
    return labelled or tuple(
        day
        for part in stated.near_title
        for day in _days_in_print([part], reader)
        if part.is_for_dates or part.read_from == "time" or len(day.value) > LENGTH_OF_A_DAY
    )


def _days_in_print(dates: Iterable[StatedDate], reader: "_Reader") -> Iterator[Issued]:
    """Yield the whole days that are printed for people: beside a stamp, or without one."""
    for stated in dates:
        beside = reader.interpret(stated.beside).value
        if len(beside) >= LENGTH_OF_A_DAY:
            yield Issued(beside, stated.beside, "text")
        else:
            days = _whole_days([stated], reader)
            yield from (day for day in days if not day.value.endswith("Z"))


def _is_local_day(value: str) -> bool:
    return len(value) >= LENGTH_OF_A_DAY and not value.endswith("Z")


def _confirmed(unsure: Issued, regions: PageRegions, reader: "_Reader") -> Issued:
    """Return a date of metadata that do not say of what it is; a guess if the page prints it not.

    It may be that of a template, of a change or of the request.
    """
    texts = strings_with_years(without_other_dates(regions), attributes=False)
    if unsure.value[:LENGTH_OF_A_DAY] in all_days(texts, reader.order, reader.lang):
        return unsure
    return replace(unsure, read_from=GUESSED_FROM_METADATA)


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
    return (issued for issued in reader.read(dates) if len(issued.value) >= LENGTH_OF_A_DAY)


def _days_between(printed: str, machine: str) -> int:
    """Return how many days `machine` is after `printed`, both in ISO 8601.

    0 where they may be one day, by their zones, and where `machine` is no whole day.
    """
    if len(machine) < LENGTH_OF_A_DAY:
        return 0
    days = (date.fromisoformat(machine[:10]) - date.fromisoformat(printed[:10])).days
    return days if abs(days) > 1 else 0


class _Reader:
    """Reads the dates of one page, in its language and in the order of its numbers."""

    def __init__(self, root: HtmlElement, url: str) -> None:
        lang = _language(root)
        self.order = _order(root, url, lang)
        is_english = lang.lower().partition("-")[0] == "en"
        self.lang = "en" if is_english and not self.order else lang  # en-US is often a template's
        self.title = headings_and_title(root)
        self.url_day, self.url_path = _day_of_addresses([url, *_addresses_of_one_site(root)])
        self.unclear: UnclearDate | None = None
        self.doubtful: UnclearDate | None = None  # printed beside a stamp of quite another day
        self.printed_days: list[str] = []  # beside machine-readable dates
        self.offsets: list[timedelta] = []  # of clocks beside machine-readable dates

    def read(self, dates: Iterable[StatedDate]) -> Iterator[Issued]:
        """Yield the dates that are clear; the first that is not is noted."""
        for stated in dates:
            beside = self.interpret(stated.beside)
            stamp = self.interpret(stated.printed).value
            self._note_clock(stated, stamp)
            if stated.read_from == "time" and _is_other_day(beside.value, stamp):
                yield Issued(beside.value, stated.beside, "text")
                continue
            if stated.read_from == "time" and _are_other_days(beside.alternatives, stamp):
                self.doubtful = self.doubtful or UnclearDate(stated.beside, beside.alternatives)
                continue
            for printed in dict.fromkeys(filter(None, (stated.printed, stated.beside))):
                reading = self.interpret(printed)
                if reading.value[:10] in _PLACEHOLDERS:
                    continue
                if reading.value:
                    if len(beside.value) >= LENGTH_OF_A_DAY:
                        self.printed_days.append(beside.value[:LENGTH_OF_A_DAY])
                    yield Issued(reading.value, printed, stated.read_from)
                    break
                is_day = reading.alternatives or _DAY_OF_A_CALENDAR.search(printed)
                if is_day and self.unclear is None and not MODIFIED_LABEL.search(printed):
                    self.unclear = UnclearDate(printed, reading.alternatives)

    def interpret(self, printed: str) -> DateReading:
        """Return what a printed date says on this page."""
        return interpret_date(printed, order=self.order, lang=self.lang)

    def _note_clock(self, stated: StatedDate, stamp: str) -> None:
        """Note by how much a clock that is printed beside a stamp in UTC differs from it."""
        if stated.beside and len(stamp) > LENGTH_OF_A_DAY:
            clocks = [(time.hour, time.minute) for time in printed_times(stated.beside)]
            self.offsets += clock_offsets(stamp, clocks)


def _is_other_day(printed: str, stamp: str) -> bool:
    """Say whether an element prints another day than its stamp has; a time in UTC has two."""
    if len(printed) < LENGTH_OF_A_DAY or len(stamp) < LENGTH_OF_A_DAY:
        return False
    return bool(_days_between(printed, stamp)) or (
        not stamp.endswith("Z") and printed[:LENGTH_OF_A_DAY] != stamp[:LENGTH_OF_A_DAY]
    )


def _are_other_days(alternatives: tuple[str, ...], stamp: str) -> bool:
    return (
        bool(alternatives)
        and len(stamp) >= LENGTH_OF_A_DAY
        and all(
            day[:LENGTH_OF_A_DAY] != stamp[:LENGTH_OF_A_DAY] and _days_between(day, stamp)
            for day in alternatives
        )
    )


def _language(root: HtmlElement) -> str:
    lang = root.get("lang") or root.get("xml:lang") or ""
    return lang.strip() if re.fullmatch(r"\s*[A-Za-z]{2,3}(?:[-_]\w+)*\s*", lang) else ""


def _order(root: HtmlElement, url: str, lang: str) -> str:
    """Return the order of numeric dates: by the page's other dates, its site, its language.

    "" where they disagree: a site's template often claims American English.
    """
    first, second = set(), set()
    for match in _NUMERIC.finditer(_text_with_numeric_dates(root)):
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


def _text_with_numeric_dates(root: HtmlElement) -> str:
    """Return the pieces of a page's text that may have a date in numbers; "" if none has one."""
    text = etree.tostring(root, encoding="unicode", method="text", with_tail=False)
    if not any(end.search(text) for end in _MAY_BE_NUMERIC):
        return ""
    pieces = (str(piece) for piece in root.itertext() if len(piece) <= _MAX_PIECE)
    return " ".join(piece for piece in pieces if "/" in piece or "-" in piece)[:200_000]


def _addresses_of_one_site(root: HtmlElement) -> list[str]:
    """Return the addresses that a page says are its own; none where they are of several sites."""
    addresses = own_addresses(root)
    hosts = {registrable_domain(address_host(address)) for address in addresses}
    return addresses if len(hosts - {""}) <= 1 else []


def _day_of_addresses(urls: Iterable[str]) -> tuple[str, str]:
    """Return the day of the first address that has one, and that address's path; "" for none."""
    for url in urls:
        if day := day_of_address(url):
            return day, address_path(url)
    return "", ""


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
