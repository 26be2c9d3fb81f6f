"""Find speech that a dash opens at the beginning of a line: Spanish, Russian, French, Polish …

—No iremos —dijo Ana. · — Мы не пойдём, — заявил он. · – Nie pójdziemy – powiedziała Anna.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.quotes.words.inner_attributions import find_inner_attributions

_OPENING = re.compile(r"^[ \t\u00a0]*(?P<dash>[—–―-]{1,2})[ \t\u00a0]?(?=[\w¡¿«“\"(…])", re.M)
_CLOSED_BY_DASH = re.compile(r"[—–―-]\s*$")
_OPENED_BY_DASH = re.compile(r"^\s*[—–―-]")
_MIN_WORDS = 4  # of speech without an attribution
_MARGIN = " \t\n\u00a0—–―-"


@dataclass(frozen=True, slots=True)
class DialogueLine:
    """One line of dialogue: the spans of its speech, without the attributions between."""

    pieces: tuple[tuple[int, int], ...]


def find_dialogue(text: str, paragraphs: list[tuple[int, int]]) -> Iterator[DialogueLine]:
    """Yield each line that a dash opens and an attribution confirms as speech.

    A list is no dialogue: a line without an attribution is speech only beside one that has it.
    """
    lines = [line for start, end in paragraphs for line in _lines(text, start, end)]
    openings = [(_OPENING.match(text, start, end), end) for start, end in lines]
    candidates = [
        (match.end(), end, match["dash"], list(find_inner_attributions(text[match.end() : end])))
        for match, end in openings
        if match is not None
    ]
    has_dialogue = any(attributions for *_, attributions in candidates)
    for start, end, dash, attributions in candidates:
        pieces = tuple(_pieces(text, start, end, attributions))
        is_long = len(text[start:end].split()) >= _MIN_WORDS
        if pieces and (attributions or (has_dialogue and is_long and dash != "-")):
            yield DialogueLine(pieces)


def split_at_attributions(text: str, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """Return the spans of characters start–end between the attributions inside them."""
    return tuple(_pieces(text, start, end, list(find_inner_attributions(text[start:end]))))


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end:
        stop = text.find("\n", start, end)
        stop = end if stop < 0 else stop
        yield start, stop
        start = stop + 1


def _pieces(
    text: str, start: int, end: int, attributions: list[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """Yield the speech between attributions; after one that no dash closes, a narrator goes on."""
    position = start
    for first, last in attributions:
        yield from _trimmed(text, position, start + first)
        words = text[start + first : start + last]
        if _OPENED_BY_DASH.match(words) and not _CLOSED_BY_DASH.search(words):
            return
        position = start + last
    yield from _trimmed(text, position, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start] in _MARGIN:
        start += 1
    while end > start and text[end - 1] in _MARGIN:
        end -= 1
    if re.search(r"\w", text[start:end]):
        yield start, end
