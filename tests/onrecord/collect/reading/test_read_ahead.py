"""Pages are read ahead of recording, in several processes: the result is that of one by one."""

import json
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from archive.sandbox import pool, process_count
from onrecord.collect import crawl, run_sources
from onrecord.collect.imports import import_archives
from onrecord.collect.ingest import RunStats
from tests.conftest import Run
from tests.support.paths import ROOT
from tests.support.processes import is_running
from tests.support.warc_of_pages import SOURCE, write_pages

# Runs in another process: a command that kills itself with SIGKILL before it records its nth page.
_KILLED = """
import os, signal, sys
from archive.sandbox import pool, process_count
from onrecord.cli import main
from onrecord.collect import crawl
from onrecord.collect.imports import import_archives

known, calls, last = import_archives.ingest_read, [], int(sys.argv.pop())

def counted(*given):
    calls.append(given)
    if len(calls) == last:
        print(*(sandbox.pid for sandbox in pool.sandboxes(3) if sandbox.pid), flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    return known(*given)

process_count._available_cores = lambda: 3
import_archives.ingest_read = crawl.ingest_read = counted
main()
"""
_NAMES_DIFFER = {"warc", "offset"}  # between two archives with the same content

Rows = dict[str, list[tuple[object, ...]]]


@pytest.fixture
def pages(tmp_path: Path, run: Run, archive_folder: Path) -> Path:
    """Return a WARC file for an archive that has a source for half of its pages."""
    run("init")
    add_source(archive_folder)
    return write_pages(tmp_path / "pages.warc.gz")


def add_source(folder: Path) -> None:
    (folder / "sources" / "cinna.toml").write_text(SOURCE)


def catalogue_rows(folder: Path) -> Rows:
    """Return every row, but for random facts, places in the log and the names of WARC files."""
    rows: Rows = {}
    with closing(sqlite3.connect(folder / "catalogue.sqlite")) as catalogue:
        tables = catalogue.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in tables:
            columns = [c[1] for c in catalogue.execute(f"PRAGMA table_info({table})")]
            names = ", ".join(f'"{name}"' for name in columns if name not in _NAMES_DIFFER)
            if table not in {"fact", "voucher"}:
                rows[table] = catalogue.execute(f"SELECT {names} FROM {table}").fetchall()  # noqa: S608
    return rows


def without_times(rows: Rows) -> Rows:
    """Return the rows, but for when a run was made."""
    return rows | {"event": [row for row in rows["event"] if "ingestion" not in row]}


