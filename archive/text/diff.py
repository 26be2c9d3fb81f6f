"""Diff two texts word by word, and classify each change.

White space and typography do not count (archive/text/fingerprint.py defines them).
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import pairwise, zip_longest

from archive.text.align_lines import differing_lines, is_long_enough, moved_blocks
from archive.text.changed_words import changes_date, changes_listed, changes_negation
from archive.text.figures import figure_keys, find_figures
from archive.text.fingerprint import normalize_text
from archive.text.language import Language
from archive.text.listed_words import Span, WordKind, judging_language
from archive.text.number_format import POINT
from archive.text.signs import (
    has_range_dash,
    marks_between_numerals,
    signs_between_words,
)


class ChangeKind(StrEnum):
    """What a change affects; one change may be of several kinds."""

    WORDING = "wording"
    NUMBERS = "numbers"
    NAMES = "names"
    NEGATION = "negation"
    DATES = "dates"
    PUNCTUATION = "punctuation"
    MOVE = "move"  # and of no other kind: the words are the same, at another place


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Words of one text that differ in the other, or are missing there.

    Offsets are code points: `before` is characters before_start–before_end of the first text.
    Of a move, they are those of the same words in the first text and in the second.
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
        """Return "insert", "delete", "replace" or "move"."""
        if ChangeKind.MOVE in self.kinds:
            return "move"
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
    """Return how `after` differs from `before`, in reading order of `after`.

    `lang` is the BCP 47 tag of the texts: its language decides what is a negation, a number in
    words, a date.

    Lines are matched first, then words within the lines that differ: near-linear for two editions
    of a long transcript. Lines, or whole sentences, that are unchanged at another place are one
    change, a move.
    """
    language = judging_language(lang, after or before)
    decimal = language.decimal or POINT
    texts = _Texts(before, after, language)
    old, new = _tokenize_lines(before, decimal), _tokenize_lines(after, decimal)
    old_keys, new_keys = [_join_keys(line) for line in old], [_join_keys(line) for line in new]
    differing = differing_lines(old_keys, new_keys)
    moves = list(moved_blocks(old_keys, new_keys, differing))
    moved_old = {number for a, b, _, _ in moves for number in range(a, b)}
    moved_new = {number for _, _, c, d in moves for number in range(c, d)}
    changes = [
        texts.change(
            (old[a][0].start, old[b - 1][-1].end),
            (new[c][0].start, new[d - 1][-1].end),
            is_move=True,
        )
        for a, b, c, d in moves
    ]
    edits: list[Change] = []
    for a, b, c, d in differing:
        edits += _diff_stretches(
            texts,
            _stretch(old, a, b, moved_old, before),
            _stretch(new, c, d, moved_new, after),
        )
    changes += _join_moved_sentences(texts, edits)
    return sorted(changes, key=lambda change: (change.after_start, change.after_end))


@dataclass(frozen=True, slots=True)
class _Texts:
    before: str
    after: str
    language: Language

    def change(self, old_span: Span, new_span: Span, *, is_move: bool = False) -> Change:
        kinds = (
            (ChangeKind.MOVE,)
            if is_move
            else classify_spans(self.before, old_span, self.after, new_span, self.language)
        )
        return Change(
            before=self.before[slice(*old_span)],
            after=self.after[slice(*new_span)],
            before_start=old_span[0],
            before_end=old_span[1],
            after_start=new_span[0],
            after_end=new_span[1],
            kinds=kinds,
        )


@dataclass(frozen=True, slots=True)
class _Stretch:
    """The tokens of some lines without those that have moved; `breaks` are where those were."""

    tokens: list[_Token]
    breaks: list[int]
    default: int  # the position of a stretch without tokens

    def span(self, first: int, end: int) -> Span:
        """Return the characters of tokens first–end; if there are none, the empty span between."""
        tokens = self.tokens
        if first < end:
            return tokens[first].start, tokens[end - 1].end
        position = self.default
        if tokens:
            position = tokens[first].start if first < len(tokens) else tokens[-1].end
        return position, position

    def split(self, first: int, end: int) -> list[tuple[int, int]]:
        """Return the runs of tokens first–end between which no line has moved."""
        inner = self.breaks[bisect_right(self.breaks, first) : bisect_left(self.breaks, end)]
        return list(pairwise([first, *inner, end]))


def _stretch(
    lines: Sequence[list[_Token]], start: int, end: int, moved: Collection[int], text: str
) -> _Stretch:
    tokens: list[_Token] = []
    breaks: list[int] = []
    for number in range(start, end):
        if number not in moved:
            tokens += lines[number]
        elif not breaks or breaks[-1] != len(tokens):
            breaks.append(len(tokens))
    return _Stretch(tokens, breaks, lines[start][0].start if start < len(lines) else len(text))


def _diff_stretches(texts: _Texts, old: _Stretch, new: _Stretch) -> Iterator[Change]:
    old_keys, new_keys = ([token.key for token in side.tokens] for side in (old, new))
    for tag, a, b, c, d in SequenceMatcher(None, old_keys, new_keys, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        if tag == "delete":
            a, b, shift = _shift_run(old_keys, a, b)
            c, d = c + shift, d + shift
        elif tag == "insert":
            c, d, shift = _shift_run(new_keys, c, d)
            a, b = a + shift, b + shift
        for old_run, new_run in zip_longest(old.split(a, b), new.split(c, d)):
            yield texts.change(old.span(*(old_run or (b, b))), new.span(*(new_run or (d, d))))


def _join_moved_sentences(texts: _Texts, edits: list[Change]) -> list[Change]:
    """Return `edits` with a deletion and an insertion of the same whole sentences as one move."""
    deletions: defaultdict[str, list[Change]] = defaultdict(list)
    for edit in reversed(edits):
        if edit.op == "delete" and _is_whole_sentence(texts.before, edit.before_start, edit.before):
            deletions[normalize_text(edit.before)].append(edit)
    joined: list[Change] = []
    moved: set[Change] = set()
    for edit in edits:
        deletion = None
        if edit.op == "insert" and _is_whole_sentence(texts.after, edit.after_start, edit.after):
            same = deletions[normalize_text(edit.after)]
            deletion = same.pop() if same else None
        if deletion is None:
            joined.append(edit)
            continue
        moved.add(deletion)
        old_span = deletion.before_start, deletion.before_end
        joined.append(texts.change(old_span, (edit.after_start, edit.after_end), is_move=True))
    return [edit for edit in joined if edit not in moved]


def _is_whole_sentence(text: str, start: int, words: str) -> bool:
    """Say whether `words`, at `start`, are one or more sentences, long enough to be recognised."""
    preceding = text[max(0, start - _MAX_GAP_CHARS) : start].rstrip(" \t" + _CLOSING_MARKS)
    return (
        is_long_enough(words)
        and words.rstrip(_CLOSING_MARKS)[-1:] in _SENTENCE_ENDS
        and (not preceding or preceding[-1] in {*_SENTENCE_ENDS, "\n"})
    )


_MAX_GAP_CHARS = 8  # between two sentences: marks that close one, and spaces
_CLOSING_MARKS = "\"'”’»)]」』"


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


def _tokenize_lines(text: str, decimal: str) -> list[list[_Token]]:
    """Return the tokens of each line that has any: blank lines are layout."""
    lines: list[list[_Token]] = []
    start = 0
    for line in text.splitlines(keepends=True):
        end = start + len(line)
        if tokens := list(_tokenize_line(text, start, end, decimal)):
            lines.append(tokens)
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
    old_signs, new_signs = (
        [signs_between_words(text, *span), *marks_between_numerals(text, *span)]
        for text, span in ((before, old_span), (after, new_span))
    )
    has_range = has_range_dash(old_words) != has_range_dash(new_words) and len(old_figures) > 1
    is_same = old_figures == new_figures and old_signs == new_signs and not has_range
    if is_same and _words(old_words) == _words(new_words):
        return (ChangeKind.PUNCTUATION,)
    spans = (before, old_span, after, new_span, language)
    affected = {
        ChangeKind.WORDING: True,
        ChangeKind.NUMBERS: sorted(old_figures) != sorted(new_figures)
        or sorted(old_signs) != sorted(new_signs)
        or has_range
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
