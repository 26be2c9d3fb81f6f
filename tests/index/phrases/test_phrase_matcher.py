"""Phrases, nearness and ellipses against a reading of every document."""

import io
import itertools
import random
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.phrases.build import column_builder
from index.phrases.match import exact_phrase, near_words, segment_reader, slot_positions
from index.phrases.match.query_evaluator import Evaluation, run_slots
from index.phrases.match.segment_reader import Segment
from index.phrases.segments.whoosh_column import DocumentBatch
from index.query_tree import And, Not, Or, Phrase, Prefix, Run
from tests.support.index_documents import statement

WORDS = ["the", "of", "a", "not", "do", "detain", "detained", "exist", "zebra", "x"]
DOCUMENTS = st.lists(
    st.lists(st.sampled_from(WORDS + WORDS[:3] * 3), max_size=20), min_size=1, max_size=8
)
QUERY = st.lists(st.sampled_from([*WORDS, "absent"]), min_size=1, max_size=4)
# Long texts of few words, in which words that are asked for are near one another.
DENSE = st.integers(0, 1 << 32).map(
    lambda seed: [random.Random(seed + n).choices(WORDS[:6], k=40) for n in range(seed % 8 + 1)]
)
DENSE_QUERY = st.lists(st.sampled_from(WORDS[:6]), min_size=2, max_size=4)


