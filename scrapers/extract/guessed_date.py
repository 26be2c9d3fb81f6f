"""Guess the date of a page that states none, as htmldate does, from the days that it prints."""

import logging
import re
from collections.abc import Iterator
from importlib.metadata import version

from lxml import etree
from lxml.html import HtmlElement

from archive.models import Issued
from scrapers.extract.dates import all_days
from scrapers.extract.page_dates.markup_dates import without_other_dates
from scrapers.extract.page_dates.page_regions import PageRegions

GUESSED_BY_HTMLDATE = f"guessed by htmldate {version('htmldate')}"
_WORDS_OF_A_DATE, _MAX_WORDS_OF_A_TEXT, _MAX_PRINTED = 5, 800, 100

logging.getLogger("htmldate").setLevel(logging.CRITICAL)


def guess_date(regions: PageRegions, order: str, lang: str) -> Issued | None:
    """Return htmldate's guess, if the page prints that day outside footers and notes of changes."""
    import htmldate  # 0.1 s to import, and most pages state their date

    page = without_other_dates(regions)
    try:
        guess = htmldate.find_date(page, original_date=True, extensive_search=True)
    except (etree.LxmlError, ValueError, RecursionError):
        return None
    if not guess:
        return None
    for text in strings_with_years(page):
        if guess in all_days([text], order, lang):
            return Issued(guess, _printed_form(text, guess, order, lang), GUESSED_BY_HTMLDATE)
    return None


def strings_with_years(root: HtmlElement, *, attributes: bool = True) -> Iterator[str]:
    """Yield the texts of a page that have a year, and the stamps in its attributes."""
    names = ("datetime", "content", "title") if attributes else ()
    for element in root.iter():
        if isinstance(element.tag, str):
            stamps = (element.get(name) for name in names)
            for text in (element.text, element.tail, *stamps):
                if text and re.search(r"\d{4}|[年]", str(text)):
                    yield str(text)


def _printed_form(text: str, day: str, order: str, lang: str) -> str:
    """Return the fewest words of `text` that are `day`; `text` where it has too many."""
    words = text.split()
    for size in range(1, _WORDS_OF_A_DATE + 1):
        for start in range(min(len(words), _MAX_WORDS_OF_A_TEXT) - size + 1):
            part = " ".join(words[start : start + size])
            if day in all_days([part], order, lang):
                return part.strip(" ,;()")
    return " ".join(words)[:_MAX_PRINTED]
