"""Put the segments' answers together: collapse, count, rank, cut out a page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.phrases import meta
from index.phrases.evaluate import Evaluation, Set, Unit
from index.phrases.segment import Numbers, Segment
from index.query import Node
from index.search import Layer, Order

_K1, _B = 1.2, 0.75
_ROWS = 64
_NO_TWINS = np.zeros(0, dtype=np.uint64)


@dataclass(slots=True)
class Part:
    """A segment of a snapshot, and which of its documents are not deleted; None for all."""

    segment: Segment
    live: NDArray[np.bool_] | None
    visible: dict[str, NDArray[np.bool_] | None] = field(default_factory=dict)
    weights: NDArray[np.float32] | None = None

    def seen(self, layer: Layer) -> NDArray[np.bool_] | None:
        """Return which documents of `layer` are not deleted; None for all there are."""
        if layer not in self.visible:
            page = (self.segment.column("flags") & meta.PAGE) > 0
            mask = page if layer == "page" else ~page
            mask = mask if self.live is None else mask & self.live
            self.visible[layer] = None if mask.all() else mask
        return self.visible[layer]


class Snapshot:
    """The segments of one commit, and what is known of them together."""

    def __init__(self, generation: int, parts: Sequence[Part]) -> None:
        self.generation = generation
        self.parts = list(parts)
        self._twins: dict[str, NDArray[np.uint64]] = {}

    @cached_property
    def documents(self) -> int:
        return sum(part.segment.documents for part in self.parts)

    @cached_property
    def mean_length(self) -> float:
        words = sum(float(part.segment.lengths.sum()) for part in self.parts)
        return max(1.0, words / max(1, self.documents))

    def weight_of_length(self, part: Part) -> NDArray[np.float32]:
        """Return what BM25 makes of the length of each document of a segment."""
        if part.weights is None:
            shares = part.segment.lengths * np.float32(_K1 * _B / self.mean_length)
            part.weights = shares + np.float32(_K1 * (1 - _B))
        return part.weights

    def twins(self, layer: Layer) -> NDArray[np.uint64]:
        """Return the digests of the statements of which there is more than one version."""
        if layer not in self._twins:
            held = [_NO_TWINS]
            for part in self.parts:
                seen, all_of = part.seen(layer), part.segment.column("statement")
                held.append(all_of if seen is None else all_of[seen])
            digests = np.sort(np.concatenate(held))
            self._twins[layer] = np.unique(digests[1:][digests[1:] == digests[:-1]])
        return self._twins[layer]


@dataclass(slots=True)
class Answer:
    """What one segment answers."""

    part: Part
    units: list[Unit]
    documents: Numbers


@dataclass(frozen=True, slots=True)
class Place:
    """A document to be shown: where it is, and its score."""

    answer: Answer
    document: int
    score: float


def ask(snapshot: Snapshot, root: Node, layer: Layer) -> list[Answer]:
    """Return what each segment answers."""
    answers = []
    for part in snapshot.parts:
        evaluation = Evaluation(part.segment)
        found = evaluation.answer(root)
        answers.append(Answer(part, evaluation.units, _visible(found, part.seen(layer))))
    return answers


def _visible(found: Set, seen: NDArray[np.bool_] | None) -> Numbers:
    if found.dtype == np.bool_:
        return np.flatnonzero(found if seen is None else found & seen)
    return found if seen is None else found[seen[found]]


def collapse(answers: Sequence[Answer], twins: NDArray[np.uint64]) -> None:
    """Leave of each statement only its newest version among the answers."""
    if not len(twins):
        return
    which, where, rows = [], [], []
    for number, answer in enumerate(answers):
        segment, documents = answer.part.segment, answer.documents
        digests = segment.column("statement")[documents]
        at = np.searchsorted(twins, digests).clip(0, len(twins) - 1)
        double = np.flatnonzero(twins[at] == digests)
        chosen = documents[double]
        which.append(np.full(len(double), number))
        where.append(double)
        rows.append(
            (
                digests[double],
                segment.column("flags")[chosen] & meta.CURRENT,
                segment.column("seen")[chosen],
                segment.column("when")[chosen],
            )
        )
    statement, current, seen, when = (np.concatenate(column) for column in zip(*rows, strict=True))
    of, at = np.concatenate(which), np.concatenate(where)
    order = np.lexsort((at, of, when, seen, current, statement))
    older = order[:-1][statement[order[:-1]] == statement[order[1:]]]
    for number, answer in enumerate(answers):
        kept = np.ones(len(answer.documents), dtype=np.bool_)
        kept[at[older[of[older] == number]]] = False
        answer.documents = answer.documents[kept]


def facets(answers: Iterable[Answer]) -> dict[str, dict[str, int]]:
    """Count the answers by source, issuer, year and language, the most frequent first."""
    counts: dict[str, dict[str, int]] = {"source": {}, "issuer": {}, "year": {}, "lang": {}}
    for answer in answers:
        segment, documents = answer.part.segment, answer.documents
        for name in ("source", "issuer", "lang"):
            names = segment.names_of[name]
            found = np.bincount(segment.column(name)[documents], minlength=len(names))
            _tally(counts[name], ((names[i], int(found[i])) for i in np.flatnonzero(found)))
        years = np.bincount(segment.column("when")[documents] // 100_000_000)
        dated = np.flatnonzero(years).tolist()
        _tally(counts["year"], ((f"{year:04}" if year else "", int(years[year])) for year in dated))
    return {
        name: dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))
        for name, found in counts.items()
    }


def _tally(counts: dict[str, int], found: Iterable[tuple[str, int]]) -> None:
    for name, times in found:
        counts[name] = counts.get(name, 0) + times


def page(
    snapshot: Snapshot, answers: Sequence[Answer], *, first: int, last: int, order: Order
) -> list[Place]:
    """Return places `first` up to, not with, `last` of the answers in `order`."""
    scores = _scores(snapshot, answers) if order == "best" else None
    numbers, owners, keys, ties, dates, seen = [], [], [], [], [], []
    for number, answer in enumerate(answers):
        segment, documents = answer.part.segment, answer.documents
        when = segment.column("when")
        key = when[documents] if scores is None else scores[number]
        best = _best(key, last)
        chosen = documents[best]
        numbers.append(chosen)
        owners.append(np.full(len(chosen), number))
        keys.append(key[best])
        dates.append(when[chosen])
        seen.append(segment.column("seen")[chosen])
        ties.append(segment.column("statement")[chosen])
    if not numbers:
        return []
    found, of, key = np.concatenate(numbers), np.concatenate(owners), np.concatenate(keys)
    newest = -np.concatenate(dates), -np.concatenate(seen)
    ranked = np.lexsort((found, newest[1], np.concatenate(ties), newest[0], -key))[first:last]
    return [
        Place(answers[of[i]], int(found[i]), 0.0 if scores is None else float(key[i]))
        for i in ranked.tolist()
    ]


def _best(keys: NDArray[Any], most: int) -> NDArray[Any] | slice:
    """Return the places of the highest `most` of `keys`, with all that tie with the last."""
    if len(keys) <= _ROWS * most:
        return slice(None)
    # The highest of each of many groups bound the answer from below: few keys are left to look at.
    groups = keys[: len(keys) // _ROWS * _ROWS].reshape(_ROWS, -1).max(axis=0)
    some = np.flatnonzero(keys >= np.partition(groups, len(groups) - most)[len(groups) - most])
    few = keys[some]
    best: NDArray[Any] = some[few >= np.partition(few, len(few) - most)[len(few) - most]]
    return best


def _scores(snapshot: Snapshot, answers: Sequence[Answer]) -> list[NDArray[np.float32]]:
    """Return the BM25 score of each answered document, by segment."""
    totals = [np.zeros(answer.part.segment.documents, dtype=np.float32) for answer in answers]
    for number in range(max((len(answer.units) for answer in answers), default=0)):
        held = [answer.units[number].often() for answer in answers]
        documents = sum(len(often) for _, often in held)
        weight = np.float32(
            np.log1p((snapshot.documents - documents + 0.5) / (documents + 0.5)) * (_K1 + 1)
        )
        for answer, total, (found, often) in zip(answers, totals, held, strict=True):
            _add_score(total, found, often, weight, snapshot.weight_of_length(answer.part))
    return [total[answer.documents] for answer, total in zip(answers, totals, strict=True)]


def _add_score(
    total: NDArray[np.float32],
    found: Set,
    often: NDArray[Any],
    weight: np.float32,
    lengths: NDArray[np.float32],
) -> None:
    """Add weight × f / (f + length) to the documents `found`, which hold a word f times."""
    if found.dtype == np.bool_:
        times = np.zeros(len(total), dtype=np.float32)
        times[found] = often
        score = times + lengths
        np.divide(times, score, out=score)
        score *= weight
        total += score
        return
    times = often.astype(np.float32)
    score = lengths[found]
    score += times
    np.divide(times, score, out=score)
    score *= weight
    total[found] += score
