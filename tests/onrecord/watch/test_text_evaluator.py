"""The evaluator of one text gives the same answers as the search engine."""

from pathlib import Path

from index.engines.whoosh import WhooshEngine
from index.query_parser import parse
from onrecord.watch.text_evaluator import IndexedText, matches
from tests.support.watched_texts import QUERIES, documents, search_keys


def test_a_text_matches_the_queries_by_which_a_search_finds_it(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path / "index")
    engine.update(documents())
    texts = [IndexedText(document) for document in documents()]

    for query in QUERIES:
        root = parse(query).root
        keys = {text.document.key for text in texts if matches(root, text)}

        assert keys == search_keys(engine, query), query
