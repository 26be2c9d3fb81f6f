"""T12: failure is recorded as evidence, and never as success."""

from pathlib import Path

import pytest

from archive.models import Outcome, Role
from archive.warc.read_exchanges import read_exchanges
from scrapers.fetch.fetch_policy import FetchPolicy, TransferLimits
from scrapers.fetch.http_client import NetworkFetcher
from tests.support.http_publisher import Publisher
from tests.support.whole_archives import Archive, list_warc_files


def answer(status: str, body: bytes = b"no") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


CHALLENGE = b"<title>Just a moment...</title><script src=/cdn-cgi/challenge-platform/x></script>"
FAILURES = {
    "challenge": (answer("200 OK", CHALLENGE), {Outcome.BLOCKED, Outcome.SUSPECT}),
    "403": (answer("403 Forbidden"), {Outcome.BLOCKED}),
    "404": (answer("404 Not Found"), {Outcome.GONE}),
    "410": (answer("410 Gone"), {Outcome.GONE}),
    "429": (answer("429 Too Many Requests"), {Outcome.BLOCKED}),
    "503": (answer("503 Service Unavailable"), {Outcome.SERVER_ERROR}),
    "silence": (lambda line: None, {Outcome.NETWORK_ERROR}),
}


@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_is_kept_with_what_the_server_said(tmp_path: Path, name: str) -> None:
    reply, outcomes = FAILURES[name]
    server = Publisher()
    server.pages["/one"] = reply
    policy = FetchPolicy(
        allowed_addresses=frozenset({("127.0.0.1", server.port)}),
        delay=0,
        obey_robots=False,
        limits=TransferLimits(max_attempts=1),
    )
    with Archive(tmp_path / "archive") as archive:
        fetcher = NetworkFetcher(archive.store, policy)
        last = fetcher.fetch(server.url("/one"), source="ruritania", role=Role.PAGE)[-1]
        fetcher.close()

    assert last.capture.outcome in outcomes
    (stored,) = (
        stored for path in list_warc_files(archive.home) for stored in read_exchanges(path)
    )
    assert stored.metadata is not None
    assert stored.metadata.outcome is last.capture.outcome
    if isinstance(reply, bytes):
        assert stored.block == reply


def test_an_address_that_refuses_the_secure_connection_is_kept_as_a_failure(
    tmp_path: Path,
) -> None:
    server = Publisher()
    policy = FetchPolicy(
        allowed_addresses=frozenset({("127.0.0.1", server.port)}),
        delay=0,
        obey_robots=False,
        limits=TransferLimits(
            max_attempts=1, connect_timeout=0.3, read_timeout=0.3, total_timeout=1.0
        ),
    )
    with Archive(tmp_path / "archive") as archive:
        fetcher = NetworkFetcher(archive.store, policy)
        url = server.url("/").replace("http:", "https:")
        last = fetcher.fetch(url, source="ruritania", role=Role.PAGE)[-1]
        fetcher.close()

    assert last.capture.outcome is Outcome.NETWORK_ERROR
    assert last.capture.note
