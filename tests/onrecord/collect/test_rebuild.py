"""A rebuild gives the same catalogue with any number of processes and after any interruption."""

import json
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from archive.sandbox import pool
from archive.sandbox.sandbox import Sandbox, SandboxLimits
from onrecord.collect import ingest_missing
from tests.conftest import Run
from tests.onrecord.conftest import Collecting
from tests.onrecord.quarantine.test_quarantine import LONG, MOVED
from tests.support.counts import sampled
from tests.support.paths import ROOT
from tests.support.processes import is_running

STATEMENTS = 8

# Runs in another process: a rebuild that kills itself with SIGKILL before its nth commit.
KILLED = """
import os, signal, sys
from pathlib import Path
from archive.sandbox import pool
from onrecord.collect import ingest_missing
from onrecord.command_context import Context
from onrecord.collect.rebuild import rebuild

root, at, many = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
known, calls = ingest_missing.write_rows.record_warc_sizes, []

def counted(*given):
    calls.append(given)
    if len(calls) == at:
        print(*(each.pid for each in pool.sandboxes(2) if each.pid), flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    known(*given)

ingest_missing.write_rows.record_warc_sizes = counted
ingest_missing._MAX_RANGE_EXCHANGES = many
rebuild(Context(Path(root)), lambda path: None, 2)
"""


