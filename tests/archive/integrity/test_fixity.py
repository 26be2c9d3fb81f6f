import os
import random
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from archive.archive_folder import ArchiveFolder
from archive.errors import StorageError
from archive.integrity.fixity import CheckScope, check, check_warcs
from archive.integrity.log_audit import TrustAnchors
from archive.log.signed_log import Log
from archive.verification_finding import Grade
from archive.warc.read_exchanges import read_exchanges
from tests.support.counts import sampled
from tests.support.paths import ROOT
from tests.support.whole_archives import (
    METADATA,
    Archive,
    fill_archive,
    flip_bit,
    list_faults,
    list_warc_files,
    make_exchange,
    overwrite,
    run_check,
)


@pytest.fixture
def home(tmp_path: Path) -> ArchiveFolder:
    return fill_archive(tmp_path / "archive", 8, max_file_bytes=4000)


def test_an_unchanged_archive_has_no_faults(home: ArchiveFolder) -> None:
    assert len(list_warc_files(home)) > 1
    assert list_faults(home) == []
    assert list_faults(home, deep=True) == []
    assert list_faults(home, quick=True) == []


def test_every_exchange_is_one_entry_that_covers_its_bytes(home: ArchiveFolder) -> None:
    with Log.open_for_reading(home.log) as log:
        for path in list_warc_files(home):
            for stored in read_exchanges(path):
                ((_, entry),) = log.find("id", stored.id)
                assert entry.text("record_sha256") == stored.stored.sha256
                assert entry.text("url") == stored.url


