"""Texts are compressed in their rows, and read from rows of any format."""

import random
import tracemalloc
from pathlib import Path

import pytest
import zstandard
from sqlalchemy import Connection

from archive.catalogue import version_queries, write_rows
from archive.catalogue.database import transaction
from archive.catalogue.stored_texts import write_texts
from archive.catalogue.stored_texts.write_texts import compress_older_texts
from archive.errors import FormatError
from tests.support.builders import make_capture, make_reading

TEXT = "The panel regrets the detention. " * 40
WORDS = [f"{a}{b}{c}" for a in ("bor", "cen", "dis") for b in "aeiou" for c in ("ter", "ling", "s")]


def invented(number: int) -> str:
    chance = random.Random(number)
    return " ".join(chance.choices(WORDS, k=500))


def add(catalogue: Connection, number: int, text: str = "") -> str:
    """Record a statement; return the digest of its text."""
    capture = make_capture(number)
    write_rows.add_capture(catalogue, capture)
    reading = make_reading(text or invented(number), identifier=str(number))
    write_rows.add_reading(catalogue, reading, capture)
    return reading.text_sha256


def store_as_earlier_formats_did(catalogue: Connection) -> None:
    catalogue.exec_driver_sql("UPDATE version_text SET text = plain_text(text)")
    catalogue.exec_driver_sql("DELETE FROM fact WHERE name = 'texts compressed'")
    catalogue.exec_driver_sql("DELETE FROM text_dictionary")
    catalogue.commit()


def stored(catalogue: Connection) -> list[bytes | str]:
    return list(catalogue.exec_driver_sql("SELECT text FROM version_text").scalars())


def test_a_text_is_stored_compressed_and_read_as_it_was(catalogue: Connection) -> None:
    add(catalogue, 1, TEXT)

    assert len(stored(catalogue)[0]) < len(TEXT) / 10
    assert [v.reading.text for _, v in version_queries.all_versions(catalogue)] == [TEXT]


def test_a_page_text_is_stored_compressed_and_read_as_it_was(catalogue: Connection) -> None:
    digest = write_rows.add_layer(catalogue, TEXT)

    size = catalogue.exec_driver_sql("SELECT length(text) FROM layer").scalar_one()
    assert size < len(TEXT) / 10
    assert version_queries.layer(catalogue, digest) == TEXT


def test_texts_of_an_earlier_format_are_read(catalogue: Connection) -> None:
    add(catalogue, 1, TEXT)
    store_as_earlier_formats_did(catalogue)

    assert stored(catalogue) == [TEXT]
    assert [v.reading.text for _, v in version_queries.all_versions(catalogue)] == [TEXT]


def test_texts_of_an_earlier_format_are_compressed_once(catalogue: Connection) -> None:
    for number in range(3):
        add(catalogue, number)
    store_as_earlier_formats_did(catalogue)

    assert compress_older_texts(catalogue) == 3
    assert all(isinstance(text, bytes) for text in stored(catalogue))
    assert compress_older_texts(catalogue) == 0


def test_compressing_that_was_killed_continues(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write_texts, "_BATCH_ROWS", 2)
    with transaction(tmp_path / "c.sqlite") as catalogue:
        for number in range(7):
            add(catalogue, number)
        store_as_earlier_formats_did(catalogue)
        catalogue.exec_driver_sql(
            "CREATE TRIGGER killed BEFORE UPDATE ON version_text WHEN OLD.rowid = 5"
            " BEGIN SELECT RAISE(ABORT, 'killed'); END"
        )
    with pytest.raises(FormatError), transaction(tmp_path / "c.sqlite") as catalogue:
        compress_older_texts(catalogue)
    with transaction(tmp_path / "c.sqlite") as catalogue:
        catalogue.exec_driver_sql("DROP TRIGGER killed")
        assert [isinstance(text, bytes) for text in stored(catalogue)] == [True] * 4 + [False] * 3

        assert compress_older_texts(catalogue) == 3
        texts = [version.reading.text for _, version in version_queries.all_versions(catalogue)]
        assert texts == [invented(number) for number in range(7)]


def test_the_memory_of_compressing_does_not_grow_with_the_catalogue(
    catalogue: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write_texts, "_BATCH_ROWS", 20)
    monkeypatch.setattr(write_texts, "_TRAINING_TEXTS", 4)
    peaks = []
    for last in (100, 200):
        for number in range(last):
            add(catalogue, number)
        store_as_earlier_formats_did(catalogue)
        tracemalloc.start()
        try:
            compress_older_texts(catalogue)
            peaks.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()

    assert peaks[1] - peaks[0] < 20_000  # a hundred texts are 300 kB


def test_a_dictionary_is_made_once_there_are_texts_enough_and_used_for_all(
    catalogue: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write_texts, "TRAINING_BYTES", 100_000)
    for number in range(200):
        add(catalogue, number)

    count = catalogue.exec_driver_sql("SELECT count(*) FROM text_dictionary").scalar_one()
    assert count == 1
    ids = {zstandard.get_frame_parameters(bytes(frame)).dict_id for frame in stored(catalogue)}  # type: ignore[arg-type]
    assert len(ids) == 1
    assert ids != {0}
    texts = [version.reading.text for _, version in version_queries.all_versions(catalogue)]
    assert texts == [invented(number) for number in range(200)]


def test_a_dictionary_that_was_rolled_back_is_not_used(
    catalogue: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write_texts, "TRAINING_BYTES", 100_000)
    add(catalogue, 0)
    catalogue.commit()
    for number in range(1, 200):
        add(catalogue, number)
    catalogue.rollback()

    add(catalogue, 300, TEXT)

    texts = [version.reading.text for _, version in version_queries.all_versions(catalogue)]
    assert texts == [invented(0), TEXT]


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE version_text SET text = X'0102'",
        "UPDATE version_text SET text = substr(text, 1, length(text) - 4)",
        # A frame that promises 2**40 bytes.
        "UPDATE version_text SET text = X'28B52FFDE000000000000100000000'",
    ],
)
def test_a_damaged_text_is_an_error_that_names_the_version(
    catalogue: Connection, damage: str
) -> None:
    add(catalogue, 1, TEXT)
    catalogue.exec_driver_sql(damage)

    with pytest.raises(FormatError, match="has no text of digest"):
        list(version_queries.all_versions(catalogue))


def test_a_damaged_page_text_is_an_error(tmp_path: Path) -> None:
    with transaction(tmp_path / "c.sqlite") as catalogue:
        digest = write_rows.add_layer(catalogue, TEXT)
        catalogue.exec_driver_sql("UPDATE layer SET text = X'0102'")

    with pytest.raises(FormatError), transaction(tmp_path / "c.sqlite") as catalogue:
        version_queries.layer(catalogue, digest)
