"""Which of thousands of saved queries does a new text answer?

The other way round from a search: the queries are indexed, each by words of which any text that
matches must have one, and the text is asked once. Only the few queries that this leaves are
evaluated, by the rules of the search engine (index/phrases/evaluate.py), which tests compare.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property

from index.query import And, Dates, Field, Node, Not, Or, Phrase, Prefix, Run, Stem
from index.search import Document
from index.stems import language, stem
from index.text import Normal, normalise, words_of

Key = tuple[str, str]  # "word", "stem" or "start", and which
_SHORT = 3  # letters: beginnings of words are looked up by so many at most


class Text:
    """A document as queries ask it: where each word stands, by form and by stem."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.normal: Normal = normalise(document.text)
        self.language = language(document.lang)

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
        for word, root in zip(distinct, stem(self.language, distinct), strict=True):
            found[root] += self.places[word]
        return found

    def of(self, word: str) -> set[int]:
        return set(self.places.get(word, ()))

    def beginning(self, start: str) -> set[int]:
        return {p for word, at in self.places.items() if word.startswith(start) for p in at}


def matches(node: Node, text: Text) -> bool:
    """Say whether `text` answers a query, as the search engine would."""
    match node:
        case And(parts):
            return all(matches(part, text) for part in parts)
        case Or(parts):
            return any(matches(part, text) for part in parts)
        case Not(part):
            return not matches(part, text)
        case Phrase():
            return _phrase(node, text)
        case Stem(words):
            roots = stem(text.language, words)
            return _follow([set(text.stem_places.get(root, ())) for root in roots]) != []
        case Prefix(start):
            return bool(text.beginning(start))
        case Field(name, value):
            return _is(name, getattr(text.document, name), value)
        case Dates(after, before):
            return _dated(text.document.issued, after, before)


def _phrase(phrase: Phrase, text: Text) -> bool:
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
    ends = {start: start for start in slots[0]}  # last place: the latest beginning that leads there
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


class Matcher:
    """Saved queries by a number of theirs, indexed by what a text must have to answer them."""

    def __init__(self, queries: Iterable[tuple[int, Node]]) -> None:
        self._queries = dict(queries)
        self._common = Counter(
            word for node in self._queries.values() for word in set(_words(node))
        )
        self._by_language: dict[str, tuple[dict[Key, list[int]], list[int]]] = {}

    def answered_by(self, document: Document) -> list[int]:
        """Return the numbers of the queries that `document` answers, ascending."""
        text = Text(document)
        index, always = self._index(text.language)
        candidates = set(always)
        for word in text.places:
            candidates.update(index.get(("word", word), ()))
            for length in range(1, min(len(word), _SHORT) + 1):
                candidates.update(index.get(("start", word[:length]), ()))
        for root in text.stem_places if index.get(("stem", "")) else ():
            candidates.update(index.get(("stem", root), ()))
        return sorted(n for n in candidates if matches(self._queries[n], text))

    def _index(self, name: str) -> tuple[dict[Key, list[int]], list[int]]:
        """Return the index for texts of one language, made when first needed."""
        if name not in self._by_language:
            index: dict[Key, list[int]] = defaultdict(list)
            always = []
            for number, node in self._queries.items():
                keys = self._keys(node, name)
                if keys is None:
                    always.append(number)
                for key in keys or ():
                    index[key].append(number)
                    if key[0] == "stem":
                        index["stem", ""] = index.get(("stem", ""), []) or [number]
            self._by_language[name] = (dict(index), always)
        return self._by_language[name]

    def _keys(self, node: Node, name: str) -> set[Key] | None:
        """Return keys of which a matching text has at least one; None where nothing is sure."""
        match node:
            case Phrase(runs):
                sure = [
                    word for run in runs for word in (run.words[:-1] if run.open_end else run.words)
                ]
                if sure:
                    return {("word", min(sure, key=self._cost))}
                return {("start", runs[0].words[-1][:_SHORT])}
            case Stem(words):
                rarest = min(words, key=self._cost)
                return {("stem", stem(name, [rarest])[0])}
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
        """Return how badly a word serves: those of many queries, and short ones, are common."""
        return self._common[word] // 4, -len(word)

    def _cost_of(self, keys: set[Key]) -> tuple[int, int]:
        costs = [self._cost(word) if kind == "word" else (1, -len(word)) for kind, word in keys]
        return max(costs) if costs else (0, 0)


def _words(node: Node) -> Iterable[str]:
    match node:
        case Phrase(runs):
            for run in runs:
                yield from run.words
        case Stem(words):
            yield from words
        case And(parts) | Or(parts):
            for part in parts:
                yield from _words(part)
