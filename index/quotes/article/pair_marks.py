"""Pair quotation marks in a paragraph, distinguishing apostrophes and inch marks."""

import re
from dataclasses import dataclass

from index.quotes.words.quotation_marks import CLOSING_MARKS, CLOSING_SEQUENCES


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedSpan:
    """Characters between an opening mark, which is at `outer`, and its closing mark."""

    start: int
    end: int
    outer: int
    mark: str
    closed: bool = True


_SEQUENCES = "|".join(
    map(
        re.escape,
        {*CLOSING_SEQUENCES, *(end for ends in CLOSING_SEQUENCES.values() for end in ends)},
    )
)
_ANY_MARK = re.compile(f"{_SEQUENCES}|[“”„«»「」『』‹›‘’‚\"'＂〝〞〟❝❞｢｣״]")
_BEFORE_OPENING = " \t\n\u00a0\u2009\u202f([{—–-/:“„«‘‚\"'"
_STOPS = ".,;:!?)—–\n।॥。、，،؛؟！？；："
_AFTER_CLOSING = f"{_STOPS} \t\u00a0]}}-/”»’\"'…"
_MAX_QUOTATIONS = 6000  # per paragraph
_MAX_SINGLE_QUOTED_CHARS = 4000  # between single marks
_MAX_APOSTROPHES = 60  # tried as the closing single mark
_CONTRACTION = re.compile(r"(?:\d0s|tis|twas|em|til|cause|bout|n)\b", re.I)  # '90s, 'em, 'til


def pair_marks(text: str, start: int, end: int) -> list[QuotedSpan]:
    """Return the spans that outermost marks enclose in characters start–end.

    Nested marks stay inside. A span that is never closed reaches to `end` and has `closed=False`.
    """
    spans: list[QuotedSpan] = []
    position = start
    never_closed: set[str] = set()  # marks that may be something else, and never close
    while len(spans) < _MAX_QUOTATIONS and (
        opening := _find_opening(text, position, end, never_closed)
    ):
        mark_start, mark = opening
        quote_start = mark_start + len(mark)
        closing = _find_closing(text, quote_start, end, mark)
        if closing is None:
            if mark in _SINGLE_MARKS:
                position = quote_start  # it is an apostrophe
                continue
            if mark in _DOUBTFUL_MARKS:
                never_closed.add(mark)
                position = quote_start
                continue
            spans.append(
                QuotedSpan(start=quote_start, end=end, outer=mark_start, mark=mark, closed=False)
            )
            return spans
        spans.append(QuotedSpan(start=quote_start, end=closing, outer=mark_start, mark=mark))
        position = closing + _mark_length(text, closing, mark)
    return spans


def _mark_length(text: str, closing: int, mark: str) -> int:
    return 2 if text[closing : closing + 2] in CLOSING_SEQUENCES.get(mark, ()) else 1


def _find_opening(text: str, start: int, end: int, ignored: set[str]) -> tuple[int, str] | None:
    for match in _ANY_MARK.finditer(text, start, end):
        mark, position = match[0], match.start()
        if mark in ignored:
            continue
        before = text[position - 1] if position > 0 else " "
        after = text[match.end()] if match.end() < len(text) else " "
        if mark in _ALWAYS_OPENING:
            return position, mark
        is_before_words = before in _BEFORE_OPENING and not after.isspace()
        # » as in German and Swedish books, ” as in Swedish and Finnish.
        if mark in _OPENING_BEFORE_WORDS and is_before_words:
            return position, mark
        if mark == "”" and is_before_words and (after.isalnum() or after in "[(…’'"):
            return position, mark
        is_single_opening = (
            mark in _SINGLE_MARKS
            and before in _BEFORE_OPENING
            and (after.isalnum() or after in "[(….")
        )
        if is_single_opening and not _CONTRACTION.match(text, match.end()):
            return position, mark
    return None


