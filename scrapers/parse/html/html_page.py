"""Select values and text with CSS in an HTML page."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from lxml.etree import _Element

from archive.errors import FormatError
from archive.urls.web_address import resolve, resolve_or_keep
from scrapers.parse.html.element_text import element_block_text
from scrapers.parse.html.json_ld import JSON_LD_PREFIX, query_json_ld
from scrapers.parse.html.selectable_tree import SelectableTree

if TYPE_CHECKING:
    from bs4.element import Tag

_ATTRIBUTE = re.compile(r"(?P<css>.*?)\s*@(?P<attribute>[\w:-]+)\Z", re.DOTALL)
_URL_ATTRIBUTES = frozenset({"href", "src"})


class HtmlPage:
    """An HTML page or a part of one, with its URL, and the base and encoding of its links."""

    def __init__(self, url: str, markup: str, encoding: str = "utf-8") -> None:
        self._tree = SelectableTree(markup)
        self._element = root = self._tree.root
        self.url, self.encoding = url, encoding
        self.lang = "" if root is None else root.get("lang") or root.get("xml:lang") or ""
        self.base = url if root is None else _base_url(root, url)

    @property
    def root(self) -> "Tag":
        """The page, or the part, as a soup."""
        if self._element is None or self._element is self._tree.root:
            return self._tree.soup_tree.soup
        return self._tree.soup_tree.tag_of(self._element)

    def values(self, selector: str) -> list[str]:
        """Return one line of text for each element of `selector`, or the attribute it names.

        `@url` alone is the page's own URL; `json-ld:` is the prefix of a JMESPath; links are made
        absolute by the page's base; one that is no address stays as it is.
        """
        if selector == "@url":
            return [self.url]
        if selector.startswith(JSON_LD_PREFIX):
            scripts = self._select("script")
            return query_json_ld(scripts, selector.removeprefix(JSON_LD_PREFIX))
        css, attribute = split_selector(selector)
        elements = self._select(css)
        if not attribute:
            return [
                " ".join(element_block_text([element], self.lang).split("\n"))
                for element in elements
            ]
        attribute_values = [self._tree.attribute(element, attribute) for element in elements]
        values = [" ".join(value.split()) for value in attribute_values if value is not None]
        return (
            [self._resolve(value) for value in values] if attribute in _URL_ATTRIBUTES else values
        )

    def text(self, selectors: Sequence[str], drop: Sequence[str] = ()) -> str | None:
        """Return the text of all matches of `selectors`, in document order; None for no match."""
        elements = _outermost_elements(self._select(", ".join(selectors)))
        if not elements:
            return None
        dropped = frozenset(element for selector in drop for element in self._select(selector))
        return element_block_text(elements, self.lang, dropped)

    def pairs(self, selector: str, first: str, second: str) -> list[tuple[str, str]]:
        """Return two attributes of each match of `selector`; the second is a URL."""
        names = first.removeprefix("@"), second.removeprefix("@")
        values = (
            [self._tree.attribute(element, name) for name in names]
            for element in self._select(selector)
        )
        return [(one, self._resolve(other)) for one, other in values if one and other]

    def _resolve(self, reference: str) -> str:
        return resolve_or_keep(self.base, reference, self.encoding)

    def select_parts(self, css: str) -> list["HtmlPage"]:
        """Return each element that `css` matches as an HtmlPage."""
        return [_page_of_element(self, element) for element in self._select(css)]

    def select(self, css: str) -> list["Tag"]:
        """Return the tags that `css` matches in a soup; SourceError where it is not valid CSS."""
        from scrapers.parse.html.soup_tree import select_tags

        return select_tags(self.root, css)

    def _select(self, css: str) -> list[_Element]:
        return self._tree.select(self._element, css)


def _page_of_element(page: HtmlPage, element: _Element) -> HtmlPage:
    part = HtmlPage.__new__(HtmlPage)
    part.url, part.lang, part._tree, part._element = page.url, page.lang, page._tree, element
    part.base, part.encoding = page.base, page.encoding
    return part


def split_selector(selector: str) -> tuple[str, str]:
    """Split `CSS @attribute`; the attribute is "" where there is none."""
    match = _ATTRIBUTE.match(selector)
    return (match["css"] or ":root", match["attribute"]) if match else (selector, "")


def _outermost_elements(elements: Sequence[_Element]) -> list[_Element]:
    """Return elements, in document order, without those inside others: no text appears twice."""
    outermost: dict[_Element, None] = {}
    for element in elements:  # document order: an ancestor comes before its descendants
        if element not in outermost and not any(a in outermost for a in element.iterancestors()):
            outermost[element] = None
    return list(outermost)


def _base_url(root: _Element, url: str) -> str:
    """Return the address by which a page's links are resolved (HTML, 2.4.3).

    The first `<base href>` gives it, unless that names no web address.
    """
    hrefs = (base.get("href") for base in root.iter("base"))
    href = next((href for href in hrefs if href is not None), None)
    try:
        return url if href is None else resolve(url, href)
    except FormatError:
        return url
