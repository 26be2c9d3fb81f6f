import gzip
import zlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from archive.errors import FetchError, StorageError
from archive.models import Outcome, Role
from archive.warc.exchanges import ArchivedExchange, read_exchanges
from archive.warc.store import WarcStore
from archive.warc.verify_warc import verify_warc
from scrapers.fetch.client import NetworkFetcher
from scrapers.fetch.fetcher import FetchedResponse, Validators
from scrapers.fetch.policy import FetchPolicy, TransferLimits, format_user_agent
from tests.support.http_publisher import (
    JumpingClock,
    Publisher,
    certificates,
    drips,
    header_of,
    outcomes,
    publishing,
    sends,
    waits,
)
from tests.support.warc_files import answer, store_in

PAGE = answer(b"<p>We regret the delay.</p>")
MOVED = b"HTTP/1.1 301 Moved\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n"

Visiting = Callable[..., NetworkFetcher]


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with publishing() as opened:
        yield opened


@pytest.fixture
def clock() -> JumpingClock:
    return JumpingClock()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[WarcStore]:
    with store_in(tmp_path / "warc") as opened:
        yield opened


@pytest.fixture
def visiting(publisher: Publisher, clock: JumpingClock, store: WarcStore) -> Iterator[Visiting]:
    fetchers: list[NetworkFetcher] = []

    def visit(**policy: object) -> NetworkFetcher:
        settings = {
            "user_agent": format_user_agent("0.1", "mailto:desk@archive.example"),
            "allowed_addresses": frozenset({("127.0.0.1", publisher.port)}),
            "obey_robots": False,
            **policy,
        }
        fetch_policy = FetchPolicy(**settings)  # type: ignore[arg-type]
        fetchers.append(NetworkFetcher(store, fetch_policy, clock=clock, random_float=lambda: 0.0))
        return fetchers[-1]

    yield visit
    for fetcher in fetchers:
        fetcher.close()


def ask(
    visit: NetworkFetcher, url: str, validators: Validators | None = None
) -> list[FetchedResponse]:
    return visit.fetch(url, source="ministry", role=Role.PAGE, validators=validators)


def stored(store: WarcStore) -> list[ArchivedExchange]:
    store.close()
    found = []
    for path in sorted(store.folder.rglob("*.warc.gz")):
        assert list(verify_warc(path)) == []
        name = path.relative_to(store.folder).as_posix()
        found += list(read_exchanges(path, warc=name))
    return found


def test_a_page_is_stored_as_it_came_and_handed_over(
    publisher: Publisher, visiting: Visiting, store: WarcStore, clock: JumpingClock
) -> None:
    publisher.pages["/1"] = PAGE

    (fetched,) = ask(visiting(), publisher.url("/1"))

    assert fetched.body == b"<p>We regret the delay.</p>"
    assert fetched.header("content-type") == "text/html; charset=utf-8"
    (held,) = stored(store)
    assert held.block == PAGE
    assert held.capture() == fetched.capture
    assert fetched.capture.captured == clock.now()
    assert held.beside[0].block == publisher.asked[0]
    assert held.record.head.get("WARC-IP-Address") == "127.0.0.1"


def test_the_server_is_told_who_asks_and_how_to_reach_them(
    publisher: Publisher, visiting: Visiting
) -> None:
    ask(visiting(), publisher.url())

    (request,) = publisher.asked
    assert header_of(request, "User-Agent") == "OnRecord/0.1 (+mailto:desk@archive.example)"
    assert header_of(request, "Accept-Encoding") == "identity"
    assert format_user_agent("0.1", "") == "OnRecord/0.1"


