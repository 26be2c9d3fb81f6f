"""Restoring the log's own files from a copy, which is used only where our key authenticates it."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.archive_folder import ArchiveFolder
from archive.integrity.log_audit import TrustAnchors
from archive.integrity.restore_log import restore_log
from archive.log.signed_log import Log
from archive.timestamps import authorities, renewal
from archive.verification_finding import Finding, Grade
from tests.support.timestamp_authority import post, serving
from tests.support.whole_archives import Archive, fill_archive, flip_bit, list_faults

NOW = datetime.now(UTC)


@pytest.fixture
def home(tmp_path: Path) -> ArchiveFolder:
    with serving(tmp_path / "tsa") as authority, Archive(tmp_path / "archive") as archive:
        archive.hold(*range(6))
        authorities.add(archive.home.log, authority)
        archive.log.checkpoint()
        requests = renewal.pending_requests(archive.log.checkpoints, [authority], NOW)
        renewal.obtain_timestamps(archive.log, requests, post, NOW)
        return archive.home


@pytest.fixture
def copy(home: ArchiveFolder, tmp_path: Path) -> ArchiveFolder:
    """Return a copy of the archive, made while it was intact."""
    return ArchiveFolder(shutil.copytree(home.root, tmp_path / "copy"))


def remaining_faults(home: ArchiveFolder) -> list[str]:
    return list_faults(home, TrustAnchors(authorities=authorities.roots(home.log)))


def failures(findings: list[Finding]) -> list[str]:
    return [finding.detail for finding in findings if finding.grade is Grade.FAILED]


def first_file(pattern: str) -> Callable[[ArchiveFolder], Path]:
    return lambda home: sorted(p for p in home.log.glob(pattern) if p.is_file())[0]


FILES = {
    "entries": first_file("entries.jsonl"),
    "a checkpoint": first_file("checkpoints/*.note"),
    "the newest checkpoint": first_file("checkpoint"),
    "a token": first_file("checkpoints/*.tsr"),
    "a tile": first_file("tile/**/*"),
    "a public key": first_file("keys/*.pem"),
}


@pytest.mark.parametrize("kind", FILES)
def test_a_damaged_file_of_the_log_is_restored(
    home: ArchiveFolder, copy: ArchiveFolder, kind: str
) -> None:
    flip_bit(FILES[kind](home), 40)
    assert remaining_faults(home)

    assert failures(list(restore_log(home, copy))) == []

    assert remaining_faults(home) == []


@pytest.mark.parametrize("kind", ["a checkpoint", "a token", "a tile", "a public key"])
def test_a_file_of_the_log_that_is_gone_is_restored(
    home: ArchiveFolder, copy: ArchiveFolder, kind: str
) -> None:
    FILES[kind](home).unlink()

    list(restore_log(home, copy))

    assert remaining_faults(home) == []


def test_truncated_entries_are_restored(home: ArchiveFolder, copy: ArchiveFolder) -> None:
    path = home.log / "entries.jsonl"
    path.write_bytes(path.read_bytes()[:-300])

    list(restore_log(home, copy))

    assert remaining_faults(home) == []


def test_what_was_captured_after_the_copy_was_made_is_kept(
    home: ArchiveFolder, copy: ArchiveFolder
) -> None:
    with Archive(home.root) as archive:
        archive.hold(50)
        newest = len(archive.log)
        archive.store.close()
        archive.log.close()  # no checkpoint any more: the machine lost power
        unsigned = (home.log / "entries.jsonl").read_bytes()
        flip_bit(home.log / "entries.jsonl", 40)
        findings = list(restore_log(home, copy))

        assert failures(findings) == []
        assert (home.log / "entries.jsonl").read_bytes() == unsigned
        archive.log = Log.open_for_writing(home.log, home.keys)
        assert len(archive.log) == newest
        assert remaining_faults(home) == []


def test_a_copy_of_another_archive_is_refused(home: ArchiveFolder, tmp_path: Path) -> None:
    other = fill_archive(tmp_path / "other", 20)
    flip_bit(home.log / "entries.jsonl", 40)
    before = (home.log / "entries.jsonl").read_bytes()

    findings = list(restore_log(home, other))

    assert any("not those that this archive signed" in detail for detail in failures(findings))
    assert (home.log / "entries.jsonl").read_bytes() == before


def test_a_copy_damaged_in_the_same_file_is_refused(
    home: ArchiveFolder, copy: ArchiveFolder
) -> None:
    flip_bit(home.log / "entries.jsonl", 40)
    flip_bit(copy.log / "entries.jsonl", 400)

    assert failures(list(restore_log(home, copy)))
