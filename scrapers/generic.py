"""Any page, read without knowing it: by trafilatura, and labelled so."""

import json
import logging
import re
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit

import htmldate
import trafilatura
from lxml import etree
from trafilatura.settings import Document as Extracted

from archive.errors import FormatError
from archive.models import Issued, Reading
from scrapers.dates import read_date
from scrapers.page import Page

READER = f"generic/trafilatura-{version('trafilatura')}"
_GUESSED = f"guessed by htmldate {version('htmldate')}"
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_META_DATES = (
    "meta[property='article:published_time'] @content",
    "meta[name='dcterms.date'], meta[name='DC.date.issued'], meta[name='dc.date'] @content",
    "meta[itemprop=datePublished] @content",
)
_TIMES = "article time @datetime", "main time @datetime", "time[itemprop=datePublished] @datetime"

# Libraries that tell the world of every page they cannot read.
for _name in ("trafilatura", "htmldate"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)


def read_any(url: str, markup: str) -> Reading:
    """Return what a page says as far as one can see who does not know it.

    FormatError where no main text is found, LimitError where the page should not be parsed.
    """
    page = Page(url, markup)
    extracted = extract(markup, url)
    if extracted is None or not (extracted.text or "").strip():
        raise FormatError("expected a page with a main text, found none")
    title = _title(page, extracted)
    if not title:
        raise FormatError("expected a page with a title, found none")
    text = _lines(extracted.text or "").removeprefix(f"{title}\n")
    host = urlsplit(url).hostname or url
    site = next(iter(page.values("meta[property='og:site_name'] @content")), "") or host
    canonical = next(iter(page.values("link[rel=canonical] @href")), url)
    same_host = urlsplit(canonical).hostname == urlsplit(url).hostname
    return Reading(
        identifier=canonical if same_host else url,
        url=url,
        title=title,
        text=text,
        issuer=site,
        publisher=site,
        lang=page.lang if _LANGUAGE.fullmatch(page.lang) else "und",
        kind="page",
        reader=READER,
        issued=_issued(page, url, markup),
        translations=tuple(
            (lang, href)
            for lang, href in page.pairs("link[rel=alternate][hreflang]", "@hreflang", "@href")
            if lang != "x-default" and href != url
        ),
    )


def extract(markup: str, url: str = "") -> Extracted | None:
    """Return what trafilatura takes for the main text; None where it finds none."""
    try:
        found = trafilatura.bare_extraction(
            markup,
            url=url or None,
            favor_precision=True,
            include_comments=False,
            include_tables=True,
            with_metadata=False,
        )
    except (etree.LxmlError, ValueError, RecursionError) as error:
        raise FormatError(f"expected a page that trafilatura reads, found: {error}") from error
    return found if isinstance(found, Extracted) else None


def _lines(text: str) -> str:
    """Take off the list marks that trafilatura puts in, and white space."""
    lines = (" ".join(line.removeprefix("- ").split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def _title(page: Page, extracted: Extracted) -> str:
    headings = page.values("h1")
    if len(headings) == 1 and headings[0]:
        return headings[0]
    told = page.values("meta[property='og:title'] @content") + page.values("title")
    return next((title for title in told if title), extracted.title or "")


def _issued(page: Page, url: str, markup: str) -> Issued | None:
    """Return the first date that says what it is; a guess only after all of those, as one."""
    for read_from, printed in _printed_dates(page, url):
        if value := read_date(printed):
            return Issued(value, printed, read_from)
    try:
        guess = htmldate.find_date(markup, original_date=True, extensive_search=True)
    except (etree.LxmlError, ValueError, RecursionError):
        guess = None
    return Issued(guess, guess, _GUESSED) if guess else None


def _printed_dates(page: Page, url: str) -> Iterator[tuple[str, str]]:
    for script in page.select("script[type='application/ld+json']"):
        yield from (("json-ld", date) for date in _dates_published(script.string or ""))
    for selector in _META_DATES:
        yield from (("meta", printed) for printed in page.values(selector))
    for selector in _TIMES:
        times = set(page.values(selector))
        if len(times) == 1:  # more than one: of other pages too
            yield "time", times.pop()
    yield "url", urlsplit(url).path


def _dates_published(script: str) -> Iterator[str]:
    try:
        told: Any = json.loads(script)
    except ValueError:
        return
    waiting = [told]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting += one
        elif isinstance(one, dict):
            waiting += [value for value in one.values() if isinstance(value, list | dict)]
            if isinstance(date := one.get("datePublished"), str):
                yield date
