"""Match a new text against thousands of saved queries (prospective search, percolation).

The queries are indexed, each by words of which a matching text must have at least one. Only the few
candidates that this leaves are evaluated (onrecord/watch/text_evaluator.py).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from index.engine_interface import Document
from index.query_tree import And, InTitle, Node, Or, Phrase, Prefix, Stem
from index.stems import stem_words
from onrecord.watch.text_evaluator import IndexedText, matches, query_stems, whole_words

Key = tuple[str, str]  # kind ("word", "stem" or "start"), and the word, stem or prefix
_MAX_PREFIX_LETTERS = 6  # longer prefixes are indexed by their first letters


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
        stems_present = set(text.stem_positions) if self.stems else set()
        if text.title is not None:
            words_present.update(text.title.positions)
            if self.stems:
                stems_present.update(text.title.stem_positions)
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
                words = [word for run in runs for word in whole_words(run)]
                if words:
                    return {("word", min(words, key=self._cost))}
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
            case InTitle(part):
                return self._keys(part, language)
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
            return frozenset(word for run in runs for word in whole_words(run))
        case Stem(words):
            return frozenset(map(_mark_stem, query_stems(language, words)))
        case InTitle(part):
            return _required_terms(part, language)
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
        case InTitle(titled):
            yield from _query_words(titled)
        case And(parts) | Or(parts):
            for part in parts:
                yield from _query_words(part)
