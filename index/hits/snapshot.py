"""The segments of one commit, and what each of them answers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from index.engine import Layer
from index.phrases.format import block_max, document_columns
from index.phrases.match.query_evaluator import Set, Unit, count
from index.phrases.match.segment_reader import Numbers, Segment

_NO_TWINS = np.zeros(0, dtype=np.uint64)


@dataclass(slots=True)
class SegmentView:
    """A segment of a snapshot, and which of its documents are not deleted; None for all."""

    segment: Segment
    live: NDArray[np.bool_] | None
    visible: dict[str, NDArray[np.bool_] | None] = field(default_factory=dict)
    _norms: NDArray[np.float32] | None = None
    _ceilings: NDArray[np.float32] | None = None

    def norms(self, mean: float) -> NDArray[np.float32]:
        """Return what BM25 makes of the length of each document, the snapshot's mean being this."""
        if self._norms is None:
            self._norms = block_max.norms(self.segment.lengths, mean)
        return self._norms

    def ceilings(self, mean: float) -> NDArray[np.float32]:
        """Return what no impact is above where the segment has a peak of 0 up to 255."""
        if self._ceilings is None:
            self._ceilings = block_max.ceilings(self.segment.mean_length, mean)
        return self._ceilings

    def seen(self, layer: Layer) -> NDArray[np.bool_] | None:
        """Return which documents of `layer` are not deleted; None for all there are."""
        if layer not in self.visible:
            page = (self.segment.column("flags") & document_columns.PAGE) > 0
            mask = page if layer == "page" else ~page
            mask = mask if self.live is None else mask & self.live
            self.visible[layer] = None if mask.all() else mask
        return self.visible[layer]


class Snapshot:
    """The segments of one commit, and what is known of them together."""

    def __init__(self, generation: int, parts: Sequence[SegmentView]) -> None:
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
class SegmentAnswer:
    """What one segment answers."""

    part: SegmentView
    units: list[Unit]
    found: Set
    _numbers: Numbers | None = None

    def __len__(self) -> int:
        return count(self.found)

    @property
    def documents(self) -> Numbers:
        """The documents found, ascending."""
        if self._numbers is None:
            mask = self.found.dtype == np.bool_
            self._numbers = np.flatnonzero(self.found) if mask else self.found
        return self._numbers

    def keep(self, kept: NDArray[np.bool_]) -> None:
        """Leave only those of `documents` that are `kept`."""
        self.found = self._numbers = self.documents[kept]
