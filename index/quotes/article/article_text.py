"""An article as plain text, and which stretches of it its layout sets off as quoted.

Offsets of quotations are into `Article.text`, whatever the article was written in.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree, html

from archive.errors import FormatError, LimitError

LARGEST = 4_000_000  # bytes of an article: a book is less


@dataclass(frozen=True, slots=True)
class Article:
    """Text in paragraphs; `set_off` are the characters of block quotations."""

    text: str
    set_off: tuple[tuple[int, int], ...] = ()
    title: str = ""


def read_article(data: bytes, name: str, kind: str = "") -> Article:
    """Read an article from the bytes of a file or page called `name`.

    `kind` is html, markdown or text; "" tells by the name and the first characters.

    Raises:
        LimitError: it is larger than LARGEST.
        FormatError: it is no text.

    """
    if len(data) > LARGEST:
        raise LimitError(
            f"{name}: expected an article of at most {LARGEST:,} bytes, found {len(data):,}"
        )
    text = _decoded(data, name)
    return _READERS[kind or _kind(text, name)](text)


def _decoded(data: bytes, name: str) -> str:
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


def _kind(text: str, name: str) -> str:
    suffix = name.lower().rpartition(".")[2]
    if suffix in ("html", "htm", "xhtml") or _LOOKS_HTML.match(text[:2000].lstrip()):
        return "html"
    return "markdown" if suffix in ("md", "markdown") else "text"


def _plain(text: str) -> Article:
    return Article(text.replace("\r\n", "\n").replace("\r", "\n"))


_LINK = re.compile(r"!?\[([^\[\]]*)\]\((?:[^()\s]|\([^()]*\))*(?:\s+\"[^\"]*\")?\)")
_REFERENCE = re.compile(r"\[([^\[\]]+)\]\[[^\[\]]*\]|^\[[^\[\]]+\]:\s+\S+.*$", re.M)
_EMPHASIS = re.compile(r"(\*{1,3}|_{1,3})(?=\S)([^*_\n]{1,300}?)(?<=\S)\1(?!\w)")
_FENCE = re.compile(r"^(```|~~~).*?^\1[ \t]*$", re.M | re.S)


def _markdown(text: str) -> Article:
    text = _FENCE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = _REFERENCE.sub(lambda found: found[1] or "", _LINK.sub(r"\1", text))
    out: list[str] = []
    length = 0
    set_off: list[tuple[int, int]] = []
    opened: int | None = None
    for line in text.split("\n"):
        quoted = re.match(r" {0,3}(?:>[ ]?)+", line)
        shown = re.sub(
            r"^ {0,3}#{1,6} +|^ {0,3}[-*+] +", "", line[quoted.end() :] if quoted else line
        )
        shown = _EMPHASIS.sub(r"\2", shown)
        if quoted and opened is None:
            opened = length
        if not quoted and opened is not None:
            set_off.append((opened, length - 1))
            opened = None
        out.append(shown)
        length += len(shown) + 1
    if opened is not None:
        set_off.append((opened, length - 1))
    return Article("\n".join(out), tuple(set_off))


_UNSEEN = frozenset(
    """
    script style noscript template svg nav aside footer form button iframe select figcaption object
    head textarea
    """.split()  # noqa: SIM905
)
_BLOCKS = frozenset(
    """
    p div section article main blockquote li ul ol h1 h2 h3 h4 h5 h6 td tr table dd dt dl pre header
    figure hr
    """.split()  # noqa: SIM905
)


def _page(text: str) -> Article:
    try:
        root = html.document_fromstring(_without_declaration(text))
    except (etree.ParserError, ValueError) as error:
        raise FormatError(f"expected an HTML page, found: {error}") from error
    title = " ".join((root.findtext(".//title") or "").split())
    gathered = _Gathered()
    _gather(_main(root), gathered)
    body, set_off = gathered.done()
    return Article(body, set_off, title)


def _without_declaration(text: str) -> str:
    return re.sub(r"^\s*<\?xml[^>]*\?>", "", text) or "<p></p>"


def _main(root: html.HtmlElement) -> html.HtmlElement:
    """Return the element that holds the article: what is marked so, or where its paragraphs are."""
    for path in (".//article", ".//main", ".//*[@role='main']", ".//*[@itemprop='articleBody']"):
        found = max(root.iterfind(path), key=_said, default=None)
        if found is not None and _said(found) > 400:
            return found
    body = root.find(".//body")
    return root if body is None else body


def _said(element: html.HtmlElement) -> int:
    return sum(len(paragraph.text_content()) for paragraph in element.iter("p", "blockquote"))


class _Gathered:
    """Text as a reader sees it: white space run together, a blank line between blocks."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._pending = ""
        self._set_off: list[tuple[int, int]] = []

    def add(self, text: str | None) -> None:
        if not text:
            return
        words = " ".join(text.split())
        if not words:
            self._pending = self._pending or " "
            return
        if text[0].isspace() and not self._pending:
            self._pending = " "
        if self._parts:
            self._put(self._pending)
        self._pending = " " if text[-1].isspace() else ""
        self._put(words)

    def part(self, mark: str) -> None:
        self._pending = mark if len(mark) > len(self._pending.strip(" ")) else self._pending

    def place(self) -> int:
        return self._length + (len(self._pending) if self._parts else 0)

    def quoted(self, start: int) -> None:
        if self._length > start:
            self._set_off.append((start, self._length))

    def _put(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)

    def done(self) -> tuple[str, tuple[tuple[int, int], ...]]:
        return "".join(self._parts), tuple(self._set_off)


def _gather(top: html.HtmlElement, out: _Gathered) -> None:
    """Walk without recursion: hostile pages nest deeper than Python's stack."""
    stack: list[tuple[html.HtmlElement, bool, int]] = [(top, False, 0)]
    while stack:
        element, left, start = stack.pop()
        tag = element.tag if isinstance(element.tag, str) else ""
        if left:
            if tag == "q":
                out.add("”")
            if tag == "blockquote":
                out.quoted(start)
            if tag in _BLOCKS:
                out.part("\n\n")
            if element is not top:
                out.add(element.tail)
            continue
        if not tag or tag in _UNSEEN or element.get("hidden") is not None:
            if element is not top:
                out.add(element.tail)
            continue
        if tag in _BLOCKS:
            out.part("\n\n")
        if tag == "br":
            out.part("\n")
        stack.append((element, True, out.place()))
        if tag == "q":
            out.add("“")
        out.add(element.text)
        stack.extend((child, False, 0) for child in reversed(element))


_READERS: dict[str, Callable[[str], Article]] = {
    "html": _page,
    "markdown": _markdown,
    "text": _plain,
}
