"""Parse an HTML page and select values and text from it with CSS."""

import re
from collections.abc import Sequence

from bs4 import BeautifulSoup
from bs4.element import Tag
from soupsieve import SelectorSyntaxError

from archive.errors import FormatError, SourceError
from archive.urls.web_address import resolve, resolve_or_keep
from scrapers.parse.html.json_ld import JSON_LD_PREFIX, query_json_ld
from scrapers.parse.html.text_lines import block_text, inline_text
from scrapers.parse.parser_limits import check_html, prepare_for_lxml, prepare_markup

_ATTRIBUTE = re.compile(r"(?P<css>.*?)\s*@(?P<attribute>[\w:-]+)\Z", re.DOTALL)
_URL_ATTRIBUTES = frozenset({"href", "src"})


class HtmlPage:
    """An HTML page or a part of one, with its URL, and the base and encoding of its links."""

    def __init__(self, url: str, markup: str, encoding: str = "utf-8") -> None:
        check_html(markup)
        soup = BeautifulSoup(_soup_markup(markup), "lxml")
        self.url, self.lang = url, _declared_language(soup)
        self.base, self.encoding = _base_url(soup, url), encoding
        self.root: Tag = soup

    def values(self, selector: str) -> list[str]:
        """Return one line of text for each element of `selector`, or the attribute it names.

        `@url` alone is the page's own URL; `json-ld:` is the prefix of a JMESPath; links are made
        absolute by the page's base; one that is no address stays as it is.
        """
        if selector == "@url":
            return [self.url]
        if selector.startswith(JSON_LD_PREFIX):
            return query_json_ld(self.root, selector.removeprefix(JSON_LD_PREFIX))
        css, attribute = split_selector(selector)
        tags = self.select(css)
        if not attribute:
            return [inline_text(tag, lang=self.lang) for tag in tags]
        attribute_values = [tag.get(attribute) for tag in tags]
        values = [" ".join(str(value).split()) for value in attribute_values if value is not None]
        return (
            [self._resolve(value) for value in values] if attribute in _URL_ATTRIBUTES else values
        )

    def text(self, selectors: Sequence[str], drop: Sequence[str] = ()) -> str | None:
        """Return the text of all matches of `selectors`, in document order; None for no match."""
        tags = outermost_elements(self.select(", ".join(selectors)))
        if not tags:
            return None
        dropped = {id(tag) for selector in drop for tag in self.select(selector)}
        return block_text(tags, dropped_ids=dropped, lang=self.lang)

    def pairs(self, selector: str, first: str, second: str) -> list[tuple[str, str]]:
        """Return two attributes of each match of `selector`; the second is a URL."""
        return [
            (str(tag[first_name]), self._resolve(str(tag[second_name])))
            for first_name, second_name in [(first.removeprefix("@"), second.removeprefix("@"))]
            for tag in self.select(selector)
            if tag.get(first_name) and tag.get(second_name)
        ]

    def _resolve(self, reference: str) -> str:
        return resolve_or_keep(self.base, reference, self.encoding)

    def select_parts(self, css: str) -> list["HtmlPage"]:
        """Return each element that `css` matches as an HtmlPage."""
        return [_page_of_element(self, tag) for tag in self.select(css)]

    def select(self, css: str) -> list[Tag]:
        """Return the elements that `css` matches; SourceError where it is not valid CSS."""
        try:
            return list(self.root.select(css))
        except SelectorSyntaxError as error:
            raise SourceError(f"expected a CSS selector, found {css!r}") from error


def _page_of_element(page: HtmlPage, tag: Tag) -> HtmlPage:
    part = HtmlPage.__new__(HtmlPage)
    part.url, part.lang, part.root = page.url, page.lang, tag
    part.base, part.encoding = page.base, page.encoding
    return part


def split_selector(selector: str) -> tuple[str, str]:
    """Split `CSS @attribute`; the attribute is "" where there is none."""
    match = _ATTRIBUTE.match(selector)
    return (match["css"] or ":root", match["attribute"]) if match else (selector, "")


def outermost_elements(tags: Sequence[Tag]) -> list[Tag]:
    """Return `tags`, in document order, without those inside others: no text appears twice."""
    outermost: list[Tag] = []
    ids: set[int] = set()
    for tag in tags:  # document order: an ancestor comes before its descendants
        if id(tag) not in ids and not any(id(parent) in ids for parent in tag.parents):
            outermost.append(tag)
            ids.add(id(tag))
    return outermost


def _soup_markup(markup: str) -> str:
    """Remove an XML declaration, and wrap plain text in a tag: BeautifulSoup warns about both."""
    if "<" not in markup:
        return f"<div>{prepare_for_lxml(markup)}</div>"
    return prepare_markup(markup)


def _base_url(soup: BeautifulSoup, url: str) -> str:
    """Return the address by which a page's links are resolved (HTML, 2.4.3).

    The first `<base href>` gives it, unless that names no web address.
    """
    element = soup.select_one("base[href]")
    try:
        return resolve(url, str(element["href"])) if element is not None else url
    except FormatError:
        return url


def _declared_language(soup: BeautifulSoup) -> str:
    root = soup.html
    return str(root.get("lang") or root.get("xml:lang") or "") if root is not None else ""
