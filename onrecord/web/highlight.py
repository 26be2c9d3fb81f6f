"""Cut texts for display: passages with their surroundings, paragraphs with what is marked in them.

Offsets are those of the stored text: what is shown marked is what was found.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from archive.text.diff import Change

Span = tuple[int, int]
_AROUND = 110  # characters shown on either side of a match
_DOTS = ("…", "...")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some characters, and how they are shown: "", "mark", "del", "ins"."""

    text: str
    how: str = ""
    note: str = ""  # the sorts of a change
    number: int = 0  # of the change that begins here, counted from 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One line of a text; `number` counts from 1 and is its anchor, `start` its first offset."""

    number: int
    start: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Snippet:
    """A stretch of text around matches; `start` and `end` are the first match's offsets."""

    start: int
    end: int
    pieces: tuple[Piece, ...]
    cut_before: bool
    cut_after: bool


def paragraphs(text: str, marks: Sequence[Span] = ()) -> list[Paragraph]:
    """Return every line of `text`, empty ones left out, with `marks` marked."""
    found: list[Paragraph] = []
    start = 0
    for line in text.split("\n"):
        if line.strip():
            pieces = tuple(_pieces(text, start, start + len(line), marks))
            found.append(Paragraph(len(found) + 1, start, pieces))
        start += len(line) + 1
    return found


def snippets(text: str, marks: Sequence[Span], most: int = 3) -> list[Snippet]:
    """Return up to `most` stretches of `text` that show `marks`, neighbours put together."""
    found: list[Snippet] = []
    groups: list[list[Span]] = []
    for mark in marks:
        if groups and mark[0] - groups[-1][-1][1] < _AROUND:
            groups[-1].append(mark)
        else:
            groups.append([mark])
    for group in groups[:most]:
        low = _word_edge(text, group[0][0] - _AROUND, forward=True)
        high = _word_edge(text, group[-1][1] + _AROUND, forward=False)
        pieces = tuple(_pieces(text, low, high, group))
        first = group[0]
        # Where the text has dots of its own, ours would be said twice.
        before = low > 0 and not text.startswith(_DOTS, low)
        after = high < len(text) and not text.endswith(_DOTS, low, high)
        found.append(Snippet(first[0], first[1], pieces, before, after))
    return found


def beginning(text: str, length: int = 220) -> Snippet:
    """Return how a text begins, for a hit with no place to show."""
    high = _word_edge(text, length, forward=False)
    return Snippet(0, 0, (Piece(text[:high]),), False, high < len(text))


def _word_edge(text: str, place: int, *, forward: bool) -> int:
    if place <= 0 or place >= len(text):
        return max(0, min(place, len(text)))
    if forward:
        space = re.compile(r"\s").search(text, place, place + 30)
        return space.end() if space else place
    space_at = max(text.rfind(" ", place - 30, place), text.rfind("\n", place - 30, place))
    return space_at if space_at > 0 else place


def _pieces(text: str, low: int, high: int, marks: Iterable[Span]) -> Iterator[Piece]:
    at = low
    for start, end in marks:
        start, end = max(start, at), min(end, high)
        if start >= end:
            continue
        if start > at:
            yield Piece(text[at:start])
        yield Piece(text[start:end], "mark")
        at = end
    if at < high:
        yield Piece(text[at:high])


def mark_edits(after: str, edits: Sequence[Change]) -> list[list[Piece]]:
    """Return the lines of `after` with what went and what came, in reading order."""
    lines: list[list[Piece]] = [[]]
    at = 0
    for number, edit in enumerate(edits, 1):
        _add(lines, after[at : edit.after_start])
        note = " ".join(sort.value for sort in edit.kinds)
        if edit.before:
            _add(lines, edit.before, "del", note, number)
            if not edit.after and not after[edit.after_start : edit.after_start + 1].isspace():
                _add(lines, " ")
        if edit.after:
            _add(lines, edit.after, "ins", note, 0 if edit.before else number)
        at = edit.after_end
    _add(lines, after[at:])
    return [line for line in lines if any(piece.text.strip() for piece in line)]


def _add(
    lines: list[list[Piece]], text: str, how: str = "", note: str = "", number: int = 0
) -> None:
    for place, part in enumerate(text.split("\n")):
        if place:
            lines.append([])
        if part:
            lines[-1].append(Piece(part, how, note, number))
            number = 0
