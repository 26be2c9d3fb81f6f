"""Read an article from HTML, Markdown or plain text, with the spans of its block quotations.

Offsets of quotations are into `Article.text`, whatever the article was written in.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree, html

from archive.errors import FormatError, LimitError

MAX_ARTICLE_BYTES = 4_000_000  # a book is less


@dataclass(frozen=True, slots=True)
class Article:
    """Text in paragraphs; `block_quotes` are the character spans of block quotations."""

    text: str
    block_quotes: tuple[tuple[int, int], ...] = ()
    title: str = ""


def read_article(data: bytes, name: str, format_: str = "") -> Article:
    """Read an article from the bytes of a file or page called `name`.

    `format_` is html, markdown or text; "" detects it from the name and the first characters.

    Raises:
        LimitError: it is larger than MAX_ARTICLE_BYTES.
        FormatError: it is not text.

    """
    if len(data) > MAX_ARTICLE_BYTES:
        raise LimitError(
            f"{name}: expected an article of at most {MAX_ARTICLE_BYTES:,} bytes, "
            f"found {len(data):,}"
        )
    text = _decode(data, name)
    return _READERS[format_ or _detect_format(text, name)](text)


def _decode(data: bytes, name: str) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif b"\0" in data[:100_000] or data.startswith((b"%PDF", b"PK\x03\x04", b"\x89PNG")):
        raise FormatError(f"{name}: expected text, HTML or Markdown, found a binary file")
    else:
        encoding = "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        pass
    from charset_normalizer import from_bytes

    best = from_bytes(data[:200_000]).best()
    if best is None:
        raise FormatError(f"{name}: expected text, found bytes of no known encoding")
    return data.decode(best.encoding, errors="replace")


_LOOKS_HTML = re.compile(
    r"\s*(?:<!doctype html|<html|<head|<body|<\?xml)|<(?:p|div|article)\b", re.I
)


def _detect_format(text: str, name: str) -> str:
    suffix = name.lower().rpartition(".")[2]
    if suffix in ("html", "htm", "xhtml") or _LOOKS_HTML.match(text[:2000].lstrip()):
        return "html"
    return "markdown" if suffix in ("md", "markdown") else "text"


def _read_plain_text(text: str) -> Article:
    return Article(text.replace("\r\n", "\n").replace("\r", "\n"))


_LINK = re.compile(r"!?\[([^\[\]]*)\]\((?:[^()\s]|\([^()]*\))*(?:\s+\"[^\"]*\")?\)")
_REFERENCE = re.compile(r"\[([^\[\]]+)\]\[[^\[\]]*\]|^\[[^\[\]]+\]:\s+\S+.*$", re.M)
_EMPHASIS = re.compile(r"(\*{1,3}|_{1,3})(?=\S)([^*_\n]{1,300}?)(?<=\S)\1(?!\w)")
_FENCE = re.compile(r"^(```|~~~).*?^\1[ \t]*$", re.M | re.S)


def _read_markdown(text: str) -> Article:
    text = _FENCE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = _REFERENCE.sub(lambda reference: reference[1] or "", _LINK.sub(r"\1", text))
    lines: list[str] = []
    length = 0
    block_quotes: list[tuple[int, int]] = []
    quote_start: int | None = None
    for line in text.split("\n"):
        quote_prefix = re.match(r" {0,3}(?:>[ ]?)+", line)
        visible = re.sub(
            r"^ {0,3}#{1,6} +|^ {0,3}[-*+] +",
            "",
            line[quote_prefix.end() :] if quote_prefix else line,
        )
        visible = _EMPHASIS.sub(r"\2", visible)
        if quote_prefix and quote_start is None:
            quote_start = length
        if not quote_prefix and quote_start is not None:
            block_quotes.append((quote_start, length - 1))
            quote_start = None
        lines.append(visible)
        length += len(visible) + 1
    if quote_start is not None:
        block_quotes.append((quote_start, length - 1))
    return Article("\n".join(lines), tuple(block_quotes))


_SKIPPED_TAGS = frozenset(
    """
    script style noscript template svg nav aside footer form button iframe select figcaption object
    head textarea
    """.split()  # noqa: SIM905
)
_BLOCK_TAGS = frozenset(
    """
    p div section article main blockquote li ul ol h1 h2 h3 h4 h5 h6 td tr table dd dt dl pre header
    figure hr
    """.split()  # noqa: SIM905
)


def _read_html(text: str) -> Article:
    try:
        root = html.document_fromstring(_strip_xml_declaration(text))
    except (etree.ParserError, ValueError) as error:
        raise FormatError(f"expected an HTML page, found: {error}") from error
    title = " ".join((root.findtext(".//title") or "").split())
    builder = _TextBuilder()
    _append_element(_main_element(root), builder)
    body, block_quotes = builder.finish()
    return Article(body, block_quotes, title)


def _strip_xml_declaration(text: str) -> str:
    return re.sub(r"^\s*<\?xml[^>]*\?>", "", text) or "<p></p>"


def _main_element(root: html.HtmlElement) -> html.HtmlElement:
    """Return the element marked as the article if it has over 400 characters, else the body."""
    for path in (".//article", ".//main", ".//*[@role='main']", ".//*[@itemprop='articleBody']"):
        element = max(root.iterfind(path), key=_paragraph_length, default=None)
        if element is not None and _paragraph_length(element) > 400:
            return element
    body = root.find(".//body")
    return root if body is None else body


def _paragraph_length(element: html.HtmlElement) -> int:
    return sum(len(paragraph.text_content()) for paragraph in element.iter("p", "blockquote"))


class _TextBuilder:
    """Builds visible text: white space collapsed, a blank line between blocks."""

    def __init__(self) -> None:
        self._chunks: list[str] = []
        self._length = 0
        self._pending = ""
        self._block_quotes: list[tuple[int, int]] = []

    def add(self, text: str | None) -> None:
        if not text:
            return
        words = " ".join(text.split())
        if not words:
            self._pending = self._pending or " "
            return
        if text[0].isspace() and not self._pending:
            self._pending = " "
        if self._chunks:
            self._append(self._pending)
        self._pending = " " if text[-1].isspace() else ""
        self._append(words)

    def break_block(self, separator: str) -> None:
        self._pending = (
            separator if len(separator) > len(self._pending.strip(" ")) else self._pending
        )

    def next_offset(self) -> int:
        return self._length + (len(self._pending) if self._chunks else 0)

    def add_block_quote(self, start: int) -> None:
        if self._length > start:
            self._block_quotes.append((start, self._length))

    def _append(self, text: str) -> None:
        self._chunks.append(text)
        self._length += len(text)

    def finish(self) -> tuple[str, tuple[tuple[int, int], ...]]:
        return "".join(self._chunks), tuple(self._block_quotes)


def _append_element(top: html.HtmlElement, builder: _TextBuilder) -> None:
    """Append the visible text of `top`, without recursion: hostile pages nest too deep for it."""
    stack: list[tuple[html.HtmlElement, bool, int]] = [(top, False, 0)]
    while stack:
        element, is_closing, start = stack.pop()
        tag = element.tag if isinstance(element.tag, str) else ""
        if is_closing:
            if tag == "q":
                builder.add("”")
            if tag == "blockquote":
                builder.add_block_quote(start)
            if tag in _BLOCK_TAGS:
                builder.break_block("\n\n")
            if element is not top:
                builder.add(element.tail)
            continue
        if not tag or tag in _SKIPPED_TAGS or element.get("hidden") is not None:
            if element is not top:
                builder.add(element.tail)
            continue
        if tag in _BLOCK_TAGS:
            builder.break_block("\n\n")
        if tag == "br":
            builder.break_block("\n")
        stack.append((element, True, builder.next_offset()))
        if tag == "q":
            builder.add("“")
        builder.add(element.text)
        stack.extend((child, False, 0) for child in reversed(element))


_READERS: dict[str, Callable[[str], Article]] = {
    "html": _read_html,
    "markdown": _read_markdown,
    "text": _read_plain_text,
}
