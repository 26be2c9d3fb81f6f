"""Short pieces of a hit's text around its passages, and the passages marked in them."""

from collections.abc import Sequence
from dataclasses import dataclass

from index.engine import Hit

_AROUND = 60  # characters on each side
_MOST = 300  # of a passage; a longer one is cut in the middle


@dataclass(frozen=True, slots=True)
class Snippet:
    """`text` is a cut of the hit's text from `start`; `marks` are offsets in `text`.

    `text` has its line breaks made spaces; otherwise it is verbatim.
    """

    start: int
    text: str
    marks: tuple[tuple[int, int], ...]


def snippets(hit: Hit, most: int = 1, around: int = _AROUND) -> list[Snippet]:
    """Return up to `most` snippets, of the hit's first passages; passages near by share one."""
    cuts: list[tuple[int, int, list[tuple[int, int]]]] = []
    for start, end in hit.passages:
        if cuts and start < cuts[-1][1]:
            cuts[-1] = cuts[-1][0], max(cuts[-1][1], _after(hit.text, end, around)), cuts[-1][2]
            cuts[-1][2].append((start, end))
            continue
        if len(cuts) == most:
            break
        shown = min(end, start + _MOST)
        cuts.append(
            (_before(hit.text, start, around), _after(hit.text, shown, around), [(start, end)])
        )
    return [_snippet(hit.text, first, last, marks) for first, last, marks in cuts]


def _snippet(text: str, first: int, last: int, marks: Sequence[tuple[int, int]]) -> Snippet:
    inside = tuple((a - first, min(b, last) - first) for a, b in marks if a < last)
    return Snippet(first, text[first:last].replace("\n", " "), inside)


def _before(text: str, start: int, around: int) -> int:
    """Return a place some characters before `start`, at the beginning of a word."""
    place = max(0, start - around)
    space = text.find(" ", place, start)
    return space + 1 if place and space >= 0 else place


def _after(text: str, end: int, around: int) -> int:
    """Return a place some characters after `end`, at the end of a word."""
    place = min(len(text), end + around)
    space = text.rfind(" ", end, place)
    return space if place < len(text) and space > end else place
