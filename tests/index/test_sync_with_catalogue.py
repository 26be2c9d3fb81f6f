"""An index follows the catalogue."""

from pathlib import Path

from sqlalchemy import Connection

from archive.catalogue import write_rows
from index.engines.whoosh import WhooshEngine
from index.query_parser import parse
from index.sync_with_catalogue import sync
from index.verify_index import verify_index
from tests.support.builders import day, make_capture, make_reading


def record_page(catalogue: Connection, words: str, number: int) -> None:
    """Record a page that says `words` on day `number`."""
    capture = make_capture(at=day(number), name=f"urn:uuid:{number}")
    write_rows.add_capture(catalogue, capture)
    write_rows.add_reading(catalogue, make_reading(words), capture)


def newest(engine: WhooshEngine) -> list[str]:
    """Return the texts of versions that are the newest of their statements in the index."""
    hits = engine.search(parse("border"), collapse=False).hits
    return [hit.text for hit in hits if hit.current]


def test_of_two_versions_the_later_one_is_the_newest(catalogue: Connection, tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path / "index")
    for number, words in ((1, "The border is open."), (2, "The border is closed.")):
        record_page(catalogue, words, number)
        sync(catalogue, engine)

    assert newest(engine) == ["The border is closed."]


def test_words_that_come_back_are_the_newest_again(catalogue: Connection, tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path / "index")
    texts = ("The border is open.", "The border is closed.", "The border is open.")
    for number, words in enumerate(texts, 1):
        record_page(catalogue, words, number)
        sync(catalogue, engine)

    assert newest(engine) == ["The border is open."]
    assert [finding.grade.word for finding in verify_index(catalogue, engine)] == ["pass"]
