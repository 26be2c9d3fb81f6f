"""T11: the reader of each version is recorded; reading again adds a version, the old one stays."""

from dataclasses import replace

from sqlalchemy import Connection

from archive.catalogue import version_queries, write_rows
from tests.support.builders import make_capture, make_reading


def test_after_a_better_reader_an_old_citation_still_finds_the_old_words(
    catalogue: Connection,
) -> None:
    capture = make_capture()
    write_rows.add_capture(catalogue, capture)
    old = write_rows.add_reading(
        catalogue, replace(make_reading("Release them"), reader="panel/1"), capture
    )
    new = write_rows.add_reading(
        catalogue, replace(make_reading("Release them all."), reader="panel/2"), capture
    )

    before = version_queries.version(catalogue, old.version)
    after = version_queries.version(catalogue, new.version)
    assert (before.reading.text, before.reading.reader) == ("Release them", "panel/1")
    assert (after.reading.text, after.reading.reader) == ("Release them all.", "panel/2")
    assert before.capture == after.capture
