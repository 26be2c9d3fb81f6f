"""The command backup: incremental, consistent while others write, restored by copying back."""

import gzip
import json
import os
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.support.counts import sampled
from tests.support.paths import ROOT
from tests.support.whole_archives import overwrite


def write_collection(path: Path, first: int, count: int) -> Path:
    lines = [
        {
            "id": f"n{number}",
            "source": "Brook Council",
            "lang": "en",
            "date": "2024-03-04",
            "text": f"Note {number} of the council on the harbour.",
        }
        for number in range(first, first + count)
    ]
    path.write_text("\n".join(map(json.dumps, lines)))
    return path


def start(folder: Path, *arguments: str | Path) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "onrecord", "--archive", str(folder), *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.fixture
def archive(run: Run, archive_folder: Path, tmp_path: Path) -> Run:
    run("init")
    run("import", write_collection(tmp_path / "first.jsonl", 0, 40))
    assert (archive_folder / "catalogue.sqlite").exists()
    return run


def copied_files(result: str) -> int:
    return int(json.loads(result)["copied_files"])


def verify(run: Run, folder: Path) -> str:
    result = run("--archive", folder, "verify", "--deep")
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_backup_is_the_archive_and_the_next_copies_what_is_new(
    archive: Run, tmp_path: Path
) -> None:
    backup = tmp_path / "backup"
    first = archive("backup", backup, "--json")
    again = archive("backup", backup, "--json")
    archive("import", write_collection(tmp_path / "more.jsonl", 40, 5))
    third = archive("backup", backup, "--json")

    assert (first.exit_code, copied_files(again.stdout)) == (0, 0)
    assert 0 < copied_files(third.stdout) < copied_files(first.stdout)
    assert json.loads(third.stdout)["outcome"] != "fail"
    verify(archive, backup)
    assert archive("--archive", backup, "search", "--json", "note").stdout.count("\n") == 20


def test_the_disk_is_lost_and_the_archive_restored_from_nothing(
    archive: Run, archive_folder: Path, tmp_path: Path
) -> None:
    archive("watch", "quote", "of the council on the harbour")
    archive("backup", tmp_path / "backup")
    expected = archive("search", "--json", "--limit", "50", "harbour").stdout
    exported = archive("export", "-").stdout
    shutil.rmtree(archive_folder)

    shutil.copytree(tmp_path / "backup", archive_folder)

    verify(archive, archive_folder)
    assert archive("search", "--json", "--limit", "50", "harbour").stdout == expected
    assert archive("export", "-").stdout == exported
    assert "council on the harbour" in archive("watch", "list").stdout
    assert archive("import", write_collection(tmp_path / "x.jsonl", 90, 3)).exit_code == 0
    verify(archive, archive_folder)
    assert archive("backup", tmp_path / "backup").exit_code == 0  # and it is backed up again


def test_a_backup_made_while_others_write_is_consistent(
    archive: Run, archive_folder: Path, tmp_path: Path
) -> None:
    writer = start(
        archive_folder,
        "import",
        write_collection(tmp_path / "load.jsonl", 100, sampled(6000, 60_000)),
    )
    entries = []
    try:
        while writer.poll() is None or len(entries) < 2:
            result = archive("backup", tmp_path / "backup", "--json")
            assert result.exit_code == 0, result.output
            entries.append(json.loads(result.stdout)["entries"])
            shutil.rmtree(tmp_path / "restored", ignore_errors=True)
            shutil.copytree(tmp_path / "backup", tmp_path / "restored")
            restored = archive("--archive", tmp_path / "restored", "verify")
            assert restored.exit_code == 0, restored.output
    finally:
        writer.kill()
        writer.wait()
    assert entries == sorted(entries)


