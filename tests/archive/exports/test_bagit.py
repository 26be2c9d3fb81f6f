from pathlib import Path

import bagit
import pytest
from sqlalchemy import Connection

from archive.archive_folder import ArchiveFolder
from archive.errors import StorageError
from archive.exports.bagit import export
from tests.support.whole_archives import fill_archive, flip_bit


@pytest.fixture
def home(tmp_path: Path) -> ArchiveFolder:
    home = fill_archive(tmp_path / "archive", 3)
    (home.sources / "100% ours.toml").write_text("name = 'x'\n")
    return home


@pytest.fixture
def bag(tmp_path: Path, home: ArchiveFolder, catalogue: Connection) -> Path:
    out = tmp_path / "bag"
    export(home, catalogue, out)
    return out


def test_the_libraries_own_tool_finds_it_valid(bag: Path) -> None:
    assert bagit.Bag(str(bag)).validate()


def test_that_tool_finds_a_change(bag: Path) -> None:
    flip_bit(next((bag / "data/warc").rglob("*.warc.gz")), 100)

    with pytest.raises(bagit.BagValidationError):
        bagit.Bag(str(bag)).validate()


def test_it_holds_the_evidence_the_log_and_the_texts_and_no_key(
    bag: Path, home: ArchiveFolder
) -> None:
    top_level = {path.relative_to(bag / "data").parts[0] for path in (bag / "data").rglob("*")}

    assert top_level == {"warc", "log", "sources", "statements.jsonl"}
    for path in bag.rglob("*"):
        assert not path.is_file() or b"PRIVATE KEY" not in path.read_bytes()


def test_a_bag_is_not_made_over_anything(
    bag: Path, home: ArchiveFolder, catalogue: Connection
) -> None:
    with pytest.raises(StorageError, match="exists already"):
        export(home, catalogue, bag)
    with pytest.raises(StorageError, match="name one"):
        export(home, catalogue, Path("-"))
