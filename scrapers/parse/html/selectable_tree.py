"""A page as lxml's tree, in which CSS selects; and as a soup, where only that can answer.

lxml's tree has the elements of BeautifulSoup's, in the same order: that is lxml's parser, too.
"""

import re
from functools import cached_property
from typing import TYPE_CHECKING

from lxml.etree import _Element

from scrapers.parse.html.css_to_xpath import (
    VALUELESS,
    WORD_LISTS,
    asks_one_element,
    translate,
    translate_children,
    word_list_values,
    word_lists_of,
)
from scrapers.parse.html.html_tree import shared_tree

if TYPE_CHECKING:
    from scrapers.parse.html.soup_tree import SoupTree

# White space between words that XPath does not know as such.
_OTHER_SPACES = re.compile(
    r"[\x0b\x0c\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
)


class SelectableTree:
    """The elements of a page. `root` is None where the page has none: comments, or nothing."""

    def __init__(self, markup: str) -> None:
        self._markup = markup
        self.root: _Element | None = shared_tree(markup)
        self._matches: dict[str, list[_Element]] = {}  # of selectors in the whole page
        self._odd_lists: dict[str, bool] = {}  # by name of the attribute

    @cached_property
    def soup_tree(self) -> "SoupTree":
        """The page as a soup: most pages need none, and BeautifulSoup takes 9 MiB of memory."""
        from scrapers.parse.html.soup_tree import SoupTree

        return SoupTree(self._markup, self.root)

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
        if self._is_odd or any(map(self._is_odd_list, word_lists_of(css))):
            return self.soup_tree.select(element, css)
        if children := translate_children(css):
            return _elements(children(element))
        if (xpath := translate(css)) and asks_one_element(css):
            return [match for match in _elements(xpath(element)) if match is not element]
        if xpath:
            matches = self._select_in_page(css)
            return [match for match in matches if element in match.iterancestors()]
        return self.soup_tree.select(element, css)

    def attribute(self, element: _Element, name: str) -> str | None:
        """Return the value of an attribute, "" for one without a value; None where it is not."""
        value = element.get(name)
        if value is not None and name in VALUELESS:
            return str(self.soup_tree.tag_of(element).get(name))
        return " ".join(value.split()) if value is not None and name in WORD_LISTS else value

    def _select_in_page(self, css: str) -> list[_Element]:
        if css not in self._matches:
            self._matches[css] = self._select_anew(css)
        return self._matches[css]

    def _select_anew(self, css: str) -> list[_Element]:
        root, xpath = self.root, translate(css)
        is_odd = self._is_odd or any(map(self._is_odd_list, word_lists_of(css)))
        if root is None or is_odd or (xpath is None and css.strip() != ":root"):
            return self.soup_tree.select(None, css)
        return [root] if xpath is None else _elements(xpath(root))

    @cached_property
    def _is_odd(self) -> bool:
        """Whether XPath might answer otherwise than CSS.

        CSS does not look into a template, and what stands after </html> has a second root.
        """
        root = self.root
        return root is not None and (
            next(root.iter("template"), None) is not None
            or next(root.itersiblings("*"), None) is not None
        )

    def _is_odd_list(self, name: str) -> bool:
        """Return whether the words of an attribute are parted by white space unknown to XPath."""
        if name not in self._odd_lists:
            values = [] if self.root is None else word_list_values(self.root, name)
            self._odd_lists[name] = _OTHER_SPACES.search(" ".join(values)) is not None
        return self._odd_lists[name]


def _elements(matches: object) -> list[_Element]:
    return [m for m in matches if isinstance(m, _Element)] if isinstance(matches, list) else []
