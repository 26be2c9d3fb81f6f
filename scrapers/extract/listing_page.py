"""Recognise pages that are no statement: lists of links to others, and home pages."""

import re
from collections.abc import Sequence
from itertools import islice

from lxml.html import HtmlElement

from archive.urls.web_address import address_path

_MIN_LINK_LINES = 4
_MIN_HOME_LINKS = 8
_MIN_LINK_SHARE = 0.5  # of the characters of a text, in lines that are links
_MIN_CARD_SHARE = 0.4  # of the lines of a text, in links
_PARAGRAPH = 220  # characters
_MIN_LINK_CHARACTERS = 12  # a shorter link is one in a sentence, or a menu's
_MAX_LINK_CHARACTERS = 300
_MAX_COMPARED = 500  # lines, and links, of a page
_HOME_PATH = re.compile(
    r"/?(?:[a-z]{2,3}(?:[-_][a-z]{2,4})?/?)?(?:(?:index|home|default)(?:\.[a-z]{3,5})?)?",
    re.IGNORECASE,
)


def find_link_lines(root: HtmlElement) -> frozenset[str]:
    """Return the texts of the links of a page, by which lines of its text are recognised."""
    elements = islice(root.iter("a"), _MAX_COMPARED)
    texts = (" ".join("".join(map(str, element.itertext())).split()) for element in elements)
    return frozenset(text for text in texts if len(text) >= _MIN_LINK_CHARACTERS)


def is_listing(lines: Sequence[str], links: frozenset[str]) -> bool:
    """Return whether most of a text's `lines` are links, or links with a sentence each."""
    lines = lines[:_MAX_COMPARED]
    link_lines = [line for line in lines if _is_link(line, links)]
    length = sum(map(len, lines))
    if len(link_lines) < _MIN_LINK_LINES:
        return False
    # Cards: a link and a sentence or two each, and no paragraph.
    is_cards = len(link_lines) >= _MIN_CARD_SHARE * len(lines) and max(map(len, lines)) < _PARAGRAPH
    return is_cards or sum(map(len, link_lines)) >= _MIN_LINK_SHARE * length


def is_home_page(url: str, links: frozenset[str], types: Sequence[str]) -> bool:
    """Return whether `url` is that of a site's home page, and the page does not say otherwise.

    `types`: what it says that it is, such as `article` or `NewsArticle`. A page with few `links`
    may be a site's only one.
    """
    if len(links) < _MIN_HOME_LINKS or "?" in url or not _HOME_PATH.fullmatch(address_path(url)):
        return False
    return not any("article" in name.lower() or "release" in name.lower() for name in types)


def _is_link(line: str, links: frozenset[str]) -> bool:
    """Return whether a link takes up most of `line`: its rest is a date, a kind or a lead-in."""
    if line in links:
        return True
    if len(line) > 2 * _MAX_LINK_CHARACTERS:
        return False
    return any(link in line and 2 * len(link) >= len(line) for link in links)
