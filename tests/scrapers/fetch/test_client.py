import gzip
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from archive.errors import FetchError, StorageError
from archive.models import Outcome, Role, Validators
from archive.warc.read_exchanges import ArchivedExchange, read_exchanges
from archive.warc.verify_warc import verify_warc
from archive.warc.write.store import WarcStore
from scrapers.fetch.fetch_policy import FetchPolicy, TransferLimits, format_user_agent
from scrapers.fetch.fetcher import FetchedResponse
from scrapers.fetch.http_client import NetworkFetcher
from scrapers.fetch.throttle import HostTurnTable, HostWaitError
from tests.support.connection_server import Connection
from tests.support.http_publisher import (
    Publisher,
    SteppingClock,
    drip_bytes,
    make_certificates,
    outcome_names,
    reply_with,
    request_header,
    serve_publisher,
    stay_silent,
)
from tests.support.warc_files import http_response, open_store

PAGE = http_response(b"<p>We regret the delay.</p>")
MOVED = b"HTTP/1.1 301 Moved\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n"

Connect = Callable[..., NetworkFetcher]


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with serve_publisher() as opened:
        yield opened


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[WarcStore]:
    with open_store(tmp_path / "warc") as opened:
        yield opened


@pytest.fixture
def connect(publisher: Publisher, clock: SteppingClock, store: WarcStore) -> Iterator[Connect]:
    fetchers: list[NetworkFetcher] = []

    def open_one(**policy: object) -> NetworkFetcher:
        settings = {
            "user_agent": format_user_agent("0.1", "mailto:desk@archive.example"),
            "allowed_addresses": frozenset({("127.0.0.1", publisher.port)}),
            "obey_robots": False,
            **policy,
        }
        fetch_policy = FetchPolicy(**settings)  # type: ignore[arg-type]
        fetchers.append(NetworkFetcher(store, fetch_policy, clock=clock, random_float=lambda: 0.0))
        return fetchers[-1]

    yield open_one
    for fetcher in fetchers:
        fetcher.close()


def fetch(
    fetcher: NetworkFetcher, url: str, validators: Validators | None = None
) -> list[FetchedResponse]:
    return fetcher.fetch(url, source="ministry", role=Role.PAGE, validators=validators)


def stored(store: WarcStore) -> list[ArchivedExchange]:
    store.close()
    responses = []
    for path in sorted(store.folder.rglob("*.warc.gz")):
        assert list(verify_warc(path)) == []
        name = path.relative_to(store.folder).as_posix()
        responses += list(read_exchanges(path, warc=name))
    return responses


def test_a_page_is_stored_as_it_came_and_handed_over(
    publisher: Publisher, connect: Connect, store: WarcStore, clock: SteppingClock
) -> None:
    publisher.pages["/1"] = PAGE

    (response,) = fetch(connect(), publisher.url("/1"))

    assert response.body == b"<p>We regret the delay.</p>"
    assert response.header("content-type") == "text/html; charset=utf-8"
    (exchange,) = stored(store)
    assert exchange.block == PAGE
    assert exchange.capture() == response.capture
    assert response.capture.captured == clock.now()
    assert exchange.related[0].block == publisher.requests[0]
    assert exchange.record.header.get("WARC-IP-Address") == "127.0.0.1"


def test_the_server_is_told_who_asks_and_how_to_reach_them(
    publisher: Publisher, connect: Connect
) -> None:
    fetch(connect(), publisher.url())

    (request,) = publisher.requests
    assert request_header(request, "User-Agent") == "OnRecord/0.1 (+mailto:desk@archive.example)"
    assert request_header(request, "Accept-Encoding") == "identity"
    assert format_user_agent("0.1", "") == "OnRecord/0.1"


