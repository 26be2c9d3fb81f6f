"""Make a passage from a text: the words, and enough context to find them again."""

from archive.models import Passage

CONTEXT_CHARS = 32  # characters of prefix and suffix, as annotation tools keep


def make_passage(
    version: str, text: str, start: int, end: int, context_chars: int = CONTEXT_CHARS
) -> Passage:
    """Return characters start–end of a version's text (W3C TextQuoteSelector, 4.2.4)."""
    prefix, suffix = text_around(text, start, end, context_chars)
    return Passage(
        version=version, start=start, end=end, exact=text[start:end], prefix=prefix, suffix=suffix
    )


def text_around(text: str, start: int, end: int, context_chars: int) -> tuple[str, str]:
    """Return up to `context_chars` characters before `start`, and as many after `end`.

    >>> text_around("no such facility exists", 8, 16, 5)
    ('such ', ' exis')
    """
    return text[max(0, start - context_chars) : start], text[end : end + context_chars]
