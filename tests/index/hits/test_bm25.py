"""The best documents by BM25, compared with scores of every document."""

import io
import random
from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.engine_interface import Document
from index.hits import combine_segments, top_documents
from index.hits.index_snapshot import SegmentView, Snapshot
from index.phrases.build import column_builder
from index.phrases.format import block_max, document_columns
from index.phrases.match.segment_reader import Segment
from index.phrases.segments.whoosh_column import DocumentBatch
from index.query_tree import And, Node, Not, Or, Phrase, Run
from tests.support.index_documents import statement

WORDS = ["the", "of", "a", "not", "do", "detain", "exist", "zebra"]
LEAF = st.sampled_from([*WORDS, "of the", "absent"]).map(
    lambda words: Phrase((Run(tuple(words.split())),))
)
QUERY = st.recursive(
    LEAF,
    lambda node: st.one_of(
        st.lists(node, min_size=1, max_size=3).map(lambda parts: And(tuple(parts))),
        st.lists(node, min_size=1, max_size=4).map(lambda parts: Or(tuple(parts))),
        node.map(Not),
    ),
    max_leaves=5,
)


@pytest.fixture(autouse=True, params=["words common and rare", "all words common", "as built"])
def many_blocks(request: pytest.FixtureRequest) -> Iterator[None]:
    """Make words of few documents common, blocks small, and any document worth skipping."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            column_builder,
            "_MIN_COMMON_COUNT",
            {"words common and rare": 200}.get(request.param, 1),
        )
        patch.setattr(column_builder, "_COMMON_SHARE_BITS", 30)
        if request.param != "as built":
            patch.setattr(block_max, "BLOCK_DOCUMENTS", 8)
            patch.setattr(top_documents, "_MAX_SCORED_DOCUMENTS", 0)
            patch.setattr(top_documents, "_MIN_FILTERED_DOCUMENTS", 0)
        yield


def invent_segments(random_: random.Random) -> list[list[tuple[Document, bool]]]:
    """Return the documents of some segments, and whether each is live; many have equal scores."""
    segments = []
    for number in range(random_.randint(1, 3)):
        texts = [
            random_.choices(WORDS, [40, 30, 20, 8, 4, 2, 1, 1], k=random_.randint(0, 25))
            for _ in range(random_.randint(1, 20))
        ]
        segments.append(
            [
                (
                    statement(
                        " ".join(random_.choice(texts)),
                        f"s{number}.{n}",
                        issued=f"2017-04-1{random_.randint(0, 2)}",
                    ),
                    random_.random() < random_.choice((1, 0.8)),
                )
                for n in range(random_.randint(1, 300))
            ]
        )
    return segments


def segment_of(documents: Sequence[Document], name: str) -> Segment:
    sink = io.BytesIO()
    batch = DocumentBatch(sink)
    for document in documents:
        batch.add(document)
    batch.finish()
    return Segment(memoryview(sink.getvalue()), name)


def frequency(leaf: Phrase, words: Sequence[str]) -> int:
    phrase = list(leaf.runs[0].words)
    return sum(words[start : start + len(phrase)] == phrase for start in range(len(words)))


def is_match(node: Node, words: Sequence[str]) -> bool:
    match node:
        case And(parts):
            return all(is_match(part, words) for part in parts)
        case Or(parts):
            return any(is_match(part, words) for part in parts)
        case Not(part):
            return not is_match(part, words)
        case Phrase():
            return frequency(node, words) > 0
    raise AssertionError(node)


def leaves(node: Node) -> list[Phrase]:
    """Return the leaves to rank by, in the order of evaluation: exclusions come last."""
    match node:
        case And(parts):
            parts = tuple(sorted(parts, key=lambda part: isinstance(part, Not)))
            return [leaf for part in parts for leaf in leaves(part)]
        case Or(parts):
            return [leaf for part in parts for leaf in leaves(part)]
        case Phrase():
            return [node]
    return []


def rank_by_scan(
    node: Node, segments: Sequence[Sequence[tuple[Document, bool]]], most: int
) -> list[tuple[str, float]]:
    """Return the best `most` live documents and their scores by BM25."""
    documents = [(document, live) for segment in segments for document, live in segment]
    texts = [document.text.split() for document, _ in documents]
    mean = np.float32(block_max.K1 * block_max.B / max(1.0, sum(map(len, texts)) / len(texts)))
    weighted_leaves = []
    for leaf in leaves(node):
        document_frequency = sum(frequency(leaf, words) > 0 for words in texts)
        weight = np.log1p((len(texts) - document_frequency + 0.5) / (document_frequency + 0.5)) * (
            block_max.K1 + 1
        )
        weighted_leaves.append((leaf, float(weight)))
    weighted_leaves.sort(key=lambda pair: -pair[1])
    ranked = []
    for number, ((document, live), words) in enumerate(zip(documents, texts, strict=True)):
        if not (live and is_match(node, words)):
            continue
        norm = np.float32(len(words)) * mean + np.float32(block_max.K1 * (1 - block_max.B))
        score = np.float32(0)
        for leaf, weight in weighted_leaves:
            count = np.float32(frequency(leaf, words))
            score += count / (norm + count) * np.float32(weight)
        key = (
            -float(score),
            -document_columns.earliest_minute(document.issued),
            document_columns.digest(document.statement),
            number,
        )
        ranked.append((key, document.statement, float(score)))
    return [(name, score) for _, name, score in sorted(ranked)[:most]]


@settings(deadline=None)
@given(seed=st.integers(0, 1 << 32), node=QUERY, most=st.integers(1, 4))
def test_the_best_are_those_of_a_full_scan_in_the_same_order(
    seed: int, node: Node, most: int
) -> None:
    segments = invent_segments(random.Random(seed))
    views = []
    for i, segment_documents in enumerate(segments):
        live = np.array([live for _, live in segment_documents])
        segment = segment_of([document for document, _ in segment_documents], f"segment {i}")
        views.append(SegmentView(segment, None if live.all() else live))
    snapshot = Snapshot(0, views)
    segment_matches = combine_segments.search_segments(snapshot, node, "statement")
    page = combine_segments.rank_page(snapshot, segment_matches, first=0, last=most, order="best")

    hits = [
        (ranked.matches.view.segment.document(ranked.document).statement, ranked.score)
        for ranked in page
    ]
    assert hits == rank_by_scan(node, segments, most)


@given(
    documents=st.lists(st.tuples(st.integers(0, 255), st.integers(0, 5000)), min_size=1),
    stored_mean=st.floats(1, 5000),
    mean=st.floats(1, 5000),
)
def test_no_impact_is_above_the_ceiling_of_its_block_whatever_the_mean_length(
    documents: list[tuple[int, int]], stored_mean: float, mean: float
) -> None:
    frequencies = np.array([[count] for count, _ in documents], dtype=np.uint8)
    lengths = np.array([max(pair) for pair in documents], dtype=np.float32)
    peaks = block_max.block_maxima(frequencies, block_max.norms(lengths, stored_mean))[:, 0]
    ceilings = block_max.ceilings(stored_mean, mean)[peaks]

    impacts = frequencies[:, 0] / (
        frequencies[:, 0] + block_max.norms(lengths, mean).astype(np.float64)
    )
    assert (
        impacts <= np.repeat(ceilings, block_max.BLOCK_DOCUMENTS)[: len(impacts)] * (1 + 1e-6)
    ).all()
