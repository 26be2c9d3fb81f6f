"""Which of thousands of saved queries does a new text answer?

The other way round from a search: the queries are indexed, each by words of which any text that
matches must have one, and the text is asked once. Only the few queries that this leaves are
evaluated, by the rules of the search engine (index/phrases/match/query_evaluator.py), which tests
compare.
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

Key = tuple[str, str]  # "word", "stem" or "start", and which
_SHORT = 6  # letters: beginnings of words are looked up by so many at most


class Text:
    """A document as queries ask it: where each word stands, by form and by stem."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.normal: NormalisedText = normalise(document.text)
        self.language = stemming_language(document.lang)
        self._sets: dict[str, set[int]] = {}

    @cached_property
    def places(self) -> Mapping[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for place, word in enumerate(self.normal.words):
            found[word].append(place)
        return found

    @cached_property
    def stem_places(self) -> Mapping[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        distinct = list(self.places)
        for word, root in zip(distinct, stem_words(self.language, distinct), strict=True):
            found[root] += self.places[word]
        return found

    @cached_property
    def sorted_words(self) -> list[str]:
        return sorted(self.places)

    def of(self, word: str) -> set[int]:
        if word not in self._sets:
            self._sets[word] = set(self.places.get(word, ()))
        return self._sets[word]

    def begins(self, start: str) -> bool:
        at = bisect_left(self.sorted_words, start)
        return at < len(self.sorted_words) and self.sorted_words[at].startswith(start)

    def beginning(self, start: str) -> set[int]:
        found: set[int] = set()
        for at in range(bisect_left(self.sorted_words, start), len(self.sorted_words)):
            if not self.sorted_words[at].startswith(start):
                break
            found.update(self.places[self.sorted_words[at]])
        return found

    def has_run(self, words: tuple[str, ...]) -> bool:
        """Say whether `words` follow one another somewhere."""
        at = [self.places.get(word) for word in words]
        if None in at:
            return False
        rarest = min(range(len(words)), key=lambda n: len(at[n] or ()))
        every, length = self.normal.words, len(words)
        return any(
            start >= 0 and every[start : start + length] == words
            for start in (place - rarest for place in at[rarest] or ())
        )


def matches(node: Node, text: Text) -> bool:
    """Say whether `text` answers a query, as the search engine would."""
    match node:
        case Phrase():
            return _phrase(node, text)
        case Stem(words):
            roots = _roots(text.language, words)
            if len(roots) == 1:
                return roots[0] in text.stem_places
            return _follow([set(text.stem_places.get(root, ())) for root in roots]) != []
        case Prefix(start):
            return text.begins(start)
        case And(parts):
            return all(matches(part, text) for part in parts)
        case Or(parts):
            return any(matches(part, text) for part in parts)
        case Not(part):
            return not matches(part, text)
        case Field(name, value):
            return _is(name, getattr(text.document, name), value)
        case Dates(after, before):
            return _dated(text.document.issued, after, before)


@lru_cache(maxsize=1 << 16)
def _roots(name: str, words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(stem_words(name, words))


def _sure(run: Run) -> tuple[str, ...]:
    """Return the words of a run that are whole."""
    return run.words[:-1] if run.open_end else run.words


def _phrase(phrase: Phrase, text: Text) -> bool:
    for run in phrase.runs:
        for word in _sure(run):  # loops: this is asked of every candidate, and mostly false
            if word not in text.places:
                return False
    if len(phrase.runs) == 1 and not (phrase.slop or phrase.runs[0].open_end or phrase.unordered):
        return text.has_run(phrase.runs[0].words)
    runs = [_slots(run, text) for run in phrase.runs]
    if len(runs) > 1:
        return _in_turn(runs)
    if phrase.unordered:
        return _near_in_any_order(runs[0], phrase.slop)
    return bool(_near(runs[0], phrase.slop) if phrase.slop else _follow(runs[0]))


def _slots(run: Run, text: Text) -> list[set[int]]:
    *whole, last = run.words
    slots = [text.of(word) for word in whole]
    slots.append(text.beginning(last) if run.open_end else text.of(last))
    return slots


def _follow(slots: list[set[int]]) -> list[int]:
    """Return where words of `slots` follow one another: the places of the first, ascending."""
    if not all(slots):
        return []
    rarest = min(range(len(slots)), key=lambda n: len(slots[n]))
    starts = (place - rarest for place in slots[rarest])
    return sorted(s for s in starts if all(s + n in slot for n, slot in enumerate(slots)))


def _in_turn(runs: list[list[set[int]]]) -> bool:
    """Say whether runs stand one after another, with anything between."""
    at = 0
    for run in runs:
        following = next((start for start in _follow(run) if start >= at), None)
        if following is None:
            return False
        at = following + len(run)
    return True


def _near(slots: list[set[int]], slop: int) -> bool:
    """Say whether words stand in this order with at most `slop` others among them, in all."""
    if not all(slots):
        return False
    # Beginnings from which the rarest word can be reached: of the others there may be thousands.
    rarest = min(range(len(slots)), key=lambda n: len(slots[n]))
    reach = range(rarest, rarest + slop + 1) if rarest else range(1)
    starts = {place - back for place in slots[rarest] for back in reach} & slots[0]
    ends = {start: start for start in starts}  # last place: the latest beginning that leads there
    for number, slot in enumerate(slots[1:], 1):
        reached: dict[int, int] = {}
        for end, start in ends.items():
            latest = start + number + slop
            for place in range(end + 1, latest + 1):
                if place in slot:
                    reached[place] = max(start, reached.get(place, -1))
        ends = reached
    return bool(ends)


def _near_in_any_order(slots: list[set[int]], slop: int) -> bool:
    """Say whether all the words stand within a window of their number and `slop`."""
    if not all(slots):
        return False
    wanted = Counter(frozenset(slot) for slot in slots)
    width = len(slots) + slop
    for slot in slots:
        for first in slot:
            window = range(first, first + width)
            if all(
                sum(place in places for place in window) >= times
                for places, times in wanted.items()
            ):
                return True
    return False


def _is(name: str, held: str, value: str) -> bool:
    if held.casefold() == value.casefold():
        return True
    if name == "lang":
        return held.casefold().startswith(f"{value.casefold()}-")
    words, inside = words_of(value), words_of(held)
    return bool(words) and any(
        inside[at : at + len(words)] == words for at in range(len(inside) - len(words) + 1)
    )


def _dated(issued: str, after: int, before: int) -> bool:
    """Say whether a day of issue, as precise as it is, may be within `after` ≤ day < `before`."""
    digits = issued[:10].replace("-", "")
    if not digits:
        return False
    first, last = (int(digits + rest[len(digits) - 4 :]) for rest in ("0101", "1231"))
    return last >= after and first < before


@dataclass(frozen=True, slots=True)
class _Index:
    """Queries by what a text of one language must have: word, stem or beginning of a word."""

    words: Mapping[str, list[int]]
    stems: Mapping[str, list[int]]
    starts: Mapping[str, list[int]]
    always: list[int]  # of these nothing is sure
    needed: Mapping[int, frozenset[str]]  # words, and stems marked so, that none can lack

    def candidates(self, text: Text) -> set[int]:
        """Return the queries that `text` may answer."""
        having = set(text.places)
        roots = text.stem_places.keys() if self.stems else set()
        begins = {word[:length] for word in having for length in range(1, _SHORT + 1)}
        found = set(self.always)
        for index, held in ((self.words, having), (self.stems, roots), (self.starts, begins)):
            for key in index.keys() & held:
                found.update(index[key])
        having.update(map(_root, roots))
        return {number for number in found if self.needed[number] <= having}


class Matcher:
    """Saved queries by a number of theirs, indexed by what a text must have to answer them."""

    def __init__(self, queries: Iterable[tuple[int, Node]]) -> None:
        self._queries = dict(queries)
        self._common = Counter(
            word for node in self._queries.values() for word in set(_words(node))
        )
        self._by_language: dict[str, _Index] = {}

    def answered_by(self, document: Document) -> list[int]:
        """Return the numbers of the queries that `document` answers, ascending."""
        text = Text(document)
        candidates = self._index(text.language).candidates(text)
        return sorted(n for n in candidates if matches(self._queries[n], text))

    def _index(self, name: str) -> _Index:
        """Return the index for texts of one language, made when first needed."""
        if name not in self._by_language:
            by: dict[str, dict[str, list[int]]] = {
                kind: defaultdict(list) for kind in ("word", "stem", "start")
            }
            always = []
            for number, node in self._queries.items():
                keys = self._keys(node, name)
                if keys is None:
                    always.append(number)
                for kind, key in keys or ():
                    by[kind][key].append(number)
            needed = {number: _needed(node, name) for number, node in self._queries.items()}
            self._by_language[name] = _Index(by["word"], by["stem"], by["start"], always, needed)
        return self._by_language[name]

    def _keys(self, node: Node, name: str) -> set[Key] | None:
        """Return keys of which a matching text has at least one; None where nothing is sure."""
        match node:
            case Phrase(runs):
                sure = [word for run in runs for word in _sure(run)]
                if sure:
                    return {("word", min(sure, key=self._cost))}
                return {("start", runs[0].words[-1][:_SHORT])}
            case Stem(words):
                rarest = min(words, key=self._cost)
                root = stem_words(name, [rarest])[0]
                self._common[root] = max(self._common[root], self._common[rarest])
                return {("stem", root)}
            case Prefix(start):
                return {("start", start[:_SHORT])}
            case And(parts):
                known = [keys for part in parts if (keys := self._keys(part, name)) is not None]
                return min(known, key=self._cost_of) if known else None
            case Or(parts):
                every = [self._keys(part, name) for part in parts]
                return None if None in every else set().union(*(k for k in every if k))
            case _:
                return None

    def _cost(self, word: str) -> tuple[int, int]:
        """Return how badly a word serves: those of many queries, and short ones, are common.

        What is asked for is written like what is asked: the words of the queries tell how common a
        word is, without a search.
        """
        return self._common[word], -len(word)

    def _cost_of(self, keys: set[Key]) -> tuple[int, int]:
        return max((self._key_cost(*key) for key in keys), default=(0, 0))

    def _key_cost(self, kind: str, word: str) -> tuple[int, int]:
        return self._cost(f"{word}*" if kind == "start" else word)


def _root(root: str) -> str:
    """Return a stem so that it is no word."""
    return f"~{root}"


def _needed(node: Node, name: str) -> frozenset[str]:
    """Return what a text must have, all of it, to answer a query."""
    match node:
        case Phrase(runs):
            return frozenset(word for run in runs for word in _sure(run))
        case Stem(words):
            return frozenset(map(_root, _roots(name, words)))
        case And(parts):
            return frozenset().union(*(_needed(part, name) for part in parts))
        case _:
            return frozenset()


def _words(node: Node) -> Iterable[str]:
    match node:
        case Phrase(runs):
            for run in runs:
                yield from run.words
        case Stem(words):
            yield from words
        case Prefix(start):
            yield f"{start[:_SHORT]}*"
        case And(parts) | Or(parts):
            for part in parts:
                yield from _words(part)