def test_proxies_in_the_environment_are_ignored(
    publisher: Publisher, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    publisher.pages["/"] = PAGE

    assert outcome_names(fetch(connect(), publisher.url())) == ["ok"]


def test_no_cookie_is_sent_back(publisher: Publisher, connect: Connect) -> None:
    publisher.pages["/"] = http_response(b"x", b"Set-Cookie: who=you; Path=/")
    fetcher = connect()

    fetch(fetcher, publisher.url())
    fetch(fetcher, publisher.url())

    assert [request_header(request, "Cookie") for request in publisher.requests] == ["", ""]


def test_redirects_are_followed_and_each_hop_is_a_capture(
    publisher: Publisher, connect: Connect, store: WarcStore
) -> None:
    publisher.pages |= {"/old": MOVED % b"/new#top", "/new": PAGE}

    hops = fetch(connect(), publisher.url("/old#part"))

    assert outcome_names(hops) == ["redirect", "ok"]
    assert [hop.capture.url for hop in hops] == [publisher.url("/old"), publisher.url("/new")]
    assert [exchange.metadata and exchange.metadata.via for exchange in stored(store)] == [
        "",
        publisher.url("/old"),
    ]


@pytest.mark.parametrize("location", ["/récolte", "/r%C3%A9colte#top"])
def test_a_redirect_is_followed_to_what_its_bytes_mean(
    publisher: Publisher, connect: Connect, location: str
) -> None:
    publisher.pages |= {"/old": MOVED % location.encode(), "/r%C3%A9colte": PAGE}

    hops = fetch(connect(), publisher.url("/old"))

    assert outcome_names(hops) == ["redirect", "ok"]
    assert hops[-1].capture.url == publisher.url("/r%C3%A9colte")


def test_a_redirect_to_no_address_is_the_last_hop(publisher: Publisher, connect: Connect) -> None:
    publisher.pages["/a"] = MOVED % b"http://[bad/"

    assert outcome_names(fetch(connect(), publisher.url("/a"))) == ["redirect"]


def test_an_address_is_requested_in_the_form_of_the_standard(
    publisher: Publisher, connect: Connect
) -> None:
    publisher.pages["/the%20r%C3%A9colte"] = PAGE

    (hop,) = fetch(connect(), publisher.url("/x/../the récolte#top"))

    assert hop.capture.url == publisher.url("/the%20r%C3%A9colte")


def test_redirects_in_a_circle_end(publisher: Publisher, connect: Connect) -> None:
    publisher.pages |= {"/a": MOVED % b"/b", "/b": MOVED % b"/a"}

    hops = fetch(connect(), publisher.url("/a"))

    assert outcome_names(hops) == ["redirect", "redirect", "server-error"]
    assert "circle" in hops[-1].capture.note


def test_a_redirect_that_asks_for_a_cookie_is_not_the_servers_fault(
    publisher: Publisher, connect: Connect
) -> None:
    publisher.pages["/"] = (
        b"HTTP/1.1 302 Found\r\nLocation: /\r\nSet-Cookie: seen=1\r\nContent-Length: 0\r\n\r\n"
    )

    capture = fetch(connect(), publisher.url())[-1].capture

    assert capture.outcome is Outcome.BLOCKED
    assert "cookie" in capture.note


@pytest.mark.parametrize(
    ("head", "limit"),
    [
        (b"".join(b"X-%d: y\r\n" % number for number in range(101)), "100 lines"),
        (b"X: " + b"y" * 70_000 + b"\r\n", "65536 bytes"),
    ],
    ids=["many lines", "a long line"],
)
def test_a_head_over_our_limits_is_named_as_ours(
    publisher: Publisher, connect: Connect, head: bytes, limit: str
) -> None:
    publisher.pages["/"] = b"HTTP/1.1 200 OK\r\n" + head + b"Content-Length: 2\r\n\r\nok"

    (response,) = fetch(connect(), publisher.url())

    assert response.capture.outcome is Outcome.TOO_LARGE
    assert limit in response.capture.note
    assert "our limit" in response.capture.note
    assert response.capture.stored.length > 0


@pytest.mark.parametrize(
    "reply",
    [
        http_response(b"words", b"Date: Mon, 01 Jan 99999999999 00:00:00 GMT"),
        http_response(b"words", b"Date: Mon, 01 Jan 0001 00:00:00 +1400"),
        http_response(b"words", b"Retry-After: Mon, 01 Jan 99999999999 00:00:00 GMT"),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nwords",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nwords",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\nwords",
        b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\nwords",
        b"HTTP/1.1 503 Busy\r\nRetry-After: " + b"9" * 5000 + b"\r\nContent-Length: 5\r\n\r\nwords",
    ],
    ids=["year", "zone", "retry", "chunk", "negative chunk", "length", "digits", "retry digits"],
)
def test_numbers_that_no_machine_holds_are_an_outcome(
    publisher: Publisher, connect: Connect, reply: bytes
) -> None:
    def send(connection: Connection) -> None:
        connection.sendall(reply)

    publisher.pages["/"] = send

    response = fetch(connect(), publisher.url())[-1]

    assert response.capture.stored.length > 0
    assert b"words" in response.body or response.capture.outcome is not Outcome.OK


def test_redirects_without_end_end(publisher: Publisher, connect: Connect) -> None:
    publisher.pages |= {f"/{n}": MOVED % f"/{n + 1}".encode() for n in range(20)}

    hops = fetch(connect(limits=TransferLimits(max_redirects=4)), publisher.url("/0"))

    assert outcome_names(hops) == ["redirect"] * 5 + ["server-error"]
    assert hops[-1].capture.note == "more than 4 redirects"


@pytest.mark.parametrize(
    "target", ["http://169.254.169.254/latest", "file:///etc/passwd", "http://[::1]/", "//u:p@h/"]
)
def test_a_redirect_to_an_internal_address_is_not_followed(
    publisher: Publisher, connect: Connect, target: str
) -> None:
    publisher.pages["/a"] = MOVED % target.encode()

    hops = fetch(connect(), publisher.url("/a"))

    assert outcome_names(hops) == ["redirect", "network-error"]
    assert hops[-1].capture.note.startswith("not asked: ")


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (http_response(status=404), Outcome.GONE),
        (http_response(status=410), Outcome.GONE),
        (http_response(status=403), Outcome.BLOCKED),
        (http_response(b""), Outcome.SUSPECT),
        (http_response(b"<title>Just a moment</title><script>window._cf_chl_opt"), Outcome.BLOCKED),
        (b"SSH-2.0-OpenSSH\r\n", Outcome.NETWORK_ERROR),
        (b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", Outcome.SERVER_ERROR),
    ],
)
def test_each_answer_has_one_outcome(
    publisher: Publisher,
    connect: Connect,
    store: WarcStore,
    reply: bytes,
    outcome: Outcome,
) -> None:
    publisher.pages["/"] = reply_with(reply)

    response = fetch(connect(limits=TransferLimits(max_attempts=1)), publisher.url())[-1]

    assert response.capture.outcome is outcome
    assert stored(store)[-1].capture() == response.capture


