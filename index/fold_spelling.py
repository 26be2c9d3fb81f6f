"""Fold spellings of the same word to one form: case, typographic forms, optional marks."""

import re
from unicodedata import category, normalize

from index.token_pattern import IGNORED, SEPARATE, is_within, is_word

_DROPPED = dict.fromkeys(point for first, last in IGNORED for point in range(first, last + 1))
_DROPPED[0x307] = None  # remains when İ is folded: İstanbul, Istanbul and istanbul are one word
# The zeros of scripts whose digits are written as often as 0–9 (Unicode, general category Nd).
_ZEROS = (
    *(0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6),
    *(0x0D66, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x17E0, 0x1810),
)
_DIGITS = {zero + number: str(number) for zero in _ZEROS for number in range(10)}
# Letters that one keyboard has and another has not: Persian and Arabic yeh and kaf, Russian yo,
# Romanian letters with a comma (Unicode 3.0) or, as before, a cedilla, and ligatures.
_SAME_LETTERS = {
    **{ord("ی"): "ي", ord("ک"): "ك", ord("ё"): "е", ord("ș"): "ş", ord("ț"): "ţ"},
    **{ord("œ"): "oe", ord("æ"): "ae"},
}
# Thai and Lao sara am is one letter, of which NFKC makes a mark and another vowel (กำ is not กา).
_SARA_AM = {"\u0e4d\u0e32": "\u0e33", "\u0ecd\u0eb2": "\u0eb3"}
# Alef with and without its hamza, which many leave out; quotations are compared with it.
HAMZA_ALEFS = "أإآٱ"
_ALEF = "ا"
_FOLD_TABLE = {
    **dict.fromkeys(map(ord, HAMZA_ALEFS), _ALEF),
    **_DROPPED,
    **_DIGITS,
    **_SAME_LETTERS,
    ord("ı"): "i",
    ord("."): None,
}


_TONE_PAIR = re.compile("[òóỏõọ][ae]|[ùúủũụ]y")
_TONE_ON_SECOND = {
    first + vowel: plain + second
    for plain, firsts, vowel, seconds in (
        ("o", "òóỏõọ", "a", "àáảãạ"),
        ("o", "òóỏõọ", "e", "èéẻẽẹ"),
        ("u", "ùúủũụ", "y", "ỳýỷỹỵ"),
    )
    for first, second in zip(firsts, seconds, strict=True)
}


def fold(raw: str) -> str:
    """Return the form in which the word spelt `raw` is compared: NFKC, case folded.

    Every dotted or dotless I is `i`, whatever the language: a Turkish name in an English text is
    spelt either way. A Vietnamese tone is on the second vowel (`Hòa`, `Hoà`).
    """
    if raw.isascii():
        return raw.lower().replace(".", "")
    return _TONE_PAIR.sub(lambda pair: _TONE_ON_SECOND[pair.group()], fold_letters(raw))


def fold_letters(raw: str) -> str:
    """Return `raw` folded letter by letter, with Vietnamese tones where they are."""
    folded = normalize("NFKC", normalize("NFKC", raw).casefold())
    folded = normalize("NFKC", folded.translate(_FOLD_TABLE))
    for decomposed, letter in _SARA_AM.items():
        folded = folded.replace(decomposed, letter)
    return folded


def is_simple(char: str) -> bool:
    """Return whether `char` folds by itself to one character, whatever its neighbours.

    True of separators too. Texts of simple characters are tokenized by table when indexed in bulk.
    """
    if char.isascii():
        return True
    if is_within(ord(char), SEPARATE) or category(char)[0] == "M":
        return False
    if not is_word(char):
        return True
    folded = fold(char)
    return len(folded) == 1 and is_word(folded)


def alefs(text: str) -> str:
    """Return the Arabic alefs of `text` in order, each with the hamza it is printed with."""
    if text.isascii():
        return ""
    return "".join(char for char in normalize("NFKC", text) if char == _ALEF or char in HAMZA_ALEFS)
