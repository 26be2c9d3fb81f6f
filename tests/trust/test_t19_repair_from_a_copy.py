"""T19: fixity is checked and logged; damage is repaired from a second copy."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.support.whole_archives import flip_bit


def test_damage_is_repaired_from_a_copy_and_every_check_is_recorded(
    panel_archive: Run, archive_folder: Path, tmp_path: Path
) -> None:
    copy = shutil.copytree(archive_folder, tmp_path / "copy")
    path = sorted((archive_folder / "warc").rglob("*.warc.gz"))[0]
    flip_bit(path, 1500)

    assert panel_archive("verify").exit_code == 3
    assert panel_archive("verify", "--repair-from", copy).exit_code == 0
    assert panel_archive("verify").exit_code == 0

    with closing(sqlite3.connect(archive_folder / "catalogue.sqlite")) as connection:
        events = connection.execute(
            "SELECT object, outcome, detail FROM event WHERE kind = 'fixity check' ORDER BY seq"
        ).fetchall()
    assert [outcome for name, outcome, _ in events if name == "archive"] == ["fail", "pass", "pass"]
    assert any("restored from" in detail for _, _, detail in events)


@pytest.mark.parametrize("file", ["entries.jsonl", "checkpoint", "keys/*.pem", "tile/**/*"])
def test_a_damaged_log_is_repaired_from_a_copy(
    panel_archive: Run, archive_folder: Path, tmp_path: Path, file: str
) -> None:
    copy = shutil.copytree(archive_folder, tmp_path / "copy")
    log = archive_folder / "log"
    flip_bit(next(path for path in sorted(log.glob(file)) if path.is_file()), 30)

    assert panel_archive("verify").exit_code == 3
    assert panel_archive("verify", "--repair-from", copy).exit_code == 0
    assert panel_archive("verify").exit_code == 0


def test_a_copy_that_is_no_archive_is_a_usage_error(panel_archive: Run, tmp_path: Path) -> None:
    result = panel_archive("verify", "--repair-from", tmp_path)

    assert result.exit_code != 0
    assert "expected a log, found none" in result.stderr
