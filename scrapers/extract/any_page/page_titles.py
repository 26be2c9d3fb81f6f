"""Find the title of any page, and the other titles that its text may repeat.

A page's own heading is its title, unless it names the section, the site or its head: then what the
page declares (og:title, title) is, and the heading that it begins with.
"""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from scrapers.extract.any_page.link_texts import PageLinks, split_words
from scrapers.extract.any_page.page_metadata import meta_contents
from scrapers.parse.html.text_lines import clean_characters

_SEPARATOR = re.compile(r"\s+(?:[-–—|·•»:]+|::)\s+|\s*[|»]\s*")
_MAX_SECTION_WORDS = 5
_MAX_SECTION_CHARACTERS = 40  # of a language without spaces
_MAX_HEADINGS = 12  # that are compared with what a page declares


def find_titles(root: HtmlElement, url: str, links: PageLinks) -> list[str]:
    """Return the titles of a page, the likeliest first; none where it has none."""
    h1 = [text for element in root.iter("h1") if (text := element_text(element))]
    declared = [line(value) for value in meta_contents(root, "og:title", as_name=True)]
    declared += [element_text(element) for element in root.iterfind(".//head/title")]
    declared = [title for title in declared if title]
    titles = [*declared, *h1[:3]]
    if len(h1) == 1:
        titles.insert(0, _without_swallowed(h1[0], declared))
    if heading := _heading_that_is_declared(root, declared):
        is_other = len(h1) != 1 or _names_section(root, h1[0], url, links, declared)
        titles.insert(0 if is_other else 1, heading)
    elif len(h1) == 1 and declared and _names_section(root, h1[0], url, links, declared):
        titles = [*_without_site(declared), *titles]
    return list(dict.fromkeys(titles))


def element_text(element: HtmlElement) -> str:
    """Return the text of an element in one line, without invisible characters."""
    return line("".join(str(piece) for piece in element.itertext()))


def line(text: object) -> str:
    """Return `text` in one line, without invisible characters."""
    return " ".join(clean_characters(str(text)).split())


def _without_swallowed(heading: str, declared: Sequence[str]) -> str:
    """Return the declared title that a heading begins with, before a number of the document.

    "Directive 3 ID number: Dir. 2014:1" is "Directive 3", where a page declares that.
    """
    for title in declared:
        rest = heading.removeprefix(title)
        if rest != heading and rest.startswith(" ") and re.search(r":.*\d", rest):
            return title
    return heading


def _heading_that_is_declared(root: HtmlElement, declared: Sequence[str]) -> str:
    """Return the heading which a declared title is or begins with; "" for none."""
    words_declared = [split_words(title) for title in declared]
    headings: list[HtmlElement] = []
    for name in ("h1", "h2", "h3"):
        headings += list(root.iter(name))[:_MAX_HEADINGS]
    for heading in headings:
        words = split_words(element_text(heading))
        if len(words) > 2 and any(title[: len(words)] == words for title in words_declared):
            return element_text(heading)
    return ""


def _names_section(
    root: HtmlElement, heading: str, url: str, links: PageLinks, declared: Sequence[str]
) -> bool:
    """Return whether an only h1 names a part of the site, or the site, and not the page.

    It does where no declared title begins with it, and a link or the address has its words.
    """
    words = split_words(heading)
    if not declared or any(_starts_with(split_words(title), words) for title in declared):
        return False
    segments = [split_words(re.sub("[-_+]|%20", " ", part)) for part in _folders(url)]
    if (
        len(words) <= _MAX_SECTION_WORDS
        and len(heading) <= _MAX_SECTION_CHARACTERS
        and (words in links.texts or words in segments)
    ):
        return True
    ends_title = any(
        title[-len(words) :] == words and 2 * len(words) < len(title)
        for title in map(split_words, declared)
    )
    return ends_title or any(
        parent.tag == "a" or parent.get("role") == "banner"
        for element in root.iter("h1")
        for parent in (element, *element.iterancestors(), *element.iterdescendants("a"))
    )


def _starts_with(title: tuple[str, ...], words: tuple[str, ...]) -> bool:
    """Return whether a title and a heading begin alike: one may have a part more."""
    length = min(len(title), len(words), 4)
    return title[:length] == words[:length]


def _folders(url: str) -> list[str]:
    """Return the parts of an address's path but the last, which is the page's own."""
    return urlsplit(url).path.casefold().strip("/").split("/")[:-1]


def _without_site(declared: Sequence[str]) -> Iterator[str]:
    """Yield each declared title without the name of the site at its end."""
    for title in declared:
        parts = _SEPARATOR.split(title)
        yield title if len(parts) == 1 or len(split_words(parts[0])) < 3 else parts[0]
