"""Use phrase columns in Whoosh's query tree, to be combined with its And, Or and Not.

`AndNot` of Whoosh 2.7.4 returns wrong documents; And with Not does not.
"""

from typing import Any

import numpy as np
from whoosh.matching import ListMatcher, NullMatcher
from whoosh.query.qcore import Query

from index.phrases.match.query_evaluator import Evaluation
from index.phrases.match.segment_reader import IntArray, Segment
from index.phrases.segments.whoosh_codec import FIELD
from index.query_tree import Node


class MatchingDocuments(Query):  # type: ignore[misc]  # Whoosh is not typed
    """The documents that match `node`: a phrase, words near one another, an ellipsis …"""

    def __init__(self, node: Node, boost: float = 1.0) -> None:
        self.node = node
        self.boost = boost

    def __repr__(self) -> str:
        return f"Matching({self.node!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MatchingDocuments) and other.node == self.node

    def __hash__(self) -> int:
        return hash(self.node)

    def field(self) -> str:
        return FIELD

    def is_leaf(self) -> bool:
        return True

    def normalize(self) -> "MatchingDocuments":
        return self

    def estimate_size(self, ixreader: Any) -> int:
        return int(ixreader.doc_count_all())

    def estimate_min_size(self, ixreader: Any) -> int:
        return 0

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        """Return a matcher of the live documents of one segment."""
        reader = searcher.reader()
        segment: Segment = reader.column_reader(FIELD, translate=False).segment
        evaluation = Evaluation(segment)
        numbers = _numbers(evaluation.evaluate(self.node))
        if reader.has_deletions():
            numbers = [number for number in numbers if not reader.is_deleted(number)]
        return ListMatcher(numbers) if len(numbers) else NullMatcher()


def _numbers(documents: IntArray) -> list[int]:
    numbers: list[int] = (
        np.flatnonzero(documents) if documents.dtype == np.bool_ else documents
    ).tolist()
    return numbers
