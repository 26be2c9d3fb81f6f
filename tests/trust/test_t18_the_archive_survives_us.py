"""T18: the archive survives us: a documented layout, readable with zcat, rebuilt from evidence."""

import json
import shutil
import subprocess
from pathlib import Path

from tests.conftest import Run


def test_zcat_and_grep_find_a_sentence_in_the_evidence(
    panel_archive: Run, archive_folder: Path
) -> None:
    paths = sorted((archive_folder / "warc").rglob("*.warc.gz"))
    output = subprocess.run(["zcat", *paths], capture_output=True).stdout

    assert b"refused entry to the facility" in output


def test_the_evidence_alone_rebuilds_the_same_texts(
    panel_archive: Run, archive_folder: Path
) -> None:
    def texts() -> list[tuple[str, str]]:
        lines = panel_archive("export", "-").stdout.splitlines()
        return sorted((row["version"], row["text_sha256"]) for row in map(json.loads, lines))

    before = texts()
    for path in archive_folder.glob("catalogue.sqlite*"):
        path.unlink()
    shutil.rmtree(archive_folder / "index", ignore_errors=True)

    assert panel_archive("rebuild").exit_code == 0
    assert before
    assert texts() == before