def test_nothing_in_the_environment_changes_the_way(
    publisher: Publisher, visiting: Visiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    publisher.pages["/"] = PAGE

    assert outcomes(ask(visiting(), publisher.url())) == ["ok"]


def test_no_cookie_is_sent_back(publisher: Publisher, visiting: Visiting) -> None:
    publisher.pages["/"] = answer(b"x", b"Set-Cookie: who=you; Path=/")
    visit = visiting()

    ask(visit, publisher.url())
    ask(visit, publisher.url())

    assert [header_of(request, "Cookie") for request in publisher.asked] == ["", ""]


def test_redirects_are_followed_and_each_hop_is_a_capture(
    publisher: Publisher, visiting: Visiting, store: WarcStore
) -> None:
    publisher.pages |= {"/old": MOVED % b"/new#top", "/new": PAGE}

    hops = ask(visiting(), publisher.url("/old#part"))

    assert outcomes(hops) == ["redirect", "ok"]
    assert [hop.capture.url for hop in hops] == [publisher.url("/old"), publisher.url("/new")]
    assert [each.facts and each.facts.via for each in stored(store)] == ["", publisher.url("/old")]


def test_redirects_in_a_circle_end(publisher: Publisher, visiting: Visiting) -> None:
    publisher.pages |= {"/a": MOVED % b"/b", "/b": MOVED % b"/a"}

    hops = ask(visiting(), publisher.url("/a"))

    assert outcomes(hops) == ["redirect", "redirect", "server-error"]
    assert "circle" in hops[-1].capture.note


def test_redirects_without_end_end(publisher: Publisher, visiting: Visiting) -> None:
    publisher.pages |= {f"/{n}": MOVED % f"/{n + 1}".encode() for n in range(20)}

    hops = ask(visiting(limits=TransferLimits(max_redirects=4)), publisher.url("/0"))

    assert outcomes(hops) == ["redirect"] * 5 + ["server-error"]
    assert hops[-1].capture.note == "more than 4 redirects"


@pytest.mark.parametrize(
    "target", ["http://169.254.169.254/latest", "file:///etc/passwd", "http://[::1]/", "//u:p@h/"]
)
def test_a_redirect_to_the_inside_is_not_followed(
    publisher: Publisher, visiting: Visiting, target: str
) -> None:
    publisher.pages["/a"] = MOVED % target.encode()

    hops = ask(visiting(), publisher.url("/a"))

    assert outcomes(hops) == ["redirect", "network-error"]
    assert hops[-1].capture.note.startswith("not asked: ")


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (answer(status=404), Outcome.GONE),
        (answer(status=410), Outcome.GONE),
        (answer(status=403), Outcome.BLOCKED),
        (answer(b""), Outcome.SUSPECT),
        (answer(b"<title>Just a moment</title><script>window._cf_chl_opt"), Outcome.BLOCKED),
        (b"SSH-2.0-OpenSSH\r\n", Outcome.NETWORK_ERROR),
        (b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", Outcome.SERVER_ERROR),
    ],
)
def test_each_answer_has_one_outcome(
    publisher: Publisher, visiting: Visiting, store: WarcStore, reply: bytes, outcome: Outcome
) -> None:
    publisher.pages["/"] = sends(reply)

    fetched = ask(visiting(limits=TransferLimits(max_attempts=1)), publisher.url())[-1]

    assert fetched.capture.outcome is outcome
    assert stored(store)[-1].capture() == fetched.capture


def test_a_server_in_trouble_is_asked_again_later_and_each_try_is_a_capture(
    publisher: Publisher, visiting: Visiting, clock: JumpingClock
) -> None:
    publisher.pages["/"] = [answer(status=503), answer(status=500), PAGE]

    tries = ask(visiting(delay=0.0), publisher.url())

    assert outcomes(tries) == ["server-error", "server-error", "ok"]
    assert clock.slept == [pytest.approx(1.0), pytest.approx(2.0)]


def test_a_server_that_stays_in_trouble_is_left_alone(
    publisher: Publisher, visiting: Visiting
) -> None:
    publisher.pages["/"] = answer(status=503)

    assert outcomes(ask(visiting(), publisher.url())) == ["server-error"] * 3


@pytest.mark.parametrize("value", ["120", "Mon, 13 Apr 2026 12:02:00 GMT"])
def test_a_server_that_says_when_to_come_back_is_obeyed(
    publisher: Publisher, visiting: Visiting, clock: JumpingClock, value: str
) -> None:
    busy = answer(b"x", f"Retry-After: {value}".encode(), status=429)
    publisher.pages["/"] = [busy, PAGE]

    assert outcomes(ask(visiting(), publisher.url())) == ["blocked", "ok"]
    assert sum(clock.slept) == pytest.approx(120)


def test_a_server_that_says_tomorrow_is_left_alone_for_now(
    publisher: Publisher, visiting: Visiting, clock: JumpingClock
) -> None:
    publisher.pages["/"] = answer(b"x", b"Retry-After: 86400", status=503)

    assert outcomes(ask(visiting(), publisher.url())) == ["server-error"]
    assert clock.slept == []


