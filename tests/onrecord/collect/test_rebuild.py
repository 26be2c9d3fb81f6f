"""The catalogue made anew: the same however many read, whenever it was killed in between."""

import json
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from archive.sandbox import pool
from archive.sandbox.client import Sandbox, SandboxLimits
from onrecord.collect import catch_up
from tests.conftest import Run
from tests.onrecord.conftest import Collecting
from tests.onrecord.quarantine.test_quarantine import LONG, MOVED
from tests.support.paths import ROOT
from tests.support.processes import is_running

STATEMENTS = 8

# What is done in another process: a rebuild that kills itself the hard way before its nth commit.
KILLED = """
import os, signal, sys
from pathlib import Path
from archive.sandbox import pool
from onrecord.collect import catch_up
from onrecord.context import Context
from onrecord.collect.rebuild import rebuild

root, at, many = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
known, calls = catch_up.updates.record_warc_sizes, []

def counted(*given):
    calls.append(given)
    if len(calls) == at:
        print(*(each.pid for each in pool.sandboxes(2) if each.pid), flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    known(*given)

catch_up.updates.record_warc_sizes = counted
catch_up._MANY = many
rebuild(Context(Path(root)), lambda path: None, 2)
"""


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let there be many pieces in a small archive."""
    monkeypatch.setattr(catch_up, "_MANY", 3)


@pytest.fixture
def history(collecting: Collecting) -> Collecting:
    """Return an archive with edits, quarantine, and words that come back."""
    for number in range(STATEMENTS):
        collecting.publisher.publish(number, f"{LONG} Case {number}.")
    collecting.every(24, 1)
    collecting.publisher.publish(1, MOVED)
    collecting.publisher.publish(2, LONG.replace("lawyer", "doctor"))
    collecting.every(24, 2)
    collecting.publisher.publish(2, f"{LONG} Case 2.")
    collecting.publisher.withdraw(3)
    collecting.every(24, 1)
    return collecting


def everything(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table of the catalogue; it was born by chance."""
    with sqlite3.connect(folder / "catalogue.sqlite") as catalogue:
        tables = catalogue.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        rows = {
            name: catalogue.execute(f"SELECT * FROM {name}").fetchall()  # noqa: S608
            for (name,) in tables
            if name != "fact"
        }
    catalogue.close()
    return rows


def evidence(folder: Path) -> dict[str, str]:
    return {
        path.name: sha256(path.read_bytes()).hexdigest()
        for path in (folder / "warc").rglob("*.warc.gz")
    }


