"""Serving beyond this machine: slow clients, log-ins behind a proxy, sessions that end."""

import asyncio
import contextlib
import re
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import uvicorn
from argon2 import PasswordHasher
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from archive.errors import FormatError
from onrecord.commands.serve import command
from onrecord.web.serve import connection_limits
from onrecord.web.serve.client_address import client_address, parse_proxies
from onrecord.web.serve.connection_limits import LimitedEventLoop, LimitedProtocol
from tests.support.http_publisher import make_certificates
from tests.support.paths import ROOT
from tests.support.reading_room_server import RunningRoom, serve_archive

HALF_OPEN = 300
COMPLETE = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
BEGINNINGS = [
    b"",
    b"GET / HT",
    COMPLETE[:-2],
    b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx",
]


async def hello(scope: object, receive: object, send: object) -> None:
    request = Request(scope, receive)  # type: ignore[arg-type]
    body = await request.body()
    size = 30 << 20 if request.url.path == "/large" else 5
    await PlainTextResponse(b"x" * size + body)(scope, receive, send)  # type: ignore[arg-type]


@contextlib.contextmanager
def serve_hello(certificate: Path | None = None) -> Iterator[int]:
    """Serve with our limits in a thread; yield the port."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        hello, http=LimitedProtocol, lifespan="off", log_config=None, ssl_certfile=certificate
    )
    server = uvicorn.Server(config)

    def run() -> None:
        with asyncio.Runner(loop_factory=LimitedEventLoop) as runner:
            runner.run(server.serve([listener]))

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = server.force_exit = True
        thread.join()
        listener.close()


def connect(port: int, beginning: bytes = b"") -> socket.socket:
    client = socket.create_connection(("127.0.0.1", port), timeout=60)
    client.sendall(beginning)
    return client


def is_closed(client: socket.socket) -> bool:
    """Wait until the server closes a connection, and return whether it gave no answer."""
    with client:
        try:
            return client.recv(1) == b""
        except ConnectionResetError:
            return True


@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_a_request_that_does_not_end_is_given_up(
    beginning: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection_limits, "HEAD_SECONDS", 0.2)
    monkeypatch.setattr(connection_limits, "BODY_SECONDS", 0.2)
    with serve_hello() as port:
        assert is_closed(connect(port, beginning))


def test_a_request_that_drips_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time is for the whole head: a byte now and then does not prolong it."""
    monkeypatch.setattr(connection_limits, "HEAD_SECONDS", 0.3)
    with serve_hello() as port, connect(port, COMPLETE[:-2]) as client:
        client.settimeout(0.02)

        assert any(_is_closed_after_a_byte(client) for _ in range(5000))


def _is_closed_after_a_byte(client: socket.socket) -> bool:
    try:
        client.sendall(b"X")
        return client.recv(1) == b""
    except TimeoutError:
        return False
    except OSError:
        return True


def test_a_client_that_reads_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_limits, "UNREAD_SECONDS", 0.2)
    with serve_hello() as port, connect(port, COMPLETE.replace(b"/ ", b"/large ", 1)) as client:
        received = 0
        with contextlib.suppress(ConnectionResetError):
            threading.Event().wait(1)  # reads nothing meanwhile
            while piece := client.recv(1 << 20):
                received += len(piece)

    assert received < 30 << 20


def test_a_connection_serves_several_requests_and_large_answers() -> None:
    with serve_hello() as port, requests.Session() as session:
        for size in (5, 5, 30 << 20, 5):
            path = "large" if size > 5 else ""
            assert len(session.get(f"http://127.0.0.1:{port}/{path}", timeout=60).content) == size
        assert (
            session.post(f"http://127.0.0.1:{port}/", data=b"y" * 9, timeout=60).text[5:] == "y" * 9
        )


def test_of_too_many_connections_the_one_that_waited_longest_is_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connection_limits, "MAX_CONNECTIONS", 3)
    with serve_hello() as port:
        clients = [connect(port, COMPLETE[:-2]) for _ in range(3)]
        with connect(port, COMPLETE) as last:
            assert last.recv(12) == b"HTTP/1.1 200"
        assert is_closed(clients[0])
        for client in clients[1:]:
            with client:
                client.sendall(b"\r\n")
                assert client.recv(12) == b"HTTP/1.1 200"


def test_a_handshake_that_does_not_end_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection_limits, "TLS_SECONDS", 0.2)
    make_certificates(tmp_path)
    with serve_hello(tmp_path / "server.pem") as port:
        assert is_closed(connect(port))
        assert is_closed(connect(port, b"\x16\x03\x01"))


def test_half_open_connections_keep_nobody_waiting(room: RunningRoom) -> None:
    port = int(room.url.rpartition(":")[2])
    with contextlib.ExitStack() as stack:
        for number in range(HALF_OPEN):
            stack.enter_context(connect(port, BEGINNINGS[number % len(BEGINNINGS)]))
        seconds = []
        for _ in range(20):
            start = time.perf_counter()
            assert room.get("/sources").status_code == 200
            seconds.append(time.perf_counter() - start)

    assert min(seconds) < 0.2