def test_a_server_in_trouble_is_asked_again_later_and_each_try_is_a_capture(
    publisher: Publisher, connect: Connect, clock: SteppingClock
) -> None:
    publisher.pages["/"] = [http_response(status=503), http_response(status=500), PAGE]

    tries = fetch(connect(delay=0.0), publisher.url())

    assert outcome_names(tries) == ["server-error", "server-error", "ok"]
    assert clock.slept == [pytest.approx(1.0), pytest.approx(2.0)]


def test_a_server_that_stays_in_trouble_is_left_alone(
    publisher: Publisher, connect: Connect
) -> None:
    publisher.pages["/"] = http_response(status=503)

    assert outcome_names(fetch(connect(), publisher.url())) == ["server-error"] * 3


@pytest.mark.parametrize("value", ["59", "Mon, 13 Apr 2026 12:00:59 GMT"])
def test_a_server_that_says_when_to_come_back_is_obeyed(
    publisher: Publisher, connect: Connect, clock: SteppingClock, value: str
) -> None:
    busy = http_response(b"x", f"Retry-After: {value}".encode(), status=429)
    publisher.pages["/"] = [busy, PAGE]

    assert outcome_names(fetch(connect(), publisher.url())) == ["blocked", "ok"]
    assert sum(clock.slept) == pytest.approx(59)


