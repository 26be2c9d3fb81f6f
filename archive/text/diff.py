"""What changed between two texts, word by word, and what sort of change each is.

White space and typography are no change (archive/text/fingerprint.py says what those are).
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from archive.text.fingerprint import normalize_text


class ChangeKind(StrEnum):
    """What a change touches; one change may be of several sorts."""

    WORDING = "wording"
    NUMBERS = "numbers"
    NAMES = "names"
    NEGATION = "negation"
    DATES = "dates"
    PUNCTUATION = "punctuation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Words of one text that the other has otherwise, or not at all.

    Offsets are code points: `before` is characters before_start–before_end of the first text.
    """

    before: str
    after: str
    before_start: int
    before_end: int
    after_start: int
    after_end: int
    sorts: tuple[ChangeKind, ...]

    @property
    def op(self) -> str:
        """Return "insert", "delete" or "replace"."""
        return "replace" if self.before and self.after else "delete" if self.before else "insert"


@dataclass(frozen=True, slots=True)
class _Token:
    key: str
    start: int
    end: int


# A word with its inner apostrophes, hyphens, stops and commas (don't, follow-up, U.S., 1,200), or
# one other character that can be seen.
_TOKEN = re.compile(r"\w+(?:[’'‘ʼ.,‐‑-]\w+)*|[^\w\s]")


def diff_texts(before: str, after: str) -> list[Change]:
    """Return how `after` differs from `before`, in reading order.

    Lines are matched first, words within the lines that differ: near-linear for two editions of a
    long transcript, and what moved as a whole paragraph shows as one.
    """
    old, new = _lines(before), _lines(after)
    found: list[Change] = []
    for tag, a, b, c, d in _opcodes([_keys(line) for line in old], [_keys(line) for line in new]):
        if tag != "equal":
            one = [token for line in old[a:b] for token in line]
            two = [token for line in new[c:d] for token in line]
            found += _within(before, after, one, two, _edge(old, a, before), _edge(new, c, after))
    return found


def _within(
    before: str, after: str, one: list[_Token], two: list[_Token], at: int, to: int
) -> Iterator[Change]:
    old, new = [token.key for token in one], [token.key for token in two]
    for tag, a, b, c, d in _opcodes(old, new):
        if tag == "equal":
            continue
        if tag == "delete":
            a, b, moved = _slide(old, a, b)
            c, d = c + moved, d + moved
        elif tag == "insert":
            c, d, moved = _slide(new, c, d)
            a, b = a + moved, b + moved
        start, end = _span(one, a, b, at)
        begin, stop = _span(two, c, d, to)
        was, now = before[start:end], after[begin:stop]
        yield Change(
            before=was,
            after=now,
            before_start=start,
            before_end=end,
            after_start=begin,
            after_end=stop,
            sorts=_in_place(classify_change(was, now), before, (start, end), after, (begin, stop)),
        )


def _slide(keys: list[str], start: int, end: int) -> tuple[int, int, int]:
    """Return where a run that is only on one side reads best, and how far that is from here.

    “. A b c” left out before “.” is the same as “A b c .” left out after “.”: whole sentences are
    shown, where the words allow it.
    """
    low, high = start, end
    moved = 0
    while end < len(keys) and keys[start] == keys[end]:
        start, end, moved = start + 1, end + 1, moved + 1
        if keys[start - 1] in _STOPS:
            return start, end, moved
    return low, high, 0


_STOPS = {".", "!", "?", "。"}


def _span(tokens: list[_Token], first: int, last: int, empty: int) -> tuple[int, int]:
    """Return the characters of tokens first–last; where there are none, the place between."""
    if first < last:
        return tokens[first].start, tokens[last - 1].end
    place = tokens[first].start if first < len(tokens) else tokens[-1].end if tokens else empty
    return place, place


def _edge(lines: list[list[_Token]], number: int, text: str) -> int:
    return next((line[0].start for line in lines[number:] if line), len(text))


