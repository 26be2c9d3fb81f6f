"""Diff two texts word by word, and classify each change.

White space and typography do not count (archive/text/fingerprint.py defines them).
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from archive.text.fingerprint import normalize_text


class ChangeKind(StrEnum):
    """What a change affects; one change may be of several kinds."""

    WORDING = "wording"
    NUMBERS = "numbers"
    NAMES = "names"
    NEGATION = "negation"
    DATES = "dates"
    PUNCTUATION = "punctuation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Words of one text that differ in the other, or are missing there.

    Offsets are code points: `before` is characters before_start–before_end of the first text.
    """

    before: str
    after: str
    before_start: int
    before_end: int
    after_start: int
    after_end: int
    kinds: tuple[ChangeKind, ...]

    @property
    def op(self) -> str:
        """Return "insert", "delete" or "replace"."""
        return "replace" if self.before and self.after else "delete" if self.before else "insert"


@dataclass(frozen=True, slots=True)
class _Token:
    key: str
    start: int
    end: int


# A word with its inner apostrophes, hyphens, full stops and commas (don't, follow-up, U.S., 1,200),
# or one other visible character.
_TOKEN = re.compile(r"\w+(?:[’'‘ʼ.,‐‑-]\w+)*|[^\w\s]")


def diff_texts(before: str, after: str) -> list[Change]:
    """Return how `after` differs from `before`, in reading order.

    Lines are matched first, then words within the lines that differ: near-linear for two editions
    of a long transcript, and a moved paragraph is one change.
    """
    old, new = _tokenize_lines(before), _tokenize_lines(after)
    changes: list[Change] = []
    for tag, a, b, c, d in _opcodes(
        [_join_keys(line) for line in old], [_join_keys(line) for line in new]
    ):
        if tag != "equal":
            old_tokens = [token for line in old[a:b] for token in line]
            new_tokens = [token for line in new[c:d] for token in line]
            changes += _diff_tokens(
                before,
                after,
                old_tokens,
                new_tokens,
                _start_of_line(old, a, before),
                _start_of_line(new, c, after),
            )
    return changes


def _diff_tokens(
    before: str,
    after: str,
    old_tokens: list[_Token],
    new_tokens: list[_Token],
    old_default: int,
    new_default: int,
) -> Iterator[Change]:
    old_keys, new_keys = [token.key for token in old_tokens], [token.key for token in new_tokens]
    for tag, a, b, c, d in _opcodes(old_keys, new_keys):
        if tag == "equal":
            continue
        if tag == "delete":
            a, b, shift = _shift_run(old_keys, a, b)
            c, d = c + shift, d + shift
        elif tag == "insert":
            c, d, shift = _shift_run(new_keys, c, d)
            a, b = a + shift, b + shift
        old_start, old_end = _span(old_tokens, a, b, old_default)
        new_start, new_end = _span(new_tokens, c, d, new_default)
        old_words, new_words = before[old_start:old_end], after[new_start:new_end]
        yield Change(
            before=old_words,
            after=new_words,
            before_start=old_start,
            before_end=old_end,
            after_start=new_start,
            after_end=new_end,
            kinds=_add_dates_from_context(
                classify_change(old_words, new_words),
                before,
                (old_start, old_end),
                after,
                (new_start, new_end),
            ),
        )


def _shift_run(keys: list[str], start: int, end: int) -> tuple[int, int, int]:
    """Return (start, end, shift): an inserted or deleted run, moved to end with a sentence.

    Deleting “. A b c” before “.” is the same as deleting “A b c .” after “.”: the run shown is a
    whole sentence where the words allow it.
    """
    original_start, original_end = start, end
    shift = 0
    while end < len(keys) and keys[start] == keys[end]:
        start, end, shift = start + 1, end + 1, shift + 1
        if keys[start - 1] in _SENTENCE_ENDS:
            return start, end, shift
    return original_start, original_end, 0


_SENTENCE_ENDS = {".", "!", "?", "。"}


