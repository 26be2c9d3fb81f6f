"""Answer a query on one segment: which documents, and what to rank them by."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.normalise import words_of
from index.phrases.format.postings import Postings
from index.phrases.match import exact_phrase, near_words
from index.phrases.match.segment_reader import NONE, Numbers, Segment
from index.phrases.match.slot_positions import NOWHERE, Slot, Spans
from index.query_tree import And, Dates, Field, Node, Not, Or, Phrase, Prefix, Run, Stem
from index.stems import language as language_of
from index.stems import stem

# A set of documents: a truth for each document of the segment, or the ascending numbers of a few.
Set = NDArray[Any]
Truths = NDArray[np.bool_]
Leaf = Phrase | Stem | Prefix


def count(found: Set) -> int:
    """Return how many documents are in a set."""
    return int(np.count_nonzero(found)) if found.dtype == np.bool_ else len(found)


@dataclass(slots=True)
class Unit:
    """A word or phrase of the query in one segment: where it is, by document or by place."""

    leaf: Leaf
    documents: Set
    counted: Callable[[], tuple[Numbers, NDArray[Any]]]  # documents, and how often in each of them
    spans: Spans | None  # None where only documents are known
    slots: dict[str, tuple[Slot, ...]]  # by language; "" for all
    holders: Postings | None = None  # of the word, if it is one, and common

    def __len__(self) -> int:
        """Return how many documents hold it."""
        return count(self.documents) if self.holders is None else len(self.holders)


@dataclass(slots=True)
class Evaluation:
    """A query on one segment. `units` fills as parts are evaluated, those under Not left out."""

    segment: Segment
    units: list[Unit] = field(default_factory=list)

    def answer(self, node: Node) -> Set:
        """Return the documents of which `node` is true, deleted ones among them."""
        match node:
            case Phrase() | Stem() | Prefix():
                unit = self._unit(node)
                self.units.append(unit)
                return unit.documents
            case And(parts):
                return self._all(parts)
            case Or(parts):
                return self._any(parts)
            case Not(part):
                return ~self.mask(Evaluation(self.segment).answer(part))
            case Field(name, value):
                return named(self.segment, name, value)
            case Dates(after, before):
                return dated(self.segment, after, before)

    def mask(self, found: Set) -> Truths:
        """Return a set as a truth for each document."""
        if found.dtype == np.bool_:
            return found
        truths = np.zeros(self.segment.documents, dtype=np.bool_)
        truths[found] = True
        return truths

    def _all(self, parts: tuple[Node, ...]) -> Set:
        # What is excluded is asked last, and costs nothing where nothing is left.
        found: Set | None = None
        for part in sorted(parts, key=lambda part: isinstance(part, Not)):
            answer = self.answer(part)
            if found is None:
                found = answer
            elif found.dtype == np.bool_ and answer.dtype == np.bool_:
                found = found & answer
            elif found.dtype == np.bool_:
                found = answer[found[answer]]
            else:
                found = found[self.mask(answer)[found]]
        return NONE if found is None else found

    def _any(self, parts: tuple[Node, ...]) -> Set:
        truths = np.zeros(self.segment.documents, dtype=np.bool_)
        for part in parts:
            answer = self.answer(part)
            if answer.dtype == np.bool_:
                truths |= answer
            else:
                truths[answer] = True
        return truths

    def _unit(self, leaf: Leaf) -> Unit:
        match leaf:
            case Phrase():
                return self._phrase(leaf)
            case Prefix(start):
                return self._words(leaf, {"": (tuple(self.segment.beginning(start)),)})
            case Stem(words):
                return self._words(leaf, _stem_slots(self.segment, words))

    def _phrase(self, phrase: Phrase) -> Unit:
        segment = self.segment
        runs = [run_slots(segment, run) for run in phrase.runs]
        if len(runs) == 1 and len(runs[0]) == 1:
            return self._words(phrase, {"": runs[0]})
        return self._spanned(phrase, find(segment, phrase, runs), {})

    def _spanned(self, leaf: Leaf, spans: Spans, slots: dict[str, tuple[Slot, ...]]) -> Unit:
        grouped = self.segment.grouped(self.segment.documents_at(spans.starts))
        return Unit(leaf, grouped[0], lambda: grouped, spans, slots)

    def _words(self, leaf: Leaf, slots: dict[str, tuple[Slot, ...]]) -> Unit:
        """Return the unit of one word with its alternatives, or a run of such, by language."""
        if list(slots) == [""] and len(slots[""]) == 1 and len(slots[""][0]) == 1:
            return self._word(leaf, slots)
        truths = np.zeros(self.segment.documents, dtype=np.bool_)
        often = np.zeros(self.segment.documents, dtype=np.int64)
        for documents, times in self._alternatives(slots):
            truths[documents] = True
            often[documents] += times
        return Unit(leaf, truths, lambda: (np.flatnonzero(truths), often[truths]), None, slots)

    def _alternatives(
        self, slots: dict[str, tuple[Slot, ...]]
    ) -> Iterator[tuple[Numbers, NDArray[Any]]]:
        """Yield the documents that hold a word or a run of `slots` in its language, and how often.

        Most words are themselves in every language: each is looked up once.
        """
        languages: dict[tuple[Slot, ...], list[str]] = {}
        for language, run in slots.items():
            several = [run] if len(run) > 1 else [((number,),) for number in run[0]]
            for each in several:
                if all(each):
                    languages.setdefault(each, []).append(language)
        for run, spoken in languages.items():
            if len(run) == 1:
                documents, times = self.segment.holding(run[0][0])
            else:
                places = exact_phrase.exact(self.segment, run).starts
                documents, times = self.segment.grouped(self.segment.documents_at(places))
            if len(spoken) < len(slots):
                inside = np.logical_or.reduce([speaking(self.segment, name) for name in spoken])
                chosen = inside[documents]
                documents, times = documents[chosen], times[chosen]
            yield documents, times

    def _word(self, leaf: Leaf, slots: dict[str, tuple[Slot, ...]]) -> Unit:
        number = slots[""][0][0]
        if number <= self.segment.common:
            held = self.segment.holders(number)
            truths = held.truths()
            return Unit(leaf, truths, lambda: self.segment.holding(number), None, slots, held)
        places = self.segment.places(number)
        return self._spanned(leaf, Spans(places, places + 1), slots)


def run_slots(segment: Segment, run: Run) -> tuple[Slot, ...]:
    """Return the word numbers that will do at each place of `run`; an empty slot for none."""
    *whole, last = run.words
    slots: list[Slot] = [_slot(segment, word) for word in whole]
    slots.append(tuple(segment.beginning(last)) if run.open_end else _slot(segment, last))
    return tuple(slots)


def _slot(segment: Segment, word: str) -> Slot:
    number = segment.number(word)
    return (number,) if number else ()


def find(segment: Segment, phrase: Phrase, runs: list[tuple[Slot, ...]]) -> Spans:
    """Return where `phrase`, whose runs are `runs` in this segment, stands."""
    if not all(all(slots) for slots in runs):
        return NOWHERE
    if len(runs) > 1:
        return exact_phrase.sequence(segment, runs)
    if not phrase.slop:
        return (
            exact_phrase.exact(segment, runs[0])
            if not phrase.unordered
            else near_words.near_unordered(segment, runs[0], 0)
        )
    near = near_words.near_unordered if phrase.unordered else near_words.near
    return near(segment, runs[0], phrase.slop)


def _stem_slots(segment: Segment, words: tuple[str, ...]) -> dict[str, tuple[Slot, ...]]:
    """Return, for each language of the segment, the words that share stems with `words`.

    "" stands for documents of languages that have no stems: there, words are as they are.
    """
    slots: dict[str, tuple[Slot, ...]] = {}
    for language in segment.languages:
        roots = stem(language, words)
        slots[language] = tuple(tuple(segment.stemmed(language, root)) for root in roots)
    slots["-"] = tuple(_slot(segment, word) for word in words)
    return slots


def speaking(segment: Segment, language: str) -> Truths:
    """Return which documents are in `language`; "-" for those whose language has no stems."""
    known = segment.spoken.get(language)
    if known is None:
        names = segment.names_of["lang"]
        fits = [(language_of(name) or "-") == language for name in names]
        known = np.array(fits, dtype=np.bool_)[segment.column("lang")]
        segment.spoken[language] = known
    return known


def named(segment: Segment, name: str, value: str) -> Truths:
    """Return the documents whose source, issuer, lang or kind is `value`."""
    fits = np.array([_fits(name, held, value) for held in segment.names_of[name]], dtype=np.bool_)
    truths: Truths = fits[segment.column(name)]
    return truths


def _fits(name: str, held: str, value: str) -> bool:
    if held.casefold() == value.casefold():
        return True
    if name == "lang":
        return held.casefold().startswith(f"{value.casefold()}-")
    words, inside = words_of(value), words_of(held)
    return bool(words) and any(
        inside[at : at + len(words)] == words for at in range(len(inside) - len(words) + 1)
    )


def dated(segment: Segment, after: int, before: int) -> Truths:
    """Return the documents that may have been issued from day `after` until before `before`."""
    first, last = segment.days, segment.column("until")
    truths: Truths = (first > 0) & (last >= after) & (first < before)
    return truths
