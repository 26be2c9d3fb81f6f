"""Find the publication date of any page: stated dates first, then a guess, labelled as one."""

import json
import logging
from collections import deque
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit

from lxml import etree
from lxml.html import HtmlElement

from archive.models import Issued
from scrapers.extract.dates import read_date

GUESSED_BY_HTMLDATE = f"guessed by htmldate {version('htmldate')}"
_META_XPATHS = (
    "//meta[@property='article:published_time']/@content",
    "//meta[@itemprop='datePublished']/@content",
    "//meta[@name='dcterms.issued' or @name='dcterms.date' or @name='DC.date.issued']/@content",
)
_TIME_XPATHS = ("//time[@itemprop='datePublished']/@datetime", "//article//time/@datetime")

logging.getLogger("htmldate").setLevel(logging.CRITICAL)


def find_publication_date(root: HtmlElement, url: str, markup: str) -> Issued | None:
    """Return the first stated publication date, from JSON-LD, meta, time or the URL.

    Else htmldate's, labelled as a guess; None where that finds none either.
    """
    for read_from, printed in _stated_dates(root, url):
        if value := read_date(printed):
            return Issued(value, printed, read_from)
    return _guess_date(markup)


def _guess_date(markup: str) -> Issued | None:
    import htmldate  # 0.1 s to import, and most pages state their date

    try:
        guess = htmldate.find_date(markup, original_date=True, extensive_search=True)
    except (etree.LxmlError, ValueError, RecursionError):
        return None
    return Issued(guess, guess, GUESSED_BY_HTMLDATE) if guess else None


def _stated_dates(root: HtmlElement, url: str) -> Iterator[tuple[str, str]]:
    for script in root.xpath("//script[@type='application/ld+json']/text()"):
        yield from (("json-ld", printed) for printed in _json_ld_dates(str(script)))
    for xpath in _META_XPATHS:
        yield from (("meta", str(printed)) for printed in root.xpath(xpath))
    for xpath in _TIME_XPATHS:
        times = set(root.xpath(xpath))
        if len(times) == 1:  # several include those of other pages
            yield "time", str(times.pop())
    yield "url", urlsplit(url).path


def _json_ld_dates(script: str) -> Iterator[str]:
    try:
        data: Any = json.loads(script)
    except (ValueError, RecursionError):
        return
    pending = deque([data])  # in order: the article comes before what it is related to
    while pending:
        node = pending.popleft()
        if isinstance(node, list):
            pending += node
        elif isinstance(node, dict):
            pending += [value for value in node.values() if isinstance(value, list | dict)]
            if isinstance(printed := node.get("datePublished"), str):
                yield printed