def _span(tokens: list[_Token], first: int, end: int, default: int) -> tuple[int, int]:
    """Return the characters of tokens first–end; if there are none, the empty span between."""
    if first < end:
        return tokens[first].start, tokens[end - 1].end
    position = tokens[first].start if first < len(tokens) else tokens[-1].end if tokens else default
    return position, position


def _start_of_line(lines: list[list[_Token]], number: int, text: str) -> int:
    return next((line[0].start for line in lines[number:] if line), len(text))


def _opcodes(old: Sequence[object], new: Sequence[object]) -> list[tuple[str, int, int, int, int]]:
    return list(SequenceMatcher(None, old, new, autojunk=False).get_opcodes())


def _tokenize_lines(text: str) -> list[list[_Token]]:
    lines: list[list[_Token]] = []
    start = 0
    for line in text.splitlines(keepends=True):
        lines.append(
            [
                _Token(key, start + match.start(), start + match.end())
                for match in _TOKEN.finditer(line)
                if (key := normalize_text(match[0]))
            ]
        )
        start += len(line)
    return lines


def _join_keys(line: list[_Token]) -> str:
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
_DATE_CONTEXT_CHARS = 16  # characters: the longest month and a space, on either side
_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|"
    r"fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|billion|dozen)s?\b",
    re.I,
)
_NAME = re.compile(r"\b[^\W\d_]*[A-ZÀ-ÖØ-ÞА-ЯΑ-Ω]")


def classify_change(before: str, after: str) -> tuple[ChangeKind, ...]:
    """Return what a change from `before` to `after` affects.

    >>> [kind.value for kind in classify_change("were not detained", "were detained")]
    ['wording', 'negation']
    >>> [kind.value for kind in classify_change("end,", "end;")]
    ['punctuation']
    """
    if _words(before) == _words(after):
        return (ChangeKind.PUNCTUATION,)
    kinds = [ChangeKind.WORDING]
    for kind, pattern in (
        (ChangeKind.NUMBERS, _NUMBER),
        (ChangeKind.NAMES, _NAME),
        (ChangeKind.NEGATION, _NEGATION),
        (ChangeKind.DATES, _DATE),
    ):
        if sorted(_find_words(pattern, before)) != sorted(_find_words(pattern, after)):
            kinds.append(kind)
    return tuple(kinds)


def _add_dates_from_context(
    kinds: tuple[ChangeKind, ...],
    before: str,
    old_span: tuple[int, int],
    after: str,
    new_span: tuple[int, int],
) -> tuple[ChangeKind, ...]:
    """Add DATES if the words around a change make it one: 13 is a number, “13 April” a date."""
    if ChangeKind.DATES in kinds or ChangeKind.PUNCTUATION in kinds:
        return kinds
    touches_date = any(
        match.start() < end and start < match.end()
        for text, (start, end) in ((before, old_span), (after, new_span))
        for match in _DATE.finditer(
            text, max(0, start - _DATE_CONTEXT_CHARS), end + _DATE_CONTEXT_CHARS
        )
    )
    return (*kinds, ChangeKind.DATES) if touches_date else kinds


def count_kinds(changes: Iterable[Change]) -> list[tuple[str, int]]:
    """Return (kind, number of changes) for kinds that occur, in the order of ChangeKind."""
    counts = Counter(kind for change in changes for kind in change.kinds)
    return [(kind.value, counts[kind]) for kind in ChangeKind if counts[kind]]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", _folded_words(text))


def _folded_words(text: str) -> str:
    """Return `text` with each word folded, the spaces between them kept."""
    return " ".join(normalize_text(word) for word in text.split())


def _find_words(pattern: re.Pattern[str], text: str) -> list[str]:
    if pattern is _NAME:
        return [word for word in re.findall(r"\w+", text) if _NAME.match(word)]
    if pattern is _NUMBER:
        return [word for word in re.findall(r"[\w.,]+", text) if _NUMBER.search(word)]
    return [match.lower() for match in pattern.findall(text)]
