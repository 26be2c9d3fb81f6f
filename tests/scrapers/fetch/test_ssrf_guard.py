import socket
from collections.abc import Iterator
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.models import Outcome, Role
from archive.warc.write.store import WarcStore
from scrapers.fetch.fetch_policy import FetchPolicy, TransferLimits
from scrapers.fetch.http_client import NetworkFetcher
from scrapers.fetch.ssrf_guard import ALLOWED_ADDRESSES, is_refused_ip, refusal_reason
from tests.support.http_publisher import SteppingClock, serve_publisher
from tests.support.proxies import http_proxy
from tests.support.warc_files import http_response, open_store

INSIDE = [
    "http://169.254.169.254/latest/meta-data/",
    "http://localhost/",
    "http://LOCALHOST./",
    "http://127.0.0.1/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://0x7f000001/",
    "http://0177.0.0.1/",
    "http://0.0.0.0/",
    "http://10.0.0.8/",
    "http://192.168.1.1/",
    "http://172.16.0.1/",
    "http://100.64.0.1/",
    "http://224.0.0.1/",
    "http://[::1]/",
    "http://[::]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/",
    "http://[fe80::1]/",
    "http://[fd00::1]/",
    "http://[fec0::1]/",
    "http://[3fff::1]/",
    "http://[5f00::1]/",
    "http://[2001:db8::1]/",
    "http://[2001:2::1]/",
    "http://[2001:4:112::1]/",
    "http://[2620:4f:8000::1]/",
    "http://[64:ff9b:1::5db8:d822]/",
    "http://[100::1]/",
    "http://[::127.0.0.1]/",
    "http://[::ffff:0:127.0.0.1]/",
    "http://[ff02::1]/",
    "http://192.88.99.1/",
    "http://192.0.0.9/",
    "http://192.31.196.1/",
    "http://198.18.0.1/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
    "http://127.0.0.1./",
    "http://127%2e0.0.1/",
    "http://１２７。０。０。１/",
    "http://router.local/",
    "http://intranet/",
    "http://wiki.corp/",
    "http://printer.home.arpa/",
    "http://db.internal./",
    "http://a.b.localhost/",
    "http://metadata.google.internal/",
]
WRONG = [
    "file:///etc/passwd",
    "gopher://ministry.example/",
    "http://user:pw@ministry.example/",
    "http://@ministry.example/",
    "http://ministry.example:22/",
    "http://ministry.example:6379/",
    "http://ministry.example:99999/",
    "http://",
    "//ministry.example/",
    "javascript:alert(1)",
]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[WarcStore]:
    with open_store(tmp_path / "warc") as opened:
        yield opened


@pytest.mark.parametrize("url", [*INSIDE, *WRONG])
def test_an_address_inside_or_not_of_the_web_is_refused_on_sight(url: str) -> None:
    assert refusal_reason(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://ministry.example/",
        "https://ministry.example:8443/a?b#c",
        "http://93.184.216.34/",
        "https://[2606:4700::1111]/",
        "https://министерство.example/",
        "https://9may.example/",
    ],
)
def test_a_public_address_may_be_asked(url: str) -> None:
    assert refusal_reason(url) == ""


@given(st.ip_addresses(v=4))
def test_an_address_packed_into_another_is_refused_as_it_would_be_itself(ip: IPv4Address) -> None:
    number = int(ip)
    embedding = (
        f"::ffff:{ip}",
        f"64:ff9b::{ip}",
    )
    for address in embedding:
        assert is_refused_ip(address) == is_refused_ip(str(ip))
    assert is_refused_ip(f"2002:{number >> 16:x}:{number & 0xFFFF:x}::")  # 6to4 leads anywhere


@given(st.ip_addresses())
def test_what_the_standard_library_calls_not_global_is_refused(ip: IPv4Address) -> None:
    """The registries' ranges are a table of ours: of addresses for hosts it refuses no fewer."""
    if not ip.is_global or ip.is_multicast or (ip.version == 4 and ip.is_reserved):
        mapped = getattr(ip, "ipv4_mapped", None)
        assert is_refused_ip(str(ip)) or (mapped and not is_refused_ip(str(mapped)))


