"""Pair quotation marks in a paragraph, distinguishing apostrophes and inch marks."""

import re
from dataclasses import dataclass

from index.quotes.words.quotation_marks import CLOSING_MARKS


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedSpan:
    """Characters between an opening mark, which is at `outer`, and its closing mark."""

    start: int
    end: int
    outer: int
    mark: str
    closed: bool = True


_ANY_MARK = re.compile("[“”„«»「」『』‹›‘’‚\"'＂]|``|''")
_BEFORE_OPENING = " \t\n\u00a0([{—–-/“„«‘‚\"'"
_AFTER_CLOSING = " \t\n\u00a0.,;:!?)]}—–-/”»’\"'…"
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
    while (
        len(spans) < _MAX_QUOTATIONS and (opening := _find_opening(text, position, end)) is not None
    ):
        mark_start, mark = opening
        quote_start = mark_start + len(mark)
        closing = _find_closing(text, quote_start, end, mark)
        if closing is None:
            if mark in "'‘":
                position = quote_start  # it is an apostrophe
                continue
            spans.append(
                QuotedSpan(start=quote_start, end=end, outer=mark_start, mark=mark, closed=False)
            )
            return spans
        spans.append(QuotedSpan(start=quote_start, end=closing, outer=mark_start, mark=mark))
        position = closing + 1
    return spans


def _find_opening(text: str, start: int, end: int) -> tuple[int, str] | None:
    for match in _ANY_MARK.finditer(text, start, end):
        mark, position = match[0], match.start()
        before = text[position - 1] if position > 0 else " "
        after = text[match.end()] if match.end() < len(text) else " "
        if mark in "“„«「『‹‚" or mark == "``":
            return position, mark
        if mark == "»" and before in _BEFORE_OPENING and not after.isspace():
            return position, mark  # as printed in German books
        if mark in '"＂' and before in _BEFORE_OPENING and not after.isspace():
            return position, mark
        is_single_opening = (
            mark in "'‘" and before in _BEFORE_OPENING and (after.isalnum() or after in "[(….")
        )
        if is_single_opening and not _CONTRACTION.match(text, match.end()):
            return position, mark
    return None


def _find_closing(text: str, start: int, end: int, mark: str) -> int | None:
    if mark in "'‘":
        return _find_single_closing(text, start, end, "'" if mark == "'" else "’")
    if mark in '"＂':
        return _find_straight_closing(text, start, end, mark)
    if mark == "``":
        position = text.find("''", start, end)
        return position if position >= 0 else None
    closing_marks = CLOSING_MARKS[mark]
    depth = 0
    for match in _ANY_MARK.finditer(text, start, end):
        if match[0] in closing_marks and (match[0] != mark):
            if depth == 0:
                return match.start()
            depth -= 1
        elif match[0] == mark:
            depth += 1
    # A mark of one kind closed by a mark of another: “so".
    if depth == 0 and mark in "“„":
        position = text.find('"', start, end)
        return position if position >= 0 else None
    return text.rfind(closing_marks[0], start, end) if closing_marks[0] in text[start:end] else None


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
            if before in ".,;!?…)" or after in ".,;:!?)—–\n" or position + 1 >= end:
                return position
            if (before not in "sS" and fallback is None) or (
                fallback is None and mark not in text[position + 1 : end]
            ):
                fallback = position
        position = text.find(mark, position + 1, end)
    if fallback is not None and (len(text[start:fallback].split()) > 40 and mark == "'"):
        return None
    return fallback
