"""What the log vouches for: entered before the commit, settled after a crash, kept by a rebuild."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection

from archive.archive_folder import ArchiveFolder
from archive.catalogue import write_rows
from archive.catalogue.database import transaction
from archive.catalogue.vouched.adopt_rows import adopt_catalogue, settle_vouching
from archive.catalogue.vouched.verify_vouched import verify_vouched
from archive.log.signed_log import Log
from archive.verification_finding import Grade
from archive.vouching import vouching_entry
from archive.vouching.pending_rows import vouching
from tests.conftest import Run
from tests.support.builders import make_reading
from tests.support.whole_archives import Archive

EDITED = "meridian_panel:PD_2024_7"


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive")


def faults(connection: Connection, home: ArchiveFolder) -> list[str]:
    findings = verify_vouched(connection, home.log)
    return [finding.detail for finding in findings if finding.grade is Grade.FAILED]


def entries_of(log: Log) -> int:
    return sum(1 for _ in log.find_kind(vouching_entry.KIND))


def test_a_reading_that_is_committed_is_vouched_for(archive: Archive) -> None:
    (capture,) = archive.hold(1)
    with (
        transaction(archive.home.catalogue) as connection,
        vouching(connection, lambda: archive.log),
    ):
        write_rows.add_capture(connection, capture)
        write_rows.add_reading(connection, make_reading("Release them."), capture)
        connection.commit()

        assert faults(connection, archive.home) == []
        assert entries_of(archive.log) == 1


def test_what_is_rolled_back_is_in_no_entry(archive: Archive) -> None:
    (capture,) = archive.hold(1)
    with (
        transaction(archive.home.catalogue) as connection,
        vouching(connection, lambda: archive.log),
    ):
        write_rows.add_capture(connection, capture)
        connection.rollback()
        connection.commit()

    assert entries_of(archive.log) == 0


def test_a_row_that_was_changed_by_hand_is_not_vouched_for_when_it_is_changed_again(
    archive: Archive,
) -> None:
    (capture,) = archive.hold(1)
    with (
        transaction(archive.home.catalogue) as connection,
        vouching(connection, lambda: archive.log),
    ):
        write_rows.add_capture(connection, capture)
        connection.commit()
        connection.exec_driver_sql("UPDATE capture SET url = 'https://fen.example/'")
        write_rows.change_capture(connection, capture.id, {"outcome": "suspect"})
        connection.commit()
        archive.log.checkpoint()

        (fault,) = faults(connection, archive.home)

    assert "url logged as https://mfa.ruritania.example/1, found https://fen.example/" in fault


def test_rows_that_the_log_has_and_no_commit_followed_are_taken_back(archive: Archive) -> None:
    """As after a kill between the log's entry and the commit, and a session that went on."""
    first, second = archive.hold(1, 2)
    with (
        transaction(archive.home.catalogue) as connection,
        vouching(connection, lambda: archive.log),
    ):
        write_rows.add_capture(connection, first)
    _enter_without_commit(archive, "INSERT OR REPLACE INTO fact VALUES ('x', 'y')", second.id)
    archive.log.checkpoint()
    with (
        transaction(archive.home.catalogue) as connection,
        vouching(connection, lambda: archive.log),
    ):
        before = faults(connection, archive.home)
        settle_vouching(connection, archive.log)
        archive.log.checkpoint()

        assert len(before) == 1
        assert faults(connection, archive.home) == []


def _enter_without_commit(archive: Archive, statement: str, capture: str) -> None:
    from datetime import UTC, datetime

    from archive.vouching.row_kinds import sighting_row

    with closing(sqlite3.connect(archive.home.catalogue)) as connection:
        (catalogue,) = connection.execute("SELECT value FROM fact WHERE name = 'born'").fetchone()
    row = sighting_row("fen:1@0", capture, "2026-01-01")
    archive.log.append(vouching_entry.vouching_entries(catalogue, [row], datetime.now(UTC)))


def test_the_catalogue_of_an_earlier_onrecord_is_adopted_once(archive: Archive) -> None:
    captures = archive.hold(1, 2)
    with transaction(archive.home.catalogue) as connection:  # nothing vouches
        for capture in captures:
            write_rows.add_capture(connection, capture)
    with (
        transaction(archive.home.catalogue) as connection,
        vouching(connection, lambda: archive.log),
    ):
        assert adopt_catalogue(connection, archive.log) == 2
        assert adopt_catalogue(connection, archive.log) == 0
        archive.log.checkpoint()
        assert faults(connection, archive.home) == []


def test_a_capture_that_its_own_entry_contradicts_is_not_adopted(archive: Archive) -> None:
    captures = archive.hold(1, 2)
    with transaction(archive.home.catalogue) as connection:
        for capture in captures:
            write_rows.add_capture(connection, capture)
        connection.exec_driver_sql(
            "UPDATE capture SET captured = '2019-01-01T00:00:00.000000Z' WHERE arrival = 2"
        )
    with (
        transaction(archive.home.catalogue) as connection,
        vouching(connection, lambda: archive.log),
    ):
        assert adopt_catalogue(connection, archive.log) == 1
        archive.log.checkpoint()
        (fault,) = faults(connection, archive.home)

    assert captures[1].id in fault


def test_a_rebuild_vouches_anew_and_the_old_file_cannot_be_put_back(
    panel_archive: Run, archive_folder: Path, tmp_path: Path
) -> None:
    shutil.copy(archive_folder / "catalogue.sqlite", tmp_path / "old.sqlite")
    assert panel_archive("rebuild").exit_code == 0
    assert panel_archive("verify").exit_code == 0

    shutil.copy(tmp_path / "old.sqlite", archive_folder / "catalogue.sqlite")
    result = panel_archive("verify")

    assert result.exit_code == 3
    assert "a rebuild replaced this catalogue" in result.stdout


def test_a_rebuild_drops_forged_news_and_the_next_run_finds_what_was_deleted(
    panel_archive: Run, archive_folder: Path
) -> None:
    def kinds() -> list[str]:
        lines = panel_archive("watch", "news", "--json").stdout.splitlines()
        return sorted(json.loads(line)["kind"] for line in lines)

    panel_archive("watch", "check", "--no-tell")
    before = kinds()
    with closing(sqlite3.connect(archive_folder / "catalogue.sqlite")) as connection:
        connection.execute("DELETE FROM news WHERE kind = 'edit'")
        connection.execute("UPDATE news SET kind = 'gone' WHERE seq = (SELECT max(seq) FROM news)")
        connection.commit()
    assert panel_archive("verify").exit_code == 3

    result = panel_archive("rebuild")
    panel_archive("watch", "check", "--no-tell")

    assert "left out 1 news items" in result.output
    assert kinds() == before
    assert panel_archive("verify").exit_code == 0


def test_after_an_erasure_nothing_is_missed_and_the_rest_is_cited(
    panel_archive: Run,
) -> None:
    erased = panel_archive("erase", EDITED, "--reason", "asked", "--who", "the board", "--yes")
    others = panel_archive("search", "panel", "--json").stdout.splitlines()
    name = json.loads(others[0])["statement"]

    assert erased.exit_code == 0, erased.output
    assert panel_archive("verify").exit_code == 0
    assert panel_archive("cite", name).exit_code == 0
