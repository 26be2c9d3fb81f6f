"""Compare a field of a document with the value that a query names."""

from index.text_to_words import words_of


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
