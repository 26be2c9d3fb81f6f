"""Diff two texts word by word, and classify each change.

White space and typography do not count (archive/text/fingerprint.py defines them).
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from archive.text.changed_words import changes_date, changes_listed, changes_negation
from archive.text.figures import figure_keys, find_figures
from archive.text.fingerprint import normalize_text
from archive.text.language import Language
from archive.text.listed_words import Span, WordKind, judging_language
from archive.text.number_format import POINT


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


def diff_texts(before: str, after: str, lang: str) -> list[Change]:
    """Return how `after` differs from `before`, in reading order.

    `lang` is the BCP 47 tag of the texts: its language decides what is a negation, a number in
    words, a date.

    Lines are matched first, then words within the lines that differ: near-linear for two editions
    of a long transcript, and a moved paragraph is one change.
    """
    language = judging_language(lang, after or before)
    decimal = language.decimal or POINT
    old, new = _tokenize_lines(before, decimal), _tokenize_lines(after, decimal)
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
                language,
            )
    return changes


def _diff_tokens(
    before: str,
    after: str,
    old_tokens: list[_Token],
    new_tokens: list[_Token],
    old_default: int,
    new_default: int,
    language: Language,
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
            kinds=classify_spans(
                before, (old_start, old_end), after, (new_start, new_end), language
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


def _tokenize_lines(text: str, decimal: str) -> list[list[_Token]]:
    lines: list[list[_Token]] = []
    start = 0
    for line in text.splitlines(keepends=True):
        end = start + len(line)
        lines.append(list(_tokenize_line(text, start, end, decimal)))
        start = end
    return lines


def _tokenize_line(text: str, start: int, end: int, decimal: str) -> Iterator[_Token]:
    """Yield the figures of characters `start`–`end`, and the words and signs between them."""
    offset = start
    for figure in find_figures(text, decimal, start, end):
        yield from _tokenize_words(text, offset, figure.start)
        yield _Token(figure.words[0], figure.start, figure.end)
        offset = figure.end
    yield from _tokenize_words(text, offset, end)


def _tokenize_words(text: str, start: int, end: int) -> Iterator[_Token]:
    for match in _TOKEN.finditer(text, start, end):
        if key := normalize_text(match[0]):
            yield _Token(key, *match.span())


def _join_keys(line: list[_Token]) -> str:
    return " ".join(token.key for token in line)


_NAME = re.compile(r"\b[^\W\d_]*[A-ZÀ-ÖØ-ÞА-ЯΑ-Ω]")


def classify_change(before: str, after: str, lang: str) -> tuple[ChangeKind, ...]:
    """Return what a change from `before` to `after`, words in the language `lang`, affects.

    >>> [kind.value for kind in classify_change("were not detained", "were detained", "en")]
    ['wording', 'negation']
    >>> [kind.value for kind in classify_change("end,", "end;", "en")]
    ['punctuation']
    """
    language = judging_language(lang, f"{before} {after}")
    return classify_spans(before, (0, len(before)), after, (0, len(after)), language)


def classify_spans(
    before: str, old_span: Span, after: str, new_span: Span, language: Language
) -> tuple[ChangeKind, ...]:
    """Return what a change affects: characters of `before` that became characters of `after`."""
    old_words, new_words = before[slice(*old_span)], after[slice(*new_span)]
    decimal = language.decimal or POINT
    old_figures = figure_keys(before, decimal, *old_span)
    new_figures = figure_keys(after, decimal, *new_span)
    if _words(old_words) == _words(new_words) and old_figures == new_figures:
        return (ChangeKind.PUNCTUATION,)
    spans = (before, old_span, after, new_span, language)
    affected = {
        ChangeKind.WORDING: True,
        ChangeKind.NUMBERS: sorted(old_figures) != sorted(new_figures)
        or changes_listed(*spans, WordKind.NUMBER),
        ChangeKind.NAMES: sorted(_names(old_words)) != sorted(_names(new_words)),
        ChangeKind.NEGATION: changes_negation(*spans),
        ChangeKind.DATES: changes_date(*spans),
    }
    return tuple(kind for kind, is_affected in affected.items() if is_affected)


def judgements_lacking(lang: str, text: str) -> tuple[str, ...]:
    """Name what `diff_texts` cannot judge in `text`, for lack of a list of its language."""
    lacking = judging_language(lang, text).lacking
    return tuple(judgement for judgement in lacking if judgement in _JUDGEMENTS)


_JUDGEMENTS = ("negation", "number words", "dates")


def count_kinds(changes: Iterable[Change]) -> list[tuple[str, int]]:
    """Return (kind, number of changes) for kinds that occur, in the order of ChangeKind."""
    counts = Counter(kind for change in changes for kind in change.kinds)
    return [(kind.value, counts[kind]) for kind in ChangeKind if counts[kind]]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", _folded_words(text))


def _folded_words(text: str) -> str:
    """Return `text` with each word folded, the spaces between them kept."""
    return " ".join(normalize_text(word) for word in text.split())


def _names(text: str) -> list[str]:
    return [word for word in re.findall(r"\w+", text) if _NAME.match(word)]