@pytest.mark.parametrize(
    "value",
    ["3599", "86400", "Mon, 13 Apr 2026 13:00:00 GMT", "9" * 30, "Fri, 31 Dec 9999 00:00:00 GMT"],
)
@pytest.mark.parametrize("status", [403, 429, 503])
def test_a_wait_longer_than_a_minute_ends_the_requests_to_the_host_until_it_has_passed(
    publisher: Publisher, connect: Connect, clock: SteppingClock, value: str, status: int
) -> None:
    publisher.pages["/"] = http_response(b"x", f"Retry-After: {value}".encode(), status=status)
    fetcher = connect()

    assert len(fetch(fetcher, publisher.url())) == 1
    with pytest.raises(HostWaitError) as error:
        fetch(fetcher, publisher.url("/other"))

    assert error.value.host == "127.0.0.1"
    assert error.value.until >= clock.now() + timedelta(seconds=3599)
    assert (clock.slept, publisher.paths) == ([], ["/"])


def test_after_the_wait_the_host_is_requested_again(
    publisher: Publisher, connect: Connect, clock: SteppingClock
) -> None:
    busy = http_response(b"x", b"Retry-After: 3599", status=503)
    publisher.pages["/"] = [busy, PAGE]
    fetcher = connect()
    fetch(fetcher, publisher.url())

    clock.advance(3599)

    assert outcome_names(fetch(fetcher, publisher.url())) == ["ok"]


def test_a_wait_of_a_page_that_came_is_no_wait(publisher: Publisher, connect: Connect) -> None:
    publisher.pages["/"] = http_response(b"<p>Here.</p>", b"Retry-After: 86400")
    fetcher = connect()

    assert [*map(len, (fetch(fetcher, publisher.url()) for _ in range(2)))] == [1, 1]


def test_a_redirect_to_a_host_that_must_wait_is_kept_and_says_why_it_was_not_followed(
    publisher: Publisher, clock: SteppingClock, store: WarcStore
) -> None:
    publisher.pages["/"] = MOVED % f"http://localhost:{publisher.port}/new".encode()
    turns = HostTurnTable({"localhost": clock.now() + timedelta(days=1)})
    hosts = frozenset((host, publisher.port) for host in ("127.0.0.1", "localhost"))
    policy = FetchPolicy(allowed_addresses=hosts, obey_robots=False)
    with closing(NetworkFetcher(store, policy, clock=clock, turns=turns)) as fetcher:
        responses = fetch(fetcher, publisher.url())

    assert outcome_names(responses) == ["redirect", "network-error"]
    note = "not asked: localhost asks for no request before 2026-04-14 12:00:00Z"
    assert responses[-1].capture.note == note


def test_a_stored_page_is_requested_conditionally_and_a_304_refers_to_it(
    publisher: Publisher, connect: Connect, store: WarcStore, clock: SteppingClock
) -> None:
    publisher.pages["/"] = b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n'
    validators = Validators(
        etag='"1"',
        last_modified="Mon, 13 Apr 2026 08:00:00 GMT",
        capture="urn:uuid:before",
        captured=clock.now() - timedelta(days=1),
    )

    (response,) = fetch(connect(), publisher.url(), validators)

    assert response.capture.outcome is Outcome.UNCHANGED
    assert request_header(publisher.requests[0], "If-None-Match") == '"1"'
    assert (
        request_header(publisher.requests[0], "If-Modified-Since")
        == "Mon, 13 Apr 2026 08:00:00 GMT"
    )
    (exchange,) = stored(store)
    assert exchange.kind == "revisit"
    assert exchange.record.header.get("WARC-Refers-To") == "<urn:uuid:before>"


def test_a_304_without_a_known_capture_is_a_response_record(
    publisher: Publisher, connect: Connect, store: WarcStore
) -> None:
    publisher.pages["/"] = b"HTTP/1.1 304 Not Modified\r\n\r\n"

    (response,) = fetch(connect(), publisher.url(), Validators(etag='"1"'))

    assert response.capture.outcome is Outcome.UNCHANGED
    assert stored(store)[0].kind == "response"


def test_requests_to_a_host_keep_their_distance(
    publisher: Publisher, connect: Connect, clock: SteppingClock
) -> None:
    fetcher = connect(delay=2.0)

    for path in ("/1", "/2", "/3"):
        fetch(fetcher, publisher.url(path))

    assert clock.slept == [pytest.approx(2.0), pytest.approx(2.0)]


