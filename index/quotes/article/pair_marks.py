"""Pair quotation marks in a paragraph, telling apostrophes and inches from them."""

import re
from dataclasses import dataclass

from index.quotes.words.quotation_marks import PAIRS


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedSpan:
    """Characters between an opening mark, which stands at `outer`, and its closing one."""

    start: int
    end: int
    outer: int
    mark: str
    closed: bool = True


_ALL = re.compile("[“”„«»「」『』‹›‘’‚\"'＂]|``|''")
_LEADS = " \t\n\u00a0([{—–-/“„«‘‚\"'"
_FOLLOWS = " \t\n\u00a0.,;:!?)]}—–-/”»’\"'…"
_MOST = 6000  # quotations a paragraph
_REACH = 4000  # characters that single marks enclose at most
_TRIED = 60  # apostrophes among them
_LEFT_OUT = re.compile(r"(?:\d0s|tis|twas|em|til|cause|bout|n)\b", re.I)  # '90s, 'em, 'til


def pair_marks(text: str, start: int, end: int) -> list[QuotedSpan]:
    """Return what outermost marks enclose in characters start–end; nested marks stay inside.

    What is opened and not closed reaches to the end, and says so.
    """
    found: list[QuotedSpan] = []
    at = start
    while len(found) < _MOST and (opening := _opening(text, at, end)) is not None:
        place, mark = opening
        begin = place + len(mark)
        closing = _closing(text, begin, end, mark)
        if closing is None:
            if mark in "'‘":
                at = begin  # an apostrophe, then
                continue
            found.append(QuotedSpan(start=begin, end=end, outer=place, mark=mark, closed=False))
            return found
        found.append(QuotedSpan(start=begin, end=closing, outer=place, mark=mark))
        at = closing + 1
    return found


def _opening(text: str, start: int, end: int) -> tuple[int, str] | None:
    for match in _ALL.finditer(text, start, end):
        mark, at = match[0], match.start()
        before = text[at - 1] if at > 0 else " "
        after = text[match.end()] if match.end() < len(text) else " "
        if mark in "“„«「『‹‚" or mark == "``":
            return at, mark
        if mark == "»" and before in _LEADS and not after.isspace():
            return at, mark  # as printed in German books
        if mark in '"＂' and before in _LEADS and not after.isspace():
            return at, mark
        single = mark in "'‘" and before in _LEADS and (after.isalnum() or after in "[(….")
        if single and not _LEFT_OUT.match(text, match.end()):
            return at, mark
    return None


def _closing(text: str, start: int, end: int, mark: str) -> int | None:
    if mark in "'‘":
        return _single(text, start, end, "'" if mark == "'" else "’")
    if mark in '"＂':
        return _straight(text, start, end, mark)
    if mark == "``":
        at = text.find("''", start, end)
        return at if at >= 0 else None
    closers = PAIRS[mark]
    depth = 0
    for match in _ALL.finditer(text, start, end):
        if match[0] in closers and (match[0] != mark):
            if depth == 0:
                return match.start()
            depth -= 1
        elif match[0] == mark:
            depth += 1
    # A mark of one kind closed by one of another: “so".
    if depth == 0 and mark in "“„":
        at = text.find('"', start, end)
        return at if at >= 0 else None
    return text.rfind(closers[0], start, end) if closers[0] in text[start:end] else None


def _straight(text: str, start: int, end: int, mark: str) -> int | None:
    """Return the next mark that can close: what is before it is no space, or nothing follows."""
    spare: int | None = None
    at = text.find(mark, start, end)
    while at >= 0:
        before = text[at - 1]
        after = text[at + 1] if at + 1 < end else " "
        if (
            not before.isspace()
            and before not in "([{"
            and (after in _FOLLOWS or not after.isalnum())
        ):
            return at
        spare = at if spare is None else spare
        at = text.find(mark, at + 1, end)
    return spare


def _single(text: str, start: int, end: int, mark: str) -> int | None:
    """Return where a single mark closes: not inside a word, nor, rather, behind a plural."""
    spare: int | None = None
    end = min(end, start + _REACH)
    at = text.find(mark, start, end)
    for _ in range(_TRIED):
        if at < 0:
            break
        before = text[at - 1]
        after = text[at + 1] if at + 1 < len(text) else " "
        if not before.isspace() and (after in _FOLLOWS):
            if before in ".,;!?…)" or after in ".,;:!?)—–\n" or at + 1 >= end:
                return at
            if (before not in "sS" and spare is None) or (
                spare is None and mark not in text[at + 1 : end]
            ):
                spare = at
        at = text.find(mark, at + 1, end)
    if spare is not None and (len(text[start:spare].split()) > 40 and mark == "'"):
        return None
    return spare
