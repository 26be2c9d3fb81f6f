"""Which documents may hold a quotation: those that have its rarest stretches of words."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from index.engine import Engine
from index.quotes.words.tokenize_quote import TokenizedQuote

STRETCH = 4  # words looked up together, where a whole sentence is not found
_SHORT = 12
_LOOKED_UP = 24  # stretches a quotation
_A_SENTENCE = 10  # of them, a sentence
_DOCUMENTS = 300  # looked at in all: an engine opens each to tell its name
_EACH = 60  # of one stretch, however many there are already
_AT_LEAST = 3  # stretches looked up, however common
_LEAST = 0.15  # of all that was looked up, what a document has to have


@dataclass(slots=True)
class Candidate:
    """A document, which stretches of the quotation it has, and how much they tell."""

    key: str
    weight: float = 0.0
    stretches: list[tuple[int, int]] = field(default_factory=list)


def weights(engine: Engine, words: Sequence[str]) -> list[float]:
    """Return how much each word tells: more for each halving of how often it occurs."""
    often = engine.term_counts(words)
    most = 20 * max(*often, 1, 1)
    return [math.log2(1 + most / (1 + count)) for count in often]


class PhraseFinder(Protocol):
    """What is asked of the archive: how many documents have words in a row, and which."""

    def often(self, words: Sequence[str]) -> int: ...

    def having(self, words: Sequence[str], limit: int) -> list[str]: ...


def find_candidates(
    archive: PhraseFinder, cut: TokenizedQuote, words: list[float]
) -> list[Candidate]:
    """Return the documents that share most with a quotation, the likeliest first.

    `words` are the weights of its words. What fewest documents have is looked up first, until
    enough of them are known.
    """
    told = sorted(_stretches_to_look_up(archive, cut, words))
    found: dict[str, Candidate] = {}
    whole = sum(sum(words[first:last]) for _, first, last in told)
    budget = _DOCUMENTS
    for number, (often, first, last) in enumerate(told):
        if not often or (budget <= 0 and number >= _AT_LEAST):
            continue
        tells = sum(words[first:last])
        keys = archive.having(cut.words[first:last], max(_EACH, min(often, budget)))
        budget -= len(keys)
        for key in keys:
            candidate = found.setdefault(key, Candidate(key))
            candidate.weight += tells
            candidate.stretches.append((first, last))
    least = _LEAST * whole if len(told) >= 5 else 0.0
    likely = [each for each in found.values() if each.weight >= least]
    return sorted(likely, key=lambda each: (-each.weight, each.key))


def _stretches_to_look_up(
    archive: PhraseFinder, cut: TokenizedQuote, words: list[float]
) -> Iterator[tuple[int, int, int]]:
    """Yield (documents, first, last): sentences that occur somewhere, stretches of the others."""
    units = sorted(_units(cut), key=lambda unit: -sum(words[unit[0] : unit[1]]))[:_LOOKED_UP]
    left = _LOOKED_UP
    for first, last in units:
        if left <= 0:
            return
        left -= 1
        if often := archive.often(cut.words[first:last]):
            yield often, first, last
        elif last - first > STRETCH:
            for one, two in _stretches(first, last, words, max(3, min(left, _A_SENTENCE))):
                left -= 1
                yield archive.often(cut.words[one:two]), one, two


def _units(cut: TokenizedQuote) -> Iterator[tuple[int, int]]:
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
