"""OpenTimestamps from the command line: pending at once, proved later, readable by others."""

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


def stamp(run: Run, server: Calendar) -> str:
    """Stamp the checkpoint, and return standard error."""
    return run("checkpoint", "--stamp", "--calendar", server.url).stderr


def test_a_calendar_promises_at_once(panel_archive: Run, archive_folder: Path) -> None:
    with calendar() as server:
        message = stamp(panel_archive, server)

    (proof,) = proofs(archive_folder)
    assert f"{proof.name}: promised by {server.url}" in message
    verified = panel_archive("verify")
    assert verified.exit_code == 0
    assert f"promised by {server.url}, not in a Bitcoin block yet" in verified.stdout


def test_the_proof_is_completed_when_a_block_was_mined(
    panel_archive: Run, archive_folder: Path
) -> None:
    with calendar() as server:
        stamp(panel_archive, server)
        pending = panel_archive("checkpoint", "--stamp")
        server.block = 800_000
        completed = panel_archive("checkpoint", "--stamp")

    proof = proofs(archive_folder)[0]
    assert pending.exit_code == 1
    assert "not in a Bitcoin block yet" in pending.stderr
    assert f"{proof.name}: in Bitcoin block 800000" in completed.stderr
    root = server.root(proof.with_suffix("").read_bytes())
    verified = panel_archive("verify")
    assert f"existed before Bitcoin block 800000, if its Merkle root is {root}" in verified.stdout


def test_the_proof_is_readable_by_the_opentimestamps_library(
    panel_archive: Run, archive_folder: Path
) -> None:
    with calendar() as server:
        stamp(panel_archive, server)

    (proof,) = proofs(archive_folder)
    parsed = DetachedTimestampFile.deserialize(BytesDeserializationContext(proof.read_bytes()))
    assert [item.uri for _, item in parsed.timestamp.all_attestations()] == [server.url]


@pytest.mark.parametrize("offset", [10, 40, 60])
def test_a_changed_proof_is_found(panel_archive: Run, archive_folder: Path, offset: int) -> None:
    with calendar() as server:
        stamp(panel_archive, server)
    flip_bit(proofs(archive_folder)[0], offset)

    result = panel_archive("verify")

    assert result.exit_code == 3
    assert "its digest is not the one in the log" in result.stdout


def test_a_damaged_checkpoint_under_a_proof_is_named_and_does_not_stop_verification(
    panel_archive: Run, archive_folder: Path
) -> None:
    with calendar() as server:
        stamp(panel_archive, server)
    flip_bit(proofs(archive_folder)[0].with_suffix(""), 3)

    result = panel_archive("verify")

    assert result.exit_code == 3
    assert "catalogue" in panel_archive("-v", "verify").stdout  # it went on to the end


def test_without_the_package_a_proof_is_noted_and_not_reported_as_wrong(
    panel_archive: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with calendar() as server:
        stamp(panel_archive, server)
    monkeypatch.setattr(opentimestamps, "find_spec", lambda name: None)

    result = panel_archive("verify")

    assert result.exit_code == 0
    assert "pip install onrecord[ots]" in result.stdout


def test_an_invalid_calendar_response_is_reported_and_not_stored(
    panel_archive: Run, archive_folder: Path
) -> None:
    with calendar() as server:
        server.answer = b"<html>Welcome to the hotel network</html>"
        result = panel_archive("checkpoint", "--stamp", "--calendar", server.url)

    assert result.exit_code == 1
    assert "expected an OpenTimestamps proof" in result.stderr
    assert proofs(archive_folder) == []


def test_a_calendar_that_is_not_configured_is_never_requested(
    panel_archive: Run, archive_folder: Path
) -> None:
    with calendar() as other_server, calendar() as server:
        server.answer = other_server.promise(b"\0" * 32)  # a proof naming another machine
        stamp(panel_archive, server)
        server.answer = None
        message = panel_archive("checkpoint", "--stamp").stderr

    assert "promised by a calendar that is not configured" in message
    assert other_server.requested_paths == []


def test_a_pack_carries_the_proof(panel_archive: Run, archive_folder: Path, tmp_path: Path) -> None:
    with calendar() as server:
        stamp(panel_archive, server)
    out = tmp_path / "pack"

    assert panel_archive("prove", "meridian_panel:PD_2024_7", "--out", out).exit_code == 0

    assert (out / "checkpoint.ots").read_bytes() == proofs(archive_folder)[0].read_bytes()
    assert "ots verify checkpoint.ots" in (out / "README.txt").read_text()
