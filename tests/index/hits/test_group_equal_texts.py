"""Statements with one text: one hit, which names the others."""

from collections.abc import Callable
from pathlib import Path

import pytest

from index.engine_interface import Results
from index.engines.whoosh import WhooshEngine
from index.query_parser import parse
from tests.support.index_documents import statement

TEXT = "The council will give the families of the ferrymen every help that the law allows."
Ask = Callable[..., Results]


@pytest.fixture
def engine(tmp_path: Path) -> WhooshEngine:
    return WhooshEngine(tmp_path / "index")


@pytest.fixture
def ask(engine: WhooshEngine) -> Ask:
    def search(query: str, **options: object) -> Results:
        return engine.search(parse(query), group_equal=True, **options)  # type: ignore[arg-type]

    return search


def names(results: Results) -> list[tuple[str, list[str]]]:
    return [(hit.statement, sorted(other.statement for other in hit.also)) for hit in results.hits]


def test_the_earliest_is_the_hit_and_names_the_others(engine: WhooshEngine, ask: Ask) -> None:
    engine.update(
        [
            statement(TEXT, "b", issued="2024-03-05", source="news"),
            statement(TEXT, "undated", issued=""),
            statement(TEXT, "a", issued="2024-03-04", title="On the ferrymen"),
        ]
    )

    results = ask("ferrymen")

    assert names(results) == [("a", ["b", "undated"])]
    assert (results.total, results.statements, results.hits[0].also_count) == (1, 3, 2)
    assert {other.source for other in results.hits[0].also} == {"news", "sildavia_press"}


def test_facets_count_statements_and_a_facet_finds_as_many(engine: WhooshEngine, ask: Ask) -> None:
    engine.update([statement(TEXT, name, source=name) for name in ("x", "y", "z")])

    assert ask("ferrymen").facets["source"] == {"x": 1, "y": 1, "z": 1}
    assert names(ask("ferrymen source:z")) == [("z", [])]


@pytest.mark.parametrize("commits", [1, 2, 7])
@pytest.mark.parametrize("order", ["best", "newest"])
def test_pages_neither_overlap_nor_leave_gaps(
    engine: WhooshEngine, ask: Ask, commits: int, order: str
) -> None:
    documents = [
        statement(
            f"{TEXT} Letter {number % 9}.", f"s{number}", issued=f"2024-01-{number % 27 + 1:02}"
        )
        for number in range(40)
    ]
    for part in range(commits):
        engine.update(documents[part::commits])

    pages = [ask("ferrymen", limit=2, offset=offset, order=order) for offset in range(0, 10, 2)]

    shown = [name for page in pages for name in names(page)]
    assert {page.total for page in pages} == {9}
    assert shown == names(ask("ferrymen", limit=20, order=order))
    assert sorted(name for first, also in shown for name in (first, *also)) == sorted(
        document.statement for document in documents
    )


@pytest.mark.parametrize(
    ("other", "is_equal"),
    [
        (TEXT.replace(" of the", "\n of  the"), True),
        (TEXT.replace("ferrymen", "ferry\u00admen"), True),
        (TEXT.replace("The", "THE"), False),
        (TEXT.replace("every help", "help every"), False),
        (TEXT.replace(" every", ", every"), False),
        (TEXT.replace(".", "!"), False),
    ],
)
def test_texts_are_equal_if_only_typography_differs(
    engine: WhooshEngine, ask: Ask, other: str, is_equal: bool
) -> None:
    engine.update([statement(TEXT, "a")])
    engine.update([statement(other, "b")])

    assert ask("council").total == (1 if is_equal else 2)


def test_a_short_text_is_equal_only_under_the_same_title(engine: WhooshEngine, ask: Ask) -> None:
    engine.update(
        [
            statement("See the annex.", "a", title="On the mill"),
            statement("See the annex.", "b", title="On the dam"),
            statement("See the annex.", "c", title="On the dam"),
        ]
    )

    assert sorted(names(ask("annex"))) == [("a", []), ("b", ["c"])] or sorted(
        names(ask("annex"))
    ) == [("a", []), ("c", ["b"])]


def test_a_page_and_a_statement_of_one_text_are_in_two_layers(
    engine: WhooshEngine, ask: Ask
) -> None:
    engine.update([statement(TEXT, "a"), statement(TEXT, "b", key="b#page", layer="page")])

    assert names(ask("ferrymen")) == [("a", [])]
    assert names(ask("ferrymen", layer="page")) == [("b", [])]


def test_what_is_replaced_or_merged_is_equal_no_longer_or_still(
    engine: WhooshEngine, ask: Ask
) -> None:
    for name in ("a", "b", "c"):
        engine.update([statement(TEXT, name, issued=f"2024-03-0{ord(name) - 96}")])
    engine.merge_segments()
    assert names(ask("ferrymen")) == [("a", ["b", "c"])]

    engine.update([statement(f"{TEXT} They wait.", "a")], removed=["b@1#statement"])
    engine.merge_segments()

    assert sorted(names(ask("ferrymen"))) == [("a", []), ("c", [])]


def test_without_grouping_each_statement_is_a_hit(engine: WhooshEngine) -> None:
    engine.update([statement(TEXT, "a"), statement(TEXT, "b")])

    results = engine.search(parse("ferrymen"))

    assert (results.total, results.statements, [hit.also for hit in results.hits]) == (
        2,
        2,
        [(), ()],
    )