_ALWAYS_OPENING = ("“", "„", "«", "「", "『", "‹", "‚", "〝", "❝", "｢", "``", "<‹", "‹‹")
_OPENING_BEFORE_WORDS = ("»", "›", '"', "＂", "״", ",,", "<<", "''", "‘‘", "‚‚")
_DOUBTFUL_MARKS = ("”", "›", ",,", "''", "<<", "‘‘", "‚‚")
_STRAIGHT_MARKS = ('"', "＂", "״")
_SINGLE_MARKS = ("'", "‘", "’")


def _find_closing(text: str, start: int, end: int, mark: str) -> int | None:
    if mark in _SINGLE_MARKS:
        return _find_single_closing(text, start, end, "'" if mark == "'" else "’")
    if mark in _STRAIGHT_MARKS:
        return _find_straight_closing(text, start, end, mark)
    if mark in CLOSING_SEQUENCES:
        return _first_of(text, start, end, CLOSING_SEQUENCES[mark])
    closing_marks = CLOSING_MARKS[mark]
    depth = 0
    for match in _ANY_MARK.finditer(text, start, end):
        is_same = match[0] == mark
        if is_same and _looks_closing(text, match.start(), end):
            if depth == 0:
                return match.start()  # ”so”, »so», “so“
        elif is_same:
            depth += 1
        elif match[0] in closing_marks and _may_close(text, match.start(), mark):
            if depth == 0:
                return match.start()
            depth -= 1
    # A mark of one kind closed by a mark of another: “so".
    if depth == 0 and mark in "“„”":
        position = text.find('"', start, end)
        return position if position >= 0 else None
    return text.rfind(closing_marks[0], start, end) if closing_marks[0] in text[start:end] else None


def _looks_closing(text: str, position: int, end: int) -> bool:
    """Return whether a mark follows a word and precedes none."""
    before = text[position - 1] if position else " "
    after = text[position + 1] if position + 1 < end else " "
    return not before.isspace() and before not in "([{" and after in _AFTER_CLOSING


def _may_close(text: str, position: int, mark: str) -> bool:
    """Return whether a mark that usually opens, “ after „ or «after », may close here."""
    return mark not in "”»›" or not text[position - 1].isspace()


def _first_of(text: str, start: int, end: int, closing: tuple[str, ...]) -> int | None:
    """Return where the first of several closing marks is."""
    positions = [text.find(mark, start, end) for mark in closing]
    return min((position for position in positions if position >= 0), default=None)


def _find_straight_closing(text: str, start: int, end: int, mark: str) -> int | None:
    """Return the next mark that can close: not after white space, not before a letter."""
    fallback: int | None = None
    position = text.find(mark, start, end)
    while position >= 0:
        before = text[position - 1]
        after = text[position + 1] if position + 1 < end else " "
        if (
            not before.isspace()
            and before not in "([{"
            and (after in _AFTER_CLOSING or not after.isalnum())
        ):
            return position
        fallback = position if fallback is None else fallback
        position = text.find(mark, position + 1, end)
    return fallback


def _find_single_closing(text: str, start: int, end: int, mark: str) -> int | None:
    """Return where a single mark closes: not inside a word, and preferably not after a plural."""
    fallback: int | None = None
    end = min(end, start + _MAX_SINGLE_QUOTED_CHARS)
    position = text.find(mark, start, end)
    for _ in range(_MAX_APOSTROPHES):
        if position < 0:
            break
        before = text[position - 1]
        after = text[position + 1] if position + 1 < len(text) else " "
        if not before.isspace() and (after in _AFTER_CLOSING):
            if before in ".,;!?…)" or after in _STOPS or position + 1 >= end:
                return position
            if (before not in "sS" and fallback is None) or (
                fallback is None and mark not in text[position + 1 : end]
            ):
                fallback = position
        position = text.find(mark, position + 1, end)
    if fallback is not None and (len(text[start:fallback].split()) > 40 and mark == "'"):
        return None
    return fallback
