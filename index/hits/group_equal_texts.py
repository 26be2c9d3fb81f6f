"""Group the matching statements that have one text: each text is one hit, and names the others."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.engine_interface import EqualStatement, Hit
from index.hits.combine_segments import RankedDocument
from index.hits.index_snapshot import SegmentMatches
from index.phrases.format import document_columns

MAX_NAMED = 200  # statements with the same text that a hit names; all are counted
_UNDATED = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class EqualTexts:
    """The matches whose text others have too: text by text, the one that is the hit first."""

    segment_matches: Sequence[SegmentMatches]
    digests: NDArray[np.uint64]
    owners: NDArray[Any]  # indexes into `segment_matches`
    documents: NDArray[Any]

    def others(self, ranked: RankedDocument) -> tuple[tuple[EqualStatement, ...], int]:
        """Return the first statements with the text of a hit, and the number of all of them."""
        equals = ranked.matches.view.equals
        index = int(np.searchsorted(equals.documents, ranked.document))
        if index == len(equals.documents) or equals.documents[index] != ranked.document:
            return (), 0
        first = int(np.searchsorted(self.digests, equals.digests[index], side="left"))
        last = int(np.searchsorted(self.digests, equals.digests[index], side="right"))
        named = range(first + 1, min(last, first + 1 + MAX_NAMED))
        return tuple(map(self._statement, named)), max(0, last - first - 1)

    def _statement(self, index: int) -> EqualStatement:
        segment = self.segment_matches[self.owners[index]].view.segment
        document = segment.document(int(self.documents[index]))
        return EqualStatement(
            version=document.version,
            statement=document.statement,
            source=document.source,
            issuer=document.issuer,
            issued=document.issued,
            title=document.title,
            current=document.current,
        )


def group(segment_matches: Sequence[SegmentMatches]) -> EqualTexts | None:
    """Keep one match of each text; return those whose text is repeated, None where there are none.

    A newest version is kept before an earlier one, then the earliest issued, then the first seen.
    """
    owner_parts, document_parts, rows = [], [], []
    for owner, matches in enumerate(segment_matches):
        segment, equals = matches.view.segment, matches.view.equals
        if not len(equals.documents) or not len(matches):
            continue
        candidates = _equal_documents(matches)
        if not len(candidates):
            continue
        indexes = np.searchsorted(equals.documents, candidates)
        indexes = indexes[equals.digests[indexes] != 0]
        documents = equals.documents[indexes]
        when = segment.column("when")[documents]
        owner_parts.append(np.full(len(documents), owner))
        document_parts.append(documents)
        rows.append(
            (
                equals.digests[indexes],
                (segment.column("flags")[documents] & document_columns.CURRENT_FLAG) == 0,
                np.where(when == 0, _UNDATED, when),
                segment.column("seen")[documents],
                segment.column("statement")[documents],
            )
        )
    if not sum(map(len, document_parts)):
        return None
    owners, documents = np.concatenate(owner_parts), np.concatenate(document_parts)
    digests, *keys = (np.concatenate(column) for column in zip(*rows, strict=True))
    order = np.lexsort((*reversed(keys), digests))
    owners, documents, digests = owners[order], documents[order], digests[order]
    is_other = np.zeros(len(digests), dtype=np.bool_)
    is_other[1:] = digests[1:] == digests[:-1]
    for owner, matches in enumerate(segment_matches):
        others = documents[is_other & (owners == owner)]
        if len(others):
            is_kept = np.ones(matches.view.segment.document_count, dtype=np.bool_)
            is_kept[others] = False
            matches.filter(is_kept[matches.documents])
    return EqualTexts(tuple(segment_matches), digests, owners, documents)


def _equal_documents(matches: SegmentMatches) -> NDArray[Any]:
    """Return the matches whose text may be another's too, ascending."""
    documents, mask = matches.document_set, matches.view.equal_mask()
    if documents.dtype == np.bool_:
        return np.flatnonzero(documents & mask)
    return documents[mask[documents]]


def with_equals(hit: Hit, ranked: RankedDocument, groups: EqualTexts | None) -> Hit:
    """Return `hit` with the other statements that have its text."""
    if groups is None:
        return hit
    also, count = groups.others(ranked)
    return replace(hit, also=also, also_count=count) if count else hit
