"""Which elements of a page belong to the page itself, and how much text each has.

Menus, footers, comments and lists of other pages stand elsewhere. All is found in two passes over
the page, however deep it is nested.
"""

import re

from lxml.html import HtmlElement

_ELSEWHERE_CLASS = re.compile(
    r"related|comment|sidebar|footer|recommend|teaser|most-?read|popular|latest|breadcrumb"
    r"|newsletter|cookie|copyright|(?:^|[\s_-])(?:nav|menu|toc|widget|promo|carousel|slider|upcoming"
    r"|today|clock)(?:$|[\s_-])",
    re.IGNORECASE,
)
_ELSEWHERE = frozenset(
    {"nav", "aside", "script", "style", "noscript", "template", "form", "select", "textarea"}
)
_NEVER = frozenset({"html", "body", "main", "article", "h1", "h2", "h3"})
HEADINGS = ("h1", "h2", "h3")


class PageRegions:
    """What is known of each element of one page."""

    def __init__(self, root: HtmlElement) -> None:
        self.root = root
        self._elements = [e for e in root.iter() if isinstance(e.tag, str)]
        self.order = {element: number for number, element in enumerate(self._elements)}
        self._with_title = {a for h1 in root.iter("h1") for a in h1.iterancestors()}
        self._article: dict[HtmlElement, HtmlElement | None] = {}
        self._elsewhere: set[HtmlElement] = set()
        self._sizes: dict[HtmlElement, int] = {}
        self._with_digits: set[HtmlElement] = set()
        self._with_structure: set[HtmlElement] = set()
        for element in self._elements:
            self._enter(element)
        for element in reversed(self._elements):
            self._sum_up(element)

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
        return self._sizes[element]

    def has_digits(self, element: HtmlElement) -> bool:
        """Return whether an element has a digit, a year in words of East Asia, or a datetime."""
        return element in self._with_digits

    def has_structure(self, element: HtmlElement) -> bool:
        """Return whether an element is or has an article, a main element or a heading."""
        return element in self._with_structure

    def _enter(self, element: HtmlElement) -> None:
        parent = element.getparent()
        article = self._article.get(parent) if parent is not None else None
        self._article[element] = element if element.tag == "article" else article
        if parent in self._elsewhere or self._starts_elsewhere(
            element, in_article=bool(article is not None)
        ):
            self._elsewhere.add(element)

    def _starts_elsewhere(self, element: HtmlElement, *, in_article: bool) -> bool:
        if element.tag in _NEVER or element in self._with_title:
            return False
        if element.tag in _ELSEWHERE or element.get("role") in {"navigation", "contentinfo"}:
            return True
        if element.tag in {"footer", "header"} and not in_article:
            return not any(a.tag == "main" for a in element.iterancestors())
        return bool(_ELSEWHERE_CLASS.search(classes_of(element)))

    def _sum_up(self, element: HtmlElement) -> None:
        size, has_digits = _measure(element.text)
        has_digits = has_digits or element.get("datetime") is not None
        for child in element:
            if child in self._sizes:
                size += self._sizes[child]
                has_digits = has_digits or child in self._with_digits
            tail_size, tail_digits = _measure(child.tail)
            size, has_digits = size + tail_size, has_digits or tail_digits
            if child in self._with_structure:
                self._with_structure.add(element)
        self._sizes[element] = size
        if has_digits:
            self._with_digits.add(element)
        if element.tag in {"article", "main", *HEADINGS}:
            self._with_structure.add(element)


def classes_of(element: HtmlElement) -> str:
    """Return an element's classes and id, in one text."""
    return f"{element.get('class') or ''} {element.get('id') or ''}"


def text_of(element: HtmlElement) -> str:
    """Return the text of an element on one line."""
    return " ".join("".join(str(piece) for piece in element.itertext()).split())


def _measure(text: str | None) -> tuple[int, bool]:
    """Return the length of a text without repeated white space, and whether it has a digit."""
    if not text or not (folded := " ".join(text.split())):
        return 0, False
    return len(folded), bool(re.search(r"[\d年]", folded))