def test_a_page_we_hold_is_asked_for_on_condition_and_a_304_refers_to_it(
    publisher: Publisher, visiting: Visiting, store: WarcStore, clock: JumpingClock
) -> None:
    publisher.pages["/"] = b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n'
    held = Validators(
        etag='"1"',
        last_modified="Mon, 13 Apr 2026 08:00:00 GMT",
        capture="urn:uuid:before",
        captured=clock.now() - timedelta(days=1),
    )

    (fetched,) = ask(visiting(), publisher.url(), held)

    assert fetched.capture.outcome is Outcome.UNCHANGED
    assert header_of(publisher.asked[0], "If-None-Match") == '"1"'
    assert header_of(publisher.asked[0], "If-Modified-Since") == "Mon, 13 Apr 2026 08:00:00 GMT"
    (kept,) = stored(store)
    assert kept.kind == "revisit"
    assert kept.record.head.get("WARC-Refers-To") == "<urn:uuid:before>"


def test_a_304_without_knowing_of_what_is_a_response(
    publisher: Publisher, visiting: Visiting, store: WarcStore
) -> None:
    publisher.pages["/"] = b"HTTP/1.1 304 Not Modified\r\n\r\n"

    (fetched,) = ask(visiting(), publisher.url(), Validators(etag='"1"'))

    assert fetched.capture.outcome is Outcome.UNCHANGED
    assert stored(store)[0].kind == "response"


def test_requests_to_a_host_keep_their_distance(
    publisher: Publisher, visiting: Visiting, clock: JumpingClock
) -> None:
    visit = visiting(delay=2.0)

    for path in ("/1", "/2", "/3"):
        ask(visit, publisher.url(path))

    assert clock.slept == [pytest.approx(2.0), pytest.approx(2.0)]


def robots(text: str) -> bytes:
    return answer(text.encode())


def test_robots_are_asked_first_and_obeyed(
    publisher: Publisher, visiting: Visiting, store: WarcStore
) -> None:
    publisher.pages |= {
        "/robots.txt": robots("User-agent: *\nDisallow: /private\nAllow: /private/press"),
        "/private/press": PAGE,
    }
    visit = visiting(obey_robots=True)

    assert outcomes(ask(visit, publisher.url("/private/1"))) == ["refused-by-robots"]
    assert outcomes(ask(visit, publisher.url("/private/press"))) == ["ok"]
    assert publisher.paths == ["/private/press"]
    roles = [each.facts and each.facts.role for each in stored(store)]
    assert roles == [Role.REQUISITE, Role.PAGE, Role.PAGE]


def test_robots_meant_for_us_hold_for_us(publisher: Publisher, visiting: Visiting) -> None:
    publisher.pages["/robots.txt"] = robots("User-agent: onrecord\nDisallow: /\n")

    assert outcomes(ask(visiting(obey_robots=True), publisher.url())) == ["refused-by-robots"]


def test_robots_are_asked_once_a_day(
    publisher: Publisher, visiting: Visiting, clock: JumpingClock
) -> None:
    visit = visiting(obey_robots=True)
    for _ in range(3):
        ask(visit, publisher.url())
    clock.pass_by(25 * 3600)
    ask(visit, publisher.url())

    asked = [request for request in publisher.asked if b"/robots.txt" in request]
    assert len(asked) == 2


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (answer(status=404), "ok"),
        (answer(status=403), "ok"),
        (answer(status=500), "refused-by-robots"),
        (answer(status=503), "refused-by-robots"),
        (sends(), "refused-by-robots"),
        (answer(b"<html>not robots</html>"), "ok"),
        (MOVED % b"/elsewhere.txt", "refused-by-robots"),
    ],
)
def test_robots_that_cannot_be_had_decide_by_why(
    publisher: Publisher, visiting: Visiting, reply: bytes, outcome: str
) -> None:
    publisher.pages |= {
        "/robots.txt": reply,
        "/elsewhere.txt": robots("User-agent: *\nDisallow: /"),
        "/": PAGE,
    }

    assert outcomes(ask(visiting(obey_robots=True), publisher.url()))[-1] == outcome