def killed_at(folder: Path, commit: int, many: int = 3) -> list[int]:
    """Rebuild and be killed; return the ids of the processes that read."""
    words = [sys.executable, "-c", KILLED, str(folder), str(commit), str(many)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    return [int(each) for each in done.stdout.split()]


@pytest.mark.parametrize("jobs", ["1", "2", "3"])
def test_it_does_not_matter_how_many_read(history: Collecting, run: Run, jobs: str) -> None:
    before, exported = evidence(history.folder), run("export", "-").stdout
    waiting = run("quarantine", "list", "--json").stdout
    assert run("rebuild", "--jobs", "1").exit_code == 0
    one_by_one = everything(history.folder)

    done = run("rebuild", "--jobs", jobs)

    assert done.exit_code == 0, done.output
    assert everything(history.folder) == one_by_one
    assert run("export", "-").stdout == exported
    assert run("quarantine", "list", "--json").stdout == waiting != ""
    assert evidence(history.folder) == before
    assert run("verify").exit_code == 0


@pytest.mark.parametrize("commit", [1, 2, 5])
def test_a_rebuild_that_was_killed_goes_on_where_it_was(
    history: Collecting, run: Run, commit: int
) -> None:
    run("rebuild")
    whole, exported = everything(history.folder), run("export", "-").stdout

    killed_at(history.folder, commit)
    assert everything(history.folder) == whole  # the old one is there until the new one is
    done = run("rebuild")

    assert done.exit_code == 0, done.output
    assert "going on where" in done.stderr
    assert everything(history.folder) == whole
    assert run("export", "-").stdout == exported
    assert not list(history.folder.glob("catalogue.new*"))


def test_it_may_be_killed_again_and_again(history: Collecting, run: Run) -> None:
    run("rebuild")
    whole = everything(history.folder)

    for _ in range(3):
        killed_at(history.folder, 2)
    run("rebuild")

    assert everything(history.folder) == whole


def test_what_was_decided_and_planned_meanwhile_is_carried_over(
    history: Collecting, run: Run
) -> None:
    killed_at(history.folder, 2)
    assert run("watch", "add", "lawyer").exit_code == 0
    before = run("watch", "list", "--json").stdout

    run("rebuild")

    assert run("watch", "list", "--json").stdout == before != ""


def test_what_was_captured_meanwhile_is_read_too(history: Collecting, run: Run) -> None:
    killed_at(history.folder, 2)
    history.publisher.publish(50, f"{LONG} Case 50.")
    history.every(24, 1)
    exported = run("export", "-").stdout

    done = run("rebuild")

    assert "going on where" in done.stderr
    assert run("export", "-").stdout == exported
    assert "Case 50." in exported


def test_a_source_that_changed_meanwhile_has_all_read_anew(history: Collecting, run: Run) -> None:
    killed_at(history.folder, 5)
    source = history.folder / "sources" / "meridian_panel.toml"
    source.write_text(source.read_text().replace("version = 1", "version = 2"))

    done = run("rebuild")

    assert "beginning anew what an earlier rebuild left half made" in done.stderr
    assert readers_in(run) == {"meridian_panel/2"}


def test_no_process_goes_on_reading_for_a_rebuild_that_was_killed(history: Collecting) -> None:
    readers = killed_at(history.folder, 2)

    assert len(readers) == 2
    for reader in readers:
        while is_running(reader):
            pass  # until it has seen that nobody is there


def test_what_is_erased_is_not_left_in_a_half_made_catalogue(history: Collecting, run: Run) -> None:
    killed_at(history.folder, 5)
    assert (history.folder / "catalogue.new.sqlite").exists()

    done = run("erase", "meridian_panel:PD_2024_2", "--reason", "asked", "--yes")

    assert done.exit_code == 0, done.output
    assert not list(history.folder.glob("catalogue.new*"))


def readers_in(run: Run) -> set[str]:
    return {json.loads(line)["reader"] for line in run("export", "-").stdout.splitlines()}


def test_a_new_version_of_a_reader_gives_new_versions_of_old_evidence(
    history: Collecting, run: Run
) -> None:
    before = evidence(history.folder)
    assert readers_in(run) == {"meridian_panel/1"}
    source = history.folder / "sources" / "meridian_panel.toml"
    told = source.read_text().replace("version = 1", "version = 2")
    source.write_text(told.replace('title = ".statement h1"', 'title = ".statement .symbol"'))

    assert run("rebuild").exit_code == 0

    titles = {json.loads(line)["title"] for line in run("export", "-").stdout.splitlines()}
    assert readers_in(run) == {"meridian_panel/2"}
    assert titles == {f"PD/2024/{number}" for number in range(STATEMENTS)}
    assert evidence(history.folder) == before
    assert run("verify").exit_code == 0


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let this process give up on a page sooner than it would."""
    readers = [Sandbox(SandboxLimits(seconds=4)) for _ in range(2)]
    monkeypatch.setattr(pool, "_processes", readers)
    yield
    for each in readers:
        each.close()


@pytest.mark.usefixtures("impatient")
def test_a_page_that_a_reader_ends_over_is_a_problem_and_all_others_are_read(
    collecting: Collecting, run: Run
) -> None:
    for number in range(STATEMENTS):
        collecting.publisher.publish(number, f"{LONG} Case {number}.")
    bad = collecting.publisher.publish(50, f"{LONG} Case 50.", title="a" * 60 + "b")
    collecting.every(24, 1)
    assert run("export", "-").stdout.count("\n") == STATEMENTS + 1
    source = collecting.folder / "sources" / "meridian_panel.toml"
    endless = """{ select = ".statement h1", pattern = '^(?:a|a)+$', match = "optional" }"""
    source.write_text(f"{source.read_text()}\nvenue = {endless}\n")

    done = run("rebuild", "--jobs", "2", "--json")

    assert json.loads(done.stdout)["problems"] == [
        f"{bad}: page: expected what can be read in 4 s and 1024 MiB, found more time"
    ]
    assert run("export", "-").stdout.count("\n") == STATEMENTS
    assert run("verify").exit_code == 0


def test_damage_costs_what_is_damaged(history: Collecting, run: Run) -> None:
    whole = run("export", "-").stdout.count("\n")
    files = (history.folder / "warc").rglob("*.warc.gz")
    first = max(files, key=lambda path: path.stat().st_size)
    data = bytearray(first.read_bytes())
    data[len(data) // 2] ^= 0xFF
    first.chmod(0o600)
    first.write_bytes(data)
    first.chmod(0o400)

    done = run("rebuild", "--json")

    problems = [each for each in json.loads(done.stdout)["problems"] if first.name in each]
    assert len(problems) == 1, done.output
    assert whole - 3 <= run("export", "-").stdout.count("\n") < whole
