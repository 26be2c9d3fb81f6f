"""A page as lxml's tree, in which CSS selects; and as a soup, where only that can answer.

lxml's tree has the elements of BeautifulSoup's, in the same order: that is lxml's parser, too.
"""

import re
from functools import cached_property

from bs4 import BeautifulSoup
from bs4.element import Tag
from lxml import etree
from lxml.etree import _Element
from soupsieve import SelectorSyntaxError

from archive.errors import SourceError
from scrapers.parse.html.css_to_xpath import (
    VALUELESS,
    WORD_LISTS,
    asks_one_element,
    translate,
    translate_children,
)
from scrapers.parse.html.html_tree import shared_tree, soup_markup

# White space that XPath does not know as such, in the values that are lists of words.
_OTHER_SPACES = "".join(
    map(chr, [0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000])
)
_MAY_BE_ODD = re.compile(f"[{_OTHER_SPACES}]|&nbsp;|&#")
# Of these XPath cannot even be asked: control characters, as such or as references.
_CONTROL_SPACES = re.compile(
    r"[\x0b\x0c\x1c-\x1f]|&#(?:x0*(?:b|c|1[c-f])|0*(?:1[12]|2[89]|3[01]))\b", re.IGNORECASE
)
_ODD_VALUE = etree.XPath(
    f"//@*[{' or '.join(f'name()={name!r}' for name in sorted(WORD_LISTS))}]"
    f"[translate(., '\t\n\r{_OTHER_SPACES}', '') != translate(., '\t\n\r', '')]"
)


class SelectableTree:
    """The elements of a page. `root` is None where the page has none: comments, or nothing."""

    def __init__(self, markup: str) -> None:
        self._markup = markup
        self.root: _Element | None = shared_tree(markup)
        self._matches: dict[str, list[_Element]] = {}  # of selectors in the whole page

    @cached_property
    def soup(self) -> BeautifulSoup:
        """The page as a soup: ten times as slow to make and to ask."""
        return BeautifulSoup(soup_markup(self._markup), "lxml")

    def select(self, element: _Element | None, css: str) -> list[_Element]:
        """Return what `css` matches in `element`, in the page's order.

        In the whole page that is its root, too; in a part, `:scope` is the part itself. SourceError
        where it is not valid CSS.
        """
        if element is None:
            return []
        if element is self.root:
            return self._select_in_page(css)
        if css.strip() == ":scope":
            return [element]
        if not self._is_odd:
            if children := translate_children(css):
                return _elements(children(element))
            if (xpath := translate(css)) and asks_one_element(css):
                return [match for match in _elements(xpath(element)) if match is not element]
            if xpath:
                return [
                    match for match in self._select_in_page(css) if element in match.iterancestors()
                ]
        return self._select_in_soup(self.tag_of(element), css)

    def attribute(self, element: _Element, name: str) -> str | None:
        """Return the value of an attribute, "" for one without a value; None where it is not."""
        value = element.get(name)
        if value is not None and name in VALUELESS:
            return str(self.tag_of(element).get(name))
        return " ".join(value.split()) if value is not None and name in WORD_LISTS else value

    def tag_of(self, element: _Element) -> Tag:
        """Return the tag in the soup that an element is in the tree."""
        return self._tags[self._positions[element]]

    def _select_in_page(self, css: str) -> list[_Element]:
        if css not in self._matches:
            root, xpath = self.root, translate(css)
            if root is None or self._is_odd or (xpath is None and css.strip() != ":root"):
                self._matches[css] = self._select_in_soup(self.soup, css)
            else:
                self._matches[css] = [root] if xpath is None else _elements(xpath(root))
        return self._matches[css]

    def _select_in_soup(self, tag: Tag, css: str) -> list[_Element]:
        try:
            tags = tag.select(css)
        except SelectorSyntaxError as error:
            raise SourceError(f"expected a CSS selector, found {css!r}") from error
        return [self._elements[self._tag_positions[id(match)]] for match in tags]

    @cached_property
    def _is_odd(self) -> bool:
        """Whether XPath might answer otherwise than CSS.

        CSS does not look into a template, and what stands after </html> has a second root.
        """
        root = self.root
        if root is None:
            return False
        if root.find(".//template") is not None or next(root.itersiblings("*"), None) is not None:
            return True
        if _CONTROL_SPACES.search(self._markup):
            return True
        return _MAY_BE_ODD.search(self._markup) is not None and bool(_ODD_VALUE(root))

    @cached_property
    def _elements(self) -> list[_Element]:
        roots = [] if self.root is None else [self.root, *self.root.itersiblings("*")]
        return [element for root in roots for element in root.iter("*")]

    @cached_property
    def _tags(self) -> list[Tag]:
        return [tag for tag in self.soup.find_all(True) if isinstance(tag, Tag)]

    @cached_property
    def _positions(self) -> dict[_Element, int]:
        return {element: position for position, element in enumerate(self._elements)}

    @cached_property
    def _tag_positions(self) -> dict[int, int]:
        return {id(tag): position for position, tag in enumerate(self._tags)}


def _elements(matches: object) -> list[_Element]:
    return [m for m in matches if isinstance(m, _Element)] if isinstance(matches, list) else []
