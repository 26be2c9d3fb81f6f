"""The tests' own server ends without harm to the files that are opened after it."""

import contextlib
import os
import socket
import ssl
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.counts import sampled
from tests.support.http_publisher import Publisher, drip_bytes, make_certificates, reply_with

CLOSE_COUNT = sampled(40, 600)
CLIENT_COUNT = 8
REQUESTS = [
    b"",  # under TLS, a handshake that never comes
    b"GET /page HTTP/1.1\r\n",
    b"GET /page HTTP/1.1\r\n\r\n" * 40,
    b"GET /large HTTP/1.1\r\n\r\n",
    b"GET /slow HTTP/1.1\r\n\r\n",
]


class OpenDescriptors:
    """Pipes and socket pairs, which are given the descriptors that are free."""

    def __init__(self, count: int) -> None:
        self._pipes = [os.pipe() for _ in range(count)]
        self._sockets = [end for _ in range(count) for end in socket.socketpair()]

    def close(self) -> bytes:
        """Close them; return what was written to them."""
        data = b""
        with contextlib.ExitStack() as stack:
            for reader, writer in self._pipes:
                stack.callback(os.close, reader)
                stack.callback(os.close, writer)
                os.set_blocking(reader, False)
                with contextlib.suppress(BlockingIOError):
                    data += os.read(reader, 1 << 16)
            for end in self._sockets:
                stack.enter_context(end)
                end.setblocking(False)
                with contextlib.suppress(BlockingIOError):
                    data += end.recv(1 << 16)
        return data


def connect_clients(
    publisher: Publisher, request: bytes, trust: ssl.SSLContext | None
) -> list[socket.socket]:
    """Open connections that have each sent `request`, and read nothing."""
    clients = []
    for _ in range(CLIENT_COUNT):
        client = socket.create_connection(("127.0.0.1", publisher.port))
        if trust and request:
            client = trust.wrap_socket(client, server_hostname="127.0.0.1")
        client.sendall(request)
        clients.append(client)
    return clients


@pytest.fixture
def eager_threads() -> Iterator[None]:
    """Make threads take turns as often as they can."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


@pytest.mark.parametrize("secured", [False, True], ids=["plain", "tls"])
def test_a_closed_publisher_writes_to_no_descriptor_that_is_opened_next(
    tmp_path: Path, eager_threads: None, secured: bool
) -> None:
    authority_file, tls = make_certificates(tmp_path)
    trust = ssl.create_default_context(cafile=str(authority_file)) if secured else None
    threads_before = set(threading.enumerate())
    descriptors = OpenDescriptors(0)
    for number in range(CLOSE_COUNT):
        publisher = Publisher(tls if secured else None)
        publisher.pages |= {
            "/page": b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nPage",
            "/large": b"x" * (8 << 20),
            "/slow": reply_with(then=drip_bytes),
        }
        clients = connect_clients(publisher, REQUESTS[number % len(REQUESTS)], trust)

        publisher.close()

        assert set(threading.enumerate()) == threads_before
        assert descriptors.close() == b""
        descriptors = OpenDescriptors(CLIENT_COUNT)  # open until after the next close
        for client in clients:
            client.close()
    assert descriptors.close() == b""
