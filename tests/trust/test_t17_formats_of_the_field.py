"""T17: the formats open in other tools."""

import subprocess
import sys
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator, WarcRecordType
from sqlalchemy import Connection

from archive.exports import EXPORTS
from tests.support.whole_archives import list_warc_files
from tests.trust.attacks import Victim

TOOLS = Path(sys.executable).parent


@pytest.mark.parametrize("command", ["warcio check", "fastwarc check"])
def test_warc_files_pass_the_checks_of_other_tools(victim: Victim, command: str) -> None:
    tool, verb = command.split()
    for path in list_warc_files(victim.home):
        assert subprocess.run([TOOLS / tool, verb, path], capture_output=True).returncode == 0


def test_fastwarc_reads_the_same_pages(victim: Victim) -> None:
    count = 0
    for path in list_warc_files(victim.home):
        with path.open("rb") as file:
            for record in ArchiveIterator(file, record_types=WarcRecordType.response):
                assert b"The border remains open to all." in record.reader.read()
                count += 1
    assert count == 60


def test_a_wacz_is_valid_to_py_wacz(tmp_path: Path, victim: Victim, catalogue: Connection) -> None:
    EXPORTS.load("wacz")(victim.home, catalogue, tmp_path / "all.wacz")

    check = [TOOLS / "wacz", "validate", "-f", tmp_path / "all.wacz"]
    assert subprocess.run(check, capture_output=True).returncode == 0


def test_a_bag_is_valid_to_bagit(tmp_path: Path, victim: Victim, catalogue: Connection) -> None:
    EXPORTS.load("bagit")(victim.home, catalogue, tmp_path / "bag")

    check = [sys.executable, "-m", "bagit", "--validate", tmp_path / "bag"]
    assert subprocess.run(check, capture_output=True).returncode == 0