@pytest.fixture(autouse=True)
def small_ranges(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a small archive have many ranges."""
    monkeypatch.setattr(ingest_missing, "_MAX_RANGE_EXCHANGES", 3)


@pytest.fixture
def history(collecting: Collecting) -> Collecting:
    """Return an archive with edits, quarantine, and a text that returns."""
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


def catalogue_rows(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table of the catalogue, but for its random facts.

    Numbers of arrivals are never given again: rows are in their order, and without them.
    """
    rows: dict[str, list[tuple[object, ...]]] = {}
    with closing(sqlite3.connect(folder / "catalogue.sqlite")) as catalogue:
        tables = catalogue.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (name,) in tables:
            if name in {"fact", "arrival_number", "voucher", "sqlite_sequence"}:
                continue
            columns = [column[1] for column in catalogue.execute(f"PRAGMA table_info({name})")]
            order = {"capture": " ORDER BY arrival", "version": " ORDER BY seq"}.get(name, "")
            number = {"capture": "arrival", "version": "seq"}.get(name)
            names = ", ".join(f'"{column}"' for column in columns if column != number)
            rows[name] = catalogue.execute(f"SELECT {names} FROM {name}{order}").fetchall()  # noqa: S608
    return rows


def warc_digests(folder: Path) -> dict[str, str]:
    return {
        path.name: sha256(path.read_bytes()).hexdigest()
        for path in (folder / "warc").rglob("*.warc.gz")
    }


def rebuild_killed_at(folder: Path, commit: int, max_exchanges: int = 3) -> list[int]:
    """Rebuild, killed at the nth commit; return the ids of the reading processes."""
    words = [sys.executable, "-c", KILLED, str(folder), str(commit), str(max_exchanges)]
    result = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == -signal.SIGKILL, result.stderr
    return [int(item) for item in result.stdout.split()]


@pytest.mark.parametrize("jobs", ["1", "2", "3"])
def test_the_result_does_not_depend_on_the_number_of_processes(
    history: Collecting, run: Run, jobs: str
) -> None:
    before, exported = warc_digests(history.folder), run("export", "-").stdout
    quarantined = run("quarantine", "list", "--json").stdout
    assert run("rebuild", "--jobs", "1").exit_code == 0
    one_by_one = catalogue_rows(history.folder)

    result = run("rebuild", "--jobs", jobs)

    assert result.exit_code == 0, result.output
    assert catalogue_rows(history.folder) == one_by_one
    assert run("export", "-").stdout == exported
    assert run("quarantine", "list", "--json").stdout == quarantined != ""
    assert warc_digests(history.folder) == before
    assert run("verify").exit_code == 0


@pytest.mark.slow
@pytest.mark.parametrize("commit", [1, 2, 5])
def test_a_killed_rebuild_is_resumed(history: Collecting, run: Run, commit: int) -> None:
    run("rebuild")
    complete, exported = catalogue_rows(history.folder), run("export", "-").stdout

    rebuild_killed_at(history.folder, commit)
    assert (
        catalogue_rows(history.folder) == complete
    )  # the old one stays until the new one is complete
    result = run("rebuild")

    assert result.exit_code == 0, result.output
    assert "resuming an interrupted rebuild" in result.stderr
    assert catalogue_rows(history.folder) == complete
    assert run("export", "-").stdout == exported
    assert not list(history.folder.glob("catalogue.new*"))


@pytest.mark.slow
def test_a_rebuild_may_be_killed_repeatedly(history: Collecting, run: Run) -> None:
    run("rebuild")
    complete = catalogue_rows(history.folder)

    for _ in range(sampled(2, 3)):
        rebuild_killed_at(history.folder, 2)
    run("rebuild")

    assert catalogue_rows(history.folder) == complete


def test_a_watch_added_meanwhile_is_carried_over(history: Collecting, run: Run) -> None:
    rebuild_killed_at(history.folder, 2)
    assert run("watch", "add", "lawyer").exit_code == 0
    before = run("watch", "list", "--json").stdout

    run("rebuild")

    assert run("watch", "list", "--json").stdout == before != ""


def test_a_capture_made_meanwhile_is_read_too(history: Collecting, run: Run) -> None:
    rebuild_killed_at(history.folder, 2)
    history.publisher.publish(50, f"{LONG} Case 50.")
    history.every(24, 1)
    exported = run("export", "-").stdout

    result = run("rebuild")

    assert "resuming an interrupted rebuild" in result.stderr
    assert run("export", "-").stdout == exported
    assert "Case 50." in exported


def test_a_source_that_changed_meanwhile_restarts_the_rebuild(
    history: Collecting, run: Run
) -> None:
    rebuild_killed_at(history.folder, 5)
    source = history.folder / "sources" / "meridian_panel.toml"
    source.write_text(source.read_text().replace("version = 1", "version = 2"))

    result = run("rebuild")

    assert "restarting an interrupted rebuild" in result.stderr
    assert readers_used(run) == {"meridian_panel/2"}


def test_no_reading_process_outlives_a_killed_rebuild(history: Collecting) -> None:
    readers = rebuild_killed_at(history.folder, 2)

    assert len(readers) == 2
    for reader in readers:
        while is_running(reader):
            pass  # until it has seen that nobody is there


def test_an_erased_statement_is_not_left_in_an_unfinished_catalogue(
    history: Collecting, run: Run
) -> None:
    rebuild_killed_at(history.folder, 5)
    assert (history.folder / "catalogue.new.sqlite").exists()

    result = run("erase", "meridian_panel:PD_2024_2", "--reason", "asked", "--yes")

    assert result.exit_code == 0, result.output
    assert not list(history.folder.glob("catalogue.new*"))


def readers_used(run: Run) -> set[str]:
    return {json.loads(line)["reader"] for line in run("export", "-").stdout.splitlines()}


def test_a_new_version_of_a_reader_gives_new_versions_of_old_evidence(
    history: Collecting, run: Run
) -> None:
    before = warc_digests(history.folder)
    assert readers_used(run) == {"meridian_panel/1"}
    source = history.folder / "sources" / "meridian_panel.toml"
    toml = source.read_text().replace("version = 1", "version = 2")
    source.write_text(toml.replace('title = ".statement h1"', 'title = ".statement .symbol"'))

    assert run("rebuild").exit_code == 0

    titles = {json.loads(line)["title"] for line in run("export", "-").stdout.splitlines()}
    assert readers_used(run) == {"meridian_panel/2"}
    assert titles == {f"PD/2024/{number}" for number in range(STATEMENTS)}
    assert warc_digests(history.folder) == before
    assert run("verify").exit_code == 0


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let this process give up on a page sooner than it would."""
    readers = [Sandbox(SandboxLimits(seconds=4)) for _ in range(2)]
    monkeypatch.setattr(pool, "_sandboxes", readers)
    yield
    for item in readers:
        item.close()


@pytest.mark.slow
@pytest.mark.usefixtures("impatient")
def test_a_page_that_exceeds_the_limits_is_a_problem_and_all_others_are_read(
    collecting: Collecting, run: Run
) -> None:
    for number in range(STATEMENTS):
        collecting.publisher.publish(number, f"{LONG} Case {number}.")
    bad_url = collecting.publisher.publish(50, f"{LONG} Case 50.", title="a" * 60 + "b")
    collecting.every(24, 1)
    assert run("export", "-").stdout.count("\n") == STATEMENTS + 1
    source = collecting.folder / "sources" / "meridian_panel.toml"
    endless = """{ select = ".statement h1", pattern = '^(?:a|a)+$', match = "optional" }"""
    source.write_text(f"{source.read_text()}\nvenue = {endless}\n")

    result = run("rebuild", "--jobs", "2", "--json")

    assert json.loads(result.stdout)["problems"] == [
        f"{bad_url}: page: expected what can be read in 4 s and 1024 MiB, found more time"
    ]
    assert run("export", "-").stdout.count("\n") == STATEMENTS
    assert run("verify").exit_code == 0


def test_damage_loses_only_the_damaged_range(history: Collecting, run: Run) -> None:
    complete = run("export", "-").stdout.count("\n")
    files = (history.folder / "warc").rglob("*.warc.gz")
    first = max(files, key=lambda path: path.stat().st_size)
    data = bytearray(first.read_bytes())
    data[len(data) // 2] ^= 0xFF
    first.chmod(0o600)
    first.write_bytes(data)
    first.chmod(0o400)

    result = run("rebuild", "--json")

    problems = [item for item in json.loads(result.stdout)["problems"] if first.name in item]
    assert len(problems) == 1, result.output
    assert complete - 3 <= run("export", "-").stdout.count("\n") <= complete