@pytest.mark.parametrize("seed", range(sampled(40, 200)))
def test_one_bit_at_a_random_position_of_a_warc_file_is_found(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    home = shared(tmp_path_factory)
    rng = random.Random(seed)
    path = rng.choice(list_warc_files(home))
    position, bit = rng.randrange(path.stat().st_size), rng.randrange(8)

    flip_bit(path, position, bit)
    wrong = list_faults(home)
    flip_bit(path, position, bit)

    assert len(wrong) == 1
    assert wrong[0].startswith(path.relative_to(home.warc).as_posix())
    assert list_faults(home) == []


_shared: list[ArchiveFolder] = []


def shared(factory: pytest.TempPathFactory) -> ArchiveFolder:
    """Return one archive for many tests, each of which leaves it as it was."""
    if not _shared:
        _shared.append(fill_archive(factory.mktemp("shared") / "archive", 6, max_file_bytes=4000))
    return _shared[0]


def test_a_changed_record_is_named_by_its_id_and_address(home: ArchiveFolder) -> None:
    path = list_warc_files(home)[1]
    stored = next(iter(read_exchanges(path)))
    flip_bit(path, stored.record.offset + 40)

    (wrong,) = list_faults(home)

    assert stored.id in wrong
    assert stored.url in wrong


def test_a_record_and_its_entry_changed_together_contradict_the_checkpoint(
    home: ArchiveFolder,
) -> None:
    path = list_warc_files(home)[0]
    stored = next(iter(read_exchanges(path)))
    with Log.open_for_reading(home.log) as log:
        ((index, entry),) = log.find("id", stored.id)
        logged_digest = entry.text("warc_sha256")
    flip_bit(path, stored.record.offset + 40)
    data = path.read_bytes()[entry.number("offset") :][: entry.number("length")]
    text = (home.log / "entries.jsonl").read_bytes()
    overwrite(
        home.log / "entries.jsonl",
        text.replace(logged_digest.encode(), sha256(data).hexdigest().encode()),
    )

    wrong = list_faults(home)

    assert index > 0
    assert not [line for line in wrong if ".warc.gz" in line]
    assert any(".note: " in line for line in wrong)


def test_a_renamed_file_is_reported_missing_and_unlogged(home: ArchiveFolder) -> None:
    path = list_warc_files(home)[0]
    path.rename(path.with_name("onrecord-renamed.warc.gz"))

    wrong = "\n".join(list_faults(home))

    assert f"{path.name}: missing, with" in wrong
    assert "onrecord-renamed.warc.gz: not in the log" in wrong


def test_a_truncated_file_is_reported(home: ArchiveFolder) -> None:
    path = list_warc_files(home)[0]
    overwrite(path, path.read_bytes()[:-10])

    assert "the file is cut short" in "\n".join(list_faults(home))
    assert "the file is cut short" in "\n".join(list_faults(home, quick=True))


def test_an_older_copy_in_place_of_a_file_is_found(tmp_path: Path) -> None:
    with Archive(tmp_path / "archive") as archive:
        archive.hold(1)
        (path,) = list_warc_files(archive.home)
        older = path.read_bytes()
        archive.hold(2)
    overwrite(path, older)

    assert "the file is cut short" in "\n".join(list_faults(archive.home))


def test_bytes_added_to_a_closed_file_are_found(home: ArchiveFolder) -> None:
    path = list_warc_files(home)[0]
    overwrite(path, path.read_bytes() + list_warc_files(home)[1].read_bytes())

    assert "are in no entry of the log" in "\n".join(list_faults(home))


def test_a_removed_entry_leaves_bytes_in_no_entry(home: ArchiveFolder) -> None:
    path = home.log / "entries.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    del lines[3]
    path.write_bytes(b"".join(lines))

    wrong = "\n".join(list_faults(home))

    assert "in no entry of the log" in wrong
    assert ".note: " in wrong


def test_an_archive_without_its_log_is_a_fault(home: ArchiveFolder) -> None:
    shutil.rmtree(home.log)

    (wrong,) = list_faults(home)

    assert wrong.startswith("log: ")


def test_since_reads_only_what_was_logged_later(home: ArchiveFolder) -> None:
    flip_bit(list_warc_files(home)[0], 200)

    assert list_faults(home, since=datetime.now(UTC) - timedelta(hours=1))
    assert list_faults(home, since=datetime.now(UTC) + timedelta(hours=1)) == []


def test_progress_adds_up_to_every_byte(home: ArchiveFolder) -> None:
    byte_counts: list[int] = []
    list(
        check(
            home,
            trust=TrustAnchors(),
            now=datetime.now(UTC),
            scope=CheckScope(),
            progress=byte_counts.append,
        )
    )

    assert sum(byte_counts) == sum(path.stat().st_size for path in list_warc_files(home))


def test_a_file_that_was_not_closed_is_noted(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive")
    archive.hold(1)
    archive.log.checkpoint()

    notes = [finding for finding in run_check(archive.home) if finding.grade is Grade.NOTED]

    assert [note.detail for note in notes] == ["can be written to: it was not closed"]
    archive.close()


CRASHING = """
import sys
from pathlib import Path
from tests.support.whole_archives import Archive
with Archive(Path(sys.argv[1]), max_file_bytes=60_000) as archive:
    number = len(archive.log)
    while True:
        archive.hold(number)
        sys.stdout.write("x")
        sys.stdout.flush()
        number += 1
"""


def test_many_kills_leave_capture_and_entry_both_or_neither(tmp_path: Path) -> None:
    home = fill_archive(tmp_path / "archive", 3)
    forker = f"""
import os, random, signal, sys
import tests.support.whole_archives  # once, not in every child
program = {CRASHING!r}
random.seed(11)
total = 0
for attempt in range({sampled(10, 40)}):
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(writer, 1)
        exec(compile(program, "crashing", "exec"), {{}})
        os._exit(9)
    os.close(writer)
    goal, count = random.randint(1, 9), 0
    while count < goal:
        data = os.read(reader, 64)
        if not data:
            sys.exit(f"stopped by itself in attempt {{attempt}}")
        count += len(data)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while data := os.read(reader, 64):
        count += len(data)
    os.close(reader)
    total += count
print(total)
"""
    process = subprocess.run(
        [sys.executable, "-c", forker, home.root],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.fspath(ROOT)},
        capture_output=True,
        text=True,
    )
    assert (process.returncode, process.stderr) == (0, "")

    Archive(home.root).close()

    assert list_faults(home, deep=True) == []
    ids = {exchange.id for path in list_warc_files(home) for exchange in read_exchanges(path)}
    assert len(ids) >= 3 + int(process.stdout)
    with Log.open_for_reading(home.log) as log:
        assert all(len(list(log.find("id", name))) == 1 for name in ids)


def test_a_disk_full_at_the_entry_undoes_the_capture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Archive(tmp_path / "archive") as archive:
        archive.hold(1)
        with monkeypatch.context() as patch:

            def refuse(*arguments: object) -> None:
                raise StorageError("entries.jsonl: No space left on device")

            patch.setattr(archive.log, "append", refuse)
            with pytest.raises(StorageError, match="No space left"):
                archive.store.add(make_exchange(2), METADATA)
        archive.hold(3)

    assert list_faults(archive.home, deep=True) == []
    urls = [stored.url for path in list_warc_files(archive.home) for stored in read_exchanges(path)]
    assert urls == ["https://mfa.ruritania.example/1", "https://mfa.ruritania.example/3"]


@pytest.mark.parametrize("tool", ["warcio check", "fastwarc check"])
def test_other_tools_accept_the_files(home: ArchiveFolder, tool: str) -> None:
    program, verb = tool.split()
    command = Path(sys.executable).with_name(program)

    for path in list_warc_files(home):
        process = subprocess.run([command, verb, path], capture_output=True, text=True)
        assert process.returncode == 0, process.stdout + process.stderr


def test_what_is_captured_during_a_check_is_no_fault(tmp_path: Path) -> None:
    with Archive(tmp_path / "archive", max_file_bytes=4000) as archive:
        archive.hold(*range(4))
        with Log.open_for_reading(archive.home.log) as before:
            archive.hold(*range(4, 20))
            archive.store.close()
            grades = {
                finding.grade
                for finding in check_warcs(archive.home.warc, before, scope=CheckScope())
            }

    assert grades == {Grade.OK, Grade.NOTED}


def test_a_file_that_nobody_captured_is_a_fault(home: ArchiveFolder) -> None:
    path = list_warc_files(home)[0].with_name("onrecord-planted.warc.gz")
    shutil.copy(list_warc_files(home)[0], path)

    assert list_faults(home) == [
        f"{path.relative_to(home.warc).as_posix()}: not in the log: no entry names it"
    ]
