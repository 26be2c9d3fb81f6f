import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from archive.models import Outcome, Role
from archive.warc.read_exchanges import ArchivedExchange, read_exchanges
from archive.warc.write.store import WarcStore
from scrapers.fetch.fetch_policy import FetchPolicy
from scrapers.fetch.http_client import NetworkFetcher
from scrapers.fetch.recorder import Recorder, RecordingAdapter, record_requests
from scrapers.fetch.ssrf_guard import ALLOWED_ADDRESSES
from tests.support.counts import sampled
from tests.support.http_publisher import (
    Publisher,
    SteppingClock,
    make_certificates,
    reply_with,
    serve_publisher,
)
from tests.support.proxies import http_proxy, socks_proxy
from tests.support.warc_files import assert_other_tools_accept, http_response, open_store

PAGE_COUNT = sampled(60, 200)
ODD = (
    b"HTTP/1.1 200  Fine, thank you \r\n"
    b"content-TYPE:text/html\r\n"
    b"X-Folded: one\r\n two\r\n"
    b"X-City:   caf\xe9  \r\n"
    b"X-Twice: a\r\nX-Twice: b\r\n"
    b"Content-Length: 5\r\n\r\nhello"
)
BARE = b"HTTP/1.1 200 OK\nContent-Length: 2\nX-City: caf\xe9\n\nhi"
CHUNKED = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"3;why=not\r\nabc\r\n02\r\nde\r\n0\r\nX-Trailer: yes\r\n\r\n"
)
CONTINUED = b"HTTP/1.1 100 Continue\r\n\r\n" + http_response(b"after all")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[WarcStore]:
    with open_store(tmp_path / "warc") as opened:
        yield opened


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with serve_publisher() as opened:
        yield opened


def connect(store: WarcStore, *publishers: Publisher, **options: object) -> NetworkFetcher:
    allowed_addresses = frozenset(("127.0.0.1", exchange.port) for exchange in publishers)
    policy = FetchPolicy(allowed_addresses=allowed_addresses, obey_robots=False, **options)  # type: ignore[arg-type]
    return NetworkFetcher(store, policy, clock=SteppingClock())


def stored(store: WarcStore) -> list[ArchivedExchange]:
    store.close()
    exchanges = []
    for path in store.folder.rglob("*.warc.gz"):
        assert_other_tools_accept(path)
        exchanges += list(read_exchanges(path))
    return exchanges


@pytest.mark.parametrize(
    "reply", [ODD, BARE, CHUNKED, CONTINUED, http_response(b"\x00\xff" * 70_000)]
)
def test_what_is_stored_is_what_was_sent_to_the_byte(
    publisher: Publisher, store: WarcStore, reply: bytes
) -> None:
    publisher.pages["/"] = reply
    fetcher = connect(store, publisher)

    (response,) = fetcher.fetch(publisher.url(), source="s", role=Role.PAGE)

    fetcher.close()
    (exchange,) = stored(store)
    assert exchange.block == reply
    assert exchange.related[0].block == publisher.requests[0]
    assert exchange.body() == response.body
    assert response.capture.outcome is Outcome.OK


def test_pages_fetched_by_eight_threads_are_each_their_own(
    tmp_path: Path, store: WarcStore
) -> None:
    trusted, tls = make_certificates(tmp_path)
    with serve_publisher() as plain, serve_publisher(tls) as secured:
        sent: dict[str, bytes] = {}
        for number in range(PAGE_COUNT):
            reply = http_response(b"%d " % number * (number * 20 + 1), b"X-N: %d" % number)
            for site in (plain, secured):
                site.pages[f"/{number}"] = reply
                sent[site.url(f"/{number}")] = reply
        fetcher = connect(store, plain, secured, verify=str(trusted))

        def work(worker: int) -> None:
            for url in list(sent)[worker::8]:
                fetcher.fetch(url, source="s", role=Role.PAGE)

        threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        fetcher.close()

    exchanges = stored(store)
    assert len(exchanges) == len(sent) == 2 * PAGE_COUNT
    assert sum(exchange.block == sent[exchange.url] for exchange in exchanges) == len(sent)
    assert len({exchange.url for exchange in exchanges}) == len(sent)


def test_a_reused_connection_records_each_exchange_separately(
    publisher: Publisher, store: WarcStore
) -> None:
    publisher.pages |= {"/1": http_response(b"one"), "/2": http_response(b"two")}
    fetcher = connect(store, publisher)

    for path in ("/1", "/2", "/1"):
        fetcher.fetch(publisher.url(path), source="s", role=Role.PAGE)

    fetcher.close()
    assert [exchange.body() for exchange in stored(store)] == [b"one", b"two", b"one"]


