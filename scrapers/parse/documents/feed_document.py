"""Parse RSS, RDF and Atom feeds, well-formed or not, into items.

lxml reads a feed of 1000 items in some 10 ms, feedparser in two seconds, and a feed is read again
at every capture of it. A feed that is not well-formed is repaired (scrapers/parse/repair_xml.py) or
split into its items: well-formed items are read and the others reported, so that a truncated item
never becomes a statement.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from lxml import etree
from lxml.etree import _Element

from archive.errors import FormatError
from archive.models import Problem, ProblemKind
from archive.urls.web_address import is_web_address, resolve_or_keep
from scrapers.parse.documents.json_document import HTML_PREFIX, fragment_text
from scrapers.parse.parser_limits import check_xml
from scrapers.parse.repair_xml import (
    quote_texts,
    remove_document_type,
    repair_characters,
    undeclared_namespaces,
)

MAX_ITEMS = 10_000

# Prefixes of element names in layouts, whatever prefix the feed uses.
_PREFIXES = {
    "http://purl.org/rss/1.0/modules/content/": "content:",
    "http://purl.org/dc/elements/1.1/": "dc:",
    "http://purl.org/dc/terms/": "dcterms:",
    "http://search.yahoo.com/mrss/": "media:",
    "http://www.w3.org/2005/Atom": "",
    "http://purl.org/atom/ns#": "",
    "http://purl.org/rss/1.0/": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://backend.userland.com/rss2": "",
    "http://channel.netscape.com/rdf/simple/0.9/": "",
}
_ROOT_ELEMENTS = frozenset({"rss", "feed", "RDF"})
_ITEM_ELEMENTS = frozenset({"item", "entry"})
_XML_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_HTML_START = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,1000}?-->\s*)?<(?:!doctype\s+html|html)\b",
    re.I | re.S,
)
_ITEM_NAME = re.compile(
    r"<(?:title|link|guid|id)\b[^<>]*>\s*(?:<!\[CDATA\[)?\s*([^<>\s][^<>]{0,150})"
)
_ITEM_TAG = re.compile(r"<(?P<end>/?)(?P<prefix>[\w.-]{1,60}:)?(?:item|entry)\b[^<>]*>")
_ROOT_TAG = re.compile(r"<(?P<prefix>[\w.-]{1,60}:)?(?:rss|feed|RDF)\b[^<>]*>", re.IGNORECASE)
_ELEMENT_NAMES = {
    name.lower(): name
    for name in ("item", "entry", "channel", "title", "link", "description", "pubDate", "guid")
}
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
        first, *names = path.split("/")
        elements = self._children.get(first, [])
        for name in names:
            elements = [
                child for parent in elements for child in parent if element_name(child) == name
            ]
        return elements

    @cached_property
    def _children(self) -> dict[str, list[_Element]]:
        children: dict[str, list[_Element]] = {}
        for child in self.element:
            children.setdefault(element_name(child), []).append(child)
        return children


def element_name(element: _Element) -> str:
    """Return an element's name with the prefix in `_PREFIXES`, else with the feed's prefix."""
    tag = element.tag
    if not isinstance(tag, str):
        return ""
    return _prefixed_name(tag, element.prefix or "") if tag[0] == "{" else tag


@lru_cache(maxsize=4096)
def _prefixed_name(tag: str, prefix: str) -> str:
    name = etree.QName(tag)
    known = _PREFIXES.get(name.namespace or "")
    return f"{prefix}:{name.localname}" if known is None else known + name.localname


def parse_feed(url: str, text: str) -> Feed:
    """Parse a feed; FormatError where it is not a feed, LimitError where it exceeds a limit."""
    text = remove_document_type(text.lstrip("\ufeff \r\n\t"))
    if _HTML_START.match(text):
        raise FormatError(expected="a feed", found="an HTML page")
    check_xml(text)
    text = _XML_DECLARATION.sub("", text, count=1)
    problems: list[Problem] = []
    try:
        root = _parse_xml(text)
    except etree.XMLSyntaxError as error:
        problems.append(_broken(url, "XML", _syntax_error_message(error)))
        try:
            root = _parse_xml(_repair(text))
        except etree.XMLSyntaxError:
            return _parse_items_separately(url, text, problems[0])
    if etree.QName(root).localname not in _ROOT_ELEMENTS:
        raise FormatError(expected="a feed", found=f"<{etree.QName(root).localname}>")
    return _read_feed(url, root, problems)


def _broken(url: str, expected: str, found: str) -> Problem:
    return Problem(url=url, field="feed", expected=expected, found=found, kind=ProblemKind.BROKEN)


def _repair(text: str) -> str:
    """Return a feed with its characters and namespace prefixes repaired."""
    text = repair_characters(text)
    root = _ROOT_TAG.search(text)
    if root is None:
        return text
    end = root.end() - 1
    return text[:end] + undeclared_namespaces(text, root[0]) + text[end:]


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
    if next(_item_elements(root, channel), None) is None:
        problems += _drop_unknown_namespace(url, root)
        channel = next((child for child in root if element_name(child) == "channel"), root)
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


def _drop_unknown_namespace(url: str, root: _Element) -> list[Problem]:
    """Take the elements of a feed without items out of a namespace that no feed has.

    Return a problem that names the namespace, or one for items that are where no feed has them.
    """
    names = {*_ITEM_ELEMENTS, "channel"}
    elements = [e for e in root.iter() if isinstance(e.tag, str)]
    for element in elements:
        local, tag = etree.QName(element).localname, str(element.tag)
        element.tag = tag.removesuffix(local) + _ELEMENT_NAMES.get(local.lower(), local)
    parts = [e for e in elements if etree.QName(e).localname in names]
    unknown = {str(space) for e in parts if (space := etree.QName(e).namespace)} - {*_PREFIXES}
    for element in elements:
        if etree.QName(element).namespace in unknown:
            element.tag = etree.QName(element).localname
    problems = [_broken(url, "the namespace of a feed", space) for space in sorted(unknown)]
    channels = [root, *(child for child in root if element_name(child) == "channel")]
    items = [part for part in parts if element_name(part) in _ITEM_ELEMENTS]
    if items and not any(item.getparent() in channels for item in items):
        expected, found = "items in the feed or its channel", f"{len(items)} elsewhere"
        problems.append(Problem(url=url, field="feed", expected=expected, found=found))
    return problems


def _base_url(element: _Element, url: str) -> str:
    """Return the address by which an item's links are resolved: that of its xml:base, if any."""
    base = resolve_or_keep(url, element.base) if element.base else url
    return base if is_web_address(base) else url