def robots(text: str) -> bytes:
    return http_response(text.encode())


def test_robots_are_asked_first_and_obeyed(
    publisher: Publisher, connect: Connect, store: WarcStore
) -> None:
    publisher.pages |= {
        "/robots.txt": robots("User-agent: *\nDisallow: /private\nAllow: /private/press"),
        "/private/press": PAGE,
    }
    fetcher = connect(obey_robots=True)

    assert outcome_names(fetch(fetcher, publisher.url("/private/1"))) == ["refused-by-robots"]
    assert outcome_names(fetch(fetcher, publisher.url("/private/press"))) == ["ok"]
    assert publisher.paths == ["/private/press"]
    roles = [exchange.metadata and exchange.metadata.role for exchange in stored(store)]
    assert roles == [Role.REQUISITE, Role.PAGE, Role.PAGE]


def test_rules_for_our_product_name_apply(publisher: Publisher, connect: Connect) -> None:
    publisher.pages["/robots.txt"] = robots("User-agent: onrecord\nDisallow: /\n")

    assert outcome_names(fetch(connect(obey_robots=True), publisher.url())) == ["refused-by-robots"]


def test_robots_are_asked_once_a_day(
    publisher: Publisher, connect: Connect, clock: SteppingClock
) -> None:
    fetcher = connect(obey_robots=True)
    for _ in range(3):
        fetch(fetcher, publisher.url())
    clock.advance(25 * 3600)
    fetch(fetcher, publisher.url())

    robots_requests = [request for request in publisher.requests if b"/robots.txt" in request]
    assert len(robots_requests) == 2


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (http_response(status=404), "ok"),
        (http_response(status=403), "ok"),
        (http_response(status=500), "refused-by-robots"),
        (http_response(status=503), "refused-by-robots"),
        (reply_with(), "refused-by-robots"),
        (http_response(b"<html>not robots</html>"), "ok"),
        (MOVED % b"/elsewhere.txt", "refused-by-robots"),
    ],
)
def test_an_unavailable_robots_txt_allows_or_refuses_by_its_status(
    publisher: Publisher, connect: Connect, reply: bytes, outcome: str
) -> None:
    publisher.pages |= {
        "/robots.txt": reply,
        "/elsewhere.txt": robots("User-agent: *\nDisallow: /"),
        "/": PAGE,
    }

    assert outcome_names(fetch(connect(obey_robots=True), publisher.url()))[-1] == outcome


@pytest.mark.parametrize("rule", ["Crawl-delay: 7", "Request-rate: 1/7"])
def test_a_distance_that_robots_ask_for_is_kept(
    publisher: Publisher, connect: Connect, clock: SteppingClock, rule: str
) -> None:
    publisher.pages["/robots.txt"] = robots(f"User-agent: *\n{rule}\n")
    fetcher = connect(obey_robots=True, delay=1.0)

    fetch(fetcher, publisher.url("/1"))
    fetch(fetcher, publisher.url("/2"))

    assert clock.slept[-1] == pytest.approx(7.0)


@pytest.mark.parametrize(
    ("rule", "seconds"),
    [
        ("Crawl-delay: 86400", 86400),
        ("Request-rate: 1/1000000", 1000000),
        ("Request-rate: 1/" + "9" * 400, 10**9),
    ],
)
def test_a_long_distance_that_robots_ask_for_ends_the_requests_after_one(
    publisher: Publisher, connect: Connect, clock: SteppingClock, rule: str, seconds: int
) -> None:
    publisher.pages |= {"/robots.txt": robots(f"User-agent: *\n{rule}\n"), "/1": PAGE}
    fetcher = connect(obey_robots=True)

    assert outcome_names(fetch(fetcher, publisher.url("/1"))) == ["ok"]
    with pytest.raises(HostWaitError) as error:
        fetch(fetcher, publisher.url("/2"))

    assert error.value.until >= clock.now() + timedelta(seconds=seconds)
    assert publisher.paths == ["/1"]


