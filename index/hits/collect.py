"""Put the segments' answers together: collapse, count, rank, cut out a page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.engine import Layer, Order
from index.hits import bm25
from index.hits.snapshot import SegmentAnswer, Snapshot
from index.phrases.format import document_columns
from index.phrases.match.query_evaluator import Evaluation, Set
from index.phrases.match.segment_reader import Numbers
from index.query_tree import Node


@dataclass(frozen=True, slots=True)
class RankedDocument:
    """A document to be shown: where it is, and its score."""

    answer: SegmentAnswer
    document: int
    score: float


def search_segments(snapshot: Snapshot, root: Node, layer: Layer) -> list[SegmentAnswer]:
    """Return what each segment answers."""
    answers = []
    for part in snapshot.parts:
        evaluation = Evaluation(part.segment)
        found = evaluation.answer(root)
        answers.append(SegmentAnswer(part, evaluation.units, _visible(found, part.seen(layer))))
    return answers


def _visible(found: Set, seen: NDArray[np.bool_] | None) -> Set:
    if seen is None:
        return found
    return found & seen if found.dtype == np.bool_ else found[seen[found]]


def collapse(answers: Sequence[SegmentAnswer], twins: NDArray[np.uint64]) -> None:
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
                segment.column("flags")[chosen] & document_columns.CURRENT,
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
        answer.keep(kept)


def facets(answers: Iterable[SegmentAnswer]) -> dict[str, dict[str, int]]:
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
    snapshot: Snapshot, answers: Sequence[SegmentAnswer], *, first: int, last: int, order: Order
) -> list[RankedDocument]:
    """Return places `first` up to, not with, `last` of the answers in `order`."""
    weights = bm25.weights(snapshot, answers) if order == "best" else []
    answers = [answer for answer in answers if len(answer)]
    if not answers:
        return []
    if order == "best":
        keyed = bm25.scored(snapshot, answers, weights, last)
    else:
        keyed = [
            (answer.documents, answer.part.segment.column("when")[answer.documents])
            for answer in answers
        ]
    if len(keyed) == 1 and len(keyed[0][0]) == 1:  # as often as not
        documents, key = keyed[0]
        score = float(key[0]) if order == "best" else 0.0
        return [RankedDocument(answers[0], int(documents[0]), score)][first:last]
    numbers, owners, keys = [], [], []
    for number, (_, (documents, key)) in enumerate(zip(answers, keyed, strict=True)):
        best = bm25.best(key, last)
        numbers.append(documents[best])
        owners.append(np.full(len(numbers[-1]), number))
        keys.append(key[best])
    found, of, key = _joined(numbers), _joined(owners), _joined(keys)
    ranked = _ranked(answers, numbers, key)[first:last] if len(found) > 1 else [0][first:last]
    return [
        RankedDocument(answers[of[i]], int(found[i]), float(key[i]) if order == "best" else 0.0)
        for i in ranked
    ]


def _ranked(
    answers: Sequence[SegmentAnswer], numbers: Sequence[Numbers], key: NDArray[Any]
) -> list[int]:
    """Return the order of documents `numbers` of each answer: by key, ties always alike."""
    by_key = np.argsort(-key, kind="stable")
    ordered = key[by_key]
    if not (ordered[1:] == ordered[:-1]).any():
        return by_key.tolist()  # type: ignore[no-any-return]  # what numpy's stubs say of it
    about = [
        _joined([a.part.segment.column(name)[n] for a, n in zip(answers, numbers, strict=True)])
        for name in ("seen", "statement", "when")
    ]
    order: list[int] = np.lexsort((_joined(numbers), -about[0], about[1], -about[2], -key)).tolist()
    return order


def _joined(arrays: Sequence[NDArray[Any]]) -> NDArray[Any]:
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)
