"""Make a passage from a text: the words, and enough context to find them again."""

from archive.models import Passage

CONTEXT_CHARS = 32  # characters of prefix and suffix, as annotation tools keep


def make_passage(
    version: str, text: str, start: int, end: int, context_chars: int = CONTEXT_CHARS
) -> Passage:
    """Return characters start–end of a version's text (W3C TextQuoteSelector, 4.2.4)."""
    return Passage(
        version=version,
        start=start,
        end=end,
        exact=text[start:end],
        prefix=text[max(0, start - context_chars) : start],
        suffix=text[end : end + context_chars],
    )
