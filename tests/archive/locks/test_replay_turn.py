"""Processes that store records of WARC files take turns: one that goes on gives way."""

import subprocess
import sys
from pathlib import Path

import pytest

from archive.errors import LockedError
from archive.locks import replay_turn
from archive.locks.replay_turn import ReplayTurn
from tests.support.paths import ROOT

_TAKE = """
import sys
from pathlib import Path
from archive.locks.replay_turn import ReplayTurn
with ReplayTurn(Path(sys.argv[1])) as turn:
    print("begun", flush=True)
    turn.take()
    print("taken", flush=True)
    sys.stdin.read()
"""


def take(root: Path) -> "subprocess.Popen[str]":
    """Start another process that takes the turn, and keeps it until its input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", _TAKE, str(root)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert line(process) == "begun"
    return process


def line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_a_turn_that_another_process_has_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay_turn, "_PATIENCE", 0.0)
    with take(tmp_path) as other, ReplayTurn(tmp_path) as turn:
        assert line(other) == "taken"
        with pytest.raises(LockedError, match="another onrecord is storing records of WARC files"):
            turn.take()
        other.communicate()
        turn.take()  # it ended


def test_who_is_in_line_has_the_turn_before_who_gave_way(tmp_path: Path) -> None:
    with ReplayTurn(tmp_path) as turn:
        turn.take()
        with take(tmp_path) as other:
            while not turn.is_awaited:
                pass  # until the other is in line
            turn.give_way()
            assert line(other) == "taken"
            other.communicate()
        turn.take()
        assert not turn.is_awaited


def test_the_turn_is_kept_where_nobody_is_in_line(tmp_path: Path) -> None:
    with ReplayTurn(tmp_path) as turn:
        turn.take()
        turn.give_way()
        with take(tmp_path) as other:
            while not turn.is_awaited:
                pass  # it waits: the turn was kept
            other.kill()
            assert "taken" not in other.communicate()[0]


def test_a_process_that_is_killed_has_no_turn(tmp_path: Path) -> None:
    with take(tmp_path) as other:
        assert line(other) == "taken"
        other.kill()
        other.communicate()
    with ReplayTurn(tmp_path) as turn:
        turn.take()
        assert not turn.is_awaited


def test_the_files_are_the_owners_alone(tmp_path: Path) -> None:
    with ReplayTurn(tmp_path) as turn:
        turn.take()
        modes = [path.stat().st_mode & 0o077 for path in tmp_path.iterdir()]
    assert modes
    assert set(modes) == {0}
