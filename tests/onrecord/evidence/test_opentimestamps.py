"""OpenTimestamps from the command line: promised at once, proved later, checked by others."""

from pathlib import Path

import pytest
from opentimestamps.core.serialize import BytesDeserializationContext
from opentimestamps.core.timestamp import DetachedTimestampFile

from archive.timestamps import opentimestamps
from tests.conftest import Run
from tests.support.opentimestamps_calendar import Calendar, calendar
from tests.support.whole_archives import flip_bit


def proofs(archive: Path) -> list[Path]:
    return sorted((archive / "log/checkpoints").glob("*.note.ots"))


def stamp(run: Run, here: Calendar) -> str:
    """Stamp, and return what was said."""
    return run("checkpoint", "--stamp", "--calendar", here.url).stderr


def test_a_calendar_promises_at_once(panel_archive: Run, archive_folder: Path) -> None:
    with calendar() as here:
        said = stamp(panel_archive, here)

    (proof,) = proofs(archive_folder)
    assert f"{proof.name}: promised by {here.url}" in said
    verified = panel_archive("verify")
    assert verified.exit_code == 0
    assert f"promised by {here.url}, not in a Bitcoin block yet" in verified.stdout


def test_the_proof_is_completed_when_a_block_was_mined(
    panel_archive: Run, archive_folder: Path
) -> None:
    with calendar() as here:
        stamp(panel_archive, here)
        waiting = panel_archive("checkpoint", "--stamp")
        here.block = 800_000
        completed = panel_archive("checkpoint", "--stamp")

    proof = proofs(archive_folder)[0]
    assert waiting.exit_code == 1
    assert "not in a Bitcoin block yet" in waiting.stderr
    assert f"{proof.name}: in Bitcoin block 800000" in completed.stderr
    root = here.root(proof.with_suffix("").read_bytes())
    verified = panel_archive("verify")
    assert f"existed before Bitcoin block 800000, if its Merkle root is {root}" in verified.stdout


def test_the_proof_is_one_that_others_read(panel_archive: Run, archive_folder: Path) -> None:
    with calendar() as here:
        stamp(panel_archive, here)

    (proof,) = proofs(archive_folder)
    read = DetachedTimestampFile.deserialize(BytesDeserializationContext(proof.read_bytes()))
    assert [one.uri for _, one in read.timestamp.all_attestations()] == [here.url]


@pytest.mark.parametrize("place", [10, 40, 60])
def test_a_changed_proof_is_found(panel_archive: Run, archive_folder: Path, place: int) -> None:
    with calendar() as here:
        stamp(panel_archive, here)
    flip_bit(proofs(archive_folder)[0], place)

    result = panel_archive("verify")

    assert result.exit_code == 3
    assert "not as it was received" in result.stdout


def test_a_damaged_checkpoint_under_a_proof_is_named_and_not_in_the_way(
    panel_archive: Run, archive_folder: Path
) -> None:
    with calendar() as here:
        stamp(panel_archive, here)
    flip_bit(proofs(archive_folder)[0].with_suffix(""), 3)

    result = panel_archive("verify")

    assert result.exit_code == 3
    assert "catalogue" in panel_archive("-v", "verify").stdout  # it went on to the end


def test_without_the_package_a_proof_is_noted_and_not_said_to_be_wrong(
    panel_archive: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with calendar() as here:
        stamp(panel_archive, here)
    monkeypatch.setattr(opentimestamps, "find_spec", lambda name: None)

    result = panel_archive("verify")

    assert result.exit_code == 0
    assert "pip install onrecord[ots]" in result.stdout


def test_a_calendar_that_talks_nonsense_is_said_and_nothing_kept(
    panel_archive: Run, archive_folder: Path
) -> None:
    with calendar() as here:
        here.answer = b"<html>Welcome to the hotel network</html>"
        result = panel_archive("checkpoint", "--stamp", "--calendar", here.url)

    assert result.exit_code == 1
    assert "expected an OpenTimestamps proof" in result.stderr
    assert proofs(archive_folder) == []


def test_a_calendar_that_was_not_set_up_is_never_asked(
    panel_archive: Run, archive_folder: Path
) -> None:
    with calendar() as theirs, calendar() as ours:
        ours.answer = theirs.promise(b"\0" * 32)  # a proof that names somebody else's machine
        stamp(panel_archive, ours)
        ours.answer = None
        said = panel_archive("checkpoint", "--stamp").stderr

    assert "promised by a calendar that is not set up" in said
    assert theirs.asked == []


def test_a_pack_carries_the_proof(panel_archive: Run, archive_folder: Path, tmp_path: Path) -> None:
    with calendar() as here:
        stamp(panel_archive, here)
    out = tmp_path / "pack"

    assert panel_archive("prove", "meridian_panel:PD_2024_7", "--out", out).exit_code == 0

    assert (out / "checkpoint.ots").read_bytes() == proofs(archive_folder)[0].read_bytes()
    assert "ots verify checkpoint.ots" in (out / "README.txt").read_text()
