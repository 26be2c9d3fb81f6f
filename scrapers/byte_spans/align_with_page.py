"""Align a statement's text with its page, so that anyone can check a reading against the bytes.

Only letters and digits are compared, in order: readers may change white space, marks and typography
(scrapers/parse/html/text_lines.py). Blocks that occur once in the page are aligned first; those
that occur several times are aligned between their neighbours.
"""

import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from scrapers.byte_spans.character_to_bytes import byte_order_mark_length, character_ends
from scrapers.byte_spans.strip_markup import strip_markup
from scrapers.parse.charset import decode

Span = tuple[int, int]
Positions = NDArray[np.int64]
_MAX_PROBE_LETTERS = 24  # at both ends of a block that is interrupted on the page
_MAX_COMPARED_LETTERS = 20_000  # of a block that is aligned by difflib


class TextLocator:
    """Finds the bytes of spans of a statement's text in the page it was read from."""

    def __init__(self, body: bytes, content_type: str, text: str) -> None:
        """Align `text` with `body`, the page without content coding (RFC 9110, 8.4)."""
        decoded = decode(body, content_type)
        mapped = strip_markup(decoded.text)
        page_letters, page_positions = extract_letters(mapped.text)
        text_letters, self._text_positions = extract_letters(text)
        ends = character_ends(body, decoded)
        starts = np.concatenate(([byte_order_mark_length(body, decoded)], ends[:-1]))
        self._alignment = _align_letters(
            text_letters, _letter_spans(text, self._text_positions), page_letters
        )
        self._starts = starts[mapped.starts[page_positions]]
        self._ends = ends[mapped.ends[page_positions] - 1]

    def locate(self, start: int, end: int) -> Span | None:
        """Return the bytes of characters `start` to `end`, tags between them included.

        None where the first or last letter was not found, or where there is no letter.
        """
        first, last = np.searchsorted(self._text_positions, (start, end)).tolist()
        if first == last:
            return None
        low, high = self._alignment[first], self._alignment[last - 1]
        if low < 0 or high < low:
            return None
        return int(self._starts[low]), int(self._ends[high])


def block_spans(text: str) -> list[Span]:
    """Return the span of each non-empty line of `text`."""
    spans, start = [], 0
    for line in text.split("\n"):
        if line.strip():
            spans.append((start, start + len(line)))
        start += len(line) + 1
    return spans


def extract_letters(text: str) -> tuple[str, Positions]:
    """Return the letters and digits of `text` without diacritics, and the position of each."""
    letters: list[str] = []
    positions: list[int] = []
    for position, character in enumerate(text):
        if character_letters := _letters_of(character):
            letters.append(character_letters)
            positions += [position] * len(character_letters)
    return "".join(letters), np.array(positions, dtype=np.int64)


@lru_cache(maxsize=1 << 16)
def _letters_of(character: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", character) if c.isalnum())


def _letter_spans(text: str, text_positions: Positions) -> list[Span]:
    """Return the span of each block of `text`, counted in letters."""
    spans = (np.searchsorted(text_positions, span).tolist() for span in block_spans(text))
    return [(first, last) for first, last in spans if first < last]


def _align_letters(text_letters: str, spans: Sequence[Span], page_letters: str) -> Positions:
    """Return, for each letter of a text, its index in the page's letters; -1 for none."""
    alignment = np.full(len(text_letters), -1, dtype=np.int64)
    anchors = _find_unique_blocks([text_letters[first:last] for first, last in spans], page_letters)
    low = 0
    for number, (first, last) in enumerate(spans):
        start = anchors[number]
        later_anchors = [
            anchors[later] for later in range(number + 1, len(spans)) if anchors[later] >= 0
        ]
        high = later_anchors[0] if later_anchors else len(page_letters)
        if start < 0:
            start = _find_between(
                text_letters[first:last],
                page_letters,
                low,
                high,
                leading=not low and bool(later_anchors),
            )
        if start >= 0:
            alignment[first:last] = np.arange(start, start + last - first)
            low = max(low, start + last - first)
        else:
            alignment[first:last] = _align_by_diff(
                text_letters[first:last], page_letters, low, high
            )
            low = max(low, int(alignment[first:last].max()) + 1)
    return alignment


def _find_unique_blocks(blocks: Sequence[str], page_letters: str) -> list[int]:
    """Return the start of each block that occurs once, where those are in order; else -1."""
    positions = [page_letters.find(block) for block in blocks]
    for number, block in enumerate(blocks):
        if positions[number] >= 0 and page_letters.find(block, positions[number] + 1) >= 0:
            positions[number] = -1
    in_order = set(
        _longest_rising(
            [number for number, position in enumerate(positions) if position >= 0], positions
        )
    )
    return [position if number in in_order else -1 for number, position in enumerate(positions)]


def _longest_rising(numbers: Sequence[int], positions: Sequence[int]) -> list[int]:
    """Return the longest subsequence of `numbers` whose positions rise (patience sorting)."""
    pile_tops: list[int] = []
    pile_numbers: list[int] = []
    predecessors: dict[int, int] = {}
    for number in numbers:
        pile = bisect_left(pile_tops, positions[number])
        predecessors[number] = pile_numbers[pile - 1] if pile else -1
        pile_tops[pile : pile + 1] = [positions[number]]
        pile_numbers[pile : pile + 1] = [number]
    chain: list[int] = []
    index = pile_numbers[-1] if pile_numbers else -1
    while index >= 0:
        chain.append(index)
        index = predecessors[index]
    return chain[::-1]


def _find_between(block: str, page_letters: str, low: int, high: int, *, leading: bool) -> int:
    """Return the start of a block between its neighbours, else anywhere; -1 for none."""
    # A first block is nearer to the next than a heading of the same words far above it.
    position = (
        page_letters.rfind(block, low, high) if leading else page_letters.find(block, low, high)
    )
    return position if position >= 0 else page_letters.find(block)


def _align_by_diff(block: str, page_letters: str, low: int, high: int) -> Positions:
    """Return the positions of a block's letters where the page has other text among them."""
    alignment = np.full(len(block), -1, dtype=np.int64)
    size = min(_MAX_PROBE_LETTERS, len(block) // 2)
    first = page_letters.find(block[:size], low, high) if size else -1
    last = page_letters.find(block[-size:], first + size, high) if first >= 0 else -1
    if last < 0 or len(block) > _MAX_COMPARED_LETTERS or last + size - first > 4 * len(block) + 400:
        return alignment
    matcher = SequenceMatcher(None, block, page_letters[first : last + size], autojunk=False)
    for block_start, page_start, length in matcher.get_matching_blocks():
        alignment[block_start : block_start + length] = np.arange(
            first + page_start, first + page_start + length
        )
    return alignment
