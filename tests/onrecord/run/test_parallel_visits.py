"""A run visits sources at the same time: none waits for another's host, none ends the run."""

import gzip
import json
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import pytest

from archive.archive_folder import ArchiveFolder
from archive.catalogue import capture_queries, version_queries
from archive.catalogue.monitoring import host_waits, run_history, schedule_table
from archive.run_records import RunOutcome, ScheduleEntry
from archive.warc.write.store import WarcStore
from onrecord.command_context import Context
from onrecord.run.graceful_stop import StopFlag
from onrecord.run.run_due import RunResult, run_due
from scrapers.fetch.fetcher import Fetcher
from scrapers.fetch.throttle import VisitPacing
from scrapers.source_format.source import Source
from tests.conftest import Run
from tests.support.connection_server import Connection
from tests.support.http_publisher import Reply, reply_with
from tests.support.loopback_sites import (
    LoopbackSite,
    serve_sites,
    site_context,
    site_environment,
    statement,
)
from tests.support.warc_files import http_response

ALL_ARE_THERE = 30.0  # seconds for what takes a moment where sources do not wait for each other


@pytest.fixture
def home(run: Run, archive_folder: Path) -> ArchiveFolder:
    run("init")
    return ArchiveFolder(archive_folder)


@pytest.fixture
def sites(home: ArchiveFolder) -> Iterator[list[LoopbackSite]]:
    with serve_sites(3, home.sources) as served:
        yield served


def visit(home: ArchiveFolder, sites: list[LoopbackSite], **environment: object) -> RunResult:
    return run_due(
        site_context(home, sites),
        site_environment(sites, **environment),  # type: ignore[arg-type]
    )


def read_statements(home: ArchiveFolder, sites: list[LoopbackSite]) -> set[str]:
    with site_context(home, sites).catalogue() as connection:
        return {version.source for _, version in version_queries.all_versions(connection)}


def entry_of(home: ArchiveFolder, site: LoopbackSite) -> ScheduleEntry:
    with site_context(home, [site]).catalogue() as connection:
        entry = schedule_table.schedule_entry(connection, site.name)
    assert entry is not None
    return entry


def wait_for_all(barrier: threading.Barrier, page: bytes) -> Reply:
    """Reply only once all sites are asked at the same time."""

    def reply(connection: Connection) -> None:
        barrier.wait(ALL_ARE_THERE)
        connection.sendall(page)

    return reply


def test_ten_slow_hosts_are_asked_at_the_same_time(home: ArchiveFolder) -> None:
    with serve_sites(10, home.sources) as sites:
        barrier = threading.Barrier(len(sites))
        for number, site in enumerate(sites, 2):
            page = http_response(statement(number))
            site.pages[f"/statements/{number}"] = wait_for_all(barrier, page)

        result = visit(home, sites)

        assert not result.failed
        assert not barrier.broken
        assert read_statements(home, sites) == {site.name for site in sites}


@pytest.mark.parametrize(
    ("path", "reply"),
    [
        ("/robots.txt", http_response(b"User-agent: *\nCrawl-delay: 86400\n")),
        ("/robots.txt", http_response(b"User-agent: *\nRequest-rate: 1/1000000\n")),
        ("/list", http_response(b"later", b"Retry-After: 3599", status=503)),
        ("/statements/2", http_response(b"later", b"Retry-After: 3599", status=429)),
        ("/list", http_response(b"", b"Retry-After: Fri, 31 Dec 9999 23:00:00 GMT", status=503)),
    ],
)
def test_a_long_wait_ends_the_visit_to_its_host_alone_and_is_kept_to_the_end(
    home: ArchiveFolder, sites: list[LoopbackSite], run: Run, path: str, reply: bytes
) -> None:
    sites[0].pages[path] = reply

    visit(home, sites)
    asked = len(sites[0].requests)
    visit(home, sites)
    run_due(site_context(home, sites), site_environment(sites), only=[sites[0].name])

    assert {"site_3", "site_4"} <= read_statements(home, sites)
    assert len(sites[0].requests) == asked
    entry = entry_of(home, sites[0])
    assert entry.not_before is not None
    assert entry.not_before > datetime.now(UTC) + timedelta(seconds=3500)
    assert entry.next_due == entry.not_before
    assert "127.0.0.2 asks for no request before" in entry.problem
    schedule = [json.loads(line) for line in run("schedule", "show", "--json").stdout.splitlines()]
    (shown,) = [row for row in schedule if row["source"] == sites[0].name]
    assert shown["not_before"] == shown["next_due"] != ""
    assert "site_2: wait" in run("status").stdout


def test_a_host_that_allows_one_request_a_day_gives_its_pages_too(
    home: ArchiveFolder, sites: list[LoopbackSite]
) -> None:
    site = sites[0]
    site.pages["/robots.txt"] = http_response(b"User-agent: *\nCrawl-delay: 86400\n")
    for _ in range(2):
        visit(home, [site])
        with site_context(home, [site]).catalogue() as connection:  # two days pass
            now = datetime.now(UTC)
            entry = schedule_table.schedule_entry(connection, site.name)
            assert entry is not None
            schedule_table.save_schedule_entries(connection, [replace(entry, next_due=now)])
            host_waits.save_waits(connection, site.name, {site.host: now}, now)

    assert site.requests == ["/robots.txt", "/list", "/robots.txt", "/statements/2"]
    assert read_statements(home, [site]) == {site.name}


def test_a_resumed_source_is_due_although_its_host_asked_for_a_wait(
    home: ArchiveFolder, sites: list[LoopbackSite], run: Run
) -> None:
    sites[0].pages["/list"] = http_response(b"", b"Retry-After: 99999999", status=503)
    visit(home, sites)
    sites[0].pages["/list"] = sites[1].pages["/list"]

    run("schedule", "resume", sites[0].name)
    result = visit(home, sites)

    assert list(result.visited) == [sites[0].name]
    assert result.failed == {}