@pytest.mark.parametrize("rule", ["Crawl-delay: 7", "Request-rate: 1/7"])
def test_a_distance_that_robots_ask_for_is_kept(
    publisher: Publisher, visiting: Visiting, clock: JumpingClock, rule: str
) -> None:
    publisher.pages["/robots.txt"] = robots(f"User-agent: *\n{rule}\n")
    visit = visiting(obey_robots=True, delay=1.0)

    ask(visit, publisher.url("/1"))
    ask(visit, publisher.url("/2"))

    assert clock.slept[-1] == pytest.approx(7.0)


def test_rules_far_into_a_long_robots_file_hold(publisher: Publisher, visiting: Visiting) -> None:
    comment = "# " + "x" * 98 + "\n"
    text = "User-agent: *\n" + comment * 5000 + "Disallow: /late\n"
    publisher.pages["/robots.txt"] = robots(text)

    found = ask(visiting(obey_robots=True), publisher.url("/late"))

    assert outcomes(found) == ["refused-by-robots"]


FAST = TransferLimits(
    max_attempts=1,
    total_timeout=0.3,
    read_timeout=5.0,
    max_wire_bytes=100_000,
    max_body_bytes=200_000,
    max_head_bytes=20_000,
)


def test_an_endless_body_is_cut_off(
    publisher: Publisher, visiting: Visiting, store: WarcStore
) -> None:
    def endless(line: object) -> None:
        while True:
            line.sendall(b"x" * 50_000)  # type: ignore[attr-defined]

    publisher.pages["/"] = sends(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", then=endless
    )

    (fetched,) = ask(visiting(limits=FAST), publisher.url())

    assert fetched.capture.outcome is Outcome.TOO_LARGE
    (held,) = stored(store)
    assert held.record.head.get("WARC-Truncated") == "length"
    assert 100_000 < len(held.block) < 200_000


@pytest.mark.parametrize(
    "start",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nX: ",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n",
    ],
)
def test_a_slow_drip_is_cut_off_in_the_head_and_in_the_body(
    publisher: Publisher, visiting: Visiting, store: WarcStore, start: bytes
) -> None:
    publisher.pages["/"] = sends(start, then=drips)

    (fetched,) = ask(visiting(limits=FAST), publisher.url())

    assert fetched.capture.outcome is Outcome.NETWORK_ERROR
    assert "slower than we wait" in fetched.capture.note
    (held,) = stored(store)
    assert held.record.head.get("WARC-Truncated") == "time"
    assert held.block.startswith(start + b"x")


def test_silence_is_an_outcome(publisher: Publisher, visiting: Visiting, store: WarcStore) -> None:
    publisher.pages["/"] = sends(then=waits)

    (fetched,) = ask(visiting(limits=FAST), publisher.url())

    assert fetched.capture.note == "no whole answer within 0.3 s"
    assert stored(store)[0].capture() == fetched.capture


def test_a_short_patience_with_silence_is_kept(publisher: Publisher, visiting: Visiting) -> None:
    publisher.pages["/"] = sends(then=waits)
    limits = TransferLimits(max_attempts=1, read_timeout=0.1)

    (fetched,) = ask(visiting(limits=limits), publisher.url())

    assert fetched.capture.note == "connected, but no answer in time"


def test_headers_without_end_are_cut_off(publisher: Publisher, visiting: Visiting) -> None:
    publisher.pages["/"] = sends(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 50_000)

    (fetched,) = ask(visiting(limits=FAST), publisher.url())

    assert fetched.capture.outcome in (Outcome.TOO_LARGE, Outcome.NETWORK_ERROR)


@pytest.mark.parametrize(
    "reply",
    [
        answer(b"half")[:-2],
        answer(b"5\r\nhal", b"Transfer-Encoding: chunked"),
        b"HTTP/1.1 200 OK\r\nConte",
    ],
)
def test_an_answer_that_breaks_off_is_kept_and_says_so(
    publisher: Publisher, visiting: Visiting, store: WarcStore, reply: bytes
) -> None:
    publisher.pages["/"] = sends(reply)

    (fetched,) = ask(visiting(limits=FAST), publisher.url())

    assert fetched.capture.outcome is Outcome.NETWORK_ERROR
    (held,) = stored(store)
    assert held.block == reply
    assert held.record.head.get("WARC-Truncated") == "disconnect"


