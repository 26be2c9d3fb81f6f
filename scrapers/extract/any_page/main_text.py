"""Find the main text of any page with trafilatura, or more simply where that finds too little.

trafilatura finds the article's elements; their text follows our own rules for blocks
(scrapers/parse/html/text_lines.py).
"""

import logging
import re
from collections.abc import Iterator
from copy import copy
from importlib.metadata import version

import trafilatura
from lxml import etree
from lxml.etree import _Element
from lxml.html import HtmlElement
from trafilatura.settings import Document as Extracted

from archive.errors import FormatError
from scrapers.parse.html.element_text import add_element
from scrapers.parse.html.html_tree import parse_html
from scrapers.parse.html.text_lines import TextLines

READER = f"generic/trafilatura-{version('trafilatura')}"
MIN_SHARE = 0.2  # of the characters of a page's paragraphs; a text that has less is not whole
_MIN_SHARE_OF_FAST = 0.5  # of what trafilatura finds without its fallbacks
_MIN_PROSE = 800  # characters of a page's paragraphs, from which a share says something
_MIN_PARAGRAPH = 40  # characters of a paragraph that is prose
_LINE_ELEMENTS = frozenset(
    {"p", "head", "list", "item", "quote", "row", "table", "lb", "div", "ab", "code"}
)
# Elements that readers write, by the names that publishing systems give them.
_COMMENTS = (
    "self::*[self::div or self::section or self::ol or self::ul or self::li][starts-with(@id,"
    " 'comment') or contains(concat(' ', @class), ' comment') or @id='disqus_thread']"
)
_PARAGRAPHS = etree.XPath(
    ".//p[not(ancestor::nav or ancestor::footer or ancestor::aside or ancestor::form"
    f" or ancestor::*[{_COMMENTS}])]"
)
_REMOVED = etree.XPath(
    ".//*[self::nav or self::footer or self::aside or self::form or self::header[not(.//h1)]"
    " or @role='navigation' or @role='banner' or @role='contentinfo' or @role='search'"
    f" or {_COMMENTS}]"
)
_QUOTATION = re.compile('[“„«»「『][^“”„«»「」『』]{20,}[”“»«」』]|"[^"]{20,}"')

# It logs every page that it cannot read.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


def extract_lines(markup: str, root: HtmlElement) -> tuple[list[str], int]:
    """Return the lines of a page's main text, and how many characters its paragraphs have.

    `root` is `markup` parsed. FormatError where trafilatura cannot read the page.
    """
    root = with_quoted_captions(root)
    prose, article_prose = _prose_lengths(root)
    body = _extract_main_element(root, fast=True)
    if body is None or len(body) == 1:
        # Without its fallbacks trafilatura merges the paragraphs of a short page into one; with
        # them it keeps them apart, at twice the time.
        body = _extract_main_element(_parse_again(markup), fast=False)
    lines = [] if body is None else _lines_of_extracted(body)
    if len(lines) > 1 and not is_whole(lines, article_prose, _MIN_SHARE_OF_FAST):
        lines = _more_lines(markup, lines)
    if len(lines) > 1 and is_whole(lines, prose):
        return lines, prose
    others = list(_other_lines(markup, has_none=len(lines) < 2))
    if len(lines) == 1:
        lines = next((run for other in others if (run := _unmerge(lines[0], other))), lines)
    if is_whole(lines, prose):
        return lines, prose
    return next((other for other in others if is_whole(other, prose)), lines), prose


def _more_lines(markup: str, lines: list[str]) -> list[str]:
    """Return what trafilatura finds with its fallbacks, if all of `lines` are in it; else these."""
    body = _extract_main_element(_parse_again(markup), fast=False)
    more = [] if body is None else _lines_of_extracted(body)
    return more if set(lines) <= set(more) else lines


