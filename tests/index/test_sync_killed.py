"""An index killed during synchronisation continues from its last commit."""

import multiprocessing
import os
import signal
from pathlib import Path

import pytest

from archive.catalogue import version_queries, write_rows
from archive.catalogue.database import transaction
from index import sync_with_catalogue
from index.engines.whoosh import WhooshEngine
from index.phrases.format import manifest
from index.query_parser import parse
from tests.support.builders import day, make_capture, make_reading

MANY = 60


@pytest.fixture
def statements(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a catalogue of many statements, of which three are indexed a commit."""
    monkeypatch.setattr(sync_with_catalogue, "BATCH_VERSIONS", 3)
    path = tmp_path / "catalogue.sqlite"
    with transaction(path) as connection:
        for number in range(MANY):
            capture = make_capture(f"https://panel.example/{number}", at=day(number))
            write_rows.add_capture(connection, capture)
            reading = make_reading(f"Release prisoner {number}.", identifier=f"PD/{number}")
            write_rows.add_reading(connection, reading, capture)
    return path


def _sync(catalogue: Path, folder: Path) -> None:
    with transaction(catalogue) as connection:
        sync_with_catalogue.sync(connection, WhooshEngine(folder))


def test_an_index_killed_while_it_is_made_goes_on_from_its_last_commit(
    statements: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "index"
    writer = multiprocessing.get_context("fork").Process(target=_sync, args=(statements, folder))
    writer.start()
    while manifest.read(folder).generation < 3:
        assert writer.is_alive() or manifest.read(folder).generation >= 3
    os.kill(writer.pid or 0, signal.SIGKILL)
    writer.join()

    engine = WhooshEngine(folder)
    indexed = engine.count()
    assert indexed > 0
    with transaction(statements) as connection:
        assert sync_with_catalogue.is_same_catalogue(connection, engine)
        assert sync_with_catalogue.sync(connection, engine) == MANY - indexed
        assert sync_with_catalogue.sync(connection, engine) == 0
        assert engine.search(parse('"release prisoner"'), limit=99).total == MANY
        assert len(list(version_queries.all_versions(connection))) == engine.count()
