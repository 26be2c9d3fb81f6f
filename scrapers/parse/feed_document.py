"""Parse RSS, RDF and Atom feeds, well-formed or not, into items.

lxml reads a feed of 1000 items in some 10 ms, feedparser in two seconds, and a feed is read again
at every capture of it. A feed that is not well-formed is split into its items: well-formed items
are read and the others reported, so that a truncated item never becomes a statement.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html.entities import html5

from lxml import etree
from lxml.etree import _Element

from archive.errors import FormatError
from archive.models import Problem
from archive.urls.web_address import is_web_address, resolve_or_keep
from scrapers.parse.json_document import HTML_PREFIX, fragment_text
from scrapers.parse.parser_limits import check_xml

MAX_ITEMS = 10_000

# Prefixes of element names in layouts, whatever prefix the feed uses.
_PREFIXES = {
    "http://purl.org/rss/1.0/modules/content/": "content:",
    "http://purl.org/dc/elements/1.1/": "dc:",
    "http://purl.org/dc/terms/": "dcterms:",
    "http://search.yahoo.com/mrss/": "media:",
    "http://www.w3.org/2005/Atom": "",
    "http://purl.org/rss/1.0/": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://backend.userland.com/rss2": "",
}
_ROOT_ELEMENTS = frozenset({"rss", "feed", "RDF"})
_ITEM_ELEMENTS = frozenset({"item", "entry"})
_XML_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_NAMED_REFERENCE = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_XML_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "apos"})
_ITEM_TAG = re.compile(r"<(?P<end>/?)(?:item|entry)\b[^<>]*>")
_ROOT_TAG = re.compile(r"<(?:rss|feed|rdf:RDF)\b[^<>]*>", re.IGNORECASE)
_NAMESPACE_ATTRIBUTE = re.compile(
    r"xmlns(?::[\w.-]+)?\s*=\s*(?:\"[^\"]*\"|'[^']*')|xml:base\s*=\s*\"[^\"]*\""
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed's items, language and next page."""

    items: list["FeedItem"]
    language: str = ""
    next_page: str | None = None
    problems: list[Problem] = field(default_factory=list)


class FeedItem:
    """One item of a feed, as a Document (scrapers/extract/fields.py)."""

    def __init__(self, url: str, element: _Element, lang: str) -> None:
        self.url, self.element, self.lang = url, element, lang

    def serialize(self) -> bytes:
        """Return the item as XML: all that a reading depends on, apart from its URL."""
        return etree.tostring(self.element, with_tail=False)

    def values(self, selector: str) -> list[str]:
        """Return the text of each element at `selector` (`title`, `x:list/x:one @name`) in a line.

        `@link` alone is the absolute URL of the item's page, `@url` alone that of the feed.
        """
        if selector == "@url":
            return [self.url]
        if selector == "@link":
            return [link] if (link := self.link()) else []
        name, _, attribute = selector.partition("@")
        marked_up, name = name.startswith(HTML_PREFIX), name.strip().removeprefix(HTML_PREFIX)
        lines = []
        for element in self._find_elements(name):
            value = element_content(element) if not attribute else element.get(attribute) or ""
            if marked_up:
                value = fragment_text(self.url, value, (), self.lang)
            lines.append(" ".join(value.split()))
        values = [value for value in lines if value]
        return [resolve_or_keep(self.url, v) for v in values] if attribute == "href" else values

    def text(self, selectors: Sequence[str], drop: Sequence[str] = ()) -> str | None:
        """Return the text of the first of `selectors` that the item has, parsed as HTML."""
        for selector in selectors:
            elements = self._find_elements(selector)
            if elements:
                pieces = (
                    fragment_text(self.url, element_content(e), drop, self.lang) for e in elements
                )
                return "\n".join(piece for piece in pieces if piece)
        return None

    def pairs(self, selector: str, first: str, second: str) -> list[tuple[str, str]]:
        """Return two attributes of each element at `selector`; the second is a URL."""
        first_name, second_name = first.removeprefix("@"), second.removeprefix("@")
        pairs = [
            (element.get(first_name), element.get(second_name))
            for element in self._find_elements(selector)
        ]
        return [(a, resolve_or_keep(self.url, b)) for a, b in pairs if a and b]

    def link(self) -> str:
        """Return the URL of the item's page, or ""."""
        links = self._find_elements("link")
        for link in links:
            if link.get("href") and link.get("rel", "alternate") == "alternate":
                return resolve_or_keep(self.url, str(link.get("href")))
        texts = [" ".join((link.text or "").split()) for link in links]
        return resolve_or_keep(self.url, texts[0]) if texts and texts[0] else self._permalink()

    def _permalink(self) -> str:
        guids = [g for g in self._find_elements("guid") if g.get("isPermaLink", "true") == "true"]
        url = (guids[0].text or "").strip() if guids else ""
        return url if url.startswith(("http://", "https://")) else ""

    def _find_elements(self, path: str) -> list[_Element]:
        elements = [self.element]
        for name in path.split("/"):
            elements = [
                child for parent in elements for child in parent if element_name(child) == name
            ]
        return elements


