"""The segments of one commit, and the matches of a query in each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from index.engine_interface import Layer
from index.phrases.format import block_max, document_columns
from index.phrases.format.manifest import NO_DIGESTS, NO_EQUALS, Digests, EqualDocuments
from index.phrases.match.query_evaluator import DocumentSet, LeafMatches, count_documents
from index.phrases.match.segment_reader import IntArray, Segment


@dataclass(slots=True)
class SegmentView:
    """A segment of a snapshot, and the mask of its documents that are not deleted; None for all."""

    segment: Segment
    live: NDArray[np.bool_] | None
    equals: EqualDocuments = NO_EQUALS
    _layer_masks: dict[str, NDArray[np.bool_] | None] = field(default_factory=dict)
    _equal_mask: NDArray[np.bool_] | None = None
    _norms: NDArray[np.float32] | None = None
    _ceilings: NDArray[np.float32] | None = None

    def equal_mask(self) -> NDArray[np.bool_]:
        """Return the mask of the documents whose text may be another's too."""
        if self._equal_mask is None:
            self._equal_mask = np.zeros(self.segment.document_count, dtype=np.bool_)
            self._equal_mask[self.equals.documents] = True
        return self._equal_mask

    def norms(self, mean_length: float) -> NDArray[np.float32]:
        """Return the BM25 norm of each document, given the mean length of all documents."""
        if self._norms is None:
            self._norms = block_max.norms(self.segment.lengths, mean_length)
        return self._norms

    def ceilings(self, mean_length: float) -> NDArray[np.float32]:
        """Return, for each block maximum 0 up to 255, an upper bound of impacts."""
        if self._ceilings is None:
            self._ceilings = block_max.ceilings(self.segment.mean_length, mean_length)
        return self._ceilings

    def layer_mask(self, layer: Layer) -> NDArray[np.bool_] | None:
        """Return the mask of the live documents of `layer`; None for all documents."""
        if layer not in self._layer_masks:
            is_page = (self.segment.column("flags") & document_columns.PAGE_FLAG) > 0
            mask = is_page if layer == "page" else ~is_page
            mask = mask if self.live is None else mask & self.live
            self._layer_masks[layer] = None if mask.all() else mask
        return self._layer_masks[layer]


class Snapshot:
    """The segments of one commit, and statistics of all of them."""

    def __init__(
        self,
        generation: int,
        views: Sequence[SegmentView],
        repeated_statements: Mapping[str, Digests] = MappingProxyType({}),
    ) -> None:
        self.generation = generation
        self.views = list(views)
        self._repeated_statements = repeated_statements

    @cached_property
    def document_count(self) -> int:
        return sum(view.segment.document_count for view in self.views)

    @cached_property
    def mean_length(self) -> float:
        words = sum(float(view.segment.lengths.sum()) for view in self.views)
        return max(1.0, words / max(1, self.document_count))

    def repeated_statements(self, layer: Layer) -> Digests:
        """Return the digests of the statements of which there is more than one version."""
        return self._repeated_statements.get(layer, NO_DIGESTS)


@dataclass(slots=True)
class SegmentMatches:
    """The matches of a query in one segment."""

    view: SegmentView
    leaves: list[LeafMatches]
    document_set: DocumentSet
    _numbers: IntArray | None = None

    def __len__(self) -> int:
        return count_documents(self.document_set)

    @property
    def documents(self) -> IntArray:
        """The matching documents, ascending."""
        if self._numbers is None:
            mask = self.document_set.dtype == np.bool_
            self._numbers = np.flatnonzero(self.document_set) if mask else self.document_set
        return self._numbers

    def filter(self, is_kept: NDArray[np.bool_]) -> None:
        """Keep only those of `documents` for which `is_kept` is true."""
        self.document_set = self._numbers = self.documents[is_kept]