@pytest.mark.parametrize("part", range(2))
def test_a_killed_backup_leaves_the_earlier_one_and_the_next_finishes_it(
    archive: Run, archive_folder: Path, tmp_path: Path, part: int
) -> None:
    rng = random.Random(part)
    backup = tmp_path / "backup"
    archive("backup", backup)
    for number in range(sampled(4, 60)):
        path = write_collection(tmp_path / f"m{number}.jsonl", 1000 + 300 * number, 300)
        archive("import", path)
        process = start(archive_folder, "backup", backup)
        try:
            process.wait(timeout=rng.uniform(0.2, 2.5))
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
        shutil.rmtree(tmp_path / "restored", ignore_errors=True)
        shutil.copytree(backup, tmp_path / "restored")
        restored = archive("--archive", tmp_path / "restored", "verify")
        assert restored.exit_code == 0, restored.output
        searched = archive("--archive", tmp_path / "restored", "search", "harbour")
        assert searched.exit_code == 0, searched.output
    assert archive("backup", backup).exit_code == 0
    expected = archive("export", "-").stdout
    assert archive("--archive", backup, "export", "-").stdout == expected


def test_what_was_erased_is_erased_from_the_backup(archive: Run, tmp_path: Path) -> None:
    backup = tmp_path / "backup"
    archive("backup", backup)
    words = b"Note 7 of the council"

    erased = archive("erase", "n7", "--reason", "asked to", "--yes")
    result = archive("backup", backup)

    assert erased.exit_code == result.exit_code == 0, result.output
    verify(archive, backup)
    for path in backup.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            texts = data + (gzip.decompress(data) if path.name.endswith(".gz") else b"")
            assert words not in texts, path.name
    shown = archive("--archive", backup, "show", "n7")
    assert shown.exit_code == 4


def test_a_record_damaged_in_the_backup_is_repaired_from_the_archive(
    archive: Run, archive_folder: Path, tmp_path: Path
) -> None:
    backup = tmp_path / "backup"
    archive("backup", backup)
    (warc,) = (backup / "warc").rglob("*.warc.gz")
    whole = warc.read_bytes()
    overwrite(warc, whole[:700] + bytes(200) + whole[900:])

    result = archive("backup", backup)

    assert result.exit_code == 0
    assert "damaged records of the backup repaired" in result.stdout
    assert warc.read_bytes() == whole


@pytest.mark.parametrize("part", ["warc", "checkpoint", "key", "entries", "catalogue"])
def test_damage_of_the_archive_is_told_and_spares_the_backup(
    archive: Run, archive_folder: Path, tmp_path: Path, part: str
) -> None:
    backup = tmp_path / "backup"
    archive("backup", backup)
    (warc,) = (archive_folder / "warc").rglob("*.warc.gz")
    paths = {
        "warc": warc,
        "checkpoint": sorted((archive_folder / "log/checkpoints").iterdir())[-1],
        "key": archive_folder / "keys/log.pem",
        "entries": archive_folder / "log/entries.jsonl",
        "catalogue": archive_folder / "catalogue.sqlite",
    }
    overwrite(paths[part], bytes(paths[part].stat().st_size))

    result = archive("backup", backup)

    if part != "warc":  # its bytes are not read again: they are in the backup
        assert result.exit_code in (3, 6, 9), result.output
    verify(archive, backup)


def test_a_backup_is_not_made_over_anything_else(
    run: Run, archive: Run, archive_folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers/x.txt").write_text("x")
    run("--archive", tmp_path / "other", "init")
    run("--archive", tmp_path / "other", "import", tmp_path / "first.jsonl")
    archive("backup", tmp_path / "newer")
    older = shutil.copytree(archive_folder, tmp_path / "older")
    archive("import", write_collection(tmp_path / "more.jsonl", 40, 5))
    archive("backup", tmp_path / "newer")

    for command, problem in (
        (("backup", tmp_path / "papers"), "expected a new folder or a backup"),
        (("backup", tmp_path / "other"), "a copy of another archive"),
        (("backup", archive_folder / "backup"), "outside the archive"),
        (("backup", archive_folder), "outside the archive"),
        (("--archive", older, "backup", tmp_path / "newer"), "no earlier copy"),
    ):
        result = archive(*command)
        assert result.exit_code == 6, result.output
        assert problem in result.stderr
