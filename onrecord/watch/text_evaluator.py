"""Evaluate a query on one text, by the rules of the search engine; tests compare the two.

The engine's own evaluator is index/phrases/match/query_evaluator.py.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Mapping
from functools import cached_property, lru_cache

from archive.text.figures import OPTIONAL
from archive.text.number_format import decimal_mark
from index.engine_interface import Document
from index.match_field_value import matches_field
from index.optional_signs import is_figure, loose_name, names_figure, names_of_figure
from index.query_tree import (
    And,
    Dates,
    DecimalMark,
    Field,
    InTitle,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Run,
    Stem,
)
from index.stems import stem_words, stemming_language
from index.text_to_words import NormalisedText, normalise


class IndexedText:
    """A text indexed for queries: the positions of each word, by form and by stem.

    The text of a document has its title beside it, as an indexed text of its own.
    """

    def __init__(self, document: Document, *, of_title: bool = False) -> None:
        self.document = document
        self.normal: NormalisedText = normalise(
            document.title if of_title else document.text, decimal_mark(document.lang)
        )
        self.language = stemming_language(document.lang)
        self._sets: dict[str, set[int]] = {}
        self.title = None if of_title else IndexedText(document, of_title=True)

    @cached_property
    def positions(self) -> Mapping[str, list[int]]:
        positions_by_word: dict[str, list[int]] = defaultdict(list)
        for position, word in enumerate(self.normal.words):
            for name in names_of_figure(word) if OPTIONAL in word else (word,):
                positions_by_word[name].append(position)
        return positions_by_word

    @cached_property
    def stem_positions(self) -> Mapping[str, list[int]]:
        positions_by_stem: dict[str, list[int]] = defaultdict(list)
        words = list(self.positions)
        for word, word_stem in zip(words, stem_words(self.language, words), strict=True):
            positions_by_stem[word_stem] += self.positions[word]
        for word in words:
            if is_figure(word):
                number = loose_name(word)
                if number != word:
                    positions_by_stem[number] += self.positions[word]
        return positions_by_stem

    @cached_property
    def sorted_words(self) -> list[str]:
        return sorted(self.positions)

    def word_positions(self, word: str) -> set[int]:
        if word not in self._sets:
            self._sets[word] = set(self.positions.get(word, ()))
        return self._sets[word]

    def has_prefix(self, start: str) -> bool:
        index = bisect_left(self.sorted_words, start)
        return index < len(self.sorted_words) and self.sorted_words[index].startswith(start)

    def prefix_positions(self, start: str) -> set[int]:
        result: set[int] = set()
        for index in range(bisect_left(self.sorted_words, start), len(self.sorted_words)):
            if not self.sorted_words[index].startswith(start):
                break
            result.update(self.positions[self.sorted_words[index]])
        return result

    def has_run(self, words: tuple[str, ...]) -> bool:
        """Say whether `words` are consecutive anywhere in the text."""
        word_positions = [self.positions.get(word) for word in words]
        if None in word_positions:
            return False
        rarest = min(range(len(words)), key=lambda n: len(word_positions[n] or ()))
        text_words, length = self.normal.words, len(words)
        return any(
            start >= 0 and all(map(names_figure, words, text_words[start : start + length]))
            for start in (position - rarest for position in word_positions[rarest] or ())
        )


def matches(node: Node, text: IndexedText) -> bool:
    """Say whether a document's `text` or its title matches a query, as the search engine would."""
    match node:
        case Phrase() | Stem() | Prefix():
            return _matches_leaf(node, text) or (
                text.title is not None and _matches_leaf(node, text.title)
            )
        case InTitle(part):
            return text.title is not None and _matches_leaf(part, text.title)
        case And(parts):
            return all(matches(part, text) for part in parts)
        case Or(parts):
            return any(matches(part, text) for part in parts)
        case Not(part):
            return not matches(part, text)
        case Field(name, value):
            return matches_field(name, text.document, value)
        case DecimalMark(mark):
            return decimal_mark(text.document.lang) == mark
        case Dates(after, before):
            return _is_issued_within(text.document.issued, after, before)


