"""When two readings say the same: typography and white space aside, the same characters in order.

Two serialisations of one page differ in white space; editors' software swaps straight for curly
marks and back. Neither is an edit. A letter, a digit, a comma or a capital that differs is one.
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
_SPACE = re.compile(r"\s+")


def folded(text: str) -> str:
    r"""Return `text` without white space and typography: what has to differ for an edit.

    >>> folded("The “end”\n of it\xad… ") == folded('The "end" of it...')
    True
    """
    # Marks first: NFKC would turn ´ and ‟ into a space and a mark of its own. And again at the end:
    # a letter and an accent that stood apart may have come together.
    marked = unicodedata.normalize("NFKC", _UNSEEN.sub("", text).translate(_SAME))
    return unicodedata.normalize("NFKC", _SPACE.sub("", marked.translate(_SAME)))


def fingerprint(title: str, text: str) -> str:
    """Return the SHA-256 (hex) of what a reading says.

    Capitals count in the text and not in the title: those are the site's house style, and change
    with its template.
    """
    said = f"{folded(title).casefold()}\0{folded(text)}"
    return hashlib.sha256(said.encode()).hexdigest()
