"""Compare a field of a document with the value that a query names."""

import re
from functools import lru_cache

from index.engine_interface import Document
from index.symbol_and_address import address_form, address_pattern, symbol_forms, symbol_pattern
from index.text_to_words import words_of

LINE_FIELDS = ("symbol", "url")  # compared by a pattern with every form that a document has


def matches_value(name: str, stored: str, value: str) -> bool:
    """Return whether field `name` with `stored` matches `value`: equal, or its words in a row."""
    if stored.casefold() == value.casefold():
        return True
    if name == "lang":
        return stored.casefold().startswith(f"{value.casefold()}-")
    value_words, stored_words = words_of(value), words_of(stored)
    return bool(value_words) and any(
        stored_words[start : start + len(value_words)] == value_words
        for start in range(len(stored_words) - len(value_words) + 1)
    )


def forms_of(name: str, stored: str) -> tuple[str, ...]:
    """Return the forms in which a document's symbol or url is compared; none has a newline."""
    return symbol_forms(stored) if name == "symbol" else (address_form(stored),) if stored else ()


@lru_cache
def form_pattern(name: str, value: str, end: str = "$") -> re.Pattern[str]:
    """Return the expression that matches, from its start, a form that `value` names."""
    return re.compile((symbol_pattern if name == "symbol" else address_pattern)(value, end))


def matches_field(name: str, document: Document, value: str) -> bool:
    """Return whether a document's field `name` matches `value`."""
    stored: str = getattr(document, name)
    if name not in LINE_FIELDS:
        return matches_value(name, stored, value)
    pattern = form_pattern(name, value)
    return any(pattern.match(form) for form in forms_of(name, stored))
