"""T14: nothing is erased silently: an entry states who, when and why, with the leaf hash."""

from pathlib import Path

from archive.archive_folder import ArchiveFolder
from archive.integrity.erase_records import erasures
from archive.log import entries
from archive.log.entries import ErasedEntry
from archive.log.signed_log import Log
from tests.conftest import Run


def test_an_erasure_is_logged_and_everything_else_verifies(
    panel_archive: Run, archive_folder: Path
) -> None:
    options = ("--reason", "asked by the person", "--who", "the keeper", "--yes")
    result = panel_archive("erase", "meridian_panel:PD_2024_7", *options)
    assert result.exit_code == 0, result.output

    assert panel_archive("verify", "--deep").exit_code == 0
    with Log.open_for_reading(ArchiveFolder(archive_folder).log) as log:
        erased = list(erasures(log))
        assert erased
        for _, entry in erased:
            remaining = log.entry(entry.number("entry"))
            assert remaining == ErasedEntry(bytes.fromhex(entry.text("leaf")))
            assert entry.text("reason") == "asked by the person"
            assert entry.text("who") == "the keeper"
            line = log.line(entry.number("entry"))
            assert entries.leaf_hash_of(line).hex() == entry.text("leaf")
