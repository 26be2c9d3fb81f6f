"""The generic reader: extract an article from any page with trafilatura, without a layout.

trafilatura finds the article's elements; their text follows our own rules for blocks
(scrapers/parse/text_lines.py), without the repeated title and the labels that sites put between
paragraphs (scrapers/extract/boilerplate.py).
"""

import logging
import re
from collections.abc import Iterator
from importlib.metadata import version

import trafilatura
from lxml import etree
from lxml.etree import _Element
from lxml.html import HtmlElement
from trafilatura.settings import Document as Extracted

from archive.errors import FormatError
from archive.models import Problem, ProblemKind, Reading
from archive.urls.web_address import address_host, is_web_address, resolve_or_keep
from scrapers.extract.boilerplate import strip_boilerplate
from scrapers.extract.canonical_address import CanonicalAddress, choose_address
from scrapers.extract.language_variants import LANGUAGE_TAG
from scrapers.extract.listing_page import find_link_lines, is_home_page, is_listing
from scrapers.extract.publication_date import UnclearDate, find_page_dates
from scrapers.parse.lxml_html import parse_html
from scrapers.parse.text_lines import TextLines, add_element

READER = f"generic/trafilatura-{version('trafilatura')}"
_LINE_ELEMENTS = frozenset(
    {"p", "head", "list", "item", "quote", "row", "table", "lb", "div", "ab", "code"}
)

_JSON_LD_TYPE = re.compile(r'"@type"\s*:\s*"(\w{1,60})"')

_CANONICAL = (
    "//link[contains(concat(' ', normalize-space(translate(@rel, 'CANOIL', 'canoil')), ' '),"
    " ' canonical ')]/@href"
)

# It logs every page that it cannot read.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


def read_generic_page(url: str, markup: str) -> Reading:
    """Read a page without a layout.

    FormatError where no main text is found, LimitError where the page exceeds a parser limit.
    """
    root = parse_html(markup)
    titles = list(_titles(root))
    # trafilatura modifies the tree, so all other values are read from it before.
    address = _filed_under(root, url).url
    site_name = next(iter(_xpath_values(root, "//meta[@property='og:site_name']/@content")), "")
    site_name = site_name or address_host(url) or url
    lang = root.get("lang") or root.get("xml:lang") or ""
    links, types = find_link_lines(root), _page_types(root, markup)
    dates, translations = find_page_dates(root, url), tuple(_translations(root, url))
    text = _extract_article(markup, titles, root)
    if not text:
        raise FormatError(expected="a page with a main text", found="none")
    if not titles:
        raise FormatError(expected="a page with a title", found="none")
    if is_home_page(url, links, types):
        raise FormatError(expected="a page of one statement", found="a home page")
    if is_listing(text.split("\n"), links):
        raise FormatError(expected="a page of one statement", found="a list of links to others")
    return Reading(
        identifier=address,
        url=address,
        title=titles[0],
        text=text,
        issuer=site_name,
        publisher=site_name,
        lang=lang if LANGUAGE_TAG.fullmatch(lang) else "und",
        kind="page",
        reader=READER,
        issued=dates.issued,
        modified=dates.modified,
        translations=translations,
    )


def _page_types(root: HtmlElement, markup: str) -> list[str]:
    """Return what a page says that it is: og:type and the types of its JSON-LD."""
    return _xpath_values(root, "//meta[@property='og:type']/@content") + _JSON_LD_TYPE.findall(
        markup
    )


def unclear_date_of_page(url: str, markup: str) -> UnclearDate | None:
    """Return the date that an undated page prints, if what it means is unclear."""
    return find_page_dates(parse_html(markup), url).unclear


def check_canonical(url: str, markup: str) -> list[Problem]:
    """Return a Problem where the page names a canonical address that is no address."""
    if "canonical" not in markup.lower():
        return []
    refused = _filed_under(parse_html(markup), url).refused
    if not refused:
        return []
    found = f"{refused[:200]!r}; the page's own is taken"
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
    named = _xpath_values(root, _CANONICAL)
    return choose_address(url, _base_url(root, url), named[0] if named else "")


def _base_url(root: HtmlElement, url: str) -> str:
    """Return the address by which links are resolved: of the first `<base href>`, if it is one."""
    named = _xpath_values(root, "//base[@href][1]/@href")
    base = resolve_or_keep(url, named[0]) if named else url
    return base if is_web_address(base) else url


def article_text(markup: str) -> str:
    """Return the main text of a page, one block a line; "" where there is none."""
    root = parse_html(markup)
    return _extract_article(markup, list(_titles(root)), root)


def _extract_article(markup: str, titles: list[str], root: HtmlElement) -> str:
    body = _extract_main_element(root, fast=True)
    if body is None or len(body) == 1:
        # Without its fallbacks trafilatura merges the paragraphs of a short page into one; with
        # them it keeps them apart, at twice the time.
        body = _extract_main_element(parse_html(markup), fast=False)
    if body is None:
        return ""
    for element in body.iter():  # its own XML: <head>, <item>, <row> and <cell>
        if element.tag in _LINE_ELEMENTS:
            element.tag = "p"
        elif element.tag == "cell":
            element.tag = "td"
    body.tag = "div"
    lines = TextLines()
    add_element(lines, body)
    return "\n".join(strip_boilerplate(lines.text().split("\n"), titles))


def _extract_main_element(root: HtmlElement, *, fast: bool) -> _Element | None:
    try:
        extracted = trafilatura.bare_extraction(
            root, fast=fast, include_comments=False, include_tables=True, with_metadata=False
        )
    except (etree.LxmlError, ValueError, RecursionError) as error:
        raise FormatError(expected="a page that trafilatura reads", found=str(error)) from error
    return extracted.body if isinstance(extracted, Extracted) else None


def _titles(root: HtmlElement) -> Iterator[str]:
    """Yield the page's titles: an only h1, og:title, title, and up to three h1."""
    headings = [_element_text(element) for element in root.iter("h1")]
    if len(headings) == 1 and headings[0]:
        yield headings[0]
    other_titles = _xpath_values(root, "//meta[@property='og:title']/@content")
    other_titles += [_element_text(element) for element in root.iterfind(".//head/title")]
    yield from (title for title in [*other_titles, *headings[:3]] if title)


def _element_text(element: HtmlElement) -> str:
    return " ".join("".join(str(piece) for piece in element.itertext()).split())


def _xpath_values(root: HtmlElement, xpath: str) -> list[str]:
    results = root.xpath(xpath)
    return [text for value in results if (text := " ".join(str(value).split()))]


def _translations(root: HtmlElement, url: str) -> Iterator[tuple[str, str]]:
    base = _base_url(root, url)
    for link in root.xpath("//link[@rel='alternate'][@hreflang][@href]"):
        lang, href = str(link.get("hreflang")), resolve_or_keep(base, str(link.get("href")))
        is_other = lang != "x-default" and href != url and is_web_address(href)
        if is_other and LANGUAGE_TAG.fullmatch(lang):
            yield lang, href
