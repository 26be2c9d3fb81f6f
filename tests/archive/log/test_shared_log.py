"""Several processes append to one log: every entry once, in one order, under one root."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import LockedError
from archive.log.signed_log import Log
from tests.support.filled_logs import capture, faults, new_log, reopened
from tests.support.paths import ROOT

_APPEND = """
import sys
from pathlib import Path
from archive.log.signed_log import Log
from tests.support.filled_logs import capture
folder, first, count = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
with Log.open_shared(folder / "log", folder / "keys") as log:
    for number in range(first, first + count):
        log.append([capture(number, f"{first}.warc.gz")])
    log.checkpoint()
"""


def shared(folder: Path) -> Log:
    return Log.open_shared(folder / "log", folder / "keys")


@given(turns=st.lists(st.tuples(st.integers(0, 2), st.integers(1, 90)), max_size=12))
def test_logs_that_take_turns_are_one_log(
    tmp_path_factory: pytest.TempPathFactory, turns: list[tuple[int, int]]
) -> None:
    folder = tmp_path_factory.mktemp("shared")
    new_log(folder).close()
    with shared(folder) as a, shared(folder) as b, shared(folder) as c:
        number = 0
        for who, count in turns:
            entries = [capture(number + i) for i in range(count)]
            assert [a, b, c][who].append(entries) == number + 1
            number += count
        heads = [log.checkpoint().checkpoint for log in (a, b, c)]
    with Log.open_for_reading(folder / "log") as log:
        ids = [entry.text("id") for _, entry in log.find_kind("response")]

    assert ids == [f"urn:uuid:{i:08d}" for i in range(number)]
    assert {head.size for head in heads} == {number + 1}
    assert len({head.root for head in heads}) == 1
    assert faults(folder) == []


def test_processes_append_at_the_same_time_and_lose_nothing(tmp_path: Path) -> None:
    new_log(tmp_path).close()
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", _APPEND, str(tmp_path), str(n * 1000), "70"], cwd=ROOT
        )
        for n in range(4)
    ]
    assert [process.wait() for process in processes] == [0, 0, 0, 0]

    with reopened(tmp_path) as log:
        assert len(log) == 1 + 4 * 70
        for first in range(0, 4000, 1000):
            ids = [entry.text("id") for _, entry in log.find("warc", f"{first}.warc.gz")]
            assert ids == [f"urn:uuid:{number:08d}" for number in range(first, first + 70)]
    assert faults(tmp_path) == []


def test_a_torn_entry_of_another_process_is_removed_at_the_next_turn(tmp_path: Path) -> None:
    new_log(tmp_path, captures=3).close()
    with shared(tmp_path) as log:
        with (tmp_path / "log/entries.jsonl").open("ab") as file:
            file.write(b'{"captured":"2026-')

        assert log.append([capture(3)]) == 4
        log.checkpoint()

    assert faults(tmp_path) == []
    assert b"2026-{" not in (tmp_path / "log/entries.jsonl").read_bytes()


def test_a_log_that_one_keeps_is_not_shared(tmp_path: Path) -> None:
    with new_log(tmp_path) as log:
        with pytest.raises(LockedError, match="another onrecord is writing"):
            Log.open_for_writing(tmp_path / "log", tmp_path / "keys")
        log.share()
        with shared(tmp_path) as other:
            assert other.append([capture(0)]) == 1
        assert log.append([capture(1)]) == 2


def test_the_lock_of_a_log_is_private(tmp_path: Path) -> None:
    new_log(tmp_path).close()
    assert (tmp_path / "log/.lock").stat().st_mode & 0o077 == 0
