"""Which documents may hold a quotation: those that have its rarest stretches of words."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from index.quotes.cutting import Cut
from index.search import Engine

STRETCH = 4  # words looked up together, where a whole sentence is not found
_SHORT = 12
_LOOKED_UP = 24  # stretches a quotation
_A_SENTENCE = 10  # of them, a sentence


@dataclass(slots=True)
class Candidate:
    """A document, which stretches of the quotation it has, and how much they tell."""

    key: str
    weight: float = 0.0
    stretches: list[tuple[int, int]] = field(default_factory=list)


def weights(engine: Engine, words: Sequence[str]) -> list[float]:
    """Return how much each word tells: more for each halving of how often it occurs."""
    often = engine.rarity(words)
    most = 20 * max(*often, 1, 1)
    return [math.log2(1 + most / (1 + count)) for count in often]


Find = Callable[[Sequence[str]], list[str]]  # the keys of the documents that have these words


def candidates(find: Find, cut: Cut, words: list[float]) -> list[Candidate]:
    """Return the documents that share most with a quotation, the likeliest first.

    `words` are the weights of its words.
    """
    found: dict[str, Candidate] = {}
    for first, last, keys in _looked_up(find, cut, words):
        tells = sum(words[first:last])
        for key in keys:
            candidate = found.setdefault(key, Candidate(key))
            candidate.weight += tells
            candidate.stretches.append((first, last))
    return sorted(found.values(), key=lambda each: (-each.weight, each.key))


def _looked_up(
    find: Find, cut: Cut, words: list[float]
) -> Iterator[tuple[int, int, list[str]]]:
    """Yield whole sentences that occur somewhere, and stretches of those that do not."""
    units = sorted(_units(cut), key=lambda unit: -sum(words[unit[0] : unit[1]]))[:_LOOKED_UP]
    left = _LOOKED_UP
    for first, last in units:
        if left <= 0:
            return
        left -= 1
        if keys := find(cut.words[first:last]):
            yield first, last, keys
        elif last - first > STRETCH:
            for one, two in _stretches(first, last, words, max(3, min(left, _A_SENTENCE))):
                left -= 1
                yield one, two, find(cut.words[one:two])


def _units(cut: Cut) -> Iterator[tuple[int, int]]:
    """Yield the sentences, and parts of them between marks, of two words and more."""
    for first, last in cut.runs():
        at = first
        for n in sorted(n for n in cut.sentences if first < n < last):
            if n - at > 2:
                yield at, n
                at = n
        if last - at >= 2 or (first, last) == (0, len(cut.words)):
            yield at, last


def _stretches(first: int, last: int, words: list[float], most: int) -> list[tuple[int, int]]:
    """Return stretches that tell most, from all over words first–last.

    In a long sentence they do not overlap; a short one with a word changed has few that are left
    whole, so there every one counts.
    """
    short = last - first <= _SHORT
    size = STRETCH - 1 if short else STRETCH
    starts = range(first, max(first + 1, last - size + 1))
    told = sorted(starts, key=lambda n: -sum(words[n : n + size]))
    taken: list[tuple[int, int]] = []
    covered: set[int] = set()
    for n in told:
        stretch = range(n, min(last, n + size))
        if short or covered.isdisjoint(stretch):
            taken.append((stretch.start, stretch.stop))
            covered.update(stretch)
            if len(taken) == most:
                break
    return taken