def _opcodes(one: Sequence[object], two: Sequence[object]) -> list[tuple[str, int, int, int, int]]:
    return list(SequenceMatcher(None, one, two, autojunk=False).get_opcodes())


def _lines(text: str) -> list[list[_Token]]:
    found: list[list[_Token]] = []
    start = 0
    for line in text.splitlines(keepends=True):
        found.append(
            [
                _Token(key, start + match.start(), start + match.end())
                for match in _TOKEN.finditer(line)
                if (key := normalize_text(match[0]))
            ]
        )
        start += len(line)
    return found


def _keys(line: list[_Token]) -> str:
    return " ".join(token.key for token in line)


_NEGATION = re.compile(
    r"\b(?:no|not|never|none|nor|neither|without|cannot|nobody|nothing|[a-z]+n['’]t)\b", re.I
)
_MONTHS = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_DATE = re.compile(
    rf"\b(?:\d{{1,2}}\s+(?:{_MONTHS})|(?:{_MONTHS})\.?\s+\d{{1,4}}|\d{{4}}-\d\d(?:-\d\d)?|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:19|20)\d\d)\b",
    re.I,
)
_DATE_REACH = 16  # characters: the longest month and a space, on either side
_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|"
    r"fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|billion|dozen)s?\b",
    re.I,
)
_NAME = re.compile(r"\b[^\W\d_]*[A-ZÀ-ÖØ-ÞА-ЯΑ-Ω]")


def classify_change(before: str, after: str) -> tuple[ChangeKind, ...]:
    """Return what a change from `before` to `after` touches.

    >>> [sort.value for sort in classify_change("were not detained", "were detained")]
    ['wording', 'negation']
    >>> [sort.value for sort in classify_change("end,", "end;")]
    ['punctuation']
    """
    if _words(before) == _words(after):
        return (ChangeKind.PUNCTUATION,)
    found = [ChangeKind.WORDING]
    for sort, pattern in (
        (ChangeKind.NUMBERS, _NUMBER),
        (ChangeKind.NAMES, _NAME),
        (ChangeKind.NEGATION, _NEGATION),
        (ChangeKind.DATES, _DATE),
    ):
        if sorted(_all(pattern, before)) != sorted(_all(pattern, after)):
            found.append(sort)
    return tuple(found)


def _in_place(
    found: tuple[ChangeKind, ...],
    before: str,
    old: tuple[int, int],
    after: str,
    new: tuple[int, int],
) -> tuple[ChangeKind, ...]:
    """Add what only the words around a change tell: 13 is a number, 13 in “13 April” is a date."""
    if ChangeKind.DATES in found or ChangeKind.PUNCTUATION in found:
        return found
    dated = any(
        match.start() < end and start < match.end()
        for text, (start, end) in ((before, old), (after, new))
        for match in _DATE.finditer(text, max(0, start - _DATE_REACH), end + _DATE_REACH)
    )
    return (*found, ChangeKind.DATES) if dated else found


def count_kinds(found: Iterable[Change]) -> list[tuple[str, int]]:
    """Return how many changes are of each sort, those that occur, in the order of `Sort`."""
    every = Counter(sort for change in found for sort in change.sorts)
    return [(sort.value, every[sort]) for sort in ChangeKind if every[sort]]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", _folded_words(text))


def _folded_words(text: str) -> str:
    """Return `text` with each word folded, the spaces between them kept."""
    return " ".join(normalize_text(word) for word in text.split())


def _all(pattern: re.Pattern[str], text: str) -> list[str]:
    if pattern is _NAME:
        return [word for word in re.findall(r"\w+", text) if _NAME.match(word)]
    if pattern is _NUMBER:
        return [word for word in re.findall(r"[\w.,]+", text) if _NUMBER.search(word)]
    return [found.lower() for found in pattern.findall(text)]
