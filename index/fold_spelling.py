"""Fold spellings of the same word to one form: case, typographic forms, optional marks."""

from unicodedata import category, normalize

from index.token_pattern import IGNORED, SEPARATE, is_within, is_word

_DROPPED = dict.fromkeys(point for first, last in IGNORED for point in range(first, last + 1))
_DROPPED[0x307] = None  # remains when İ is folded: İstanbul, Istanbul and istanbul are one word
_FOLD_TABLE = {**_DROPPED, ord("ı"): "i", ord("."): None}


def fold(raw: str) -> str:
    """Return the form in which the word spelt `raw` is compared: NFKC, case folded.

    Every dotted or dotless I is `i`, whatever the language: a Turkish name in an English text is
    spelt either way.
    """
    if raw.isascii():
        return raw.lower().replace(".", "")
    folded = normalize("NFKC", normalize("NFKC", raw).casefold())
    return normalize("NFKC", folded.translate(_FOLD_TABLE))


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
