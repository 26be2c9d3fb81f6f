"""When two readings say the same: typography and white space aside, the same characters in order.

Two serialisations of one page differ in white space; editors' software swaps straight for curly
marks and back. Neither is an edit. A letter, a digit, a comma or a capital that differs is one, and
so is a space between two letters, which makes one word two. How much white space it is, and where a
punctuation mark stands beside it, is no matter.
"""

import hashlib
import re
import unicodedata

_SAME = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛ʼʻ´`′", "'"),
        **dict.fromkeys("“”„‟«»″‹›", '"'),
        **dict.fromkeys("‐‑‒–—―−﹘﹣－", "-"),
        "…": "...",
    }
)
# Soft hyphens, zero-width characters and bidi marks are not words (Unicode category Cf), but the
# joiners U+200C and U+200D change how Persian and Indic words are spelled, so they stay.
_UNSEEN = re.compile(r"[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
# Letters and digits that white space can part, with the marks that belong to them. Scripts written
# without spaces are left out: what stands between their letters is layout.
_LETTER = r"[^\W\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u3400-\u4dbf\u4e00-\u9fff]"
_MARK = r"[\u0300-\u036f\u0591-\u05c7\u0610-\u065f\u0900-\u0dff]"
_LAYOUT = re.compile(rf"(?<!{_LETTER})(?<!{_MARK}) | (?!{_LETTER}|{_MARK})")
RULES_VERSION = 2  # of what an edit is; a catalogue made by other rules is to be made anew


def normalize_text(text: str) -> str:
    r"""Return `text` without layout and typography: what has to differ for an edit.

    >>> comparable("The “end”\n of it\xad… ")
    'The"end"of it...'
    """
    # Marks first: NFKC would turn ´ and ‟ into a space and a mark of its own. And again at the end:
    # a letter and an accent that stood apart may have come together.
    marked = unicodedata.normalize("NFKC", _UNSEEN.sub("", text).translate(_SAME))
    spaced = " ".join(marked.translate(_SAME).split())
    return unicodedata.normalize("NFKC", _LAYOUT.sub("", spaced))


def fingerprint(title: str, text: str) -> str:
    """Return the SHA-256 (hex) of what a reading says.

    Capitals count in the text and not in the title: those are the site's house style, and change
    with its template.
    """
    said = f"{normalize_text(title).casefold()}\0{normalize_text(text)}"
    return hashlib.sha256(said.encode()).hexdigest()
