"""A pattern of labels in many languages, which is searched faster in a text of ASCII alone."""

import re
from collections.abc import Iterator

# Letters for which `re` takes one of ASCII, where case is ignored.
_AS_ASCII = str.maketrans("ıİſ\u212a", "iisk")


class LabelPattern:
    """A regular expression that ignores case. Of its matches, only where they stand counts.

    In a text of ASCII no label is looked for that has another letter, and small letters are
    compared as they are: `re` compares letters of any case one by one.
    """

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self._any = re.compile(pattern, re.IGNORECASE)
        of_ascii = filter(_may_match_ascii, split_alternatives(pattern.translate(_AS_ASCII)))
        self._ascii = re.compile("|".join(of_ascii) or "(?!)")

    def search(self, text: str) -> re.Match[str] | None:
        """Return the first match in a text; None for none."""
        if text.isascii():
            return self._ascii.search(text.lower())
        return self._any.search(text)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Return the matches in a text."""
        if text.isascii():
            return self._ascii.finditer(text.lower())
        return self._any.finditer(text)


def split_alternatives(pattern: str) -> list[str]:
    """Return the alternatives of a pattern that are in no group."""
    alternatives, depth = [""], 0
    for piece in re.findall(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|.", pattern, re.DOTALL):
        depth += (piece == "(") - (piece == ")")
        if piece == "|" and not depth:
            alternatives.append("")
        else:
            alternatives[-1] += piece
    return alternatives


def _may_match_ascii(alternative: str) -> bool:
    """Return whether no letter that is not ASCII is required, in no group."""
    outside = re.sub(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", "_", alternative)
    while "(" in outside:
        outside = re.sub(r"\([^()]*\)", "_", outside)
    return re.search(r"[^\x00-\x7f](?![?*{])", outside) is None
