"""Find the documents likely to hold a quotation, by its rarest stretches of words."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from index.engine_interface import Engine
from index.quotes.words.tokenize_quote import TokenizedQuote

STRETCH_WORDS = 4  # looked up together, where a whole sentence is not found
_SHORT_SENTENCE_WORDS = 12
_MAX_STRETCHES = 24  # looked up per quotation
_MAX_STRETCHES_PER_SENTENCE = 10  # of them
_MAX_DOCUMENTS = 300  # per quotation: an engine opens each to read its key
_DOCUMENTS_PER_STRETCH = 60  # whatever remains of the budget
_MIN_STRETCHES = 3  # looked up however common they are
_MIN_WEIGHT_SHARE = 0.15  # of all stretches looked up, what a document must have


@dataclass(slots=True)
class Candidate:
    """A document, the stretches of the quotation it has, and their total weight."""

    key: str
    weight: float = 0.0
    stretches: list[tuple[int, int]] = field(default_factory=list)


def word_weights(engine: Engine, words: Sequence[str]) -> list[float]:
    """Return the weight of each word: one more for each halving of its frequency."""
    frequencies = engine.term_counts(words)
    max_frequency = 20 * max(*frequencies, 1, 1)
    return [math.log2(1 + max_frequency / (1 + count)) for count in frequencies]


class PhraseFinder(Protocol):
    """Finds the documents that have a phrase, and how many there are."""

    def document_frequency(self, words: Sequence[str]) -> int: ...

    def documents_with(self, words: Sequence[str], limit: int) -> list[str]: ...


def find_candidates(
    finder: PhraseFinder, quote: TokenizedQuote, weights: list[float]
) -> list[Candidate]:
    """Return the documents that share most with a quotation, the likeliest first.

    `weights` are those of its words. The stretches that the fewest documents have are looked up
    first, until enough documents are known.
    """
    stretches = sorted(_choose_stretches(finder, quote, weights))
    candidates: dict[str, Candidate] = {}
    total_weight = sum(sum(weights[first:last]) for _, first, last in stretches)
    budget = _MAX_DOCUMENTS
    for number, (frequency, first, last) in enumerate(stretches):
        if not frequency or (budget <= 0 and number >= _MIN_STRETCHES):
            continue
        weight = sum(weights[first:last])
        keys = finder.documents_with(
            quote.words[first:last], max(_DOCUMENTS_PER_STRETCH, min(frequency, budget))
        )
        budget -= len(keys)
        for key in keys:
            candidate = candidates.setdefault(key, Candidate(key))
            candidate.weight += weight
            candidate.stretches.append((first, last))
    min_weight = _MIN_WEIGHT_SHARE * total_weight if len(stretches) >= 5 else 0.0
    likely = [candidate for candidate in candidates.values() if candidate.weight >= min_weight]
    return sorted(likely, key=lambda candidate: (-candidate.weight, candidate.key))


def _choose_stretches(
    finder: PhraseFinder, quote: TokenizedQuote, weights: list[float]
) -> Iterator[tuple[int, int, int]]:
    """Yield (documents, first, last): sentences that occur whole, stretches of the others."""
    ranges = sorted(
        _sentence_ranges(quote), key=lambda word_range: -sum(weights[word_range[0] : word_range[1]])
    )[:_MAX_STRETCHES]
    remaining = _MAX_STRETCHES
    for first, last in ranges:
        if remaining <= 0:
            return
        remaining -= 1
        if frequency := finder.document_frequency(quote.words[first:last]):
            yield frequency, first, last
        elif last - first > STRETCH_WORDS:
            for start, end in _heaviest_stretches(
                first, last, weights, max(3, min(remaining, _MAX_STRETCHES_PER_SENTENCE))
            ):
                remaining -= 1
                yield finder.document_frequency(quote.words[start:end]), start, end


def _sentence_ranges(quote: TokenizedQuote) -> Iterator[tuple[int, int]]:
    """Yield (first, last) of the sentences, and their parts between marks, of two or more words."""
    for first, last in quote.uninterrupted_runs():
        start = first
        for n in sorted(n for n in quote.sentence_starts if first < n < last):
            if n - start > 2:
                yield start, n
                start = n
        if last - start >= 2 or (first, last) == (0, len(quote.words)):
            yield start, last


def _heaviest_stretches(
    first: int, last: int, weights: list[float], max_count: int
) -> list[tuple[int, int]]:
    """Return the stretches of greatest weight among words first–last, at most `max_count`.

    In a long sentence they do not overlap. A short sentence with one word changed has few
    unchanged stretches, so there they may overlap.
    """
    is_short = last - first <= _SHORT_SENTENCE_WORDS
    size = STRETCH_WORDS - 1 if is_short else STRETCH_WORDS
    starts = range(first, max(first + 1, last - size + 1))
    by_weight = sorted(starts, key=lambda n: -sum(weights[n : n + size]))
    stretches: list[tuple[int, int]] = []
    covered: set[int] = set()
    for n in by_weight:
        stretch = range(n, min(last, n + size))
        if is_short or covered.isdisjoint(stretch):
            stretches.append((stretch.start, stretch.stop))
            covered.update(stretch)
            if len(stretches) == max_count:
                break
    return stretches