SAYS_AN_ADDRESS = [
    "http://127.0.0.1.nip.io/",
    "http://app.10-0-0-8.sslip.io/",
    "http://7f000001.nip.io/",
    "http://nip.io/",
    "http://www.localtest.me/",
    "http://7f000001.c0a80001.rbndr.us/",
    "http://169.254.169.254.ministry.example/",
    "http://x-192-168-0-1.ministry.example./",
]


@pytest.mark.parametrize("url", SAYS_AN_ADDRESS)
def test_a_name_that_says_an_address_inside_is_refused_where_a_proxy_resolves_it(url: str) -> None:
    assert "is not a public address" in refusal_reason(url, by_proxy=True)
    assert refusal_reason(url) == ""  # the socket's guard sees where it leads


@pytest.mark.parametrize(
    "url", ["http://a1-2-3.example/", "http://93-184-216-34.ministry.example/", "http://x.onion/"]
)
def test_other_names_are_left_to_the_proxy(url: str) -> None:
    assert refusal_reason(url, by_proxy=True) == ""


@pytest.mark.parametrize("url", [*SAYS_AN_ADDRESS, "http://wiki/", "http://10.0.0.8/"])
def test_a_proxy_is_not_asked_for_what_is_inside(store: WarcStore, url: str) -> None:
    with http_proxy() as proxy:
        policy = FetchPolicy(obey_robots=False, proxy=proxy.url)
        fetcher = NetworkFetcher(store, policy, clock=SteppingClock())
        (response,) = fetcher.fetch(url, source="s", role=Role.PAGE)
        fetcher.close()

    assert "is not a public address" in response.capture.note
    assert proxy.targets == []


def connect(store: WarcStore) -> NetworkFetcher:
    policy = FetchPolicy(obey_robots=False, limits=TransferLimits(max_attempts=2))
    return NetworkFetcher(store, policy, clock=SteppingClock())


@pytest.mark.parametrize("url", INSIDE)
def test_nothing_inside_is_ever_connected_to(
    store: WarcStore, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected: list[object] = []
    monkeypatch.setattr(socket.socket, "connect", lambda _, to: connected.append(to))
    monkeypatch.setattr(
        "scrapers.fetch.http_client.refusal_reason", lambda url, **_: ""
    )  # the socket's guard alone

    (response,) = connect(store).fetch(url, source="s", role=Role.PAGE)

    assert response.capture.outcome is Outcome.NETWORK_ERROR
    assert connected == []


def test_a_name_that_leads_inside_is_refused_where_the_socket_is_opened(
    store: WarcStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: whatever a name resolved to before, the address connected to is checked."""
    with serve_publisher() as inside:
        addresses = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 80))]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **options: addresses)

        (response,) = connect(store).fetch("http://ministry.example/", source="s", role=Role.PAGE)

    assert response.capture.note == "not asked: ministry.example is 127.0.0.1: not a public address"
    assert inside.requests == []


def test_what_is_allowed_is_allowed_by_address_and_port(
    store: WarcStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve_publisher() as allowed_site, serve_publisher() as other_site:
        for site in (allowed_site, other_site):
            site.pages["/"] = http_response()
        policy = FetchPolicy(
            allowed_addresses=frozenset({("127.0.0.1", allowed_site.port)}), obey_robots=False
        )
        fetcher = NetworkFetcher(store, policy, clock=SteppingClock())
        outcomes = [
            fetcher.fetch(site.url(), source="s", role=Role.PAGE)[0].capture.outcome
            for site in (allowed_site, other_site)
        ]
        fetcher.close()

    assert outcomes == [Outcome.OK, Outcome.NETWORK_ERROR]
    assert ALLOWED_ADDRESSES.get() == frozenset()


def test_the_next_address_of_a_host_is_tried_when_one_does_not_answer(
    store: WarcStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve_publisher() as site, serve_publisher() as gone:
        site.pages["/"] = http_response(b"here")
        gone.close()
        addresses = [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))
            for port in (gone.port, site.port)
        ]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **options: addresses)
        allowed = frozenset(
            {("127.0.0.1", site.port)} | {("127.0.0.1", gone.port)} | {("ministry.example", 80)}
        )
        allowed |= {("127.0.0.1", 80)}
        fetcher = NetworkFetcher(
            store, FetchPolicy(allowed_addresses=allowed, obey_robots=False), clock=SteppingClock()
        )

        (response,) = fetcher.fetch("http://ministry.example/", source="s", role=Role.PAGE)
        fetcher.close()

    assert response.body == b"here"
