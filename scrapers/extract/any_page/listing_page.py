"""Recognise pages that are no statement: lists of links to others, and home pages."""

import re
from collections.abc import Sequence
from itertools import pairwise

from archive.urls.web_address import address_path
from scrapers.extract.any_page.link_texts import PageLinks, Words, cover_by_links, split_words

_MIN_LINK_LINES = 4
_MIN_HOME_LINKS = 8
_MIN_LINK_SHARE = 0.5  # of the characters of a text, in lines that are links
_MIN_CARD_SHARE = 0.4  # of the lines of a text, in links
_PARAGRAPH = 220  # characters
_FIRST_IDEOGRAPH = "\u2e80"  # from here on scripts without spaces, which need fewer characters
_MAX_LINE_CHARACTERS = 600  # of a link with its date and lead-in
_MAX_LINES = 500  # of a text
_HOME_PATH = re.compile(
    r"/?(?:[a-z]{2,3}(?:[-_][a-z]{2,4})?/?)?(?:(?:index|home|default)(?:\.[a-z]{3,5})?)?",
    re.IGNORECASE,
)


def is_listing(lines: Sequence[str], links: PageLinks) -> bool:
    """Return whether most of a text's `lines` are links, or links with a sentence each."""
    lines = lines[:_MAX_LINES]
    link_lines = [line for line in lines if _is_link(line, links)]
    if len(link_lines) < _MIN_LINK_LINES:
        return False
    return _are_cards(lines, set(link_lines)) or sum(map(len, link_lines)) >= _MIN_LINK_SHARE * sum(
        map(len, lines)
    )


def _are_cards(lines: Sequence[str], link_lines: set[str]) -> bool:
    """Return whether `lines` are links with a sentence or two each, without a paragraph."""
    cards = sum(
        1
        for line, following in pairwise(lines)
        if line in link_lines and following not in link_lines
    )
    is_most = cards >= _MIN_LINK_LINES and cards >= _MIN_CARD_SHARE * len(lines)
    return is_most and max(map(len, lines)) < _PARAGRAPH


def is_home_page(url: str, links: PageLinks, types: Sequence[str]) -> bool:
    """Return whether `url` is that of a site's home page, and the page does not say otherwise.

    `types`: what it says that it is, such as `article` or `NewsArticle`. A page with few `links`
    may be a site's only one.
    """
    if "?" in url or not _HOME_PATH.fullmatch(address_path(url)):
        return False
    if sum(map(_is_headline, links.texts)) < _MIN_HOME_LINKS:
        return False
    return not any("article" in name.lower() or "release" in name.lower() for name in types)


def _is_link(line: str, links: PageLinks) -> bool:
    """Return whether a link takes up most of `line`: its rest is a date, a kind or a lead-in."""
    if len(line) > _MAX_LINE_CHARACTERS:
        return False
    words = split_words(line)
    count, outside = cover_by_links(words, links)
    return count > 0 and 2 * outside <= len(words) and _is_headline(words)


def _is_headline(words: Words) -> bool:
    """Return whether a link of these words may be a title: “Share on Facebook” is too short."""
    letters = "".join(words)
    return len(letters) >= (8 if max(letters, default="") >= _FIRST_IDEOGRAPH else 18)
