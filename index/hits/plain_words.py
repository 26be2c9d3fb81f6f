"""Find where a stretch of a text prints given words, if it prints them once and plainly.

Plainly: in ASCII, as letters and digits with anything else between, with no initials, broken words
or note marks near. `index.text_to_words` reads every stretch; this reads most of those that a page
of results shows, some ten times as fast, and never another way.
"""

import re
from collections.abc import Sequence

from index.token_pattern import replace_typography

_LETTERS_AND_DIGITS = str.maketrans(
    {chr(n): chr(n).lower() if chr(n).isalnum() else " " for n in range(128)}
)
# What initials, words broken at the end of a line, and note marks have.
_OTHERWISE = re.compile(r"\.\s?[A-Za-z](?![A-Za-z0-9])|[-‐][ \t]*\r?\n|\[")


def find_plain_words(
    text: str, start: int, end: int, words: Sequence[str], *, has_figures: bool
) -> tuple[int, int] | None:
    """Return the offsets of `words` in `text`, None where the stretch is to be read word by word.

    `start` and `end`: the stretch, from the beginning of a word to that of another.
    `has_figures`: figures in the stretch may be words of their own, with the signs beside them.
    """
    stretch = replace_typography(text[start:end])
    if not stretch.isascii() or _OTHERWISE.search(text, start, end):
        return None
    if not all(map(str.isalpha if has_figures else str.isalnum, words)):
        return None
    spaced = f" {stretch.translate(_LETTERS_AND_DIGITS)} "
    first_word = f" {words[0]} "
    spans = []
    offset = spaced.find(first_word)
    while offset >= 0:
        last = _end_of_words(spaced, offset + len(first_word) - 1, words)
        if last >= 0:
            spans.append((start + offset, start + last - 1))
        offset = spaced.find(first_word, offset + 1)
    return spans[0] if len(spans) == 1 else None


def _end_of_words(spaced: str, offset: int, words: Sequence[str]) -> int:
    """Return where `words` end whose first ends at `offset`; -1 where other words follow."""
    for word in words[1:]:
        while spaced.startswith("  ", offset):
            offset += 1
        if not spaced.startswith(f" {word} ", offset):
            return -1
        offset += len(word) + 1
    return offset
