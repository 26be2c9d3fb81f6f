"""Phrases, near words and ellipses, compared with a scan of every document."""

import io
import itertools
import random
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.phrases.build import column_builder
from index.phrases.match import exact_phrase, near_words, slot_positions
from index.phrases.match.query_evaluator import Evaluation, run_slots
from index.phrases.match.segment_reader import Segment
from index.phrases.segments import copy_tokens
from index.phrases.segments.whoosh_column import DocumentBatch
from index.query_tree import And, Not, Or, Phrase, Prefix, Run
from tests.support.index_documents import statement

WORDS = ["the", "of", "a", "not", "do", "detain", "detained", "exist", "zebra", "x"]
DOCUMENTS = st.lists(
    st.lists(st.sampled_from(WORDS + WORDS[:3] * 3), max_size=20), min_size=1, max_size=8
)
QUERY = st.lists(st.sampled_from([*WORDS, "absent"]), min_size=1, max_size=4)
# Long texts of few distinct words, in which the words of a query are near one another.
DENSE = st.integers(0, 1 << 32).map(
    lambda seed: [random.Random(seed + n).choices(WORDS[:6], k=40) for n in range(seed % 8 + 1)]
)
DENSE_QUERY = st.lists(st.sampled_from(WORDS[:6]), min_size=2, max_size=4)


