"""Words for tests about proxies: one that forwards and tunnels, and one that speaks SOCKS 5."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

from tests.support.http_publisher import read_head


class Proxy:
    """Listens on 127.0.0.1, notes where it is asked to go, and goes there."""

    def __init__(self, serve: Callable[["Proxy", socket.socket], None]) -> None:
        self.asked: list[object] = []
        self._serve_line = serve
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                line, _ = self._listening.accept()
                threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line: socket.socket) -> None:
        with line, contextlib.suppress(OSError):
            self._serve_line(self, line)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()


@contextlib.contextmanager
def _open(serve: Callable[[Proxy, socket.socket], None]) -> Iterator[Proxy]:
    proxy = Proxy(serve)
    try:
        yield proxy
    finally:
        proxy.close()


def forwarding() -> contextlib.AbstractContextManager[Proxy]:
    """Return an HTTP proxy that tunnels on CONNECT and forwards everything else."""

    def serve(proxy: Proxy, line: socket.socket) -> None:
        head = read_head(line)
        target = head.split(b" ")[1].decode()
        if head.startswith(b"CONNECT"):
            proxy.asked.append(target)
            host, _, port = target.partition(":")
            with socket.create_connection((host, int(port))) as far:
                line.sendall(b"HTTP/1.1 200 Established\r\nProxy-Agent: test\r\n\r\n")
                join(line, far)
        else:
            proxy.asked.append(target)
            host, _, port = target.split("/")[2].partition(":")
            with socket.create_connection((host, int(port))) as far:
                path = "/" + target.split("/", 3)[3]
                far.sendall(head.replace(target.encode(), path.encode(), 1))
                join(line, far)

    return _open(serve)


def socks(port: int) -> contextlib.AbstractContextManager[Proxy]:
    """Return a SOCKS 5 proxy by which every name leads to `port` of this machine."""

    def serve(proxy: Proxy, line: socket.socket) -> None:
        _, methods = line.recv(2)
        line.recv(methods)
        line.sendall(b"\x05\x00")
        _, _, _, kind = line.recv(4)
        length = line.recv(1)[0] if kind == 3 else 4
        name = line.recv(length)
        asked = int.from_bytes(line.recv(2), "big")
        proxy.asked.append((name.decode() if kind == 3 else socket.inet_ntoa(name), asked))
        with socket.create_connection(("127.0.0.1", port)) as far:
            line.sendall(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
            join(line, far)

    return _open(serve)


def join(one: socket.socket, other: socket.socket) -> None:
    """Pass bytes both ways until both sides are done."""

    def pass_on(source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(65536):
                target.sendall(piece)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_WR)

    back = threading.Thread(target=pass_on, args=(other, one), daemon=True)
    back.start()
    pass_on(one, other)
    back.join()