def test_robots_that_are_to_be_asked_for_later_are_a_wait_and_no_refusal(
    publisher: Publisher, connect: Connect
) -> None:
    publisher.pages["/robots.txt"] = http_response(b"x", b"Retry-After: 3599", status=503)

    with pytest.raises(HostWaitError):
        fetch(connect(obey_robots=True), publisher.url("/1"))


def test_rules_far_into_a_long_robots_file_hold(publisher: Publisher, connect: Connect) -> None:
    comment = "# " + "x" * 98 + "\n"
    text = "User-agent: *\n" + comment * 5000 + "Disallow: /late\n"
    publisher.pages["/robots.txt"] = robots(text)

    responses = fetch(connect(obey_robots=True), publisher.url("/late"))

    assert outcome_names(responses) == ["refused-by-robots"]


FAST = TransferLimits(
    max_attempts=1,
    total_timeout=0.3,
    read_timeout=5.0,
    max_wire_bytes=100_000,
    max_body_bytes=200_000,
    max_head_bytes=20_000,
)


def test_an_endless_body_is_cut_off(
    publisher: Publisher, connect: Connect, store: WarcStore
) -> None:
    def endless(line: object) -> None:
        while True:
            line.sendall(b"x" * 50_000)  # type: ignore[attr-defined]

    publisher.pages["/"] = reply_with(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", then=endless
    )

    (response,) = fetch(connect(limits=FAST), publisher.url())

    assert response.capture.outcome is Outcome.TOO_LARGE
    (exchange,) = stored(store)
    assert exchange.record.header.get("WARC-Truncated") == "length"
    assert 100_000 < len(exchange.block) < 200_000


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
    publisher: Publisher, connect: Connect, store: WarcStore, start: bytes
) -> None:
    publisher.pages["/"] = reply_with(start, then=drip_bytes)

    (response,) = fetch(connect(limits=FAST), publisher.url())

    assert response.capture.outcome is Outcome.NETWORK_ERROR
    assert "slower than we wait" in response.capture.note
    (exchange,) = stored(store)
    assert exchange.record.header.get("WARC-Truncated") == "time"
    assert exchange.block.startswith(start + b"x")


def test_silence_is_an_outcome(publisher: Publisher, connect: Connect, store: WarcStore) -> None:
    publisher.pages["/"] = reply_with(then=stay_silent)

    (response,) = fetch(connect(limits=FAST), publisher.url())

    assert response.capture.note == "no whole answer within 0.3 s"
    assert stored(store)[0].capture() == response.capture


def test_the_read_timeout_applies(publisher: Publisher, connect: Connect) -> None:
    publisher.pages["/"] = reply_with(then=stay_silent)
    limits = TransferLimits(max_attempts=1, read_timeout=0.1)

    (response,) = fetch(connect(limits=limits), publisher.url())

    assert response.capture.note == "connected, but no answer in time"


def test_headers_without_end_are_cut_off(publisher: Publisher, connect: Connect) -> None:
    publisher.pages["/"] = reply_with(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 50_000)

    (response,) = fetch(connect(limits=FAST), publisher.url())

    assert response.capture.outcome in (Outcome.TOO_LARGE, Outcome.NETWORK_ERROR)


@pytest.mark.parametrize(
    "reply",
    [
        http_response(b"half")[:-2],
        http_response(b"5\r\nhal", b"Transfer-Encoding: chunked"),
        b"HTTP/1.1 200 OK\r\nConte",
    ],
)
def test_an_answer_that_breaks_off_is_kept_and_says_so(
    publisher: Publisher, connect: Connect, store: WarcStore, reply: bytes
) -> None:
    publisher.pages["/"] = reply_with(reply)

    (response,) = fetch(connect(limits=FAST), publisher.url())

    assert response.capture.outcome is Outcome.NETWORK_ERROR
    (exchange,) = stored(store)
    assert exchange.block == reply
    assert exchange.record.header.get("WARC-Truncated") == "disconnect"


