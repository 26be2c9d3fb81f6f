"""The best documents against a reading and scoring of every one."""

import io
import random
from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.engine import Document
from index.hits import collect, top_documents
from index.hits.snapshot import SegmentView, Snapshot
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
    """Make words of few documents common, blocks small, and any document worth passing over."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            column_builder, "_LEAST", {"words common and rare": 200}.get(request.param, 1)
        )
        patch.setattr(column_builder, "_SHARE", 30)
        if request.param != "as built":
            patch.setattr(block_max, "BLOCK", 8)
            patch.setattr(top_documents, "_FEW", 0)
            patch.setattr(top_documents, "_MANY", 0)
        yield


def worlds(random_: random.Random) -> list[list[tuple[Document, bool]]]:
    """Return the documents of some segments, and whether each is live; many are of equal score."""
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
    gathering = DocumentBatch(sink)
    for document in documents:
        gathering.add(document)
    gathering.finish()
    return Segment(memoryview(sink.getvalue()), name)


def times(leaf: Phrase, words: Sequence[str]) -> int:
    wanted = list(leaf.runs[0].words)
    return sum(words[at : at + len(wanted)] == wanted for at in range(len(words)))


def true(node: Node, words: Sequence[str]) -> bool:
    match node:
        case And(parts):
            return all(true(part, words) for part in parts)
        case Or(parts):
            return any(true(part, words) for part in parts)
        case Not(part):
            return not true(part, words)
        case Phrase():
            return times(node, words) > 0
    raise AssertionError(node)


def leaves(node: Node) -> list[Phrase]:
    """Return what is ranked by, in the order in which it is asked: what is excluded comes last."""
    match node:
        case And(parts):
            parts = tuple(sorted(parts, key=lambda part: isinstance(part, Not)))
            return [leaf for part in parts for leaf in leaves(part)]
        case Or(parts):
            return [leaf for part in parts for leaf in leaves(part)]
        case Phrase():
            return [node]
    return []


def read(
    node: Node, segments: Sequence[Sequence[tuple[Document, bool]]], most: int
) -> list[tuple[str, float]]:
    """Return the best `most` live documents and their scores, as BM25 says they are."""
    every = [(document, live) for held in segments for document, live in held]
    texts = [document.text.split() for document, _ in every]
    mean = np.float32(block_max.K1 * block_max.B / max(1.0, sum(map(len, texts)) / len(texts)))
    weighed = []
    for leaf in leaves(node):
        held = sum(times(leaf, words) > 0 for words in texts)
        rarity = np.log1p((len(texts) - held + 0.5) / (held + 0.5)) * (block_max.K1 + 1)
        weighed.append((leaf, float(rarity)))
    weighed.sort(key=lambda pair: -pair[1])
    ranked = []
    for number, ((document, live), words) in enumerate(zip(every, texts, strict=True)):
        if not (live and true(node, words)):
            continue
        norm = np.float32(len(words)) * mean + np.float32(block_max.K1 * (1 - block_max.B))
        score = np.float32(0)
        for leaf, rarity in weighed:
            often = np.float32(times(leaf, words))
            score += often / (norm + often) * np.float32(rarity)
        key = (
            -float(score),
            -document_columns.when(document.issued),
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
    made = worlds(random.Random(seed))
    parts = []
    for i, held in enumerate(made):
        live = np.array([live for _, live in held])
        segment = segment_of([document for document, _ in held], f"segment {i}")
        parts.append(SegmentView(segment, None if live.all() else live))
    snapshot = Snapshot(0, parts)
    answers = collect.search_segments(snapshot, node, "statement")
    places = collect.page(snapshot, answers, first=0, last=most, order="best")

    found = [
        (place.answer.part.segment.document(place.document).statement, place.score)
        for place in places
    ]
    assert found == read(node, made, most)


@given(
    documents=st.lists(st.tuples(st.integers(0, 255), st.integers(0, 5000)), min_size=1),
    then=st.floats(1, 5000),
    now=st.floats(1, 5000),
)
def test_no_impact_is_above_the_ceiling_of_its_block_whatever_the_mean_length(
    documents: list[tuple[int, int]], then: float, now: float
) -> None:
    often = np.array([[times] for times, _ in documents], dtype=np.uint8)
    lengths = np.array([max(pair) for pair in documents], dtype=np.float32)
    peaks = block_max.peaks(often, block_max.norms(lengths, then))[:, 0]
    ceilings = block_max.ceilings(then, now)[peaks]

    impacts = often[:, 0] / (often[:, 0] + block_max.norms(lengths, now).astype(np.float64))
    assert (impacts <= np.repeat(ceilings, block_max.BLOCK)[: len(impacts)] * (1 + 1e-6)).all()