@pytest.mark.parametrize("ends_by", ["stop", "budget"])
def test_a_run_ends_inside_a_visit_that_waits_for_its_host(
    home: ArchiveFolder, sites: list[LoopbackSite], ends_by: str
) -> None:
    sites[0].pages["/robots.txt"] = http_response(b"User-agent: *\nCrawl-delay: 50\n")
    stop, page = StopFlag(), sites[2].pages["/statements/4"]

    def request_stop(connection: Connection) -> None:
        assert isinstance(page, bytes)
        connection.sendall(page)
        if ends_by == "stop":
            stop.event.set()

    sites[2].pages["/statements/4"] = request_stop
    budget = timedelta(minutes=50) if ends_by == "stop" else timedelta(seconds=3)
    began = monotonic()

    result = visit(home, sites, stop=stop, budget=budget)

    assert monotonic() - began < 45
    assert result.stopped is (ends_by == "stop")
    with site_context(home, sites).catalogue() as connection:
        (latest,) = run_history.runs(connection, source=sites[0].name)
    assert latest.outcome is RunOutcome.STOPPED
    assert latest.detail == (
        "stopped on request" if ends_by == "stop" else "the run's time is over"
    )
    assert latest.captured == 1
    entry = entry_of(home, sites[0])
    assert entry.next_due <= datetime.now(UTC)


def test_an_error_of_ours_ends_one_visit_and_is_recorded(
    home: ArchiveFolder, sites: list[LoopbackSite]
) -> None:
    environment = site_environment(sites)

    def fail_for_one(
        context: Context, store: WarcStore, source: Source, pacing: VisitPacing
    ) -> AbstractContextManager[Fetcher]:
        if source.name == sites[0].name:
            raise ZeroDivisionError("a bug")
        return environment.open_fetcher(context, store, source, pacing)

    result = run_due(site_context(home, sites), replace(environment, open_fetcher=fail_for_one))

    assert result.failed == {"site_2": "an error of onrecord: ZeroDivisionError: a bug"}
    assert read_statements(home, sites) == {"site_3", "site_4"}


FAR = b"Mon, 01 Jan 99999999999 00:00:00 GMT"
REDIRECT = b"HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n"
PAGE = b"<p>Words.</p>"
ODD_ANSWERS: list[bytes] = [
    http_response(PAGE, b"Date: " + FAR),
    http_response(PAGE, b"Retry-After: " + FAR, status=503),
    http_response(PAGE, b"Memento-Datetime: " + FAR),
    http_response(PAGE, b"Last-Modified: " + FAR, b'ETag: "\xff\x00"'),
    http_response(PAGE, b"Content-Encoding: gzip"),
    http_response(gzip.compress(bytes(60 << 20)), b"Content-Encoding: gzip"),
    http_response(PAGE, b"Content-Encoding: br, zstd, br, gzip, deflate"),
    http_response(b"\xff\xfe\x00\xd8<html>", b"Content-Language: \x80\x81"),
    http_response(PAGE, *(b"X-%d: y" % number for number in range(300))),
    http_response(PAGE, b"X-Long: " + b"y" * 70_000),
    http_response(b"<html>" + b"<div>" * 100_000),
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nwords",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nwords",
    b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\nwords",
    b"HTTP/1.1 2O0 OK\r\n\r\nwords",
    b"\x16\x03\x01\x00\x05words",
    b"",
    REDIRECT % b"http://[bad/",
    REDIRECT % b"/statements/1",
    REDIRECT % b"https://SELF/statements/3",  # to TLS at a port that has none
]
LONG_WAITS: list[tuple[str, bytes]] = [
    ("/robots.txt", http_response(b"User-agent: *\nCrawl-delay: 86400\n")),
    ("/robots.txt", http_response(b"User-agent: *\nRequest-rate: 1/1000000\n")),
    ("/list", http_response(b"", b"Retry-After: 3599", status=503)),
    ("/list", http_response(b"", b"Retry-After: Fri, 31 Dec 9999 23:00:00 GMT", status=429)),
]


@pytest.mark.slow
def test_no_answer_of_a_server_ends_anything_but_itself(home: ArchiveFolder, run: Run) -> None:
    count = len(ODD_ANSWERS) + len(LONG_WAITS) + 1
    with serve_sites(count, home.sources) as sites:
        barrier = threading.Barrier(count)
        for number, site in enumerate(sites, 2):
            site.pages["/robots.txt"] = wait_for_all(barrier, http_response(b"", status=404))
            site.list_pages("/statements/1", f"/statements/{number}")
        for site, answer in zip(sites, ODD_ANSWERS, strict=False):
            address = site.address.removeprefix("http://").encode()
            site.pages["/statements/1"] = reply_with(answer.replace(b"SELF", address))
        waiting = sites[len(ODD_ANSWERS) : -1]
        for site, (path, answer) in zip(waiting, LONG_WAITS, strict=True):
            site.pages[path] = wait_for_all(barrier, answer) if path == "/robots.txt" else answer

        result = visit(home, sites)

        names = {site.name for site in sites}
        assert result.visited.keys() == names
        assert not barrier.broken
        assert read_statements(home, sites) == names - {site.name for site in waiting}
        with site_context(home, sites).catalogue() as connection:
            outcomes = {
                site.name: capture.outcome
                for site in sites
                for capture in capture_queries.captures_at(
                    connection, f"{site.address}/statements/1"
                )
            }
        assert len(outcomes) == len(ODD_ANSWERS) + 1
    assert run("verify").exit_code == 0
