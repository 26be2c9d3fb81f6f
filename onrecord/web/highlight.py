"""Split texts for display: snippets around matches, paragraphs and edits with highlighted spans.

Offsets are those of the stored text, so that the words highlighted are the words matched.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from archive.text.diff import Change

Span = tuple[int, int]
_CONTEXT_CHARS = 110  # characters shown on either side of a match
_ELLIPSES = ("…", "...")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some characters and the HTML element that shows them: "", "mark", "del", "ins" or "move"."""

    text: str
    element: str = ""
    note: str = ""  # the kinds of a change
    number: int = 0  # of the change that begins here, counted from 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One line of a text; `number` counts from 1 and is its anchor, `start` its first offset."""

    number: int
    start: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Snippet:
    """Text around neighbouring matches; `start` and `end` are the first match's offsets."""

    start: int
    end: int
    pieces: tuple[Piece, ...]
    truncated_before: bool
    truncated_after: bool


def paragraphs(text: str, spans: Sequence[Span] = ()) -> list[Paragraph]:
    """Return every line of `text` that is not blank, with `spans` highlighted."""
    result: list[Paragraph] = []
    start = 0
    for line in text.split("\n"):
        if line.strip():
            pieces = tuple(_split_pieces(text, start, start + len(line), spans))
            result.append(Paragraph(len(result) + 1, start, pieces))
        start += len(line) + 1
    return result


def snippets(text: str, spans: Sequence[Span], limit: int = 3) -> list[Snippet]:
    """Return up to `limit` snippets of `text` that show `spans`; near spans share a snippet."""
    result: list[Snippet] = []
    groups: list[list[Span]] = []
    for span in spans:
        if groups and span[0] - groups[-1][-1][1] < _CONTEXT_CHARS:
            groups[-1].append(span)
        else:
            groups.append([span])
    for group in groups[:limit]:
        start = _word_edge(text, group[0][0] - _CONTEXT_CHARS, forward=True)
        end = _word_edge(text, group[-1][1] + _CONTEXT_CHARS, forward=False)
        pieces = tuple(_split_pieces(text, start, end, group))
        first_span = group[0]
        # Where the text itself has an ellipsis, a second one would be wrong.
        before = start > 0 and not text.startswith(_ELLIPSES, start)
        after = end < len(text) and not text.endswith(_ELLIPSES, start, end)
        result.append(Snippet(first_span[0], first_span[1], pieces, before, after))
    return result


def opening_snippet(text: str, length: int = 220) -> Snippet:
    """Return the beginning of a text, for a hit without passages."""
    end = _word_edge(text, length, forward=False)
    return Snippet(0, 0, (Piece(text[:end]),), False, end < len(text))


def mark_spans(text: str, spans: Sequence[Span]) -> tuple[Piece, ...]:
    """Return a short text, a title, as pieces, with `spans` highlighted."""
    return tuple(_split_pieces(text, 0, len(text), spans))


def _word_edge(text: str, position: int, *, forward: bool) -> int:
    if position <= 0 or position >= len(text):
        return max(0, min(position, len(text)))
    if forward:
        space = re.compile(r"\s").search(text, position, position + 30)
        return space.end() if space else position
    low = position - 30
    space_at = max(text.rfind(" ", low, position), text.rfind("\n", low, position))
    return space_at if space_at > 0 else position


def _split_pieces(text: str, low: int, high: int, spans: Iterable[Span]) -> Iterator[Piece]:
    position = low
    for start, end in spans:
        start, end = max(start, position), min(end, high)
        if start >= end:
            continue
        if start > position:
            yield Piece(text[position:start])
        yield Piece(text[start:end], "mark")
        position = end
    if position < high:
        yield Piece(text[position:high])


def mark_edits(after: str, edits: Sequence[Change]) -> list[list[Piece]]:
    """Return the lines of `after` with deleted and inserted words as pieces, in reading order."""
    lines: list[list[Piece]] = [[]]
    position = 0
    for number, edit in enumerate(edits, 1):
        _append_piece(lines, after[position : edit.after_start])
        kinds = " ".join(sort.value for sort in edit.kinds)
        if edit.op == "move":
            _append_piece(lines, edit.after, "move", kinds, number)
        elif edit.before:
            _append_piece(lines, edit.before, "del", kinds, number)
            if not edit.after and not after[edit.after_start : edit.after_start + 1].isspace():
                _append_piece(lines, " ")
        if edit.after and edit.op != "move":
            _append_piece(lines, edit.after, "ins", kinds, 0 if edit.before else number)
        position = edit.after_end
    _append_piece(lines, after[position:])
    return [line for line in lines if any(piece.text.strip() for piece in line)]


def _append_piece(
    lines: list[list[Piece]], text: str, element: str = "", note: str = "", number: int = 0
) -> None:
    for index, part in enumerate(text.split("\n")):
        if index:
            lines.append([])
        if part:
            lines[-1].append(Piece(part, element, note, number))
            number = 0
