"""Which elements of a page belong to the page itself, and how much text each has.

Menus, footers, comments and lists of other pages stand elsewhere. All is found in two passes over
the page, however deep it is nested.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import islice, takewhile

from lxml.html import HtmlElement

from scrapers.extract.any_page.page_metadata import declared_title
from scrapers.extract.page_dates.date_labels import COMMENTS_HEADING, LIST_HEADING

_ELSEWHERE_CLASS = re.compile(
    r"related|comment|sidebar|(?<!entry-)(?<!post-)(?<!article-)(?<!content-)footer|recommend|teaser"
    r"|most-?read|popular|latest|breadcrumb|newsletter|cookie|copyright|twitter-tweet"
    r"|(?:^|[\s_-])(?:nav|menu|toc|widget|promo|carousel|slider|upcoming|today|clock|swiper|slick"
    r"|masthead|site-header|top-?bar|top-?header|header-?top|current-?date|date-?today|todays-?date"
    r"|weather|wetter|events?|respond|reply|replies"
    r"|(?:image|img|photo|picture|wp|media)[_-]?caption)(?:$|[\s_-])",
    re.IGNORECASE,
)
_ELSEWHERE = frozenset(
    {
        *("nav", "aside", "script", "style", "noscript", "template", "form", "select"),
        *("textarea", "blockquote", "figcaption"),
    }
)
_ROLES_ELSEWHERE = frozenset({"navigation", "contentinfo"})
_DIGIT = re.compile(r"[\d年]")
_NEVER = frozenset({"html", "body", "main", "article", "h1", "h2", "h3"})
_CODE = frozenset({"script", "style"})
HEADINGS = ("h1", "h2", "h3")
_LEVELS = {f"h{level}": level for level in range(1, 7)}
_MAX_WORDS_OF_A_LIST = 6
_MAX_HEADINGS = 500


class PageRegions:
    """What is known of each element of one page, whose tree has no comments."""

    def __init__(self, root: HtmlElement) -> None:
        self.root = root
        self.order: dict[HtmlElement, int] = {}  # the number of each element, in page order
        self._with_title = {a for h1 in root.iter("h1") for a in h1.iterancestors()}
        self._of_others = _parts_of_other_pages(root)
        self._article: dict[HtmlElement, HtmlElement] = {}
        self._elsewhere: set[HtmlElement] = set()
        self.with_property: list[HtmlElement] = []  # of microdata, in page order
        parents = self._note_places()
        self._sizes, self._have_digits = _sizes_and_digits(self.order, parents)
        self._with_structure = _with_ancestors(root.iter("article", "main", *HEADINGS))

    def is_elsewhere(self, element: HtmlElement) -> bool:
        """Return whether an element is none of the page's own text."""
        return element in self._elsewhere

    def article_of(self, element: HtmlElement) -> HtmlElement | None:
        """Return the article element that an element is in; None for none."""
        return self._article.get(element)

    def is_other_article(self, element: HtmlElement) -> bool:
        """Return whether an element is an article while another article has the page's h1."""
        if element.tag != "article" or element in self._with_title:
            return False
        return any(ancestor.tag == "article" for ancestor in self._with_title)

    def size(self, element: HtmlElement) -> int:
        """Return about how many characters of text an element has."""
        return self._sizes[self.order[element]]

    def has_digits(self, element: HtmlElement) -> bool:
        """Return whether an element has a digit, a year in words of East Asia, or a datetime."""
        return bool(self._have_digits[self.order[element]])

    def has_structure(self, element: HtmlElement) -> bool:
        """Return whether an element is or has an article, a main element or a heading."""
        return element in self._with_structure

    def _note_places(self) -> list[int]:
        """Note the number and the place of each element, and return the numbers of parents."""
        order, articles, elsewhere = self.order, self._article, self._elsewhere
        parents = []
        for number, element in enumerate(self.root.iter("*")):
            order[element] = number
            parent = element.getparent()
            if element.get("itemprop") is not None:
                self.with_property.append(element)
            parents.append(-1 if parent is None else order.get(parent, -1))
            article = articles.get(parent) if articles else None
            if element.tag == "article":
                articles[element] = element
            elif article is not None:
                articles[element] = article
            if parent in elsewhere or self._starts_elsewhere(element, article):
                elsewhere.add(element)
        return parents

    def _starts_elsewhere(self, element: HtmlElement, article: HtmlElement | None) -> bool:
        if element in self._of_others:
            return True
        tag = element.tag
        if tag in _NEVER or element in self._with_title:
            return False
        if tag in _ELSEWHERE or element.get("role") in _ROLES_ELSEWHERE:
            return True
        if tag in {"footer", "header"} and article is None:
            return not any(a.tag == "main" for a in element.iterancestors())
        return _is_elsewhere_class(element.get("class") or "", element.get("id") or "")


