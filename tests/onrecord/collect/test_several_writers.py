"""Several processes write to one archive: while a run waits for a host, others go on."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from archive.models import Role
from onrecord.collect.open_evidence import open_evidence
from onrecord.command_context import Context
from scrapers.replay.replay_fetcher import ReplayedFiles
from tests.conftest import Run
from tests.support.connection_server import Connection
from tests.support.loopback_sites import LoopbackSite, serve_sites, statement
from tests.support.paths import ROOT
from tests.support.run_process import start_run
from tests.support.warc_files import foreign_record, http_response, write_warc

PAGES = 6
PATIENCE = 60.0  # seconds for what takes a moment


@pytest.fixture
def initialised(run: Run) -> Run:
    run("init")
    return run


class SlowPage:
    """A page that is sent once it is allowed to be."""

    def __init__(self, page: bytes) -> None:
        self._page = page
        self.requested, self.allowed = threading.Event(), threading.Event()

    def __call__(self, connection: Connection) -> None:
        self.requested.set()
        self.allowed.wait(PATIENCE)
        connection.sendall(self._page)


@contextmanager
def waiting_run(archive: Path) -> Iterator[list[LoopbackSite]]:
    """Yield the sites of a run that waits for the first of them; let it end at the end."""
    with serve_sites(2, archive / "sources") as sites:
        slow = SlowPage(http_response(statement(2)))
        sites[0].pages["/statements/2"] = slow
        with start_run(archive, sites) as process:
            assert slow.requested.wait(PATIENCE)
            try:
                yield sites
            finally:
                slow.allowed.set()
                assert process.wait() == 0


def page_file(folder: Path, number: int) -> tuple[str, Path]:
    """Return an address, and a WARC file with the page that is there."""
    url = f"https://ministry{number}.example/news/{number}"
    words = f"The ministry of province {number} regrets the delay of the ferry to the islands."
    body = (
        f"<html><head><title>Ferry {number}</title></head><body><h1>Ferry {number}</h1><p>{words}"
    )
    record = foreign_record(
        http_response(f"{body}</p></body></html>".encode()),
        url=url,
        record_id=f"urn:uuid:00000000-0000-4000-8000-{number:012d}",
    )
    return url, write_warc(folder / f"page{number}.warc.gz", record)


def onrecord(archive: Path, *words: object) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "onrecord", "--archive", archive, *words]
    return subprocess.Popen(list(map(str, command)), cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_a_page_is_added_while_a_run_waits_for_a_host(
    initialised: Run, archive_folder: Path, tmp_path: Path
) -> None:
    run = initialised
    url, file = page_file(tmp_path, 1)
    with waiting_run(archive_folder):
        added = run("add", url, "--from", file)
        assert added.exit_code == 0, added.output
        assert "province 1 regrets" in run("search", '"province 1 regrets"').stdout

    assert "pier 2" in run("search", '"pier 2"').stdout
    assert "pier 3" in run("search", '"pier 3"').stdout
    assert run("verify", "--deep").exit_code == 0
    news = map(json.loads, run("watch", "news", "--json").stdout.splitlines())
    assert [item["kind"] for item in news] == ["new", "new", "new"]


@pytest.mark.parametrize(
    "words",
    [
        ("rebuild",),
        ("keys", "rotate"),
        ("erase", "STATEMENT", "--reason", "asked", "--yes"),
        ("verify", "--repair-from", "."),
    ],
)
def test_what_must_be_alone_is_refused_while_a_run_is_under_way(
    initialised: Run, archive_folder: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    url, file = page_file(tmp_path, 1)
    initialised("add", url, "--from", file)
    statement_id = json.loads(initialised("export", "-").stdout)["statement"]
    with waiting_run(archive_folder):
        result = initialised(*(word.replace("STATEMENT", statement_id) for word in words))

    assert result.exit_code == 7, result.output
    assert "another onrecord is writing to this archive" in result.stderr


def test_a_second_run_is_refused_while_one_is_under_way(
    initialised: Run, archive_folder: Path
) -> None:
    with waiting_run(archive_folder):
        result = initialised("run")

    assert result.exit_code == 7
    assert "another run is under way" in result.stderr


def test_a_source_that_is_paused_while_it_is_visited_stays_paused(
    initialised: Run, archive_folder: Path
) -> None:
    with waiting_run(archive_folder):
        assert initialised("schedule", "pause", "site_2").exit_code == 0

    entries = map(json.loads, initialised("schedule", "show", "--json").stdout.splitlines())
    assert {entry["source"]: entry["paused"] for entry in entries}["site_2"]


def test_pages_added_by_processes_at_the_same_time_are_all_there_and_proved(
    initialised: Run, archive_folder: Path, tmp_path: Path
) -> None:
    files = [page_file(tmp_path, number) for number in range(PAGES)]
    processes = [onrecord(archive_folder, "add", url, "--from", file) for url, file in files]
    assert [process.wait() for process in processes] == [0] * PAGES
    for process in processes:
        process.communicate()

    exported = list(map(json.loads, initialised("export", "-").stdout.splitlines()))
    assert sorted(version["url"] for version in exported) == sorted(url for url, _ in files)
    assert initialised("verify", "--deep").exit_code == 0
    assert initialised("rebuild").exit_code == 0
    again = list(map(json.loads, initialised("export", "-").stdout.splitlines()))
    assert sorted(v["version"] for v in again) == sorted(v["version"] for v in exported)


def test_a_file_imported_twice_at_the_same_time_is_stored_once(
    initialised: Run, archive_folder: Path, tmp_path: Path
) -> None:
    records = [page_file(tmp_path, number)[1].read_bytes() for number in range(PAGES)]
    file = tmp_path / "all.warc.gz"
    file.write_bytes(b"".join(records))
    processes = [onrecord(archive_folder, "import", file) for _ in range(3)]
    for process in processes:
        process.communicate()
    assert [process.returncode for process in processes] == [0, 0, 0]

    assert len(initialised("export", "-").stdout.splitlines()) == PAGES
    log = (archive_folder / "log/entries.jsonl").read_text().splitlines()
    assert sum('"kind":"response"' in line for line in log) == PAGES
    assert initialised("verify", "--deep").exit_code == 0


@pytest.mark.parametrize("words", [("add", "add", "add"), ("add", "import", "add")])
def test_a_page_that_processes_add_at_the_same_time_is_stored_once(
    initialised: Run, archive_folder: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    url, file = page_file(tmp_path, 1)
    commands = {"add": ("add", url, "--from", file), "import": ("import", file)}
    processes = [onrecord(archive_folder, *commands[word]) for word in words]
    for process in processes:
        process.communicate()

    assert {process.returncode for process in processes} == {0}
    log = (archive_folder / "log/entries.jsonl").read_text().splitlines()
    assert sum('"kind":"response"' in line for line in log) == 1
    assert initialised("verify", "--deep").exit_code == 0


def test_a_record_that_a_killed_process_stored_may_be_stored_again(
    initialised: Run, archive_folder: Path, tmp_path: Path
) -> None:
    _, file = page_file(tmp_path, 1)
    with waiting_run(archive_folder):
        with (
            open_evidence(Context(archive_folder), lambda evidence: None) as evidence,
            ReplayedFiles([file], evidence.store) as replayed,
        ):
            (exchange,) = replayed.lookup.exchanges
            replayed.store_record(exchange, source="", role=Role.PAGE)  # and dies
        assert initialised("import", file).exit_code == 0

    assert initialised("verify", "--deep").exit_code == 0
    assert initialised("rebuild").exit_code == 0
    assert initialised("verify", "--deep").exit_code == 0
    assert "province 1 regrets" in initialised("search", '"province 1 regrets"').stdout


def test_the_death_of_one_writer_costs_the_others_nothing(
    initialised: Run, archive_folder: Path, tmp_path: Path
) -> None:
    (first, second), (url, file) = (page_file(tmp_path, n) for n in (1, 2))
    with waiting_run(archive_folder):
        dead = onrecord(archive_folder, "import", first if isinstance(first, Path) else second)
        dead.kill()
        dead.communicate()
        assert initialised("add", url, "--from", file).exit_code == 0

    assert "pier 2" in initialised("search", '"pier 2"').stdout
    assert initialised("import", second).exit_code == 0
    exported = list(map(json.loads, initialised("export", "-").stdout.splitlines()))
    assert len({version["url"] for version in exported}) == len(exported) == 4
    assert initialised("verify", "--deep").exit_code == 0