def _unmerge(merged: str, lines: list[str]) -> list[str]:
    """Return those of a page's `lines` of which trafilatura made one; [] where it made none."""
    letters = "".join(merged.split())
    pieces = ["".join(line.split()) for line in lines]
    start = "".join(pieces).find(letters)
    end, position, run = start + len(letters), 0, []
    for line, piece in zip(lines, pieces, strict=True):
        if start <= position and position + len(piece) <= end:
            run.append(line)
        position += len(piece)
    return run if start >= 0 and sum(map(len, run)) >= len(letters) else []


def is_whole(lines: list[str], prose: int, share: float = MIN_SHARE) -> bool:
    """Return whether `lines` are no small part of the `prose` characters of a page's paragraphs."""
    length = _length(lines)
    return length > 0 and (prose < _MIN_PROSE or length >= share * prose)


def _length(lines: list[str]) -> int:
    return sum(map(len, lines))


def with_quoted_captions(root: HtmlElement) -> HtmlElement:
    """Return a page whose captions that quote somebody are paragraphs: trafilatura drops captions.

    It is `root` itself where it has none.
    """
    if not any(map(_is_quoted, root.iter("figcaption"))):
        return root
    root = copy(root)
    for caption in list(filter(_is_quoted, root.iter("figcaption"))):
        figure = caption.getparent()
        caption.tag = "p"
        if figure is not None and figure.tag == "figure":
            figure.tag = "div"
    return root


def _is_quoted(caption: HtmlElement) -> bool:
    return _QUOTATION.search("".join(map(str, caption.itertext()))) is not None


def _parse_again(markup: str) -> HtmlElement:
    return with_quoted_captions(parse_html(markup))


def _prose_lengths(root: HtmlElement) -> tuple[int, int]:
    """Return the prose of a page, and of its only article or main element, 0 without such."""
    article = _only_article(root)
    prose = of_article = 0
    for paragraph in _select(_PARAGRAPHS, root):
        length = len(" ".join("".join(map(str, paragraph.itertext())).split()))
        if length < _MIN_PARAGRAPH:
            continue  # as long as a menu's
        prose += length
        if article is not None and article in paragraph.iterancestors(article.tag):
            of_article += length
    return prose, of_article


def _only_article(root: HtmlElement) -> HtmlElement | None:
    for name in ("article", "main"):
        elements = list(root.iter(name))
        if len(elements) == 1:
            return elements[0]
    return None


def _select(xpath: etree.XPath, root: HtmlElement) -> list[HtmlElement]:
    elements = xpath(root)
    return [e for e in elements if isinstance(e, HtmlElement)] if isinstance(elements, list) else []


def _other_lines(markup: str, *, has_none: bool) -> Iterator[list[str]]:
    """Yield the lines of a page's article and main part, and of its body if it `has_none` yet."""
    root = _parse_again(markup)
    for element in _select(_REMOVED, root):
        if element.getparent() is not None:
            element.drop_tree()
    for name in ("article", "main", "body") if has_none else ("article", "main"):
        elements = list(root.iter(name))
        if name == "article" and len(elements) != 1:
            continue  # several are a list of articles
        for element in elements[:1]:
            lines = TextLines()
            add_element(lines, element)
            yield [line for line in lines.text().split("\n") if line]


def _lines_of_extracted(body: _Element) -> list[str]:
    for element in body.iter():  # its own XML: <head>, <item>, <row> and <cell>
        if element.tag in _LINE_ELEMENTS:
            element.tag = "p"
        elif element.tag == "cell":
            element.tag = "td"
    body.tag = "div"
    lines = TextLines()
    add_element(lines, body)
    return [line for line in lines.text().split("\n") if line]


def _extract_main_element(root: HtmlElement, *, fast: bool) -> _Element | None:
    try:
        extracted = trafilatura.bare_extraction(
            root,
            fast=fast,
            include_comments=False,
            include_tables=True,
            with_metadata=False,
            output_format="xml",  # makes no text beside the elements
        )
    except (etree.LxmlError, ValueError, RecursionError) as error:
        raise FormatError(expected="a page that trafilatura reads", found=str(error)) from error
    return extracted.body if isinstance(extracted, Extracted) else None
