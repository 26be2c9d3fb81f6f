"""Find the figures of a text, and write each in the form in which it is compared.

A figure is a number with what belongs to it: its decimal mark and grouping, a minus, a fraction, an
exponent, the signs beside it, and whether a range, a time or a ratio joins it to the next. It is
one word of its text, written as a key:

- the number without its grouping, its decimal mark a full stop: `12500`, `1.5`, `2½`, `10^6`;
- what makes it another figure: `-3`, `+5`, `≥2`, `18+`, `1º`; and, of a range, a time or a ratio,
  to which side it is joined: `5–` and `–10`, `10:` and `:30`, `1/` and `/2`;
- after a bar, what search may leave off: `5|$`, `20|%`, `3|°`, and `,` for marks that the language
  of the text uses otherwise (`1,5` in English: `1.5|,`).
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from unicodedata import combining, normalize

from archive.text.number_format import read_number
from archive.text.signs import (
    AFTER_FIGURE,
    BEFORE_FIGURE,
    CURRENCY,
    DASHES,
    JOINS,
    MINUSES,
    ORDINALS,
    PER_CENT,
    SIGNS,
    same_sign,
)

OPTIONAL = "|"  # between a figure and the signs that search may leave off

_RANGE = "–"
_SPACES = frozenset(" \u00a0\u2007\u2009\u202f\n")
_CLOSING = frozenset(")]}%‰°")  # a dash after one of these is no minus

SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_PLAIN_SUPERSCRIPTS = str.maketrans(f"{SUPERSCRIPTS}⁺⁻−", "0123456789+--")
FRACTIONS = "¼½¾⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞↉"
_GROUP_SPACE = "[ \u00a0\u2007\u2009\u202f'’ʼ]"
# After a letter of these scripts a digit is inside a word (A4). Others are written without spaces,
# or with prefixes and endings at the figure: 把1,200名, ב1.5, 약1,200명.
_LETTERS = (
    r"A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0300-\u036f\u0370-\u0487\u048a-\u0587"
    r"\u10a0-\u10ff\u1e00-\u1fff"
)
_INSIDE_WORD = rf"\d_\u00aa\u00ba{_LETTERS}"
# Scripts whose characters are words each: a number in their digits is one word all the same.
_NATIVE_DIGITS = "๐-๙໐-໙၀-၉០-៩"
_NUMBER = re.compile(
    rf"(?<![{_INSIDE_WORD}])(?:(?P<grouped>(?:\d{{1,3}}(?:{_GROUP_SPACE}\d{{3}}(?!\d))+"
    rf"|(?<!\d{_GROUP_SPACE})\d{{1,2}}(?:{_GROUP_SPACE}\d\d)+{_GROUP_SPACE}\d{{3}}(?!{_GROUP_SPACE}?\d))"
    rf"(?:[.,．٫]\d+)?)"
    rf"|(?P<marked>\d+(?:(?:[.,．٫٬]|，(?=\d\d\d(?!\d)))\d+)+)|\d+)"
    rf"(?P<fraction>[ \u00a0\u2009\u202f]?[{FRACTIONS}])?"
    rf"(?P<exponent>[⁺⁻]?[{SUPERSCRIPTS}]+|\^[-−+]?\d+)?"
    rf"|[{FRACTIONS}]"
)
# Letters directly after a number are one word with it: 5m, 1st.
_TAIL = re.compile(rf"[{_LETTERS}][\d{_LETTERS}]*")
_ENDS = frozenset(f"{FRACTIONS}{SUPERSCRIPTS}") | AFTER_FIGURE | ORDINALS  # besides a digit


def _beside(signs: Iterable[str]) -> str:
    """Return the expression after the first character of a number that has anything beside it."""
    sign, space = "".join(map(re.escape, sorted(signs))), "".join(sorted(_SPACES))
    groups = rf"{_GROUP_SPACE}\d\d(?:\d|{_GROUP_SPACE}\d)"
    after = rf"[.,，．٫٬]\d|[,:][–-]|[^\W\d_]|{groups}|[{space}]?[{sign}{FRACTIONS}]"
    mark = "(?<=[\\s(\\[{\"'“‘«$€£¥+−–-][.,].)|(?<=^[.,].)"
    near = rf"{mark}|(?<=[{sign}].)|(?<=[{sign}][{space}].)|(?=\d*(?:{after}|[\^{SUPERSCRIPTS}⁺⁻]))"
    return rf"(?:(?<=[{FRACTIONS}{_NATIVE_DIGITS}])|(?<=\d)(?<![{_INSIDE_WORD}].)(?:{near}))"


# Each is to follow a class of characters, so that words and plain numbers are passed fast.
BESIDE_FIGURE = _beside(SIGNS)
BESIDE_ASCII_FIGURE = _beside(filter(str.isascii, SIGNS))
_START = re.compile(rf"[\d{FRACTIONS}]{BESIDE_FIGURE}")
_ASCII_START = re.compile(rf"[0-9]{BESIDE_ASCII_FIGURE}")
_WHOLE_NUMBER = re.compile(rf"[{_INSIDE_WORD}]*\d[{_INSIDE_WORD}]*")
_BEFORE_NUMBER = re.compile(r"[ \u00a0\u202f]?[-−]?\d")  # after a currency: it is the next one's
_JOINED = re.compile(rf"[{''.join(sorted(CURRENCY))}]?[\d{FRACTIONS}]")
_UNSPACED = frozenset(FRACTIONS) | {
    chr(zero + number) for zero in (0x0E50, 0x0ED0, 0x1040, 0x17E0) for number in range(10)
}
_DEGREE = re.compile(r"[°º˚][ \u00a0\u202f]?([CF])(?!\w)")
_PRICE_END = re.compile(r"[,:][–-]{1,2}(?!\w)")  # 5,– € and 5:-
_LEADING_MARKS = frozenset(".,")
_BEFORE_LEADING_MARK = frozenset(" \u00a0\u202f\n\t([{\"'“‘«$€£¥+−–-")
_YEAR = re.compile("(?:19|20)[0-9][0-9]")
SIGN_CHARS = 4  # after a number, how far what stands beside it is looked for


class WordSpan(NamedTuple):
    """Characters `start`–`end` of a text, and the words that they are."""

    start: int
    end: int
    words: tuple[str, ...]


def find_figures(text: str, decimal: str, start: int, end: int) -> Iterator[WordSpan]:
    """Yield the figures of characters `start`–`end` of `text`, without plain whole numbers.

    A whole number with nothing beside it is a word like any other. `decimal` is the decimal mark of
    the text's language.
    """
    starts = _ASCII_START if text.isascii() else _START
    offset = start
    while numeral := starts.search(text, offset, end + SIGN_CHARS):
        if numeral.start() >= end:
            return
        match = _NUMBER.match(text, numeral.start(), end)
        if match is None:  # inside a word
            offset = numeral.end()
            continue
        first, offset = match.span()
        is_plain = match.lastgroup is None and text[first] not in _UNSPACED
        number, last = _read_number(text, match, decimal)
        before = _read_before(text, first)
        after = _read_after(text, last)
        left, right = _join_before(text, before.offset), _join_after(text, after.offset)
        optional = "".join(sorted({*number.optional, *before.optional, *after.optional}))
        key = left + before.required + number.key + after.required + right
        if optional:
            key = f"{key}{OPTIONAL}{optional}"
        if key != number.key or not is_plain:
            # The dash before the second figure of a range is its own: a slice begins with it.
            is_broken = bool(left) and text[before.offset - 1] == "\n"
            yield WordSpan(before.offset - bool(left) - is_broken, after.offset, (key,))


def figure_keys(text: str, decimal: str, start: int, end: int) -> list[str]:
    """Return the keys of all figures of characters `start`–`end`, plain whole numbers too."""
    keys: list[str] = []
    offset = start
    for figure in find_figures(text, decimal, start, end):
        keys += _WHOLE_NUMBER.findall(text, offset, figure.start)
        keys += figure.words
        offset = figure.end
    return keys + _WHOLE_NUMBER.findall(text, offset, end)


class _Signs(NamedTuple):
    """Signs read on one side of a number: those that are part of it, and where they end."""

    offset: int
    required: str = ""
    optional: str = ""


class _NumberKey(NamedTuple):
    key: str
    optional: str = ""


def _read_number(text: str, match: re.Match[str], decimal: str) -> tuple[_NumberKey, int]:
    """Return the key of a number, and where it ends: `5m` and `1st` are one word."""
    fraction, exponent = match["fraction"] or "", match["exponent"] or ""
    if text[match.start()] in FRACTIONS:
        return _NumberKey(match.group()), match.end()
    printed = match["grouped"] or match["marked"]
    if printed is None:
        printed = match.group()[: len(match.group()) - len(fraction) - len(exponent)]
        if not fraction and not exponent and text[match.end() : match.end() + 1].isalpha():
            tail = _TAIL.match(text, match.end())
            if tail is not None:
                word = normalize("NFKC", match.group() + tail.group().casefold())
                return _NumberKey(word), tail.end()
    digits, other_marks = read_number(printed, decimal)
    if exponent and exponent[0] in SUPERSCRIPTS and _YEAR.fullmatch(printed):
        return _NumberKey(digits, other_marks), match.end()  # 2019¹: a note of a year
    power = exponent.lstrip("^").translate(_PLAIN_SUPERSCRIPTS)
    key = digits + fraction.strip() + (f"^{power}" if power else "")
    return _NumberKey(key, other_marks), match.end()


def _read_before(text: str, first: int) -> _Signs:
    """Read the signs that stand before a number: a leading mark (`.5`), `$`, `−`, `≤`, `%`."""
    mark = ""
    is_marked = first > 0 and text[first - 1] in _LEADING_MARKS
    if is_marked and (first == 1 or text[first - 2] in _BEFORE_LEADING_MARK):
        first, mark = first - 1, text[first - 1]
    offset, currency = _read_currency_before(text, first)
    required = ""
    if offset > 0 and not _join_before(text, offset):
        char = text[offset - 1]
        if char in MINUSES and _is_minus(text, offset - 1):
            offset, required = offset - 1, "-"
        elif char == "\n" and text[offset - 2 : offset - 1] == "−":
            offset, required = offset - 2, "-"
        elif char in BEFORE_FIGURE:
            offset, required = offset - 1, same_sign(char)
        elif char in _SPACES and text[offset - 2 : offset - 1] in BEFORE_FIGURE - {"+", "＋"}:
            offset, required = offset - 2, same_sign(text[offset - 2])
        if required and not currency and offset > 0 and text[offset - 1] in CURRENCY:
            offset, currency = offset - 1, text[offset - 1]
    offset, percent = _read_percent_before(text, offset)
    optional = same_sign(currency) + percent
    return _Signs(offset, required + mark, optional)


def _read_percent_before(text: str, offset: int) -> tuple[int, str]:
    """Read a per cent sign before a figure, as Turkish writes it: `%5`."""
    sign = offset - 2 if text[offset - 1 : offset] in _SPACES and offset > 1 else offset - 1
    if sign < 0 or text[sign] not in PER_CENT:
        return offset, ""
    before = text[max(0, sign - 2) : sign].strip()[-1:]
    if before.isdecimal() or before in _ENDS:
        return offset, ""  # the sign of the figure before
    return sign, same_sign(text[sign])


def _read_currency_before(text: str, first: int) -> tuple[int, str]:
    if first > 0 and text[first - 1] in CURRENCY:
        return first - 1, text[first - 1]
    if first > 1 and text[first - 1] in _SPACES and text[first - 2] in CURRENCY:
        return first - 2, text[first - 2]
    return first, ""


def _is_minus(text: str, offset: int) -> bool:
    """Return whether the dash at `offset`, before a figure, is a minus, with no word before."""
    before = text[offset - 1] if offset else " "
    return not (before.isalnum() or combining(before) or before in _CLOSING or before in DASHES)


def _read_after(text: str, last: int) -> _Signs:
    """Read the signs that stand after a number, with or without a space: `%`, `€`, `°`, `+`."""
    required = optional = ""
    if price := _PRICE_END.match(text, last):
        last, required = price.end(), ",–"
    while last < len(text):
        step = 2 if text[last] in _SPACES else 1
        sign = text[last + step - 1 : last + step]
        if degree := _DEGREE.match(text, last + step - 1):
            optional += "℃" if degree[1] == "C" else "℉"
            last = degree.end()
            continue
        if sign in AFTER_FIGURE or (
            sign in CURRENCY and not _BEFORE_NUMBER.match(text, last + step)
        ):
            optional += same_sign(sign)
        elif step == 1 and (sign in ORDINALS or (sign == "+" and _is_end(text, last + 1))):
            required += sign
        else:
            break
        last += step
    return _Signs(last, required, optional)


def _is_end(text: str, offset: int) -> bool:
    return not text[offset : offset + 1].isalnum()


def _join_before(text: str, offset: int) -> str:
    """Return the sign that joins the figure at `offset` to one before it, or ""."""
    if offset > 2 and text[offset - 1] == "\n" and text[offset - 2] in DASHES:
        offset -= 1  # a range broken at the end of a line
    is_after_figure = offset > 1 and (text[offset - 2].isdecimal() or text[offset - 2] in _ENDS)
    return _join_sign(text[offset - 1]) if is_after_figure else ""


def _join_after(text: str, last: int) -> str:
    """Return the sign that joins the figure that ends at `last` to the next, or ""."""
    if last >= len(text) or not (text[last - 1].isdecimal() or text[last - 1] in _ENDS):
        return ""
    following = last + 1
    if text[last] in DASHES and text[following : following + 1] == "\n":
        following += 1
    return _join_sign(text[last]) if _JOINED.match(text, following) else ""


def _join_sign(sign: str) -> str:
    if sign not in JOINS:
        return ""
    return _RANGE if sign in DASHES else same_sign(sign)
