"""Cut snippets from a hit's text around its passages, with the passages marked."""

from collections.abc import Sequence
from dataclasses import dataclass

from index.engine import Hit

_CONTEXT_CHARACTERS = 60  # characters on each side
_MAX_PASSAGE_CHARACTERS = 300  # characters of a passage; a longer one is truncated


@dataclass(frozen=True, slots=True)
class Snippet:
    """`text` is an excerpt of the hit's text from offset `start`; `marks` are offsets in `text`.

    Line breaks in `text` are replaced by spaces; otherwise it is verbatim.
    """

    start: int
    text: str
    marks: tuple[tuple[int, int], ...]


def snippets(hit: Hit, limit: int = 1, around: int = _CONTEXT_CHARACTERS) -> list[Snippet]:
    """Return up to `limit` snippets, of the first passages; adjacent passages share one."""
    windows: list[tuple[int, int, list[tuple[int, int]]]] = []
    for start, end in hit.passages:
        if windows and start < windows[-1][1]:
            windows[-1] = (
                windows[-1][0],
                max(windows[-1][1], _after(hit.text, end, around)),
                windows[-1][2],
            )
            windows[-1][2].append((start, end))
            continue
        if len(windows) == limit:
            break
        shown_end = min(end, start + _MAX_PASSAGE_CHARACTERS)
        windows.append(
            (_before(hit.text, start, around), _after(hit.text, shown_end, around), [(start, end)])
        )
    return [_snippet(hit.text, first, last, marks) for first, last, marks in windows]


def _snippet(text: str, first: int, last: int, marks: Sequence[tuple[int, int]]) -> Snippet:
    clipped_marks = tuple(
        (mark_start - first, min(mark_end, last) - first)
        for mark_start, mark_end in marks
        if mark_start < last
    )
    return Snippet(first, text[first:last].replace("\n", " "), clipped_marks)


def _before(text: str, start: int, around: int) -> int:
    """Return an offset some characters before `start`, at the beginning of a word."""
    offset = max(0, start - around)
    space = text.find(" ", offset, start)
    return space + 1 if offset and space >= 0 else offset


def _after(text: str, end: int, around: int) -> int:
    """Return an offset some characters after `end`, at the end of a word."""
    offset = min(len(text), end + around)
    space = text.rfind(" ", end, offset)
    return space if offset < len(text) and space > end else offset
