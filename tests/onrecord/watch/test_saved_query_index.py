"""The matcher of saved queries gives the same answers as the search engine."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.engines.whoosh import WhooshEngine
from index.query_parser import parse
from index.query_tree import And, Or
from onrecord.watch.saved_query_index import Matcher
from tests.support.watched_texts import QUERIES, TEXTS, documents, search_keys


def words_in(text: str) -> Iterator[str]:
    return iter("".join(char if char.isalnum() else " " for char in text).split())


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> WhooshEngine:
    engine = WhooshEngine(Path(tmp_path_factory.mktemp("index")) / "index")
    engine.update(documents())
    return engine


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_matches_the_texts_that_a_search_finds(engine: WhooshEngine, query: str) -> None:
    matcher = Matcher([(1, parse(query).root)])

    matches = {document.key for document in documents() if matcher.matching_queries(document)}

    assert matches == search_keys(engine, query)


def test_any_combination_of_queries_matches_the_texts_that_a_search_finds(
    engine: WhooshEngine,
) -> None:
    rng = random.Random(3)
    queries = QUERIES
    nodes = {}
    for number in range(200):
        first, second = (parse(query) for query in rng.sample(queries, 2))
        join = rng.choice([And, Or])
        nodes[number] = (join((first.root, second.root)), join, first.text, second.text)
    matcher = Matcher((number, node) for number, (node, *_) in nodes.items())

    matches = {document.key: set(matcher.matching_queries(document)) for document in documents()}

    keys_by_query = {query: search_keys(engine, query) for query in queries}
    for number, (_, join, first, second) in nodes.items():
        expected = (
            keys_by_query[first] & keys_by_query[second]
            if join is And
            else keys_by_query[first] | keys_by_query[second]
        )
        assert {key for key, numbers in matches.items() if number in numbers} == expected, (
            first,
            second,
        )


def test_of_many_queries_only_the_matching_ones_are_returned() -> None:
    words = sorted({word for _, text in TEXTS.values() for word in words_in(text)})
    nodes = [(number, parse(f'"{word}"').root) for number, word in enumerate(words)]
    (text, *_) = documents()

    matches = Matcher(nodes).matching_queries(text)

    assert {words[number].lower() for number in matches} == {
        word.lower() for word in words_in(f"{text.text} {text.title}")
    } & {word.lower() for word in words}
