"""Where in a page's bytes the words of a statement stand: nobody has to believe our reading.

What is compared is letters and digits alone, in order: of white space, marks and typography a
reader is free to keep what it likes (scrapers/parse/text_lines.py). Blocks that stand at one place
only are placed first; those that stand at several are placed between their neighbours.
"""

import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from scrapers.align.byte_offsets import byte_order_mark_length, character_ends
from scrapers.align.markup_text import strip_markup
from scrapers.parse.charset import decode

Span = tuple[int, int]
Positions = NDArray[np.int64]
_MAX_PROBE_LETTERS = (
    24  # letters by which the beginning and the end of a block are found that is not whole
)
_MAX_COMPARED_LETTERS = 20_000  # letters of a block that is compared letter by letter


class TextLocator:
    """The text of a statement, laid over the bytes it was read from."""

    def __init__(self, body: bytes, content_type: str, text: str) -> None:
        """`body` is the page with its content coding undone (RFC 9110, 8.4)."""
        decoded = decode(body, content_type)
        peeled = strip_markup(decoded.text)
        page, of_page = extract_letters(peeled.text)
        own, self._of_text = extract_letters(text)
        ends = character_ends(body, decoded)
        starts = np.concatenate(([byte_order_mark_length(body, decoded)], ends[:-1]))
        self._found = _align_letters(own, _letter_spans(text, self._of_text), page)
        self._starts = starts[peeled.starts[of_page]]
        self._ends = ends[peeled.ends[of_page] - 1]

    def of(self, start: int, end: int) -> Span | None:
        """Return the bytes in which characters `start` to `end` stand, tags between them included.

        None where the first or the last of their letters was not found, or where there is none.
        """
        first, last = np.searchsorted(self._of_text, (start, end)).tolist()
        if first == last:
            return None
        low, high = self._found[first], self._found[last - 1]
        if low < 0 or high < low:
            return None
        return int(self._starts[low]), int(self._ends[high])


def block_spans(text: str) -> list[Span]:
    """Return where each line of `text` that is not empty begins and ends."""
    found, start = [], 0
    for line in text.split("\n"):
        if line.strip():
            found.append((start, start + len(line)))
        start += len(line) + 1
    return found


def extract_letters(text: str) -> tuple[str, Positions]:
    """Return the letters and digits of `text` without their marks, and where each stands in it."""
    kept: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        if form := _letters_of(character):
            kept.append(form)
            places += [place] * len(form)
    return "".join(kept), np.array(places, dtype=np.int64)


@lru_cache(maxsize=1 << 16)
def _letters_of(character: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", character) if c.isalnum())


def _letter_spans(text: str, of_text: Positions) -> list[Span]:
    """Return the blocks of `text` as spans of its letters."""
    spans = (np.searchsorted(of_text, span).tolist() for span in block_spans(text))
    return [(first, last) for first, last in spans if first < last]


def _align_letters(own: str, spans: Sequence[Span], page: str) -> Positions:
    """Return, for each letter of a text, the letter of the page that it is; -1 for none."""
    found = np.full(len(own), -1, dtype=np.int64)
    at = _find_unique_blocks([own[first:last] for first, last in spans], page)
    low = 0
    for number, (first, last) in enumerate(spans):
        place = at[number]
        after = [at[later] for later in range(number + 1, len(spans)) if at[later] >= 0]
        high = after[0] if after else len(page)
        if place < 0:
            place = _find_between(own[first:last], page, low, high, leading=not low and bool(after))
        if place >= 0:
            found[first:last] = np.arange(place, place + last - first)
            low = max(low, place + last - first)
        else:
            found[first:last] = _align_by_diff(own[first:last], page, low, high)
            low = max(low, int(found[first:last].max()) + 1)
    return found


def _find_unique_blocks(blocks: Sequence[str], page: str) -> list[int]:
    """Return where blocks stand that stand at one place only, as many as are in order; else -1."""
    only = [page.find(block) for block in blocks]
    for number, block in enumerate(blocks):
        if only[number] >= 0 and page.find(block, only[number] + 1) >= 0:
            only[number] = -1
    kept = set(_longest_rising([number for number, place in enumerate(only) if place >= 0], only))
    return [place if number in kept else -1 for number, place in enumerate(only)]


def _longest_rising(numbers: Sequence[int], places: Sequence[int]) -> list[int]:
    """Return the longest part of `numbers` whose places rise (patience sorting)."""
    tails: list[int] = []
    ends: list[int] = []
    before: dict[int, int] = {}
    for number in numbers:
        pile = bisect_left(tails, places[number])
        before[number] = ends[pile - 1] if pile else -1
        tails[pile : pile + 1] = [places[number]]
        ends[pile : pile + 1] = [number]
    chain: list[int] = []
    at = ends[-1] if ends else -1
    while at >= 0:
        chain.append(at)
        at = before[at]
    return chain[::-1]


def _find_between(block: str, page: str, low: int, high: int, *, leading: bool) -> int:
    """Return where a block stands between its neighbours, else anywhere; -1 for nowhere."""
    # What stands before all others is nearer to them than a heading of the same words far above.
    place = page.rfind(block, low, high) if leading else page.find(block, low, high)
    return place if place >= 0 else page.find(block)


def _align_by_diff(block: str, page: str, low: int, high: int) -> Positions:
    """Return where the letters of a block stand that has something in between on the page."""
    nowhere = np.full(len(block), -1, dtype=np.int64)
    size = min(_MAX_PROBE_LETTERS, len(block) // 2)
    first = page.find(block[:size], low, high) if size else -1
    last = page.find(block[-size:], first + size, high) if first >= 0 else -1
    if last < 0 or len(block) > _MAX_COMPARED_LETTERS or last + size - first > 4 * len(block) + 400:
        return nowhere
    matcher = SequenceMatcher(None, block, page[first : last + size], autojunk=False)
    for own, other, length in matcher.get_matching_blocks():
        nowhere[own : own + length] = np.arange(first + other, first + other + length)
    return nowhere
