"""Combine the matches of all segments: collapse versions, count facets, rank, return a page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.engine_interface import Layer, Order
from index.hits import bm25
from index.hits.index_snapshot import SegmentMatches, Snapshot
from index.phrases.format import document_columns
from index.phrases.match.query_evaluator import DocumentSet, Evaluation
from index.phrases.match.segment_reader import IntArray
from index.query_tree import Node


@dataclass(frozen=True, slots=True)
class RankedDocument:
    """A document to be shown: the matches it is one of, its number in the segment, its score."""

    matches: SegmentMatches
    document: int
    score: float


def search_segments(snapshot: Snapshot, root: Node, layer: Layer) -> list[SegmentMatches]:
    """Return the matches of the query in each segment of `snapshot`."""
    segment_matches = []
    for view in snapshot.views:
        evaluation = Evaluation(view.segment)
        documents = evaluation.evaluate(root)
        segment_matches.append(
            SegmentMatches(
                view, evaluation.leaves, _filter_by_layer(documents, view.layer_mask(layer))
            )
        )
    return segment_matches


def _filter_by_layer(documents: DocumentSet, layer_mask: NDArray[np.bool_] | None) -> DocumentSet:
    """Return the documents of a set that `layer_mask` shows."""
    if layer_mask is None:
        return documents
    return (
        documents & layer_mask if documents.dtype == np.bool_ else documents[layer_mask[documents]]
    )


def collapse(segment_matches: Sequence[SegmentMatches], duplicates: NDArray[np.uint64]) -> None:
    """Keep, of each statement, only its newest version among the matches."""
    if not len(duplicates):
        return
    owner_parts, index_parts, rows = [], [], []
    for index, matches in enumerate(segment_matches):
        segment, documents = matches.view.segment, matches.documents
        digests = segment.column("statement")[documents]
        nearest = np.searchsorted(duplicates, digests).clip(0, len(duplicates) - 1)
        duplicate_indexes = np.flatnonzero(duplicates[nearest] == digests)
        duplicate_documents = documents[duplicate_indexes]
        owner_parts.append(np.full(len(duplicate_indexes), index))
        index_parts.append(duplicate_indexes)
        rows.append(
            (
                digests[duplicate_indexes],
                segment.column("flags")[duplicate_documents] & document_columns.CURRENT_FLAG,
                segment.column("seen")[duplicate_documents],
                segment.column("when")[duplicate_documents],
            )
        )
    statement, current, seen, when = (np.concatenate(column) for column in zip(*rows, strict=True))
    owners, indexes = np.concatenate(owner_parts), np.concatenate(index_parts)
    order = np.lexsort((indexes, owners, when, seen, current, statement))
    older = order[:-1][statement[order[:-1]] == statement[order[1:]]]
    for index, matches in enumerate(segment_matches):
        is_kept = np.ones(len(matches.documents), dtype=np.bool_)
        is_kept[indexes[older[owners[older] == index]]] = False
        matches.filter(is_kept)


def count_facets(segment_matches: Iterable[SegmentMatches]) -> dict[str, dict[str, int]]:
    """Count the matches by source, issuer, year and language, the most frequent first."""
    counts: dict[str, dict[str, int]] = {"source": {}, "issuer": {}, "year": {}, "lang": {}}
    for matches in segment_matches:
        segment, documents = matches.view.segment, matches.documents
        for name in ("source", "issuer", "lang"):
            names = segment.names_of[name]
            value_counts = np.bincount(segment.column(name)[documents], minlength=len(names))
            _add_counts(
                counts[name],
                ((names[i], int(value_counts[i])) for i in np.flatnonzero(value_counts)),
            )
        years = np.bincount(segment.column("when")[documents] // 100_000_000)
        nonzero_years = np.flatnonzero(years).tolist()
        _add_counts(
            counts["year"],
            ((f"{year:04}" if year else "", int(years[year])) for year in nonzero_years),
        )
    return {
        name: dict(sorted(value_counts.items(), key=lambda pair: (-pair[1], pair[0])))
        for name, value_counts in counts.items()
    }


def _add_counts(counts: dict[str, int], pairs: Iterable[tuple[str, int]]) -> None:
    """Add the counts of `pairs` to `counts`."""
    for name, count in pairs:
        counts[name] = counts.get(name, 0) + count


def rank_page(
    snapshot: Snapshot,
    segment_matches: Sequence[SegmentMatches],
    *,
    first: int,
    last: int,
    order: Order,
) -> list[RankedDocument]:
    """Return documents `first` up to, not including, `last` of the matches in `order`."""
    weights = bm25.compute_weights(snapshot, segment_matches) if order == "best" else []
    segment_matches = [matches for matches in segment_matches if len(matches)]
    if not segment_matches:
        return []
    if order == "best":
        documents_and_keys = bm25.score_matches(snapshot, segment_matches, weights, last)
    else:
        documents_and_keys = [
            (matches.documents, matches.view.segment.column("when")[matches.documents])
            for matches in segment_matches
        ]
    if len(documents_and_keys) == 1 and len(documents_and_keys[0][0]) == 1:  # the most common case
        documents, key = documents_and_keys[0]
        score = float(key[0]) if order == "best" else 0.0
        return [RankedDocument(segment_matches[0], int(documents[0]), score)][first:last]
    numbers, owner_lists, keys = [], [], []
    for index, (_, (documents, key)) in enumerate(
        zip(segment_matches, documents_and_keys, strict=True)
    ):
        best_indexes = bm25.select_best(key, last)
        numbers.append(documents[best_indexes])
        owner_lists.append(np.full(len(numbers[-1]), index))
        keys.append(key[best_indexes])
    all_documents, owners = _concatenate(numbers), _concatenate(owner_lists)
    key = _concatenate(keys)
    ranked = (
        _rank(segment_matches, numbers, key)[first:last]
        if len(all_documents) > 1
        else [0][first:last]
    )
    return [
        RankedDocument(
            segment_matches[owners[i]],
            int(all_documents[i]),
            float(key[i]) if order == "best" else 0.0,
        )
        for i in ranked
    ]


def _rank(
    segment_matches: Sequence[SegmentMatches], numbers: Sequence[IntArray], key: NDArray[Any]
) -> list[int]:
    """Return the order of documents `numbers` of each segment: by key, ties in a stable order."""
    by_key = np.argsort(-key, kind="stable")
    ordered = key[by_key]
    if not (ordered[1:] == ordered[:-1]).any():
        return by_key.tolist()  # type: ignore[no-any-return]  # by numpy's stubs
    tie_keys = [
        _concatenate(
            [
                matches.view.segment.column(name)[documents]
                for matches, documents in zip(segment_matches, numbers, strict=True)
            ]
        )
        for name in ("seen", "statement", "when")
    ]
    order: list[int] = np.lexsort(
        (_concatenate(numbers), -tie_keys[0], tie_keys[1], -tie_keys[2], -key)
    ).tolist()
    return order


def _concatenate(arrays: Sequence[NDArray[Any]]) -> NDArray[Any]:
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)