@pytest.mark.parametrize(
    ("peer", "forwarded", "counted"),
    [
        ("192.0.2.1", "", "192.0.2.1"),
        ("192.0.2.1", "198.51.100.7", "192.0.2.1"),  # not a proxy: not believed
        ("127.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("127.0.0.1", "203.0.113.9, 198.51.100.7", "198.51.100.7"),  # the first is the client's own
        ("127.0.0.1", "203.0.113.9, 10.1.2.3", "203.0.113.9"),  # a proxy before the proxy
        ("127.0.0.1", "nonsense", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.7, ", "127.0.0.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("::ffff:127.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("127.0.0.1", "2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::4", "", "2001:db8:1:2::/64"),
    ],
)
def test_a_client_is_counted_by_what_a_named_proxy_says(
    peer: str, forwarded: str, counted: str
) -> None:
    headers = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []
    request = Request({"type": "http", "client": (peer, 1), "headers": headers})

    assert client_address(request, parse_proxies(["127.0.0.1", "10.0.0.0/8"])) == counted


def test_what_is_no_address_is_no_proxy() -> None:
    with pytest.raises(FormatError, match="expected an IP address or network, found proxy"):
        parse_proxies(["proxy"])


@pytest.fixture(scope="module")
def protected(room: RunningRoom, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRoom]:
    secret = tmp_path_factory.mktemp("secret") / "password"
    secret.write_text(PasswordHasher(time_cost=1, memory_cost=8192).hash("open sesame"))
    options = ["--password-file", str(secret), "--trusted-proxy", "127.0.0.1"]
    options += ["--public-url", "https://Archive.example:443/"]
    options += ["--public-replay-url", "https://archive.example:8443"]
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    local_url = f"http://127.0.0.1:{port}"
    with serve_archive(room.archive, *options, "--port", str(port), local_url=local_url) as served:
        yield served


def log_in(served: RunningRoom, password: str, address: str) -> requests.Response:
    return requests.post(
        f"{served.url}/login",
        {"password": password},
        headers={"X-Forwarded-For": address},
        timeout=30,
        allow_redirects=False,
    )


def test_attempts_are_counted_by_the_address_that_the_proxy_forwards(
    protected: RunningRoom,
) -> None:
    wrong = [log_in(protected, "open", "198.51.100.7").status_code for _ in range(6)]
    spoofed = log_in(protected, "open", "203.0.113.1, 198.51.100.7").status_code
    right = [log_in(protected, "open sesame", "198.51.100.8").status_code for _ in range(7)]

    assert wrong == [401] * 5 + [429]
    assert spoofed == 429
    assert right == [303] * 7


def test_attempts_are_counted_by_account(protected: RunningRoom) -> None:
    codes = [log_in(protected, "open", f"203.0.{n}.1").status_code for n in range(130)]

    assert codes[0] == 401
    assert codes[-1] == 429


def test_a_session_ends_on_the_server(room: RunningRoom, tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text(PasswordHasher(time_cost=1, memory_cost=8192).hash("open sesame"))
    with serve_archive(room.archive, "--password-file", str(secret)) as served:
        answers = [log_in(served, "open sesame", "") for _ in range(2)]
        one, other = [answer.headers["Set-Cookie"].partition(";")[0] for answer in answers]
        before = [
            served.get("/", headers={"Cookie": cookie}).status_code for cookie in (one, other)
        ]
        left = requests.post(f"{served.url}/logout", headers={"Cookie": one}, timeout=10,
                             allow_redirects=False)  # fmt: skip
        after = [served.get("/", headers={"Cookie": cookie}).status_code for cookie in (one, other)]
        replay = [
            served.get_replay("/web/2024/https://a.example/", headers={"Cookie": c}).status_code
            for c in (one, other)
        ]

    assert before == [200, 200]
    assert left.status_code == 303
    assert after == [401, 200]
    assert replay == [401, 404]


def test_a_proxy_serves_the_room_under_its_own_address(protected: RunningRoom) -> None:
    answer = protected.get("/", headers={"Host": "archive.example"})
    port = protected.get("/", headers={"Host": "archive.example:8443"})

    assert "frame-src https://archive.example:8443;" in answer.headers["Content-Security-Policy"]
    assert answer.status_code == 401
    assert port.status_code == 421


@pytest.mark.parametrize(
    "options",
    [
        ["--public-url", "https://a.example/"],
        ["--public-url", "https://a.example/x", "--public-replay-url", "https://b.example"],
        ["--public-url", "a.example", "--public-replay-url", "https://b.example"],
        ["--public-url", "https://a.example/", "--public-replay-url", "https://a.example:443"],
        ["--trusted-proxy", "nginx"],
    ],
)
def test_a_wrong_address_of_a_proxy_is_refused(run: object, options: list[str]) -> None:
    run("init")  # type: ignore[operator]

    assert run("serve", *options).exit_code != 0  # type: ignore[operator]


def test_the_page_about_proxies_names_options_that_exist() -> None:
    page = (ROOT / "docs" / "serving.md").read_text(encoding="utf-8")
    options = {name for parameter in command.params for name in parameter.opts}

    assert set(re.findall(r"--[a-z][a-z-]+", page)) <= options