def _too_many_items(url: str) -> Problem:
    expected = f"at most {MAX_ITEMS} items"
    return Problem(url=url, field="feed", expected=expected, found="more; the rest is not read")


def _parse_items_separately(url: str, text: str, problem: Problem) -> Feed:
    root = _ROOT_TAG.search(text)
    if root is None:
        raise FormatError(expected="a feed", found=repr(text[:40]))
    namespaces = " ".join(_NAMESPACE_ATTRIBUTE.findall(root[0]))
    feed = Feed(items=[], problems=[problem])
    for number, (markup, is_whole) in enumerate(_item_markup(text, root["prefix"]), start=1):
        if number > MAX_ITEMS:
            feed.problems.append(_too_many_items(url))
            break
        element, reason = (
            _parse_item(markup, namespaces) if is_whole else (None, "an item without an end")
        )
        if element is None:
            found = f"{reason}; left out: {_name_item(markup)}"
            field_name = f"feed, item {number}"
            feed.problems.append(Problem(url=url, field=field_name, expected="XML", found=found))
            continue
        feed.items.append(FeedItem(_base_url(element, url), element, ""))
    return feed


def _parse_item(markup: str, namespaces: str) -> tuple[_Element | None, str]:
    """Return an item, or None and why it cannot be repaired without losing words."""
    markup = repair_characters(markup)
    namespaces += undeclared_namespaces(markup, namespaces)
    reason = ""
    for repaired in (markup, quote_texts(markup)):
        try:
            return _parse_xml(f"<feed {namespaces}>{repaired}</feed>")[0], ""
        except etree.XMLSyntaxError as error:
            reason = reason or _syntax_error_message(error)
    return None, reason


def _name_item(markup: str) -> str:
    """Return the title and links of an item that was left out, for people."""
    names = [" ".join(name.split()) for name in _ITEM_NAME.findall(markup[:2000])]
    return ", ".join(dict.fromkeys(names)) or "without a title"


def _item_markup(text: str, prefix: str | None) -> Iterator[tuple[str, bool]]:
    """Yield the markup from each item's start tag to its end tag, and whether it has one.

    `prefix` is that of the root element: items have it or none.
    """
    start = None
    for tag in _ITEM_TAG.finditer(text):
        if tag["prefix"] not in {None, prefix}:
            continue
        if start is not None:
            yield text[start : tag.end() if tag["end"] else tag.start()], bool(tag["end"])
            start = None
        if not tag["end"]:
            start = tag.start()
    if start is not None:
        yield text[start:], False


def element_content(element: _Element) -> str:
    """Return an element's content as HTML or text; Atom's XHTML is serialized."""
    if len(element) and element.get("type") == "xhtml":
        return "".join(etree.tostring(child, encoding="unicode") for child in element)
    return "".join(str(piece) for piece in element.itertext())
