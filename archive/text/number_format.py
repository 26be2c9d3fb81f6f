"""Read the marks of a number by the language of its text: which is decimal, which is grouping.

A single mark is decimal if it is the language's own, or follows a lone 0: `3.125` in English,
`3,125` in French. Otherwise marks before groups of three are grouping, and spaces and apostrophes
are, groups of two before the last too (`1,00,000`, `1 00 000`). What is neither keeps its marks:
`13.04.2017`, `3.2.1`.
"""

import re
from functools import lru_cache
from typing import NamedTuple
from unicodedata import digit

from archive.text.language import language_of

POINT, COMMA = ".", ","  # the decimal marks in which languages differ
OTHER_MARKS = ","  # said of a number whose marks its language uses otherwise

_SEPARATORS = re.compile(r"[ \u00a0\u2007\u2009\u202f'’ʼ]")
_GROUPS = re.compile(r"\d{1,3}(?:[.,]\d{3})+|\d{1,2}(?:,\d{2})+,\d{3}")  # also 12,34,567


class Number(NamedTuple):
    """A number without grouping, its decimal mark a full stop; `other_marks` or nothing."""

    digits: str
    other_marks: str = ""


@lru_cache(maxsize=512)
def decimal_mark(lang: str) -> str:
    """Return the decimal mark of a BCP 47 tag's language and region; a full stop if not known."""
    return language_of(lang).decimal or POINT


@lru_cache(maxsize=1 << 14)
def read_number(printed: str, decimal: str) -> Number:
    """Return the number that `printed` is in a language with the decimal mark `decimal`.

    >>> read_number("12,500", POINT).digits, read_number("12,500", COMMA).digits
    ('12500', '12.500')
    >>> read_number("1.234,5", COMMA), read_number("1,5", POINT)
    (Number(digits='1234.5', other_marks=''), Number(digits='1.5', other_marks=','))
    """
    has_separators = _SEPARATORS.search(printed) is not None
    text = _ascii_digits(_SEPARATORS.sub("", printed)).replace("．", ".").replace("，", ",")
    if "٫" in text or "٬" in text:  # the Arabic marks are the same in every language
        return Number(text.replace("٬", "").replace("٫", "."))
    marks = re.findall(r"[.,]", text)
    if not marks:
        return Number(text)
    whole, _, rest = text.rpartition(marks[-1])
    as_decimal = f"{whole}.{rest}"
    foreign = "" if marks[-1] == decimal else OTHER_MARKS
    if len(marks) == 1:
        if marks[0] == decimal or whole == "0" or has_separators or not _GROUPS.fullmatch(text):
            return Number(as_decimal, foreign)
        return Number(whole + rest)
    if len(set(marks)) == 1:
        if _GROUPS.fullmatch(text):
            return Number(text.replace(marks[0], ""), OTHER_MARKS if marks[0] == decimal else "")
        return Number(text)
    if len(set(marks[:-1])) == 1 and marks[-1] not in marks[:-1] and _GROUPS.fullmatch(whole):
        return Number(f"{whole.replace(marks[0], '')}.{rest}", foreign)
    return Number(text)


def _ascii_digits(text: str) -> str:
    if text.isascii():
        return text
    return "".join(str(digit(char)) if char.isdecimal() else char for char in text)
