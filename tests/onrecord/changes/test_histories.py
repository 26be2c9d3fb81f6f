"""Real histories of two feeds: every edit is a version, and every version is an edit.

The lists of edits beside them were made by others from the same captures. They compare bodies with
their tags stripped, so they have changes of mark-up that changed no word, and lack titles and edits
that were undone in between. Times in them are when either text was first seen.
"""

import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from archive.catalogue.database import transaction
from archive.catalogue.monitoring import news_items
from archive.catalogue.row_conversion import format_moment
from archive.text.diff import diff_texts
from archive.text.fingerprint import normalize_text
from tests.support.paths import ROOT

pytestmark = pytest.mark.slow

HISTORIES = {
    "state_gov": ("state.gov-feed-2022", 770, 20, 2),
    "whitehouse_2021": ("whitehouse.gov-feed-2021", 557, 26, 1),
}


@pytest.fixture(scope="module", params=sorted(HISTORIES))
def history(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Path]:
    from tests.conftest import SHARED

    name: str = request.param
    file = SHARED / "web" / f"{HISTORIES[name][0]}.warc.gz"
    if not file.is_file():
        pytest.skip(f"needs real histories at {SHARED} (or $ONRECORD_SHARED)")
    archive = tmp_path_factory.mktemp("history") / "archive"
    for words in (["init"], ["scrape", name, "--from", str(file)]):
        subprocess.run(
            [sys.executable, "-m", "onrecord", "--quiet", "--archive", str(archive), *words],
            check=True,
            cwd=ROOT,
        )
    return name, archive


def read_listed_edits(name: str) -> list[dict[str, object]]:
    from tests.conftest import SHARED

    path = SHARED / "web" / f"{HISTORIES[name][0]}.edits.json"
    edits: list[dict[str, object]] = json.loads(path.read_text(encoding="utf-8"))
    return edits


def version_at(connection: Connection, source: str, identifier: str, when: str) -> tuple[str, str]:
    """Return (version, its title and text) of the capture at `when`."""
    row = connection.execute(
        text(
            "SELECT version.id, version.title || char(10) || plain_text(version_text.text)"
            " FROM sighting"
            " JOIN version ON version.id = sighting.version"
            " JOIN version_text ON version_text.sha256 = version.text_sha256"
            " JOIN statement ON statement.id = version.statement"
            " WHERE statement.source = :source AND statement.identifier = :identifier"
            " AND sighting.captured = :when"
        ),
        {
            "source": source,
            "identifier": identifier,
            "when": format_moment(datetime.fromisoformat(when)),
        },
    ).one()
    return row[0], row[1]


def changes_only_markup(edit: dict[str, object]) -> bool:
    """Say whether all that a listed edit changes is white space where a tag was stripped."""
    operations: list[tuple[str, str, str]] = edit["ops"]  # type: ignore[assignment]
    return all(normalize_text(before) == normalize_text(after) for _, before, after in operations)


def test_every_listed_edit_is_a_new_version_read_from_those_very_captures(
    history: tuple[str, Path],
) -> None:
    name, archive = history
    _, captures, edits, marks = HISTORIES[name]
    listed_edits = read_listed_edits(name)
    assert (len(listed_edits), sum(map(changes_only_markup, listed_edits))) == (edits, marks)
    with transaction(archive / "catalogue.sqlite") as connection:
        assert connection.scalar(text("SELECT count(*) FROM capture")) == captures
        edited_versions = {
            (item.after, item.capture_after) for item in news_items.news(connection, kinds=["edit"])
        }
        for edit in listed_edits:
            before, after = (
                version_at(connection, name, str(edit["guid"]), edit[side][1])  # type: ignore[index]
                for side in ("before", "after")
            )
            assert (before[0] == after[0]) == changes_only_markup(edit), edit["guid"]
            if before[0] != after[0]:
                assert after[0] in {version for version, _ in edited_versions}


def test_every_version_but_the_first_changes_words(history: tuple[str, Path]) -> None:
    _, archive = history
    with transaction(archive / "catalogue.sqlite") as connection:
        for item in news_items.news(connection, kinds=["edit"]):
            before, after = (
                connection.scalar(
                    text(
                        "SELECT title || char(10) || plain_text(text) FROM version"
                        " JOIN version_text ON sha256 = text_sha256 WHERE id = :id"
                    ),
                    {"id": version},
                )
                for version in (item.before, item.after)
            )
            assert diff_texts(str(before), str(after), "en"), item.statement


def test_a_statement_that_drops_off_a_feeds_end_is_no_removal(history: tuple[str, Path]) -> None:
    _, archive = history
    with transaction(archive / "catalogue.sqlite") as connection:
        assert {item.kind for item in news_items.news(connection)} == {"new", "edit"}
        assert news_items.absent_statements(connection) == []