@pytest.fixture(
    autouse=True,
    params=["rare words without a token", "common words in pairs", "all tokens read", "neither"],
)
def kinds_of_words(request: pytest.FixtureRequest) -> Iterator[None]:
    """Make words of so few documents common, or too rare for a token of their own."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param != "neither":
            patch.setattr(
                column_builder, "_MIN_COMMON_COUNT", 0 if request.param == "all tokens read" else 1
            )
            patch.setattr(column_builder, "_COMMON_SHARE_BITS", 30)
        if request.param == "rare words without a token":
            for module in (
                column_builder,
                exact_phrase,
                near_words,
                slot_positions,
                copy_tokens,
            ):
                patch.setattr(module, "RARE_TOKEN", 5)
        if request.param == "all tokens read":
            patch.setattr(near_words, "_SCAN_SHARE", 1 << 20)
            patch.setattr(near_words, "_CHUNK_SIZE", 7)
        if request.param == "common words in pairs":
            patch.setattr(near_words, "_MIN_FILTERED_POSITIONS", 1)
            patch.setattr(near_words, "_MIN_FILTER_RATIO", 1)
        yield


def segment_of(documents: Sequence[Sequence[str]]) -> Segment:
    sink = io.BytesIO()
    batch = DocumentBatch(sink)
    for number, words in enumerate(documents):
        batch.add(statement(" ".join(words), f"s{number}"))
    batch.finish()
    return Segment(memoryview(sink.getvalue()), "test")


def spans(
    documents: Sequence[Sequence[str]], segment: Segment, matches: slot_positions.Spans
) -> set[tuple[int, int, int]]:
    """Return spans as document, first word, last word."""
    spans_by_document = set()
    for start, end in zip(matches.starts.tolist(), matches.ends.tolist(), strict=True):
        number = int(segment.documents_at(matches.starts[matches.starts == start])[0])
        base = segment.token_span(number)[0]
        spans_by_document.add((number, start - base, end - base))
    return spans_by_document


def chains(words: Sequence[str], query: Sequence[str]) -> Iterator[tuple[int, ...]]:
    positions = [[i for i, word in enumerate(words) if word == queried] for queried in query]
    return (chain for chain in itertools.product(*positions))


@settings(deadline=None)
@example(  # "the" is as frequent as "of", and just not common any more
    documents=[["the"] * 3 + ["of"] * 3 + ["a"] * 3 + ["not"] * 4 + ["a", "of", "the"]],
    query=["of", "the"],
)
@given(documents=DOCUMENTS, query=QUERY)
def test_exact_finds_every_position_and_no_other(
    documents: list[list[str]], query: list[str]
) -> None:
    segment = segment_of(documents)
    matches = exact_phrase.find_exact(segment, run_slots(segment, Run(tuple(query))))

    assert spans(documents, segment, matches) == {
        (number, start, start + len(query))
        for number, words in enumerate(documents)
        for start in range(len(words))
        if words[start : start + len(query)] == query
    }


@settings(deadline=None)
@given(documents=DOCUMENTS | DENSE, query=QUERY | DENSE_QUERY | DENSE_QUERY, slop=st.integers(0, 5))
def test_near_keeps_order_and_counts_all_other_words(
    documents: list[list[str]], query: list[str], slop: int
) -> None:
    segment = segment_of(documents)
    matches = spans(
        documents,
        segment,
        near_words.find_near(segment, run_slots(segment, Run(tuple(query))), slop),
    )

    expected: dict[tuple[int, int], int] = {}
    for number, words in enumerate(documents):
        for chain in chains(words, query):
            ordered = all(a < b for a, b in itertools.pairwise(chain))
            if ordered and chain[-1] - chain[0] + 1 <= len(query) + slop:
                key = number, chain[0]
                expected[key] = min(expected.get(key, 99), chain[-1] + 1)
    assert matches == {(number, start, end) for (number, start), end in expected.items()}


@settings(deadline=None)
@given(documents=DOCUMENTS | DENSE, query=QUERY | DENSE_QUERY, slop=st.integers(0, 4))
def test_near_in_any_order_finds_the_same_documents(
    documents: list[list[str]], query: list[str], slop: int
) -> None:
    segment = segment_of(documents)
    matches = near_words.find_near_unordered(segment, run_slots(segment, Run(tuple(query))), slop)

    expected = {
        number
        for number, words in enumerate(documents)
        for chain in chains(words, query)
        if len(set(chain)) == len(chain) and max(chain) - min(chain) + 1 <= len(query) + slop
    }
    matched_spans = spans(documents, segment, matches)
    assert {number for number, _, _ in matched_spans} == expected
    for number, start, end in matched_spans:
        window = documents[number][start:end]
        assert end - start <= len(query) + slop
        assert all(window.count(word) >= query.count(word) for word in query)


@settings(deadline=None)
@given(documents=DOCUMENTS, parts=st.lists(QUERY, min_size=2, max_size=3))
def test_an_ellipsis_finds_parts_in_order_in_one_document(
    documents: list[list[str]], parts: list[list[str]]
) -> None:
    segment = segment_of(documents)
    matches = exact_phrase.find_sequence(
        segment, [run_slots(segment, Run(tuple(part))) for part in parts]
    )

    def holds(words: Sequence[str]) -> bool:
        offset = 0
        for part in parts:
            starts = (
                i for i in range(offset, len(words)) if list(words[i : i + len(part)]) == part
            )
            start = next(starts, None)
            if start is None:
                return False
            offset = start + len(part)
        return True

    assert {number for number, _, _ in spans(documents, segment, matches)} == {
        number for number, words in enumerate(documents) if holds(words)
    }


@settings(deadline=None)
@given(documents=DOCUMENTS, prefix=st.sampled_from(["d", "de", "detain", "t", "q"]), first=QUERY)
def test_a_prefix_matches_every_word_that_begins_with_it(
    documents: list[list[str]], prefix: str, first: list[str]
) -> None:
    segment = segment_of(documents)
    query = [*first, prefix]

    def matches(words: Sequence[str]) -> bool:
        return any(
            list(words[start : start + len(first)]) == first
            and words[start + len(first)].startswith(prefix)
            for start in range(len(words) - len(first))
        )

    evaluation = Evaluation(segment)
    phrase = evaluation.mask(evaluation.evaluate(Phrase((Run(tuple(query), open_end=True),))))
    single_word = evaluation.mask(evaluation.evaluate(Prefix(prefix)))
    assert phrase.tolist() == [matches(words) for words in documents]
    assert single_word.tolist() == [
        any(word.startswith(prefix) for word in words) for words in documents
    ]


NODES = st.recursive(
    st.builds(lambda words: Phrase((Run(tuple(words)),)), QUERY),
    lambda nodes: st.one_of(
        st.builds(Not, nodes),
        st.builds(lambda parts: And(tuple(parts)), st.lists(nodes, min_size=2, max_size=3)),
        st.builds(lambda parts: Or(tuple(parts)), st.lists(nodes, min_size=2, max_size=3)),
    ),
    max_leaves=6,
)


@settings(deadline=None)
@given(documents=DOCUMENTS, node=NODES)
def test_operators_are_those_of_logic(documents: list[list[str]], node: object) -> None:
    segment = segment_of(documents)

    def is_match(node: object, words: Sequence[str]) -> bool:
        match node:
            case And(parts):
                return all(is_match(part, words) for part in parts)
            case Or(parts):
                return any(is_match(part, words) for part in parts)
            case Not(part):
                return not is_match(part, words)
            case Phrase(runs):
                phrase = list(runs[0].words)
                return any(
                    list(words[start : start + len(phrase)]) == phrase
                    for start in range(len(words))
                )
        raise AssertionError(node)

    evaluation = Evaluation(segment)
    mask = evaluation.mask(evaluation.evaluate(node))  # type: ignore[arg-type]
    assert mask.tolist() == [is_match(node, words) for words in documents]


@settings(deadline=None, max_examples=30)
@given(documents=DOCUMENTS, data=st.data())
def test_a_merged_segment_equals_one_built_from_its_documents(
    documents: list[list[str]], data: st.DataObject
) -> None:
    parts = [segment_of(documents), segment_of(documents[::-1])]
    chosen = [sorted(data.draw(st.sets(st.integers(0, len(documents) - 1)))) for _ in parts]
    sink = io.BytesIO()
    batch = DocumentBatch(sink)
    for part, numbers in zip(parts, chosen, strict=True):
        batch.add_from(part, numbers)
    batch.finish()
    merged = Segment(memoryview(sink.getvalue()), "merged")

    sink = io.BytesIO()
    new_batch = DocumentBatch(sink)
    for part, numbers in zip(parts, chosen, strict=True):
        for number in numbers:
            new_batch.add(part.document(number))
    new_batch.finish()
    rebuilt = Segment(memoryview(sink.getvalue()), "rebuilt")
    assert merged.arrays.keys() == rebuilt.arrays.keys()
    for name, array in rebuilt.arrays.items():
        assert merged.arrays[name].tobytes() == array.tobytes(), name
