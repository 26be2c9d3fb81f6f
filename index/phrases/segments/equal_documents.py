"""Find, at a commit, the statements that have several versions, and the documents of one text.

A segment has a sum of the words of each document, which costs little to make and is the same where
the texts are. Only documents whose sums are the same are read and compared, each of them once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from archive.text.equal_texts import equal_text_digest
from index.phrases.format import document_columns
from index.phrases.format.manifest import LAYERS, NO_EQUALS, Digests, EqualDocuments
from index.phrases.match.segment_reader import Segment


@dataclass(frozen=True, slots=True)
class CommittedSegment:
    """A segment, the mask of its documents that are not deleted (None for all), what is known."""

    segment: Segment
    live: NDArray[np.bool_] | None
    equals: EqualDocuments = NO_EQUALS  # as found at the commit before

    def mask(self, layer: str) -> NDArray[np.bool_]:
        """Return the mask of the live documents of `layer`."""
        is_page = (self.segment.column("flags") & document_columns.PAGE_FLAG) > 0
        mask = is_page if layer == "page" else ~is_page
        return mask if self.live is None else mask & self.live


def find_repeated_statements(parts: Sequence[CommittedSegment]) -> Mapping[str, Digests]:
    """Return, by layer, the digests of the statements that have several live documents in it."""
    return {
        layer: _repeated([part.segment.column("statement")[part.mask(layer)] for part in parts])
        for layer in LAYERS
    }


def find_equal_documents(parts: Sequence[CommittedSegment]) -> list[EqualDocuments]:
    """Return, for each segment, the documents whose words others of their layer have too."""
    numbers: list[list[int]] = [[] for _ in parts]
    for layer in LAYERS:
        masks = [part.mask(layer) for part in parts]
        repeated = _repeated(
            [part.segment.column("words")[mask] for part, mask in zip(parts, masks, strict=True)]
        )
        for index, (part, mask) in enumerate(zip(parts, masks, strict=True)):
            if len(repeated):
                is_repeated = np.isin(part.segment.column("words"), repeated) & mask
                numbers[index] += np.flatnonzero(is_repeated).tolist()
    return [
        _equal_documents(part, sorted(candidates))
        for part, candidates in zip(parts, numbers, strict=True)
    ]


def _equal_documents(part: CommittedSegment, numbers: Sequence[int]) -> EqualDocuments:
    """Return `numbers` with the digests of their texts; a text is read where it is not known."""
    known = dict(zip(part.equals.documents.tolist(), part.equals.digests.tolist(), strict=True))
    digests = [known.get(number) or _text_digest(part.segment, number) for number in numbers]
    return EqualDocuments(np.array(numbers, dtype=np.uint32), np.array(digests, dtype=np.uint64))


def _text_digest(segment: Segment, number: int) -> int:
    document = segment.document(number)
    return equal_text_digest(document.title, document.text)


def _repeated(parts: Sequence[Digests]) -> Digests:
    digests = np.sort(np.concatenate([*parts, np.zeros(0, dtype=np.uint64)]))
    digests = digests[digests != 0]  # 0: a text without words
    repeated: Digests = np.unique(digests[1:][digests[1:] == digests[:-1]])
    return repeated
