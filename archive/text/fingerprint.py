"""Fingerprint readings: equal if they have the same characters, typography and white space aside.

Two serialisations of one page differ in white space; editors' software swaps straight for curly
marks and back. Neither is an edit. A letter, a digit, a comma or a capital that differs is one, and
so is a space between two letters, which makes one word two. The amount of white space, and white
space beside a punctuation mark, do not count.
"""

import hashlib
import re
import unicodedata
from functools import lru_cache

_TYPOGRAPHY = {
    **dict.fromkeys("‘’‚‛ʼʻ´`′", "'"),
    **dict.fromkeys("“”„‟«»″‹›", '"'),
    **dict.fromkeys("‐‑‒–—―−﹘﹣－", "-"),
    "…": "...",
}
# Characters that print nothing are not words: Unicode's default-ignorable characters, format
# characters (category Cf) without a sign of their own, controls, the object replacement character.
# The joiners U+200C and U+200D change how Persian and Indic words are spelled, so they stay.
# Source: DerivedCoreProperties.txt of Unicode 15, Default_Ignorable_Code_Point.
_UNSEEN = re.compile(
    r"[\0-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    r"\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffc"
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_UNSEEN_BY_RULES_2 = re.compile(r"[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
# Raised digits directly after a digit are an exponent: 10⁶ is not 106. A word joiner (U+2060) parts
# the mark of a note from the digit before it (scrapers/parse/html/note_marks.py).
_WORD_JOINER = "\u2060"
_EXPONENT = re.compile(r"(?<=\d)[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]")
# Letters and digits that white space can separate, with the marks that belong to them. Scripts
# written without spaces are left out: white space between their letters is layout.
_LETTER = r"[^\W\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u3400-\u4dbf\u4e00-\u9fff]"
_MARK = r"[\u0300-\u036f\u0591-\u05c7\u0610-\u065f\u0900-\u0dff]"
_LAYOUT_SPACE = re.compile(rf"(?<!{_LETTER})(?<!{_MARK}) | (?!{_LETTER}|{_MARK})")
RULES_VERSION = 3  # of what counts as an edit; a catalogue made by older rules is made anew
_OLDEST_VERSION = 2  # whose fingerprints can still be computed


def normalize_text(text: str, rules: int = RULES_VERSION) -> str:
    r"""Return `text` without layout and typography: two texts differ by an edit if this differs.

    `rules`: the version of the rules, 2 or 3.

    >>> normalize_text("The “end”\n of it\xad… ")
    'The"end"of it...'
    >>> normalize_text("10⁶, detention¹")
    '10^6,detention1'
    """
    visible = _UNSEEN_BY_RULES_2.sub("", text) if rules < RULES_VERSION else _mark_exponents(text)
    # Marks first: NFKC would turn ´ and ‟ into a space and a mark of its own. And again at the end:
    # a letter and an accent that stood apart may have come together.
    unified = unicodedata.normalize("NFKC", _unify_typography(visible))
    collapsed = " ".join(_unify_typography(unified).split())
    return unicodedata.normalize("NFKC", _LAYOUT_SPACE.sub("", collapsed))


def _unify_typography(text: str) -> str:
    """Return `text` with one character for those that differ in typography alone.

    Thirty times as fast as str.translate, which looks each character up.
    """
    for character, plain in _TYPOGRAPHY.items():
        text = text.replace(character, plain)
    return text


def _mark_exponents(text: str) -> str:
    """Return `text` without what prints nothing, and with a `^` before each exponent."""
    parts = (_UNSEEN.sub("", part) for part in text.split(_WORD_JOINER))
    return "".join(_EXPONENT.sub(r"^\g<0>", part) for part in parts)


@lru_cache(maxsize=256)  # a feed has the same items in hundreds of captures
def fingerprint(title: str, text: str, rules: int = RULES_VERSION) -> str:
    """Return the SHA-256 (hex) of a reading's normalized title and text.

    Capitals count in the text but not in the title: there they are the site's house style, and
    change with its template.
    """
    content = f"{normalize_text(title, rules).casefold()}\0{normalize_text(text, rules)}"
    return hashlib.sha256(content.encode()).hexdigest()


def can_compute(rules: int) -> bool:
    """Say whether fingerprints by this version of the rules can still be computed."""
    return _OLDEST_VERSION <= rules <= RULES_VERSION