@pytest.fixture(
    autouse=True,
    params=["rare words apart", "common words in pairs", "all tokens read", "neither"],
)
def kinds_of_words(request: pytest.FixtureRequest) -> Iterator[None]:
    """Make words of so few documents common, or too rare for a token of their own."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param != "neither":
            patch.setattr(column_builder, "_LEAST", 0 if request.param == "all tokens read" else 1)
            patch.setattr(column_builder, "_SHARE", 30)
        if request.param == "rare words apart":
            for module in (
                column_builder,
                exact_phrase,
                near_words,
                slot_positions,
                segment_reader,
            ):
                patch.setattr(module, "RARE", 5)
        if request.param == "all tokens read":
            patch.setattr(near_words, "_SCANNED", 1 << 20)
            patch.setattr(near_words, "_CHUNK", 7)
        if request.param == "common words in pairs":
            patch.setattr(near_words, "_MANY", 1)
            patch.setattr(near_words, "_SELECT", 1)
        yield


def segment_of(documents: Sequence[Sequence[str]]) -> Segment:
    sink = io.BytesIO()
    gathering = DocumentBatch(sink)
    for number, words in enumerate(documents):
        gathering.add(statement(" ".join(words), f"s{number}"))
    gathering.finish()
    return Segment(memoryview(sink.getvalue()), "test")


def spans(
    documents: Sequence[Sequence[str]], held: Segment, found: slot_positions.Spans
) -> set[tuple[int, int, int]]:
    """Return spans as document, first word, last word."""
    result = set()
    for start, end in zip(found.starts.tolist(), found.ends.tolist(), strict=True):
        number = int(held.documents_at(found.starts[found.starts == start])[0])
        base = held.span(number)[0]
        result.add((number, start - base, end - base))
    return result


def chains(words: Sequence[str], wanted: Sequence[str]) -> Iterator[tuple[int, ...]]:
    places = [[i for i, word in enumerate(words) if word == want] for want in wanted]
    return (chain for chain in itertools.product(*places))


@settings(deadline=None)
@example(  # "the" is as frequent as "of", and just not common any more
    documents=[["the"] * 3 + ["of"] * 3 + ["a"] * 3 + ["not"] * 4 + ["a", "of", "the"]],
    wanted=["of", "the"],
)
@given(documents=DOCUMENTS, wanted=QUERY)
def test_exact_finds_every_place_and_no_other(
    documents: list[list[str]], wanted: list[str]
) -> None:
    held = segment_of(documents)
    found = exact_phrase.exact(held, run_slots(held, Run(tuple(wanted))))

    assert spans(documents, held, found) == {
        (number, at, at + len(wanted))
        for number, words in enumerate(documents)
        for at in range(len(words))
        if words[at : at + len(wanted)] == wanted
    }


@settings(deadline=None)
@given(
    documents=DOCUMENTS | DENSE, wanted=QUERY | DENSE_QUERY | DENSE_QUERY, slop=st.integers(0, 5)
)
def test_near_keeps_order_and_counts_all_other_words(
    documents: list[list[str]], wanted: list[str], slop: int
) -> None:
    held = segment_of(documents)
    found = spans(documents, held, near_words.near(held, run_slots(held, Run(tuple(wanted))), slop))

    right: dict[tuple[int, int], int] = {}
    for number, words in enumerate(documents):
        for chain in chains(words, wanted):
            ordered = all(a < b for a, b in itertools.pairwise(chain))
            if ordered and chain[-1] - chain[0] + 1 <= len(wanted) + slop:
                key = number, chain[0]
                right[key] = min(right.get(key, 99), chain[-1] + 1)
    assert found == {(number, start, end) for (number, start), end in right.items()}


@settings(deadline=None)
@given(documents=DOCUMENTS | DENSE, wanted=QUERY | DENSE_QUERY, slop=st.integers(0, 4))
def test_near_in_any_order_finds_the_same_documents(
    documents: list[list[str]], wanted: list[str], slop: int
) -> None:
    held = segment_of(documents)
    found = near_words.near_unordered(held, run_slots(held, Run(tuple(wanted))), slop)

    right = {
        number
        for number, words in enumerate(documents)
        for chain in chains(words, wanted)
        if len(set(chain)) == len(chain) and max(chain) - min(chain) + 1 <= len(wanted) + slop
    }
    placed = spans(documents, held, found)
    assert {number for number, _, _ in placed} == right
    for number, start, end in placed:
        window = documents[number][start:end]
        assert end - start <= len(wanted) + slop
        assert all(window.count(word) >= wanted.count(word) for word in wanted)


@settings(deadline=None)
@given(documents=DOCUMENTS, parts=st.lists(QUERY, min_size=2, max_size=3))
def test_an_ellipsis_finds_parts_in_order_in_one_document(
    documents: list[list[str]], parts: list[list[str]]
) -> None:
    held = segment_of(documents)
    found = exact_phrase.sequence(held, [run_slots(held, Run(tuple(part))) for part in parts])

    def holds(words: Sequence[str]) -> bool:
        at = 0
        for part in parts:
            places = (i for i in range(at, len(words)) if list(words[i : i + len(part)]) == part)
            place = next(places, None)
            if place is None:
                return False
            at = place + len(part)
        return True

    assert {number for number, _, _ in spans(documents, held, found)} == {
        number for number, words in enumerate(documents) if holds(words)
    }


@settings(deadline=None)
@given(documents=DOCUMENTS, start=st.sampled_from(["d", "de", "detain", "t", "q"]), first=QUERY)
def test_a_prefix_stands_for_every_word_that_begins_so(
    documents: list[list[str]], start: str, first: list[str]
) -> None:
    held = segment_of(documents)
    wanted = [*first, start]

    def fits(words: Sequence[str]) -> bool:
        return any(
            list(words[at : at + len(first)]) == first and words[at + len(first)].startswith(start)
            for at in range(len(words) - len(first))
        )

    evaluation = Evaluation(held)
    phrase = evaluation.mask(evaluation.answer(Phrase((Run(tuple(wanted), open_end=True),))))
    alone = evaluation.mask(evaluation.answer(Prefix(start)))
    assert phrase.tolist() == [fits(words) for words in documents]
    assert alone.tolist() == [any(w.startswith(start) for w in words) for words in documents]


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
    held = segment_of(documents)

    def true(node: object, words: Sequence[str]) -> bool:
        match node:
            case And(parts):
                return all(true(part, words) for part in parts)
            case Or(parts):
                return any(true(part, words) for part in parts)
            case Not(part):
                return not true(part, words)
            case Phrase(runs):
                want = list(runs[0].words)
                return any(list(words[at : at + len(want)]) == want for at in range(len(words)))
        raise AssertionError(node)

    evaluation = Evaluation(held)
    answer = evaluation.mask(evaluation.answer(node))  # type: ignore[arg-type]
    assert answer.tolist() == [true(node, words) for words in documents]


@settings(deadline=None, max_examples=30)
@given(documents=DOCUMENTS, kept=st.data())
def test_a_merged_segment_equals_one_made_anew(
    documents: list[list[str]], kept: st.DataObject
) -> None:
    parts = [segment_of(documents), segment_of(documents[::-1])]
    chosen = [sorted(kept.draw(st.sets(st.integers(0, len(documents) - 1)))) for _ in parts]
    sink = io.BytesIO()
    gathering = DocumentBatch(sink)
    for part, numbers in zip(parts, chosen, strict=True):
        gathering.add_from(part, numbers)
    gathering.finish()
    merged = Segment(memoryview(sink.getvalue()), "merged")

    sink = io.BytesIO()
    anew = DocumentBatch(sink)
    for part, numbers in zip(parts, chosen, strict=True):
        for number in numbers:
            anew.add(part.document(number))
    anew.finish()
    made = Segment(memoryview(sink.getvalue()), "anew")
    assert merged.arrays.keys() == made.arrays.keys()
    for name, array in made.arrays.items():
        assert merged.arrays[name].tobytes() == array.tobytes(), name
