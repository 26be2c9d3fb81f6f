"""A page as BeautifulSoup's tree, beside lxml's: each element has a tag, in the same order."""

from bs4 import BeautifulSoup
from bs4.element import Tag
from lxml.etree import _Element
from soupsieve import SelectorSyntaxError

from archive.errors import SourceError
from scrapers.parse.html.html_tree import soup_markup


class SoupTree:
    """The tags of a page whose root in lxml's tree is `root`: ten times as slow to make and ask."""

    def __init__(self, markup: str, root: _Element | None) -> None:
        self.soup = BeautifulSoup(soup_markup(markup), "lxml")
        roots = [] if root is None else [root, *root.itersiblings("*")]
        self._elements = [element for root in roots for element in root.iter("*")]
        self._tags = [tag for tag in self.soup.find_all(True) if isinstance(tag, Tag)]
        self._tag_of_element = dict(zip(self._elements, self._tags, strict=False))
        self._tag_positions = {id(tag): number for number, tag in enumerate(self._tags)}

    def tag_of(self, element: _Element) -> Tag:
        """Return the tag that an element of lxml's tree is in the soup."""
        return self._tag_of_element[element]

    def select(self, element: _Element | None, css: str) -> list[_Element]:
        """Return what `css` matches in an element, in the whole page for None.

        SourceError where it is not valid CSS.
        """
        tags = select_tags(self.soup if element is None else self.tag_of(element), css)
        return [self._elements[self._tag_positions[id(tag)]] for tag in tags]


def select_tags(tag: Tag, css: str) -> list[Tag]:
    """Return the tags that `css` matches in one; SourceError where it is not valid CSS."""
    try:
        return list(tag.select(css))
    except SelectorSyntaxError as error:
        raise SourceError(f"expected a CSS selector, found {css!r}") from error
