"""Strip markup from a page, and map each character of the text to its position in the markup.

Tags, comments, scripts and style sheets are removed, character references and escapes resolved.
Feeds and JSON responses contain escaped markup: they are stripped twice.
"""

import html
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_INVISIBLE_ELEMENT = r"<(?P<raw>script|style|noscript|template)\b[^>]*>.*?</(?P=raw)\s*>"
_ATTRIBUTES = r"(?:[^<>\"'=]++|=\s*(?:\"[^\"]*\"|'[^']*')|[\"'=])*+"
_TAG = rf"</?[a-zA-Z][^\s/>]*{_ATTRIBUTES}/?>|<![a-zA-Z][^>]*>|<\?[^>]*>"
_REFERENCE = r"(?P<reference>&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});?)"
_HTML = re.compile(
    f"<!--.*?-->|{_INVISIBLE_ELEMENT}|{_TAG}|{_REFERENCE}", re.DOTALL | re.IGNORECASE
)
_XML = re.compile(
    rf"<!--.*?-->|<!\[CDATA\[(?P<cdata>.*?)\]\]>|{_TAG}|{_REFERENCE}", re.DOTALL | re.IGNORECASE
)
_JSON_STRING = re.compile(r'"((?:[^"\\]|\\.)*+)"', re.DOTALL)
_SURROGATE_PAIR = r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
_JSON_ESCAPE = re.compile(rf"{_SURROGATE_PAIR}|\\u[0-9a-fA-F]{{4}}|\\.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class MappedText:
    """Text, and for each of its characters its start and end in the markup."""

    text: str
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]

    def strip_again(self, strip: Callable[[str], "MappedText"]) -> "MappedText":
        """Apply `strip` to the text; positions stay those in the original markup."""
        inner = strip(self.text)
        if not inner.text:
            return inner
        return MappedText(inner.text, self.starts[inner.starts], self.ends[inner.ends - 1])


def strip_markup(markup: str) -> MappedText:
    """Return the text of a page, a feed or a JSON response, mapped to `markup`."""
    start = markup.lstrip("\ufeff \t\r\n")[:400].lower()
    if start[:1] in {"{", "["}:
        return extract_json_strings(markup).strip_again(strip_html)
    if (start.startswith("<?xml") and "<html" not in start) or start.startswith(("<rss", "<feed")):
        return strip_xml(markup).strip_again(strip_html)
    return strip_html(markup)


def strip_html(markup: str) -> MappedText:
    return _join_pieces(_text_pieces(markup, _HTML))


def strip_xml(markup: str) -> MappedText:
    return _join_pieces(_text_pieces(markup, _XML))


def extract_json_strings(text: str) -> MappedText:
    """Return all strings of a JSON text, member names included."""
    return _join_pieces(
        piece for match in _JSON_STRING.finditer(text) for piece in _string_pieces(text, match)
    )


# Text, start and end in the markup, and whether the text stands there verbatim.
_TextPiece = tuple[str, int, int, bool]


def _text_pieces(markup: str, pattern: re.Pattern[str]) -> Iterator[_TextPiece]:
    position = 0
    for match in pattern.finditer(markup):
        start, end = match.span()
        yield markup[position:start], position, start, True
        groups = match.groupdict()
        if groups["reference"]:
            character = html.unescape(match[0])
            yield character, start, end, character == match[0]
        elif groups.get("cdata"):
            yield match["cdata"], *match.span("cdata"), True
        position = end
    yield markup[position:], position, len(markup), True


def _string_pieces(text: str, string: re.Match[str]) -> Iterator[_TextPiece]:
    position, last = string.span(1)
    for match in _JSON_ESCAPE.finditer(text, position, last):
        start, end = match.span()
        yield text[position:start], position, start, True
        yield _unescape(match[0]), start, end, False
        position = end
    yield text[position:last], position, last, True
    yield "\n", last, last + 1, False


def _unescape(escape: str) -> str:
    try:
        character: str = json.loads(f'"{escape}"')
    except ValueError:
        return escape[1:]
    return character


def _join_pieces(pieces: Iterator[_TextPiece]) -> MappedText:
    texts: list[str] = []
    starts: list[NDArray[Any]] = []
    ends: list[NDArray[Any]] = []
    for text, start, end, is_verbatim in pieces:
        if not text:
            continue
        texts.append(text)
        if is_verbatim:
            offsets = np.arange(start, end, dtype=np.int64)
            starts.append(offsets)
            ends.append(offsets + 1)
        else:
            starts.append(np.full(len(text), start, dtype=np.int64))
            ends.append(np.full(len(text), end, dtype=np.int64))
    if not texts:
        return MappedText("", np.zeros(0, np.int64), np.zeros(0, np.int64))
    return MappedText("".join(texts), np.concatenate(starts), np.concatenate(ends))
