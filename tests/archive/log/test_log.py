import os
import subprocess
import sys
from pathlib import Path

import pytest

from archive.errors import ArchiveFolderError, FixityError, StorageError
from archive.log import entries, merkle_proofs
from archive.log.entries import Entry
from archive.log.signed_log import Log
from tests.support.counts import sampled
from tests.support.filled_logs import ORIGIN, capture, faults, new_log, reopened
from tests.support.paths import ROOT


def test_a_new_log_begins_with_its_key_and_a_checkpoint(tmp_path: Path) -> None:
    with new_log(tmp_path) as log:
        first = log.entry(0)
        checkpoint = log.checkpoint()

    assert isinstance(first, Entry)
    assert first.facts["origin"] == ORIGIN
    assert checkpoint.checkpoint.size == 1
    assert (tmp_path / "log/checkpoint").read_bytes() == checkpoint.data
    assert (tmp_path / "keys/log.pem").stat().st_mode & 0o777 == 0o600
    assert faults(tmp_path) == []


def test_every_entry_is_proved_to_be_in_the_signed_log(tmp_path: Path) -> None:
    with new_log(tmp_path, captures=600) as log:
        checkpoint = log.checkpoint().checkpoint
        for index in range(0, 601, 37):
            proof = log.inclusion_proof(index, checkpoint.size)
            leaf = entries.leaf_hash_of(log.line(index))
            assert merkle_proofs.verify_inclusion(
                index=index, size=checkpoint.size, leaf=leaf, proof=proof, root=checkpoint.root
            )


def test_a_log_goes_on_where_it_was_left(tmp_path: Path) -> None:
    new_log(tmp_path, captures=300).close()
    with reopened(tmp_path) as log:
        log.append([capture(300)])
        checkpoint = log.checkpoint().checkpoint

    assert checkpoint.size == 302
    assert faults(tmp_path) == []


def test_entries_are_found_by_a_fact(tmp_path: Path) -> None:
    with new_log(tmp_path, captures=30) as log:
        (match,) = log.find("id", "urn:uuid:00000007")
        assert match[0] == 8
        assert list(log.find("id", "urn:uuid:0000000")) == []


def test_the_logged_end_of_a_file_is_that_of_its_last_entry(tmp_path: Path) -> None:
    with new_log(tmp_path) as log:
        log.append([capture(0, "a.warc.gz"), capture(0, "b.warc.gz"), capture(1, "a.warc.gz")])

        assert log.logged_end("a.warc.gz") == 2000
        assert log.logged_end("b.warc.gz") == 1000
        assert log.logged_end("c.warc.gz") == 0


def test_a_second_writer_is_refused_and_readers_are_not(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from archive.log.signed_log import Log\n"
        "p = Path(sys.argv[1])\n"
        "print(len(Log.open_for_reading(p / 'log')))\n"
        "Log.open_for_writing(p / 'log', p / 'keys')\n"
    )
    with new_log(tmp_path, captures=3):
        other = subprocess.run(
            [sys.executable, "-c", program, tmp_path], cwd=ROOT, capture_output=True, text=True
        )

    assert other.stdout == "4\n"
    assert "LockedError" in other.stderr
    assert "another onrecord is writing" in other.stderr


def test_a_folder_without_a_log_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArchiveFolderError, match="expected a log, found none"):
        Log.open_for_reading(tmp_path)
    with pytest.raises(ArchiveFolderError, match="expected a log, found none"):
        Log.open_for_writing(tmp_path, tmp_path)
    new_log(tmp_path).close()
    with pytest.raises(ArchiveFolderError, match="expected no log, found one"):
        new_log(tmp_path)


def test_a_log_shorter_than_it_signed_is_not_written_to(tmp_path: Path) -> None:
    new_log(tmp_path, captures=5).close()
    path = tmp_path / "log/entries.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:3]))

    with pytest.raises(FixityError, match="6 entries, as last signed, found 3"):
        reopened(tmp_path)
    with pytest.raises(FixityError, match="as last signed"):
        reopened(tmp_path)


def test_a_log_with_other_entries_than_it_signed_is_not_written_to(tmp_path: Path) -> None:
    new_log(tmp_path, captures=5).close()
    path = tmp_path / "log/entries.jsonl"
    path.write_bytes(path.read_bytes().replace(b"ruritania.example/3", b"ruritania.example/4"))

    with pytest.raises(FixityError, match="first 6 entries"):
        reopened(tmp_path)


def test_a_full_disk_adds_no_entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(handle: int) -> None:
        raise OSError(28, "No space left on device")

    with new_log(tmp_path, captures=5) as log:
        with monkeypatch.context() as patch:
            patch.setattr(os, "fdatasync", refuse)
            with pytest.raises(StorageError, match="No space left"):
                log.append([capture(9)])
        root = log.tree.root()
        log.append([capture(10)])
        assert log.tree.root() != root
        log.checkpoint()

    assert faults(tmp_path) == []


CRASHING = """
import os, sys
from pathlib import Path
from archive.log.signed_log import Log
from tests.support.filled_logs import capture
folder = Path(sys.argv[1])
with Log.open_for_writing(folder / "log", folder / "keys") as log:
    print(len(log), flush=True)
    number = len(log)
    while True:
        log.append([capture(number), capture(number + 1)])
        sys.stdout.write(f"{len(log)}\\n")
        sys.stdout.flush()
        if len(log) % 9 == 0:
            log.checkpoint()
        number += 2
"""


def test_many_kills_lose_nothing_that_was_reported_as_logged(tmp_path: Path) -> None:
    new_log(tmp_path, captures=200).close()
    forker = f"""
import os, random, signal, sys
import archive.log.signed_log, tests.support.filled_logs  # once, not in every child
program = {CRASHING!r}
random.seed(7)
for attempt in range({sampled(20, 100)}):
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(writer, 1)
        try:
            exec(compile(program, "crashing", "exec"), {{}})
        finally:
            os._exit(9)
    os.close(writer)
    output, line_count = b"", random.randint(2, 30)
    while output.count(b"\\n") < line_count:
        data = os.read(reader, 4096)
        if not data:
            sys.exit(f"stopped by itself in attempt {{attempt}}")
        output += data
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while data := os.read(reader, 4096):
        output += data
    os.close(reader)
    reported = int(output[: output.rindex(b"\\n")].split(b"\\n")[-1])
    lines = open(sys.argv[1] + "/log/entries.jsonl", "rb").read().count(b"\\n")
    if lines < reported:
        sys.exit(f"{{reported}} were reported as logged, {{lines}} are")
"""
    process = subprocess.run(
        [sys.executable, "-c", forker, tmp_path],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.fspath(ROOT)},
        capture_output=True,
        text=True,
    )

    assert (process.returncode, process.stderr) == (0, "")
    with reopened(tmp_path) as log:
        log.checkpoint()
    assert faults(tmp_path) == []
