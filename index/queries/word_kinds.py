"""Recognise what a word of a query is: a symbol, an address, an operator of another tool."""

import re
from difflib import get_close_matches

from archive.text.signs import AFTER_FIGURE, CURRENCY
from index.queries.quoted_text import MARK_CHARACTERS, find_quoted
from index.text_to_words import normalise
from index.token_pattern import SEPARATE, is_within

FIELDS = ("source", "issuer", "lang", "kind", "title", "symbol", "url", "after", "before")
# What other search tools call our fields.
_OTHER_NAMES = {
    "author": "issuer",
    "by": "issuer",
    "speaker": "issuer",
    "publisher": "source",
    "feed": "source",
    "language": "lang",
    "type": "kind",
    "intitle": "title",
    "headline": "title",
    "id": "symbol",
    "doc": "symbol",
    "number": "symbol",
    "site": "url",
    "link": "url",
    "address": "url",
    "since": "after",
    "from": "after",
    "date": "after",
    "year": "after",
    "issued": "after",
    "published": "after",
    "until": "before",
    "to": "before",
}
_FOREIGN_OPERATORS = (
    (re.compile(r"-\w"), "- is not an operator: write NOT"),
    (re.compile(r"!\w"), "! is not an operator: write NOT"),
    (re.compile(r"\+[^\W\d]"), "+ is not an operator: every word must be there already"),
    (re.compile(r"\|+$|[^|]*\|\|"), "| is not an operator: write OR"),
    (re.compile(r"[^&]*&&"), "&& is not an operator: write AND"),
    (re.compile(r"/[^/\s]+/[a-z]*$"), "/…/ is no regular expression: only * is a wildcard"),
    (re.compile(r"\w[^~]*~\d*$"), 'write ~ after a phrase in quotation marks: "end impunity"~3'),
    (re.compile(r"[^\W\d]+\^\d"), "^ is not an operator: no word weighs more than another"),
    (
        re.compile(r"(?:NEAR|WITHIN|ADJ)/?\d*$|(?i:w|pre|near|within|o?near|adj)/\d+$|/\d+$"),
        'write words near one another as "end impunity"~3, or ~3u for any order',
    ),
)
_RANGE = re.compile(r"[\[{]\S+\s+TO\s+\S+[\]}]")
_LONE_SIGNS = CURRENCY | AFTER_FIGURE
_QUESTION_MARK = re.compile(r"(?<=\w)\?+(?=\w)")
_NOTE_NUMBER = re.compile(r"\d{1,3}(?!\w)")
_ADDRESS = re.compile(
    r"(?:[A-Za-z][A-Za-z0-9+.-]*://\S|www\.\S+\.\S)|[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}/\S*$"
)
_SYMBOL = re.compile(r"(?=.*\d)(?=.*[^\W_][/_.–-][^\W_])[\w./–()-]+$")
_NUMBER = re.compile(r"[\d.,]+$")
# `"` between Hebrew letters is part of a word.
_CHUNK = re.compile(rf"(?:[^\s()\"{MARK_CHARACTERS}]|(?<=[א-ת])\"(?=[א-ת]))+")
_WHOLE_ADDRESS = re.compile(rf"[A-Za-z][A-Za-z0-9+.-]*://[^\s\"{MARK_CHARACTERS}]+")
_SYMBOL_WITH_YEAR = re.compile(r"[A-Za-z][\w./-]*/[\w./-]*\d\(\d{4}\)(?![^\s()])")
_UNSPACED_SCRIPT = re.compile("[\u2e80-\u9fff\uac00-\ud7a3]")
_NEAREST = 0.6  # similarity from which on a name is offered, as difflib measures it


def read_chunk(text: str, offset: int) -> str:
    """Return the characters from `offset` to the next space, parenthesis or quotation.

    An address, and a symbol with its year, S/RES/2664(2022), may have parentheses.
    """
    if address := _WHOLE_ADDRESS.match(text, offset):
        return _without_tail(address.group())
    chunk = _SYMBOL_WITH_YEAR.match(text, offset) or _CHUNK.match(text, offset)
    if chunk is None:
        return ""
    ends = (
        end
        for end in range(offset + 1, chunk.end())
        if not text[end].isalnum() and find_quoted(text, end)
    )
    return text[offset : next(ends, chunk.end())]


def _without_tail(address: str) -> str:
    """Return an address without the punctuation of the sentence in which it stands."""
    while address[-1] in ".,;:!?'’" or (address[-1] == ")" and "(" not in address):
        address = address[:-1]
    return address


def is_field(name: str, colon: str) -> bool:
    """Return whether `name` before a colon is meant as a field, known or not."""
    if name.lower() in FIELDS:
        return True
    # Where no spaces are written, a colon in a sentence looks like a field's.
    return colon == ":" and not _UNSPACED_SCRIPT.search(name)


def suggest_field(name: str) -> str:
    """Return the field that is meant by `name`; "" for none."""
    if name in _OTHER_NAMES:
        return _OTHER_NAMES[name]
    return next(iter(get_close_matches(name, FIELDS, 1, _NEAREST)), "")


def foreign_operator(chunk: str) -> str:
    """Return what to write for an operator of another query language; "" where there is none."""
    return next((problem for sign, problem in _FOREIGN_OPERATORS if sign.match(chunk)), "")


def is_range(text: str, offset: int) -> bool:
    """Return whether a range as other search tools write it is at `offset`: [a TO b]."""
    return _RANGE.match(text, offset) is not None


def find_lone_sign(text: str) -> int:
    """Return the offset of a sign that is beside no figure, as in `4.2 million $`; or -1.

    Words are searched without the signs between them: the query would name any other sign too.
    """
    if _LONE_SIGNS.isdisjoint(text) or is_address(text):
        return -1
    words = normalise(text)
    spans = list(zip(words.starts, words.ends, strict=True))
    for offset, char in enumerate(text):
        if char not in _LONE_SIGNS or any(start <= offset < end for start, end in spans):
            continue
        is_in_word = text[:offset][-1:].isalpha() and text[offset + 1 : offset + 2].isalpha()
        if not is_in_word:
            return offset
    return -1


def find_question_mark(text: str) -> int:
    """Return the offset of a ? inside a word, where it can only be meant as a wildcard; or -1.

    It is a question mark in an address, in a script without spaces, between two sentences without
    a space (lawful?Yes), and before the number of a note (lawful?12).
    """
    for match in _QUESTION_MARK.finditer(text):
        before, after = text[match.start() - 1], text[match.end()]
        chunk_start = max(text.rfind(space, 0, match.start()) for space in (" ", "\n", "\t")) + 1
        if not (
            is_within(ord(before), SEPARATE)
            or is_within(ord(after), SEPARATE)
            or (after.isupper() and before.islower())
            or (_NOTE_NUMBER.match(text, match.end()) and before.isalpha())
            or is_address(text[chunk_start:].split()[0])
        ):
            return match.start()
    return -1


def is_address(chunk: str) -> bool:
    """Return whether a word is a web address, with or without its scheme."""
    return _ADDRESS.match(chunk) is not None


def is_symbol(chunk: str) -> bool:
    """Return whether a word may be a document symbol: A/HRC/55/1, IP-24-1234, w13-a."""
    return _SYMBOL.match(chunk) is not None and _NUMBER.match(chunk) is None