def test_a_connection_that_the_server_dropped_is_opened_again(
    publisher: Publisher, store: WarcStore
) -> None:
    publisher.pages |= {"/1": reply_with(http_response(b"one")), "/2": http_response(b"two")}
    fetcher = connect(store, publisher)

    for path in ("/1", "/2"):
        fetcher.fetch(publisher.url(path), source="s", role=Role.PAGE)

    fetcher.close()
    assert b"two" in [exchange.body() for exchange in stored(store)]


def test_a_session_outside_a_recording_works_and_records_nothing(
    publisher: Publisher,
) -> None:
    publisher.pages["/"] = http_response(b"hello")
    token = ALLOWED_ADDRESSES.set(frozenset({("127.0.0.1", publisher.port)}))
    with requests.Session() as session:
        session.trust_env = False
        session.mount("http://", RecordingAdapter())
        recorder = Recorder()
        assert session.get(publisher.url()).content == b"hello"
        with record_requests(recorder):
            session.get(publisher.url())
        session.get(publisher.url())
    ALLOWED_ADDRESSES.reset(token)

    assert recorder.recording
    assert bytes(recorder.recording.response) == http_response(b"hello")


def test_through_a_proxy_the_exchange_is_recorded_and_not_the_way_to_it(
    tmp_path: Path, store: WarcStore
) -> None:
    trusted, tls = make_certificates(tmp_path)
    with serve_publisher(tls) as secured, http_proxy() as proxy:
        secured.pages["/"] = http_response(b"secret")
        fetcher = connect(store, secured, proxy=proxy.url, verify=str(trusted))
        (response,) = fetcher.fetch(secured.url(), source="s", role=Role.PAGE)
        fetcher.close()

    assert response.body == b"secret"
    assert proxy.targets == [f"127.0.0.1:{secured.port}"]
    (exchange,) = stored(store)
    assert exchange.block == http_response(b"secret")
    assert exchange.related[0].block.startswith(b"GET / HTTP/1.1\r\n")
    assert exchange.record.header.get("WARC-IP-Address") == "", "the proxy's is not the server's"


class Watcher:
    """Sees every connection that is made and every name that is resolved here."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.connected: list[object] = []
        self.resolved: list[object] = []
        connect, resolve = socket.socket.connect, socket.getaddrinfo

        def watched_connect(sock: socket.socket, address: object) -> None:
            self.connected.append(address)
            connect(sock, address)  # type: ignore[arg-type]

        def watched_resolve(host: object, *args: object, **options: object) -> object:
            self.resolved.append(host)
            return resolve(host, *args, **options)  # type: ignore[arg-type]

        monkeypatch.setattr(socket.socket, "connect", watched_connect)
        monkeypatch.setattr(socket, "getaddrinfo", watched_resolve)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_by_socks_nothing_is_resolved_here_and_nobody_but_the_proxy_is_connected_to(
    tmp_path: Path, store: WarcStore, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    trusted, tls = make_certificates(tmp_path, name="statements.example")
    with (
        serve_publisher(tls if scheme == "https" else None) as site,
        socks_proxy(site.port) as proxy,
    ):
        site.pages["/"] = http_response(b"by socks")
        fetcher = connect(store, proxy=f"socks5h://127.0.0.1:{proxy.port}", verify=str(trusted))
        watcher = Watcher(monkeypatch)
        (response,) = fetcher.fetch(f"{scheme}://statements.example/", source="s", role=Role.PAGE)
        fetcher.close()
        monkeypatch.undo()

    assert response.body == b"by socks"
    assert response.capture.url == f"{scheme}://statements.example/"
    assert proxy.targets == [("statements.example", 443 if scheme == "https" else 80)]
    ours = [exchange for exchange in watcher.connected if exchange != ("127.0.0.1", site.port)]
    assert set(ours) == {("127.0.0.1", proxy.port)}
    assert "statements.example" not in watcher.resolved
    (exchange,) = stored(store)
    assert exchange.block == http_response(b"by socks")


def test_by_socks_inner_addresses_are_not_even_asked_of_the_proxy(store: WarcStore) -> None:
    with socks_proxy(9) as proxy:
        fetcher = connect(store, proxy=f"socks5h://127.0.0.1:{proxy.port}")
        for url in ("http://127.0.0.1/", "http://localhost/", "http://2130706433/"):
            (response,) = fetcher.fetch(url, source="s", role=Role.PAGE)
            assert response.capture.note.startswith("not asked: ")
        fetcher.close()

    assert proxy.targets == []


def test_when_the_socks_proxy_is_gone_nothing_goes_out(
    store: WarcStore, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socks_proxy(publisher.port) as proxy:
        pass
    fetcher = connect(store, publisher, proxy=f"socks5h://127.0.0.1:{proxy.port}")
    watcher = Watcher(monkeypatch)

    exchanges = fetcher.fetch("http://statements.example/", source="s", role=Role.PAGE)

    fetcher.close()
    assert {exchange.capture.outcome for exchange in exchanges} == {Outcome.NETWORK_ERROR}
    assert set(watcher.connected) == {("127.0.0.1", proxy.port)}
    assert publisher.requests == []
