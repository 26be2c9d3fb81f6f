"""Many processes may add to an archive at once; one that changes what is there is alone."""

import subprocess
import sys
from pathlib import Path

import pytest

from archive.archive_folder import ArchiveFolder
from archive.errors import LockedError
from tests.support.paths import ROOT

_HOLD = """
import sys
from pathlib import Path
from archive.archive_folder import ArchiveFolder
with getattr(ArchiveFolder(Path(sys.argv[1])), sys.argv[2])():
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def home(tmp_path: Path) -> ArchiveFolder:
    return ArchiveFolder(tmp_path)


def hold(home: ArchiveFolder, how: str) -> "subprocess.Popen[str]":
    """Hold the lock in another process until its input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(home.root), how],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_those_who_add_do_not_exclude_each_other(home: ArchiveFolder) -> None:
    with hold(home, "lock_with_others") as other:
        with home.lock() as lock:
            lock.acquire_with_others(patience=0)
            assert lock.is_shared()
        other.communicate()


@pytest.mark.parametrize("how", ["lock_with_others", "lock_alone"])
def test_nobody_is_alone_while_another_writes(home: ArchiveFolder, how: str) -> None:
    with hold(home, how) as other:
        with home.lock() as lock, pytest.raises(LockedError, match="another onrecord is writing"):
            lock.acquire_alone(patience=0)
        other.communicate()


def test_nobody_adds_while_another_is_alone(home: ArchiveFolder) -> None:
    with hold(home, "lock_alone") as other:
        with home.lock() as lock, pytest.raises(LockedError, match="another onrecord is writing"):
            lock.acquire_with_others(patience=0)
        other.communicate()


@pytest.mark.parametrize("how", ["lock_with_others", "lock_alone", "lock_for_run"])
def test_kill_9_releases_every_lock(home: ArchiveFolder, how: str) -> None:
    with hold(home, how) as other:
        other.kill()
        other.wait()

        with home.lock_for_run(), home.lock() as lock:
            lock.acquire_alone(patience=0)
            assert not lock.is_shared()


def test_who_was_alone_admits_others(home: ArchiveFolder) -> None:
    with home.lock() as lock:
        lock.acquire_alone(patience=0)
        lock.admit_others()
        assert not lock.is_shared()
        with hold(home, "lock_with_others") as other:
            assert lock.is_shared()
            other.communicate()


def test_a_run_does_not_keep_others_from_adding_but_from_running(home: ArchiveFolder) -> None:
    with hold(home, "lock_for_run") as other:
        with home.lock_with_others():
            pass
        with pytest.raises(LockedError, match="another run is under way"), home.lock_for_run():
            pass
        other.communicate()
