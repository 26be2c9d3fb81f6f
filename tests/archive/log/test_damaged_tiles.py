"""Tiles are derived: damaged ones are told, and made anew from the entries."""

import shutil
from pathlib import Path

import pytest

from archive.archive_folder import ArchiveFolder
from archive.errors import FixityError
from archive.integrity.restore_log import remake_derived_files
from archive.log.signed_log import Log
from tests.support.whole_archives import Archive, list_faults, overwrite

CAPTURES = 600


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filled") / "archive"
    with Archive(folder) as archive:
        archive.hold(*range(CAPTURES))
    return folder


@pytest.fixture
def home(tmp_path: Path, filled: Path) -> ArchiveFolder:
    return ArchiveFolder(Path(shutil.copytree(filled, tmp_path / "archive")))


def damage(path: Path, how: str) -> None:
    data = path.read_bytes()
    match how:
        case "zeros":
            overwrite(path, bytes(len(data)))
        case "torn":
            overwrite(path, data[:100])
        case "empty":
            overwrite(path, b"")
        case "longer":
            overwrite(path, data * 2)
        case "gone":
            path.unlink()
        case "one byte":
            overwrite(path, data[:7] + bytes([data[7] ^ 1]) + data[8:])


@pytest.mark.parametrize("how", ["zeros", "torn", "empty", "longer", "gone", "one byte"])
@pytest.mark.parametrize("number", [0, 1])
def test_a_damaged_tile_is_made_anew_by_the_next_writer(
    home: ArchiveFolder, how: str, number: int
) -> None:
    damage(home.log / f"tile/0/00{number}", how)

    with Archive(home.root) as archive:
        archive.hold(CAPTURES)

    assert list_faults(home) == []


@pytest.mark.parametrize("how", ["zeros", "torn", "one byte"])
def test_verify_names_a_damaged_tile_and_how_it_is_mended(home: ArchiveFolder, how: str) -> None:
    damage(home.log / "tile/0/001", how)

    (fault,) = list_faults(home)

    assert "tile/0/001: does not hold the hashes of the entries" in fault
    assert "onrecord verify --repair" in fault
    list(remake_derived_files(home))
    assert list_faults(home) == []


def test_a_proof_is_made_from_sound_tiles_only(home: ArchiveFolder) -> None:
    with Log.open_for_writing(home.log, home.keys) as log:
        good = log.inclusion_proof(30, 500), log.consistency_proof(300, 500)
    with Log.open_for_reading(home.log) as log:
        assert log.inclusion_proof(30, 500) == good[0]
        damage(home.log / "tile/0/000", "zeros")
    with Log.open_for_reading(home.log) as log:
        assert (log.inclusion_proof(30, 500), log.consistency_proof(300, 500)) == good
        assert log.remade_tiles
    assert set((home.log / "tile/0/000").read_bytes()) == {0}  # a reader writes nothing


def test_a_tile_that_no_checkpoint_covers_never_misleads_the_next_one(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive")
    archive.hold(*range(300))
    archive.store.close()
    archive.log.close()  # killed before it signed
    damage(archive.home.log / "tile/0/000", "zeros")

    with Archive(tmp_path / "archive") as again:
        again.hold(301)

    assert list_faults(again.home) == []


def test_changed_entries_are_not_mended_but_told_with_what_to_do(home: ArchiveFolder) -> None:
    path = home.log / "entries.jsonl"
    overwrite(path, path.read_bytes().replace(b"mfa.ruritania", b"mfb.ruritania", 1))

    with pytest.raises(FixityError, match="--repair-from COPY"):
        list(remake_derived_files(home))


def test_the_newest_checkpoint_is_restored_from_its_second_copy(home: ArchiveFolder) -> None:
    newest = sorted((home.log / "checkpoints").glob("*.note"))[-1]
    original = newest.read_bytes()
    damage(newest, "zeros")

    details = [finding.detail for finding in remake_derived_files(home)]

    assert details[0] == "restored from the file checkpoint"
    assert newest.read_bytes() == original
    assert list_faults(home) == []
