"""Match a new text against thousands of saved queries (prospective search, percolation).

The queries are indexed, each by words of which a matching text must have at least one. Only the few
candidates that this leaves are evaluated, by the rules of the search engine
(index/phrases/match/query_evaluator.py); tests compare the two.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from index.engine import Document
from index.normalise import NormalisedText, normalise, words_of
from index.query_tree import And, Dates, Field, Node, Not, Or, Phrase, Prefix, Run, Stem
from index.stems import stem_words, stemming_language

Key = tuple[str, str]  # kind ("word", "stem" or "start"), and the word, stem or prefix
_MAX_PREFIX_LETTERS = 6  # longer prefixes are indexed by their first letters


class IndexedText:
    """A document indexed for queries: the positions of each word, by form and by stem."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.normal: NormalisedText = normalise(document.text)
        self.language = stemming_language(document.lang)
        self._sets: dict[str, set[int]] = {}

    @cached_property
    def positions(self) -> Mapping[str, list[int]]:
        positions_by_word: dict[str, list[int]] = defaultdict(list)
        for position, word in enumerate(self.normal.words):
            positions_by_word[word].append(position)
        return positions_by_word

    @cached_property
    def stem_positions(self) -> Mapping[str, list[int]]:
        positions_by_stem: dict[str, list[int]] = defaultdict(list)
        words = list(self.positions)
        for word, word_stem in zip(words, stem_words(self.language, words), strict=True):
            positions_by_stem[word_stem] += self.positions[word]
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
            start >= 0 and text_words[start : start + length] == words
            for start in (position - rarest for position in word_positions[rarest] or ())
        )


def matches(node: Node, text: IndexedText) -> bool:
    """Say whether `text` matches a query, as the search engine would."""
    match node:
        case Phrase():
            return _matches_phrase(node, text)
        case Stem(words):
            roots = _roots(text.language, words)
            if len(roots) == 1:
                return roots[0] in text.stem_positions
            return (
                _consecutive_starts([set(text.stem_positions.get(root, ())) for root in roots])
                != []
            )
        case Prefix(start):
            return text.has_prefix(start)
        case And(parts):
            return all(matches(part, text) for part in parts)
        case Or(parts):
            return any(matches(part, text) for part in parts)
        case Not(part):
            return not matches(part, text)
        case Field(name, value):
            return _matches_field(name, getattr(text.document, name), value)
        case Dates(after, before):
            return _is_issued_within(text.document.issued, after, before)