@pytest.mark.parametrize(
    ("coding", "pack"), [(b"gzip", gzip.compress), (b"deflate", zlib.compress)]
)
def test_a_bomb_is_too_large_and_its_bytes_are_kept(
    publisher: Publisher,
    connect: Connect,
    store: WarcStore,
    coding: bytes,
    pack: Callable[[bytes], bytes],
) -> None:
    reply = http_response(pack(bytes(10_000_000)), b"Content-Encoding: " + coding)
    publisher.pages["/"] = reply

    (response,) = fetch(connect(limits=FAST), publisher.url())

    assert (response.capture.outcome, response.body) == (Outcome.TOO_LARGE, b"")
    assert stored(store)[0].block == reply


def test_a_compressed_page_is_returned_decompressed(publisher: Publisher, connect: Connect) -> None:
    publisher.pages["/"] = http_response(gzip.compress(b"<p>Hi</p>"), b"Content-Encoding: gzip")

    assert fetch(connect(), publisher.url())[0].body == b"<p>Hi</p>"


def test_a_refused_connection_is_an_outcome(connect: Connect, publisher: Publisher) -> None:
    fetcher, url = connect(limits=TransferLimits(max_attempts=2)), publisher.url()
    publisher.close()

    tries = fetch(fetcher, url)

    assert outcome_names(tries) == ["network-error", "network-error"]
    assert tries[-1].capture.note == "connection refused"


def test_a_host_that_does_not_exist_is_an_outcome(connect: Connect) -> None:
    responses = fetch(connect(limits=TransferLimits(max_attempts=1)), "http://nowhere.invalid/")

    assert outcome_names(responses) == ["network-error"]
    assert responses[0].capture.note.startswith("no such host: ")


@pytest.mark.parametrize("url", ["ftp://ministry.example/", "https://", "http://[::1", "nonsense"])
def test_what_is_no_web_address_is_not_asked_for(connect: Connect, url: str) -> None:
    (response,) = fetch(connect(), url)

    assert response.capture.outcome is Outcome.NETWORK_ERROR
    assert response.capture.note.startswith("not asked: ")


def test_an_untrusted_certificate_is_a_network_error(tmp_path: Path, connect: Connect) -> None:
    _, tls = make_certificates(tmp_path)
    with serve_publisher(tls) as secured:
        fetcher = connect(allowed_addresses=frozenset({("127.0.0.1", secured.port)}))
        (response,) = fetch(fetcher, secured.url())

    assert response.capture.outcome is Outcome.NETWORK_ERROR
    assert response.capture.note.startswith("TLS: ")
    assert secured.requests == []


def test_how_a_connection_was_secured_is_recorded(
    tmp_path: Path, connect: Connect, store: WarcStore
) -> None:
    trusted, tls = make_certificates(tmp_path)
    with serve_publisher(tls) as secured:
        secured.pages["/"] = http_response(b"x", b"Date: Mon, 13 Apr 2026 12:00:05 GMT")
        allowed = frozenset({("127.0.0.1", secured.port)})
        fetcher = connect(verify=str(trusted), allowed_addresses=allowed)
        fetch(fetcher, secured.url())
        fetch(fetcher, secured.url())

    first, second = stored(store)
    assert first.metadata
    assert first.metadata.tls
    assert first.metadata.tls.version == "TLSv1.3"
    assert len(first.metadata.tls.chain) == 2
    assert first.record.header.get("WARC-Cipher-Suite") == first.metadata.tls.cipher
    assert first.metadata.date_offset == 5.0
    assert second.metadata
    assert second.metadata.tls
    assert second.metadata.tls.leaf_sha256 == first.metadata.tls.leaf_sha256


def test_a_full_disk_stops_the_visit(
    publisher: Publisher, connect: Connect, store: WarcStore
) -> None:
    store.folder.mkdir(parents=True, exist_ok=True)
    (store.folder / "2026").write_text("in the way")

    with pytest.raises(StorageError):
        fetch(connect(), publisher.url())


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:9050", "SOCKS4://127.0.0.1:9050"])
def test_a_proxy_that_needs_local_name_resolution_is_refused(proxy: str) -> None:
    with pytest.raises(FetchError, match="expected socks5h://"):
        FetchPolicy(proxy=proxy)


def test_on_the_network_only_listings_name_pages(connect: Connect) -> None:
    assert list(connect().iter_captured_pages(lambda url: True)) == []
