"""Proxies on 127.0.0.1: one for HTTP that forwards and tunnels, and one for SOCKS 5."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

from tests.support.connection_server import ConnectionServer
from tests.support.http_publisher import read_head


class Proxy:
    """Listens on 127.0.0.1, records the requested targets, and connects to them."""

    def __init__(self, serve: Callable[["Proxy", socket.socket], None]) -> None:
        self.targets: list[object] = []
        self._server = ConnectionServer(lambda connection: serve(self, connection))
        self.port = self._server.port
        self.url = f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        """Disconnect everyone, and return when every thread has ended."""
        self._server.close()


@contextlib.contextmanager
def _serve_proxy(serve: Callable[[Proxy, socket.socket], None]) -> Iterator[Proxy]:
    proxy = Proxy(serve)
    try:
        yield proxy
    finally:
        proxy.close()


def http_proxy() -> contextlib.AbstractContextManager[Proxy]:
    """Return an HTTP proxy that tunnels on CONNECT and forwards everything else."""

    def serve(proxy: Proxy, connection: socket.socket) -> None:
        head = read_head(connection)
        target = head.split(b" ")[1].decode()
        if head.startswith(b"CONNECT"):
            proxy.targets.append(target)
            host, _, port = target.partition(":")
            with socket.create_connection((host, int(port))) as upstream:
                connection.sendall(b"HTTP/1.1 200 Established\r\nProxy-Agent: test\r\n\r\n")
                relay(connection, upstream)
        else:
            proxy.targets.append(target)
            host, _, port = target.split("/")[2].partition(":")
            with socket.create_connection((host, int(port))) as upstream:
                path = "/" + target.split("/", 3)[3]
                upstream.sendall(head.replace(target.encode(), path.encode(), 1))
                relay(connection, upstream)

    return _serve_proxy(serve)


def socks_proxy(port: int) -> contextlib.AbstractContextManager[Proxy]:
    """Return a SOCKS 5 proxy that resolves every name to `port` of this machine."""

    def serve(proxy: Proxy, connection: socket.socket) -> None:
        _, methods = connection.recv(2)
        connection.recv(methods)
        connection.sendall(b"\x05\x00")
        _, _, _, kind = connection.recv(4)
        length = connection.recv(1)[0] if kind == 3 else 4
        name = connection.recv(length)
        target_port = int.from_bytes(connection.recv(2), "big")
        proxy.targets.append((name.decode() if kind == 3 else socket.inet_ntoa(name), target_port))
        with socket.create_connection(("127.0.0.1", port)) as upstream:
            connection.sendall(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
            relay(connection, upstream)

    return _serve_proxy(serve)


def relay(first: socket.socket, second: socket.socket) -> None:
    """Pass bytes both ways until both sides have ended."""

    def pass_on(source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(65536):
                target.sendall(piece)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_WR)

    backward = threading.Thread(target=pass_on, args=(second, first), daemon=True)
    backward.start()
    pass_on(first, second)
    backward.join()