@pytest.mark.parametrize(
    ("coding", "pack"), [(b"gzip", gzip.compress), (b"deflate", zlib.compress)]
)
def test_a_bomb_is_too_large_and_its_bytes_are_kept(
    publisher: Publisher,
    visiting: Visiting,
    store: WarcStore,
    coding: bytes,
    pack: Callable[[bytes], bytes],
) -> None:
    reply = answer(pack(bytes(10_000_000)), b"Content-Encoding: " + coding)
    publisher.pages["/"] = reply

    (fetched,) = ask(visiting(limits=FAST), publisher.url())

    assert (fetched.capture.outcome, fetched.body) == (Outcome.TOO_LARGE, b"")
    assert stored(store)[0].block == reply


def test_a_packed_page_is_handed_over_unpacked(publisher: Publisher, visiting: Visiting) -> None:
    publisher.pages["/"] = answer(gzip.compress(b"<p>Hi</p>"), b"Content-Encoding: gzip")

    assert ask(visiting(), publisher.url())[0].body == b"<p>Hi</p>"


def test_a_refused_connection_is_an_outcome(visiting: Visiting, publisher: Publisher) -> None:
    visit, url = visiting(limits=TransferLimits(max_attempts=2)), publisher.url()
    publisher.close()

    tries = ask(visit, url)

    assert outcomes(tries) == ["network-error", "network-error"]
    assert tries[-1].capture.note == "connection refused"


def test_a_host_that_does_not_exist_is_an_outcome(visiting: Visiting) -> None:
    found = ask(visiting(limits=TransferLimits(max_attempts=1)), "http://nowhere.invalid/")

    assert outcomes(found) == ["network-error"]
    assert found[0].capture.note.startswith("no such host: ")


@pytest.mark.parametrize("url", ["ftp://ministry.example/", "https://", "http://[::1", "nonsense"])
def test_what_is_no_web_address_is_not_asked_for(visiting: Visiting, url: str) -> None:
    (fetched,) = ask(visiting(), url)

    assert fetched.capture.outcome is Outcome.NETWORK_ERROR
    assert fetched.capture.note.startswith("not asked: ")


def test_a_certificate_that_nobody_vouches_for_ends_it(tmp_path: Path, visiting: Visiting) -> None:
    _, tls = certificates(tmp_path)
    with publishing(tls) as secured:
        visit = visiting(allowed_addresses=frozenset({("127.0.0.1", secured.port)}))
        (fetched,) = ask(visit, secured.url())

    assert fetched.capture.outcome is Outcome.NETWORK_ERROR
    assert fetched.capture.note.startswith("TLS: ")
    assert secured.asked == []


def test_how_a_connection_was_secured_is_recorded(
    tmp_path: Path, visiting: Visiting, store: WarcStore
) -> None:
    trusted, tls = certificates(tmp_path)
    with publishing(tls) as secured:
        secured.pages["/"] = answer(b"x", b"Date: Mon, 13 Apr 2026 12:00:05 GMT")
        allowed = frozenset({("127.0.0.1", secured.port)})
        visit = visiting(verify=str(trusted), allowed_addresses=allowed)
        ask(visit, secured.url())
        ask(visit, secured.url())

    first, second = stored(store)
    assert first.facts
    assert first.facts.tls
    assert first.facts.tls.version == "TLSv1.3"
    assert len(first.facts.tls.chain) == 2
    assert first.record.head.get("WARC-Cipher-Suite") == first.facts.tls.cipher
    assert first.facts.date_offset == 5.0
    assert second.facts
    assert second.facts.tls
    assert second.facts.tls.leaf_sha256 == first.facts.tls.leaf_sha256


def test_a_full_disk_stops_the_visit(
    publisher: Publisher, visiting: Visiting, store: WarcStore
) -> None:
    store.folder.mkdir(parents=True, exist_ok=True)
    (store.folder / "2026").write_text("in the way")

    with pytest.raises(StorageError):
        ask(visiting(), publisher.url())


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:9050", "SOCKS4://127.0.0.1:9050"])
def test_a_proxy_that_would_have_us_resolve_names_is_refused(proxy: str) -> None:
    with pytest.raises(FetchError, match="expected socks5h://"):
        FetchPolicy(proxy=proxy)


def test_on_the_network_only_listings_name_pages(visiting: Visiting) -> None:
    assert list(visiting().iter_captured_pages(lambda url: True)) == []