def _matches_leaf(leaf: Phrase | Stem | Prefix, text: IndexedText) -> bool:
    """Say whether one text, or one title, matches a word or phrase."""
    match leaf:
        case Phrase():
            return _matches_phrase(leaf, text)
        case Prefix(start):
            return text.has_prefix(start)
        case Stem(words):
            roots = query_stems(text.language, words)
            if len(roots) == 1:
                return roots[0] in text.stem_positions
            return (
                _consecutive_starts([set(text.stem_positions.get(root, ())) for root in roots])
                != []
            )


@lru_cache(maxsize=1 << 16)
def query_stems(language: str, words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the stems of a query's words in a text's language."""
    return tuple(stem_words(language, words))


def whole_words(run: Run) -> tuple[str, ...]:
    """Return the words of a run without an open last one, of which only the beginning is known."""
    return run.words[:-1] if run.open_end else run.words


def _matches_phrase(phrase: Phrase, text: IndexedText) -> bool:
    for run in phrase.runs:
        for word in whole_words(run):  # loops: runs for every candidate, and is mostly false
            if word not in text.positions:
                return False
    if len(phrase.runs) == 1 and not (phrase.slop or phrase.runs[0].open_end or phrase.unordered):
        return text.has_run(phrase.runs[0].words)
    runs = [_word_slots(run, text) for run in phrase.runs]
    if len(runs) > 1:
        return _are_in_order(runs)
    if phrase.unordered:
        return _is_near_unordered(runs[0], phrase.slop)
    return bool(
        _is_near_in_order(runs[0], phrase.slop) if phrase.slop else _consecutive_starts(runs[0])
    )


def _word_slots(run: Run, text: IndexedText) -> list[set[int]]:
    *complete, last = run.words
    slots = [text.word_positions(word) for word in complete]
    slots.append(text.prefix_positions(last) if run.open_end else text.word_positions(last))
    return slots


def _consecutive_starts(slots: list[set[int]]) -> list[int]:
    """Return the starts of consecutive words, one from each slot, ascending."""
    if not all(slots):
        return []
    rarest = min(range(len(slots)), key=lambda n: len(slots[n]))
    starts = (position - rarest for position in slots[rarest])
    return sorted(s for s in starts if all(s + n in slot for n, slot in enumerate(slots)))


def _are_in_order(runs: list[list[set[int]]]) -> bool:
    """Say whether runs occur in this order, with anything between."""
    next_start = 0
    for run in runs:
        start = next((start for start in _consecutive_starts(run) if start >= next_start), None)
        if start is None:
            return False
        next_start = start + len(run)
    return True


def _is_near_in_order(slots: list[set[int]], slop: int) -> bool:
    """Say whether words occur in this order with at most `slop` others between them, in all."""
    if not all(slots):
        return False
    # Only starts near the rarest word: there may be thousands of others.
    rarest = min(range(len(slots)), key=lambda n: len(slots[n]))
    offsets = range(rarest, rarest + slop + 1) if rarest else range(1)
    starts = {position - offset for position in slots[rarest] for offset in offsets} & slots[0]
    ends = {start: start for start in starts}  # end position: the latest start that leads there
    for number, slot in enumerate(slots[1:], 1):
        next_ends: dict[int, int] = {}
        for end, start in ends.items():
            latest = start + number + slop
            for position in range(end + 1, latest + 1):
                if position in slot:
                    next_ends[position] = max(start, next_ends.get(position, -1))
        ends = next_ends
    return bool(ends)


def _is_near_unordered(slots: list[set[int]], slop: int) -> bool:
    """Say whether all words, in any order, are within a window of their number plus `slop`."""
    if not all(slots):
        return False
    slot_counts = Counter(frozenset(slot) for slot in slots)
    width = len(slots) + slop
    for slot in slots:
        for first in slot:
            window = range(first, first + width)
            if all(
                sum(position in slot for position in window) >= count
                for slot, count in slot_counts.items()
            ):
                return True
    return False


def _is_issued_within(issued: str, after: int, before: int) -> bool:
    """Say whether a date of issue of any precision may be within `after` ≤ day < `before`."""
    digits = issued[:10].replace("-", "")
    if not digits:
        return False
    first, last = (int(digits + padding[len(digits) - 4 :]) for padding in ("0101", "1231"))
    return last >= after and first < before
