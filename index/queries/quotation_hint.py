"""Hint that words without quotation marks are not searched verbatim."""

import re
import shlex

from index.query_tree import Dates, Field, Query, Stem, flatten

_MIN_WORDS = 3
_OPERATOR = re.compile(r"\bAND\b|\(")


def verbatim_form(query: Query) -> str:
    """Return the phrase that three or more plain words are, in quotation marks; else "".

    The filters of the query are left out of it.
    """
    parts = list(flatten([query.root]))
    plain_words = [part for part in parts if isinstance(part, Stem)]
    if (
        len(plain_words) < _MIN_WORDS
        or _OPERATOR.search(query.text)
        or not all(isinstance(part, Stem | Field | Dates) for part in parts)
    ):
        return ""
    if len(plain_words) == len(parts):
        return f'"{query.text.strip()}"'
    return f'"{" ".join(word for part in plain_words for word in part.words)}"'


def quotation_hint(query: Query) -> str:
    """Return a sentence for a query of three or more plain words, filters aside; else ""."""
    phrase = verbatim_form(query)
    return (
        "these words are searched in any order and form; in quotation marks, verbatim: "
        f"onrecord search {shlex.quote(phrase)}"
        if phrase
        else ""
    )
