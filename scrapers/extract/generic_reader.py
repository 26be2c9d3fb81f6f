"""The generic reader: extract an article from any page, without a layout.

Its main text is found by scrapers/extract/any_page/main_text.py, without the repeated title and the
labels that sites put between paragraphs (scrapers/extract/boilerplate.py).
"""

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from archive.errors import FormatError
from archive.models import Problem, ProblemKind, Reading
from scrapers.extract.any_page.link_texts import find_page_links
from scrapers.extract.any_page.main_text import MIN_SHARE, READER, extract_lines, is_whole
from scrapers.extract.any_page.page_titles import find_titles
from scrapers.extract.boilerplate import strip_boilerplate
from scrapers.extract.language_variants import LANGUAGE_TAG
from scrapers.extract.listing_page import find_link_lines, is_home_page, is_listing
from scrapers.extract.publication_date import find_publication_date
from scrapers.parse.lxml_html import parse_html

_MIN_WORDS = 3  # of a text …
_MIN_CHARACTERS = 12  # … whose language has spaces
_JSON_LD_TYPE = re.compile(r'"@type"\s*:\s*"(\w{1,60})"')


def read_generic_page(url: str, markup: str) -> Reading:
    """Read a page without a layout.

    FormatError where no main text is found, LimitError where the page exceeds a parser limit.
    """
    return read_generic_page_with_doubts(url, markup)[0]


def read_generic_page_with_doubts(url: str, markup: str) -> tuple[Reading, list[Problem]]:
    """Return what `read_generic_page` does, and a problem where the page may have more text."""
    root = parse_html(markup)
    page_links = find_page_links(root)
    titles = find_titles(root, url, page_links)
    frames = _xpath_values(root, "//iframe/@src | //frame/@src")
    # trafilatura modifies the tree, so all other values are read from it before.
    canonical = urljoin(url, next(iter(_xpath_values(root, "//link[@rel='canonical']/@href")), url))
    same_host = urlsplit(canonical).hostname == urlsplit(url).hostname
    site_name = next(iter(_xpath_values(root, "//meta[@property='og:site_name']/@content")), "")
    site_name = site_name or urlsplit(url).hostname or url
    lang = root.get("lang") or root.get("xml:lang") or ""
    links, types = find_link_lines(root), _page_types(root, markup)
    issued, translations = find_publication_date(root, url, markup), tuple(_translations(root, url))
    lines, prose = extract_lines(markup, root)
    text = "\n".join(strip_boilerplate(lines, titles, page_links))
    if is_home_page(url, links, types):
        raise FormatError(expected="a page of one statement", found="a home page")
    if is_listing(lines, links):
        raise FormatError(expected="a page of one statement", found="a list of links to others")
    if len(text.split()) < _MIN_WORDS and len(text) < _MIN_CHARACTERS:
        found = (
            f"{text!r} and a frame of {frames[0][:200]}"
            if frames
            else repr(text)
            if text
            else "none"
        )
        raise FormatError(expected="a page with a main text", found=found)
    if not titles:
        raise FormatError(expected="a page with a title", found="none")
    reading = Reading(
        identifier=canonical if same_host else url,
        url=url,
        title=titles[0],
        text=text,
        issuer=site_name,
        publisher=site_name,
        lang=lang if LANGUAGE_TAG.fullmatch(lang) else "und",
        kind="page",
        reader=READER,
        issued=issued,
        translations=translations,
    )
    return reading, _check_share(url, text, prose)


def _check_share(url: str, text: str, prose: int) -> list[Problem]:
    """Return a Problem where `text` is a small part of the paragraphs of its page."""
    if is_whole([text], prose):
        return []
    expected = f"at least {MIN_SHARE:.0%} of the page's {prose} characters in paragraphs"
    found = f"{len(text)} characters"
    return [Problem(url=url, field="text", expected=expected, found=found, kind=ProblemKind.BROKEN)]


def _page_types(root: HtmlElement, markup: str) -> list[str]:
    """Return what a page says that it is: og:type and the types of its JSON-LD."""
    return _xpath_values(root, "//meta[@property='og:type']/@content") + _JSON_LD_TYPE.findall(
        markup
    )


def article_text(markup: str) -> str:
    """Return the main text of a page, one block a line; "" where there is none."""
    root = parse_html(markup)
    links = find_page_links(root)
    titles = find_titles(root, "", links)
    return "\n".join(strip_boilerplate(extract_lines(markup, root)[0], titles, links))


def _xpath_values(root: HtmlElement, xpath: str) -> list[str]:
    results = root.xpath(xpath)
    return [text for value in results if (text := " ".join(str(value).split()))]


def _translations(root: HtmlElement, url: str) -> Iterator[tuple[str, str]]:
    for link in root.xpath("//link[@rel='alternate'][@hreflang][@href]"):
        lang, href = str(link.get("hreflang")), urljoin(url, str(link.get("href")))
        if lang != "x-default" and href != url and LANGUAGE_TAG.fullmatch(lang):
            yield lang, href
