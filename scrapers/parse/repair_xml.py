"""Repair a feed or sitemap that is not well-formed XML, where no word is lost by it.

Nothing is fetched and no entity is expanded but the characters that HTML names: a document type is
removed and not read. What CDATA sections hold stays as it is, apart from characters that XML
forbids.
"""

import re
from collections.abc import Callable
from html.entities import html5

_CDATA = re.compile(r"(<!\[CDATA\[.*?(?:\]\]>|\Z))", re.DOTALL)
_DOCUMENT_TYPE = re.compile(
    r"\A((?:\s|<\?[^>]{0,500}\?>|<!--(?:[^-]|-(?!->))*-->)*)<!DOCTYPE\b(?!\s+html\b)[^\[<>]*>",
    re.IGNORECASE,
)
# XML 1.0, 2.2: characters that no document may have, and references to them.
_FORBIDDEN_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_REFERENCE = re.compile(
    r"&(?:#(?P<decimal>\d{1,7})|#[xX](?P<hex>[0-9A-Fa-f]{1,6})|(?P<name>[A-Za-z][A-Za-z0-9]{1,31}));"
)
_BARE_AMPERSAND = re.compile(r"&(?!#\d{1,7};|#x[0-9A-Fa-f]{1,6};|(?:amp|lt|gt|quot|apos);)")
_BARE_LESS_THAN = re.compile(r"<(?![A-Za-z_:/!?])")
_XML_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "apos"})
_TAG_PREFIX = re.compile(r"</?([A-Za-z_][\w.-]{0,60}):[A-Za-z_]")
_ATTRIBUTE_PREFIX = re.compile(r"\s([A-Za-z_][\w.-]{0,60}):[A-Za-z_][\w.-]{0,60}\s*=\s*[\"']")
_TEXT_TAG = re.compile(
    r"<(?P<end>/?)(?P<name>title|description|summary|content|content:encoded)\b[^<>]*>"
)
# A "<" in a text that begins no tag of HTML's is one that the writer forgot to escape.
_NO_HTML_TAG = re.compile(
    r"<(?!!--|/?(?:a|abbr|article|b|blockquote|br|caption|cite|code|dd|del|div|dl|dt|em|figcaption"
    r"|figure|font|footer|h[1-6]|header|hr|i|iframe|img|ins|li|link|main|meta|ol|p|pre|q|s|section"
    r"|small|span|strong|style|sub|sup|table|tbody|td|tfoot|th|thead|time|tr|u|ul|wbr)\b[^<>]*>)",
    re.IGNORECASE,
)
_KNOWN_NAMESPACES = {
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "media": "http://search.yahoo.com/mrss/",
    "atom": "http://www.w3.org/2005/Atom",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
}


def remove_document_type(text: str) -> str:
    """Return `text` without a document type that defines nothing, such as that of RSS 0.91."""
    return _DOCUMENT_TYPE.sub(r"\1", text, count=1)


def repair_characters(text: str) -> str:
    """Return `text` without characters that XML forbids, and with its references as XML has them.

    A bare "&" is escaped, a "<" that begins no tag too, and HTML's names of characters (`&nbsp;`)
    become the characters.
    """
    text = _FORBIDDEN_CHARACTER.sub("", text)
    return _outside_cdata(text, _escape_bare)


def _escape_bare(text: str) -> str:
    return _BARE_LESS_THAN.sub("&lt;", _BARE_AMPERSAND.sub("&amp;", _expand(text)))


def undeclared_namespaces(text: str, declarations: str) -> str:
    """Return declarations of the prefixes in `text` that `declarations` lacks, as attributes."""
    prefixes = {*_TAG_PREFIX.findall(text), *_ATTRIBUTE_PREFIX.findall(text)} - {"xml", "xmlns"}
    return "".join(
        f' xmlns:{prefix}="{_KNOWN_NAMESPACES.get(prefix, f"urn:undeclared:{prefix}")}"'
        for prefix in sorted(prefixes)
        if f"xmlns:{prefix}" not in declarations
    )


def quote_texts(markup: str) -> str:
    """Return an item whose texts are CDATA sections, so that their tags need not be closed.

    A text in which not every "<" begins a tag of HTML stays as it is.
    """
    pieces, copied = [], 0
    name, start = "", 0
    for tag in _TEXT_TAG.finditer(markup):
        if not tag["end"]:
            if not name and not tag[0].endswith("/>"):
                name, start = tag["name"], tag.end()
        elif tag["name"] == name:
            text = markup[start : tag.start()]
            if "<![CDATA[" not in text and "]]>" not in text and not _NO_HTML_TAG.search(text):
                pieces += [markup[copied:start], f"<![CDATA[{text}]]>"]
                copied = tag.start()
            name = ""
    return "".join([*pieces, markup[copied:]])


def _outside_cdata(text: str, change: Callable[[str], str]) -> str:
    """Return `text` with `change` applied to all that is no CDATA section."""
    pieces = _CDATA.split(text)
    return "".join(piece if number % 2 else change(piece) for number, piece in enumerate(pieces))


def _expand(text: str) -> str:
    """Replace HTML's names of characters; drop references to characters that XML forbids."""

    def character(match: re.Match[str]) -> str:
        if name := match["name"]:
            return match[0] if name in _XML_ENTITIES else html5.get(f"{name};", match[0])
        code = int(match["hex"], 16) if match["hex"] else int(match["decimal"])
        is_allowed = code in (9, 10, 13) or 32 <= code <= 0xD7FF or 0xE000 <= code <= 0x10FFFF
        return match[0] if is_allowed and code not in (0xFFFE, 0xFFFF) else ""

    return _REFERENCE.sub(character, text)
