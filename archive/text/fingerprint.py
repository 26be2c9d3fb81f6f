"""Fingerprint readings: equal if they have the same characters, typography and white space aside.

Two serialisations of one page differ in white space; editors' software swaps straight for curly
marks and back. Neither is an edit. A letter, a digit, a comma or a capital that differs is one, and
so is a space between two letters, which makes one word two. The amount of white space, and white
space beside a punctuation mark, do not count.
"""

import hashlib
import re
import unicodedata

_TYPOGRAPHY = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛ʼʻ´`′", "'"),
        **dict.fromkeys("“”„‟«»″‹›", '"'),
        **dict.fromkeys("‐‑‒–—―−﹘﹣－", "-"),
        "…": "...",
    }
)
# Soft hyphens, zero-width characters and bidi marks are not words (Unicode category Cf), but the
# joiners U+200C and U+200D change how Persian and Indic words are spelled, so they stay.
_INVISIBLE = re.compile(r"[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
# Letters and digits that white space can separate, with the marks that belong to them. Scripts
# written without spaces are left out: white space between their letters is layout.
_LETTER = r"[^\W\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u3400-\u4dbf\u4e00-\u9fff]"
_MARK = r"[\u0300-\u036f\u0591-\u05c7\u0610-\u065f\u0900-\u0dff]"
_LAYOUT_SPACE = re.compile(rf"(?<!{_LETTER})(?<!{_MARK}) | (?!{_LETTER}|{_MARK})")
RULES_VERSION = 2  # of what counts as an edit; a catalogue made by other rules must be rebuilt


def normalize_text(text: str) -> str:
    r"""Return `text` without layout and typography: two texts differ by an edit if this differs.

    >>> normalize_text("The “end”\n of it\xad… ")
    'The"end"of it...'
    """
    # Marks first: NFKC would turn ´ and ‟ into a space and a mark of its own. And again at the end:
    # a letter and an accent that stood apart may have come together.
    unified = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text).translate(_TYPOGRAPHY))
    collapsed = " ".join(unified.translate(_TYPOGRAPHY).split())
    return unicodedata.normalize("NFKC", _LAYOUT_SPACE.sub("", collapsed))


def fingerprint(title: str, text: str) -> str:
    """Return the SHA-256 (hex) of a reading's normalized title and text.

    Capitals count in the text but not in the title: there they are the site's house style, and
    change with its template.
    """
    content = f"{normalize_text(title).casefold()}\0{normalize_text(text)}"
    return hashlib.sha256(content.encode()).hexdigest()