def element_name(element: _Element) -> str:
    """Return an element's name with the prefix in `_PREFIXES`, else with the feed's prefix."""
    if not isinstance(element.tag, str):
        return ""
    name = etree.QName(element)
    if name.namespace is None:
        return name.localname
    prefix = _PREFIXES.get(name.namespace)
    return f"{element.prefix or ''}:{name.localname}" if prefix is None else prefix + name.localname


def parse_feed(url: str, text: str) -> Feed:
    """Parse a feed; FormatError where it is not a feed, LimitError where it exceeds a limit."""
    check_xml(text)
    text = _XML_DECLARATION.sub("", text.lstrip("\ufeff \r\n\t"), count=1)
    problems: list[Problem] = []
    try:
        root = _parse_xml(text)
    except etree.XMLSyntaxError as error:
        problem = Problem(url=url, field="feed", expected="XML", found=_syntax_error_message(error))
        try:
            root = _parse_xml(_expand_html_entities(text))
        except etree.XMLSyntaxError:
            return _parse_items_separately(url, text, problem)
        problems.append(problem)
    if etree.QName(root).localname not in _ROOT_ELEMENTS:
        raise FormatError(expected="a feed", found=f"<{etree.QName(root).localname}>")
    return _read_feed(url, root, problems)


def _parse_xml(text: str) -> _Element:
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True
    )
    return etree.fromstring(text.encode("utf-8", "replace"), parser)


def _syntax_error_message(error: etree.XMLSyntaxError) -> str:
    return str(error.msg or error)[:200]


def _read_feed(url: str, root: _Element, problems: list[Problem]) -> Feed:
    channel = next((child for child in root if element_name(child) == "channel"), root)
    language = root.get("{http://www.w3.org/XML/1998/namespace}lang") or next(
        ((c.text or "").strip() for c in channel if element_name(c) in {"language", "dc:language"}),
        "",
    )
    next_page = None
    for link in (child for child in channel if element_name(child) == "link"):
        if link.get("rel") == "next" and link.get("href"):
            next_page = resolve_or_keep(url, str(link.get("href")))
    items: list[FeedItem] = []
    for element in _item_elements(root, channel):
        if len(items) == MAX_ITEMS:
            problems.append(_too_many_items(url))
            break
        items.append(FeedItem(_base_url(element, url), element, language))
    return Feed(items=items, language=language, next_page=next_page, problems=problems)


def _item_elements(root: _Element, channel: _Element) -> Iterator[_Element]:
    """Yield items in order: in the channel (RSS 2.0), beside it (RDF) or in the feed (Atom)."""
    for parent in (channel, root) if channel is not root else (root,):
        yield from (child for child in parent if element_name(child) in _ITEM_ELEMENTS)


def _base_url(element: _Element, url: str) -> str:
    """Return the address by which an item's links are resolved: that of its xml:base, if any."""
    base = resolve_or_keep(url, element.base) if element.base else url
    return base if is_web_address(base) else url


def _too_many_items(url: str) -> Problem:
    expected = f"at most {MAX_ITEMS} items"
    return Problem(url=url, field="feed", expected=expected, found="more; the rest is not read")


def _expand_html_entities(text: str) -> str:
    """Replace HTML's named character references (&nbsp;), which XML does not define."""

    def character(match: re.Match[str]) -> str:
        name = match[1]
        return match[0] if name in _XML_ENTITIES else html5.get(f"{name};", match[0])

    return _NAMED_REFERENCE.sub(character, text)


def _parse_items_separately(url: str, text: str, problem: Problem) -> Feed:
    root = _ROOT_TAG.search(text)
    if root is None:
        raise FormatError(expected="a feed", found=repr(text[:40]))
    namespaces = " ".join(_NAMESPACE_ATTRIBUTE.findall(root[0]))
    feed = Feed(items=[], problems=[problem])
    for number, markup in enumerate(_item_markup(text), start=1):
        if number > MAX_ITEMS:
            feed.problems.append(_too_many_items(url))
            break
        try:
            element = _parse_xml(f"<feed {namespaces}>{_expand_html_entities(markup)}</feed>")[0]
        except etree.XMLSyntaxError as error:
            message = f"{_syntax_error_message(error)}; left out"
            field_name = f"feed, item {number}"
            feed.problems.append(Problem(url=url, field=field_name, expected="XML", found=message))
            continue
        feed.items.append(FeedItem(_base_url(element, url), element, ""))
    return feed


def _item_markup(text: str) -> Iterator[str]:
    """Yield the markup from each item's start tag to its end tag; omit items without an end tag."""
    start = None
    for tag in _ITEM_TAG.finditer(text):
        if not tag["end"]:
            start = tag.start()
        elif start is not None:
            yield text[start : tag.end()]
            start = None


def element_content(element: _Element) -> str:
    """Return an element's content as HTML or text; Atom's XHTML is serialized."""
    if len(element) and element.get("type") == "xhtml":
        return "".join(etree.tostring(child, encoding="unicode") for child in element)
    return "".join(str(piece) for piece in element.itertext())