def use_processes(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    monkeypatch.setattr(process_count, "_available_cores", lambda: count)
    monkeypatch.setattr(process_count, "available_memory", lambda: None)


def logged_responses(folder: Path) -> int:
    log = (folder / "log/entries.jsonl").read_text().splitlines()
    return sum('"kind":"response"' in line for line in log)


@pytest.mark.parametrize("words", [("import",), ("scrape", "cinna", "--from")])
def test_the_result_does_not_depend_on_the_number_of_processes(
    pages: Path,
    run: Run,
    archive_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
) -> None:
    results: list[tuple[Result, Rows]] = []
    for count in (1, 3):
        use_processes(monkeypatch, count)
        result = run(*words, pages, "--json")
        results.append((result, catalogue_rows(archive_folder)))
        assert run("verify").exit_code == 0
        archive_folder.rename(tmp_path / f"archive-{count}")
        run("init")
        add_source(archive_folder)

    (one, rows), (three, rows_of_three) = results
    assert three.stdout == one.stdout
    assert three.stderr == one.stderr
    assert three.exit_code == one.exit_code
    assert without_times(rows_of_three) == without_times(rows)
    assert json.loads(one.stdout)["versions"] == len(rows["version"]) > 12


@pytest.mark.parametrize("words", [("import",), ("scrape", "cinna", "--from")])
def test_several_processes_read_the_pages_of_files(
    pages: Path, run: Run, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    use_processes(monkeypatch, 3)
    for sandbox in pool.sandboxes(3):
        sandbox.close()

    run(*words, pages)

    assert len({sandbox.pid for sandbox in pool.sandboxes(3)} - {None}) == 3


def test_a_revisit_of_what_is_being_read_has_its_page(
    pages: Path, run: Run, archive_folder: Path
) -> None:
    run("import", pages)

    rows = [json.loads(line) for line in run("export", "-").stdout.splitlines()]
    first = next(row for row in rows if row["url"] == "https://cinna.example/news/0")
    assert first["last_seen"].startswith("2024-03-14")


def test_a_reading_process_that_is_killed_costs_no_page(
    pages: Path,
    run: Run,
    archive_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = run("import", "--json", pages)
    rows = catalogue_rows(archive_folder)
    archive_folder.rename(tmp_path / "whole")
    run("init")
    add_source(archive_folder)
    use_processes(monkeypatch, 3)
    known, calls = import_archives.ingest_read, list[object]()

    def kill_readers(*given: object) -> object:
        calls.append(given)
        if len(calls) in (5, 20):
            for pid in [sandbox.pid for sandbox in pool.sandboxes(3)]:
                subprocess.run(["kill", "-9", str(pid)], check=False)
        return known(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(import_archives, "ingest_read", kill_readers)
    result = run("import", "--json", pages)

    assert result.stdout == whole.stdout
    assert catalogue_rows(archive_folder) == rows


def killed(folder: Path, words: Sequence[str], last: int) -> list[int]:
    """Run a command, killed before the nth page is recorded; return the ids of its readers."""
    command = [sys.executable, "-c", _KILLED, "--archive", str(folder), *words, str(last)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == -signal.SIGKILL, result.stderr
    return [int(pid) for pid in result.stdout.split()]


@pytest.mark.parametrize("last", [2, 17])
def test_a_killed_import_goes_on_where_it_was(
    pages: Path, run: Run, archive_folder: Path, tmp_path: Path, last: int
) -> None:
    run("import", pages)
    complete, responses = run("export", "-").stdout, logged_responses(archive_folder)
    rows = catalogue_rows(archive_folder)
    archive_folder.rename(tmp_path / "whole")
    run("init")
    add_source(archive_folder)

    readers = killed(archive_folder, ("import", str(pages)), last)
    stored = logged_responses(archive_folder)
    assert last <= stored < responses  # those that were being read are stored and logged
    run("import", pages)

    assert run("export", "-").stdout == complete
    assert logged_responses(archive_folder) == responses  # none is stored twice
    assert catalogue_rows(archive_folder)["capture"] == rows["capture"]
    assert catalogue_rows(archive_folder)["sighting"] == rows["sighting"]
    assert run("verify", "--deep").exit_code == 0
    assert len(readers) == 3
    for reader in readers:
        while is_running(reader):
            pass  # until it has seen that nobody is there


def test_a_killed_replay_goes_on_where_it_was(
    pages: Path, run: Run, archive_folder: Path, tmp_path: Path
) -> None:
    words = ("scrape", "cinna", "--from", str(pages))
    run(*words)
    complete, responses = run("export", "-").stdout, logged_responses(archive_folder)
    archive_folder.rename(tmp_path / "whole")
    run("init")
    add_source(archive_folder)

    killed(archive_folder, words, 9)
    assert 9 <= logged_responses(archive_folder) < responses
    run(*words)

    assert run("export", "-").stdout == complete != ""
    assert logged_responses(archive_folder) == responses
    assert run("verify", "--deep").exit_code == 0


def test_a_killed_import_is_read_by_the_next_command_that_writes(
    pages: Path, run: Run, archive_folder: Path
) -> None:
    killed(archive_folder, ("import", str(pages)), 10)
    before = len(run("export", "-").stdout.splitlines())

    run("rebuild")

    assert len(run("export", "-").stdout.splitlines()) > before
    assert len(catalogue_rows(archive_folder)["capture"]) == logged_responses(archive_folder)


def test_a_visit_that_fails_and_pages_that_cannot_be_recorded_are_problems_of_the_source(
    pages: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = run_sources.crawl

    def visit_and_fail(*arguments: Any, **options: Any) -> RunStats:
        visit(*arguments, **options)
        raise ZeroDivisionError("in the visit")

    def record_and_fail(*arguments: Any) -> None:
        raise ZeroDivisionError("in the catalogue")

    use_processes(monkeypatch, 20)  # so many that all pages wait to be recorded
    monkeypatch.setattr(run_sources, "crawl", visit_and_fail)
    monkeypatch.setattr(crawl, "ingest_read", record_and_fail)

    result = run("scrape", "cinna", "--from", pages, "--json")

    assert result.exit_code != 0
    assert "ZeroDivisionError: in the visit" in result.output
    assert "ZeroDivisionError: in the catalogue" in result.output