@lru_cache(maxsize=1 << 16)
def _roots(name: str, words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(stem_words(name, words))


def _whole_words(run: Run) -> tuple[str, ...]:
    """Return the words of a run without an open last one, of which only the beginning is known."""
    return run.words[:-1] if run.open_end else run.words


def _matches_phrase(phrase: Phrase, text: IndexedText) -> bool:
    for run in phrase.runs:
        for word in _whole_words(run):  # loops: runs for every candidate, and is mostly false
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


def _matches_field(name: str, actual: str, value: str) -> bool:
    if actual.casefold() == value.casefold():
        return True
    if name == "lang":
        return actual.casefold().startswith(f"{value.casefold()}-")
    words, actual_words = words_of(value), words_of(actual)
    return bool(words) and any(
        actual_words[start : start + len(words)] == words
        for start in range(len(actual_words) - len(words) + 1)
    )


def _is_issued_within(issued: str, after: int, before: int) -> bool:
    """Say whether a date of issue of any precision may be within `after` ≤ day < `before`."""
    digits = issued[:10].replace("-", "")
    if not digits:
        return False
    first, last = (int(digits + padding[len(digits) - 4 :]) for padding in ("0101", "1231"))
    return last >= after and first < before


@dataclass(frozen=True, slots=True)
class _QueryIndex:
    """Queries by what a text of one language must have: a word, stem or prefix."""

    words: Mapping[str, list[int]]
    stems: Mapping[str, list[int]]
    prefixes: Mapping[str, list[int]]
    unindexed: list[int]  # queries without a key: candidates for every text
    required: Mapping[int, frozenset[str]]  # words and marked stems that a matching text has

    def candidates(self, text: IndexedText) -> set[int]:
        """Return the numbers of the queries that `text` may match."""
        words_present = set(text.positions)
        stems_present = text.stem_positions.keys() if self.stems else set()
        prefixes_present = {
            word[:length] for word in words_present for length in range(1, _MAX_PREFIX_LETTERS + 1)
        }
        numbers = set(self.unindexed)
        for index, keys_present in (
            (self.words, words_present),
            (self.stems, stems_present),
            (self.prefixes, prefixes_present),
        ):
            for key in index.keys() & keys_present:
                numbers.update(index[key])
        words_present.update(map(_mark_stem, stems_present))
        return {number for number in numbers if self.required[number] <= words_present}


class Matcher:
    """Saved queries by number, indexed by what a text must have to match them."""

    def __init__(self, queries: Iterable[tuple[int, Node]]) -> None:
        self._queries = dict(queries)
        self._query_counts = Counter(
            word for node in self._queries.values() for word in set(_query_words(node))
        )
        self._by_language: dict[str, _QueryIndex] = {}

    def matching_queries(self, document: Document) -> list[int]:
        """Return the numbers of the queries that `document` matches, ascending."""
        text = IndexedText(document)
        candidates = self._index(text.language).candidates(text)
        return sorted(n for n in candidates if matches(self._queries[n], text))

    def _index(self, language: str) -> _QueryIndex:
        """Return the index for texts of one language, made when first needed."""
        if language not in self._by_language:
            keys_by_kind: dict[str, dict[str, list[int]]] = {
                kind: defaultdict(list) for kind in ("word", "stem", "start")
            }
            unindexed = []
            for number, node in self._queries.items():
                keys = self._keys(node, language)
                if keys is None:
                    unindexed.append(number)
                for kind, key in keys or ():
                    keys_by_kind[kind][key].append(number)
            required = {
                number: _required_terms(node, language) for number, node in self._queries.items()
            }
            self._by_language[language] = _QueryIndex(
                keys_by_kind["word"],
                keys_by_kind["stem"],
                keys_by_kind["start"],
                unindexed,
                required,
            )
        return self._by_language[language]

    def _keys(self, node: Node, language: str) -> set[Key] | None:
        """Return keys of which a matching text has at least one; None where no key is certain."""
        match node:
            case Phrase(runs):
                whole_words = [word for run in runs for word in _whole_words(run)]
                if whole_words:
                    return {("word", min(whole_words, key=self._cost))}
                return {("start", runs[0].words[-1][:_MAX_PREFIX_LETTERS])}
            case Stem(words):
                rarest = min(words, key=self._cost)
                word_stem = stem_words(language, [rarest])[0]
                self._query_counts[word_stem] = max(
                    self._query_counts[word_stem], self._query_counts[rarest]
                )
                return {("stem", word_stem)}
            case Prefix(start):
                return {("start", start[:_MAX_PREFIX_LETTERS])}
            case And(parts):
                part_keys = [
                    keys for part in parts if (keys := self._keys(part, language)) is not None
                ]
                return min(part_keys, key=self._cost_of) if part_keys else None
            case Or(parts):
                alternatives = [self._keys(part, language) for part in parts]
                return (
                    None if None in alternatives else set().union(*(k for k in alternatives if k))
                )
            case _:
                return None

    def _cost(self, word: str) -> tuple[int, int]:
        """Return the cost of a word as a key: words of many queries, and short ones, are common.

        Queries are written like the texts they search: the frequency of a word in the queries
        estimates its frequency in texts.
        """
        return self._query_counts[word], -len(word)

    def _cost_of(self, keys: set[Key]) -> tuple[int, int]:
        return max((self._key_cost(*key) for key in keys), default=(0, 0))

    def _key_cost(self, kind: str, word: str) -> tuple[int, int]:
        return self._cost(f"{word}*" if kind == "start" else word)


def _mark_stem(word_stem: str) -> str:
    """Mark a stem, so that it differs from every word."""
    return f"~{word_stem}"


def _required_terms(node: Node, language: str) -> frozenset[str]:
    """Return the words and marked stems that a text must all have to match a query."""
    match node:
        case Phrase(runs):
            return frozenset(word for run in runs for word in _whole_words(run))
        case Stem(words):
            return frozenset(map(_mark_stem, _roots(language, words)))
        case And(parts):
            return frozenset().union(*(_required_terms(part, language) for part in parts))
        case _:
            return frozenset()


def _query_words(node: Node) -> Iterable[str]:
    match node:
        case Phrase(runs):
            for run in runs:
                yield from run.words
        case Stem(words):
            yield from words
        case Prefix(start):
            yield f"{start[:_MAX_PREFIX_LETTERS]}*"
        case And(parts) | Or(parts):
            for part in parts:
                yield from _query_words(part)
