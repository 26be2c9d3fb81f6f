"""Hint that words without quotation marks are not searched verbatim."""

import re
import shlex

from index.query_tree import Dates, Field, Query, Stem, flatten

_MIN_WORDS = 3
_OPERATOR = re.compile(r"\bAND\b|\(")


def quotation_hint(query: Query) -> str:
    """Return a sentence for a query of three or more plain words, filters aside; else ""."""
    parts = list(flatten([query.root]))
    plain_words = [part for part in parts if isinstance(part, Stem)]
    if (
        len(plain_words) < _MIN_WORDS
        or _OPERATOR.search(query.text)
        or not all(isinstance(part, Stem | Field | Dates) for part in parts)
    ):
        return ""
    words = query.text.strip()
    if len(plain_words) < len(parts):
        words = " ".join(word for part in plain_words for word in part.words)
    phrase = shlex.quote(f'"{words}"')
    return (
        "these words are searched in any order and form; in quotation marks, verbatim: "
        f"onrecord search {phrase}"
    )
