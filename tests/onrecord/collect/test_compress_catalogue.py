"""A catalogue of an earlier format is compressed by the next command that writes."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from archive.catalogue.database import transaction
from onrecord.collect import open_archive
from tests.conftest import Run


@pytest.fixture
def older_archive(panel_archive: Run, archive_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Hold an archive whose catalogue has its texts as they are, in pages of 4096 bytes."""
    monkeypatch.setattr(open_archive, "_MIN_TEXTS_TO_REWRITE", 1)
    path = archive_folder / "catalogue.sqlite"
    with transaction(path) as connection:
        connection.exec_driver_sql("UPDATE version_text SET text = plain_text(text)")
        connection.exec_driver_sql("DELETE FROM fact WHERE name = 'texts compressed'")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA page_size = 4096")
        connection.execute("VACUUM")
    return panel_archive


def stored(folder: Path) -> tuple[int, set[str]]:
    """Return the catalogue's size of pages, and the types of its texts."""
    with closing(sqlite3.connect(folder / "catalogue.sqlite")) as connection:
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        return size, {row[0] for row in connection.execute("SELECT typeof(text) FROM version_text")}


def collection(folder: Path) -> Path:
    path = folder / "lines.jsonl"
    path.write_text('{"id": "x:1", "source": "x", "lang": "en", "text": "Release them now."}\n')
    return path


def test_an_import_compresses_the_texts_and_rewrites_the_file(
    older_archive: Run, archive_folder: Path, tmp_path: Path
) -> None:
    before = older_archive("show", "meridian_panel:PD_2024_11", "--json").stdout
    assert stored(archive_folder) == (4096, {"text"})

    result = older_archive("import", collection(tmp_path))

    assert result.exit_code == 0
    assert stored(archive_folder) == (8192, {"blob"})
    assert older_archive("show", "meridian_panel:PD_2024_11", "--json").stdout == before
    assert older_archive("verify").exit_code == 0


def test_the_file_is_not_rewritten_while_another_process_reads_it(
    older_archive: Run, archive_folder: Path, tmp_path: Path
) -> None:
    with transaction(archive_folder / "catalogue.sqlite") as reader:
        reader.exec_driver_sql("SELECT count(*) FROM version").scalar_one()

        result = older_archive("import", collection(tmp_path))

    assert result.exit_code == 0
    assert stored(archive_folder) == (4096, {"blob"})


def test_reading_commands_leave_the_texts_as_they_are(
    older_archive: Run, archive_folder: Path
) -> None:
    assert older_archive("search", "panel").exit_code == 0

    assert stored(archive_folder) == (4096, {"text"})