def _sizes_and_digits(
    elements: Mapping[HtmlElement, int], parents: Sequence[int]
) -> tuple[list[int], bytearray]:
    """Return about how many characters each element has, and whether a digit or a datetime.

    `elements` in page order, without comments between; `parents` are their parents' numbers there.
    """
    sizes, have_digits = [0] * len(elements), bytearray(len(elements))
    has_digit = _DIGIT.search
    for element, number in elements.items():
        text = element.text
        if text and not text.isspace():
            is_code = element.tag in _CODE  # often long, and how long exactly is of no interest
            sizes[number] += len(text) if is_code else len(" ".join(text.split()))
            if not have_digits[number] and has_digit(text):
                have_digits[number] = 1
        if not have_digits[number] and element.get("datetime") is not None:
            have_digits[number] = 1
        text = element.tail
        if text and not text.isspace() and (parent := parents[number]) >= 0:
            sizes[parent] += len(" ".join(text.split()))
            if not have_digits[parent] and has_digit(text):
                have_digits[parent] = 1
    for number in range(len(sizes) - 1, 0, -1):
        if (parent := parents[number]) >= 0:
            sizes[parent] += sizes[number]
            have_digits[parent] |= have_digits[number]
    return sizes, have_digits


def _with_ancestors(elements: Iterable[HtmlElement]) -> set[HtmlElement]:
    """Return elements with all that they are in."""
    around: set[HtmlElement] = set()
    for element in elements:
        around.add(element)
        around.update(takewhile(lambda ancestor: ancestor not in around, element.iterancestors()))
    return around


@lru_cache(maxsize=4096)
def _is_elsewhere_class(classes: str, identifier: str) -> bool:
    return _ELSEWHERE_CLASS.search(f"{classes} {identifier}") is not None


def _parts_of_other_pages(root: HtmlElement) -> set[HtmlElement]:
    """Return the elements that are cards of other pages, or under a heading such as "Latest".

    A card is what stands with a heading that is a link to another page. None has the page's title:
    its h1, or a heading that the title element repeats.
    """
    page_title = declared_title(root)
    headings = [(h, text_of(h)) for h in islice(root.iter(*_LEVELS), _MAX_HEADINGS)]
    own = {h for h, text in headings if h.tag == "h1" or (text and text.casefold() in page_title)}
    if not own:
        return set()
    around = _with_ancestors(own)
    parts: set[HtmlElement] = set()
    for heading, text in headings:
        if heading in own or not text:
            continue
        is_of_list = len(text.split()) <= _MAX_WORDS_OF_A_LIST and LIST_HEADING.search(text)
        if is_of_list or COMMENTS_HEADING.search(text):
            parts.update(_below(heading, around))
        elif (link := _link_of(heading)) is not None:
            parent = (link if link.tag == "a" else heading).getparent()
            if parent is not None and parent not in around:
                parts.add(parent)
    return parts


def _below(heading: HtmlElement, around: set[HtmlElement]) -> list[HtmlElement]:
    """Return what stands under a heading: its parent, or the elements up to the next heading."""
    parent = heading.getparent()
    if parent is not None and parent not in around:
        return [parent]
    below = []
    for element in heading.itersiblings():
        level = _LEVELS.get(element.tag if isinstance(element.tag, str) else "")
        if element in around or (level and level <= _LEVELS[heading.tag]):
            break
        below.append(element)
    return below


def _link_of(heading: HtmlElement) -> HtmlElement | None:
    """Return the heading itself if all of it is a link, or the link that it is in; else None."""
    parent = heading.getparent()
    if parent is not None and parent.tag == "a" and parent.get("href"):
        return parent
    links = [a for a in heading.iter("a") if not (a.get("href") or "#").startswith("#")]
    return heading if len(links) == 1 and text_of(links[0]) == text_of(heading) else None


def classes_of(element: HtmlElement) -> str:
    """Return an element's classes and id, in one text."""
    return f"{element.get('class') or ''} {element.get('id') or ''}"


def text_of(element: HtmlElement) -> str:
    """Return the text of an element on one line."""
    return " ".join(element.text_content().split())
