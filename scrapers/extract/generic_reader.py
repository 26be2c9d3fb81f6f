"""The generic reader: extract an article from any page, without a layout.

Its main text is found by scrapers/extract/any_page/main_text.py, without the repeated title and the
labels that sites put between paragraphs (scrapers/extract/boilerplate.py).
"""

import re
from collections.abc import Iterable, Iterator

from lxml.html import HtmlElement

from archive.errors import FormatError
from archive.models import Problem, ProblemKind, Reading
from archive.urls.web_address import address_host, is_web_address, resolve_or_keep
from scrapers.extract.any_page.link_texts import find_page_links
from scrapers.extract.any_page.listing_page import is_home_page, is_listing
from scrapers.extract.any_page.main_text import MIN_SHARE, READER, extract_lines, is_whole
from scrapers.extract.any_page.page_metadata import frame_addresses, link_addresses, meta_contents
from scrapers.extract.any_page.page_titles import find_titles
from scrapers.extract.boilerplate import strip_boilerplate
from scrapers.extract.canonical_address import CanonicalAddress, choose_address
from scrapers.extract.language_variants import LANGUAGE_TAG
from scrapers.extract.publication_date import find_page_dates
from scrapers.extract.unclear_date import unclear_date
from scrapers.parse.html.html_tree import parse_without_comments

_MIN_WORDS = 3  # of a text …
_MIN_CHARACTERS = 12  # … whose language has spaces
_JSON_LD_TYPE = re.compile(r'"@type"\s*:\s*"(\w{1,60})"')


def read_generic_page(url: str, markup: str) -> Reading:
    """Read a page without a layout.

    FormatError where no main text is found, LimitError where the page exceeds a parser limit.
    """
    return read_generic_page_with_doubts(url, markup)[0]


def read_generic_page_with_doubts(url: str, markup: str) -> tuple[Reading, list[Problem]]:
    """Return what `read_generic_page` does, and what is in doubt: address, date, lost text."""
    root = parse_without_comments(markup)
    links = find_page_links(root)
    if is_home_page(url, links, _page_types(root, markup)):
        raise FormatError(expected="a page of one statement", found="a home page")
    titles = find_titles(root, url, links)
    address = _filed_under(root, url)
    site_name = next(_on_one_line(meta_contents(root, "og:site_name")), "")
    site_name = site_name or address_host(url) or url
    lang = root.get("lang") or root.get("xml:lang") or ""
    lines, prose = extract_lines(markup, root)
    text = "\n".join(strip_boilerplate(lines, titles, links))
    if is_listing(lines, links):
        raise FormatError(expected="a page of one statement", found="a list of links to others")
    if len(text.split()) < _MIN_WORDS and len(text) < _MIN_CHARACTERS:
        frame = next(_on_one_line(frame_addresses(root)), "")
        framed = f" and a frame of {frame[:200]}" if frame else ""
        found = f"{text!r}{framed}" if text or frame else "none"
        raise FormatError(expected="a page with a main text", found=found)
    if not titles:
        raise FormatError(expected="a page with a title", found="none")
    dates = find_page_dates(root, url)
    reading = Reading(
        identifier=address.url,
        url=address.url,
        title=titles[0],
        text=text,
        issuer=site_name,
        publisher=site_name,
        lang=lang if LANGUAGE_TAG.fullmatch(lang) else "und",
        kind="page",
        reader=READER,
        issued=dates.issued,
        modified=dates.modified,
        translations=tuple(_translations(root, url)),
    )
    doubts = [*_check_canonical(url, address), *_check_share(url, text, prose)]
    if dates.issued is None and (unclear := dates.unclear):
        doubts.append(unclear_date(url, "issued", unclear.printed, unclear.alternatives))
    return reading, doubts


def _check_share(url: str, text: str, prose: int) -> list[Problem]:
    """Return a Problem where `text` is a small part of the paragraphs of its page."""
    if is_whole([text], prose):
        return []
    expected = f"at least {MIN_SHARE:.0%} of the page's {prose} characters in paragraphs"
    found = f"{len(text)} characters"
    return [Problem(url=url, field="text", expected=expected, found=found, kind=ProblemKind.BROKEN)]


def _page_types(root: HtmlElement, markup: str) -> list[str]:
    """Return what a page says that it is: og:type and the types of its JSON-LD."""
    return [*_on_one_line(meta_contents(root, "og:type")), *_JSON_LD_TYPE.findall(markup)]


def _check_canonical(url: str, address: CanonicalAddress) -> list[Problem]:
    """Return a Problem where the page names a canonical address that is no address."""
    if not address.refused or address.url != url:
        return []
    found = f"{address.refused[:200]!r}; the page's own is taken"
    return [
        Problem(
            url=url,
            field="canonical",
            expected="a web address",
            found=found,
            kind=ProblemKind.DOUBT,
        )
    ]


def _filed_under(root: HtmlElement, url: str) -> CanonicalAddress:
    named = next(_on_one_line(link_addresses(root, "canonical")), "")
    return choose_address(url, _base_url(root, url), named)


def _base_url(root: HtmlElement, url: str) -> str:
    """Return the address by which links are resolved: of the first `<base href>`, if it is one."""
    hrefs = (href for element in root.iter("base") if (href := element.get("href")) is not None)
    named = " ".join(next(hrefs, "").split())
    base = resolve_or_keep(url, named) if named else url
    return base if is_web_address(base) else url


def article_text(markup: str) -> str:
    """Return the main text of a page, one block a line; "" where there is none."""
    root = parse_without_comments(markup)
    links = find_page_links(root)
    titles = find_titles(root, "", links)
    return "\n".join(strip_boilerplate(extract_lines(markup, root)[0], titles, links))


def _on_one_line(values: Iterable[str]) -> Iterator[str]:
    """Yield `values` on one line each, without empty ones."""
    return (text for value in values if (text := " ".join(value.split())))


def _translations(root: HtmlElement, url: str) -> Iterator[tuple[str, str]]:
    base = _base_url(root, url)
    for link in root.iter("link"):
        lang, named = link.get("hreflang"), link.get("href")
        if link.get("rel") != "alternate" or lang is None or named is None:
            continue
        href = resolve_or_keep(base, named)
        is_other = lang != "x-default" and href != url and is_web_address(href)
        if is_other and LANGUAGE_TAG.fullmatch(lang):
            yield lang, href
