"""Snippets mark the match and begin and end at words."""

from pathlib import Path

from index.engine import Hit
from index.engines.whoosh import WhooshEngine
from index.query_parser import parse
from index.snippets import snippets
from tests.support.index_documents import statement


def hit(folder: Path, text: str, query: str) -> Hit:
    engine = WhooshEngine(folder)
    engine.update([statement(text)])
    return engine.search(parse(query)).hits[0]


def test_only_the_match_is_marked(tmp_path: Path) -> None:
    text = f"{'The end of it. ' * 20}The end of the peg\nis near. {'The end of it. ' * 20}"

    (snippet,) = snippets(hit(tmp_path, text, '"the end of the peg"'))

    assert [snippet.text[start:end] for start, end in snippet.marks] == ["The end of the peg"]
    assert snippet.text in text.replace("\n", " ")
    assert text[snippet.start :].replace("\n", " ").startswith(snippet.text)
    assert len(snippet.text) < 150
    assert text[snippet.start - 1] == " "


def test_matches_near_by_share_a_snippet_and_others_have_their_own(tmp_path: Path) -> None:
    text = f"one peg, two pegs, a peg {'and so on ' * 40} peg again {'and so on ' * 40} peg"

    excerpts = snippets(hit(tmp_path, text, '"peg"'), limit=2)

    assert [len(snippet.marks) for snippet in excerpts] == [2, 1]


def test_a_short_text_is_shown_whole(tmp_path: Path) -> None:
    assert snippets(hit(tmp_path, "peg", "peg"))[0].text == "peg"
    assert snippets(hit(tmp_path, "peg", "NOT war")) == []
