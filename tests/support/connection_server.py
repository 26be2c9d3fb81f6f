"""A server on loopback with one thread for each connection, and an orderly end."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator

Connection = socket.socket

MAX_SECONDS_TO_END = 60.0


class ConnectionServer:
    """Accepts connections and serves each in a thread of its own.

    A socket is closed only by the thread that uses it. Closed by another, its descriptor's number
    could be given to a new file while the thread still writes to it.
    """

    def __init__(
        self,
        serve: Callable[[Connection], None],
        tls: ssl.SSLContext | None = None,
        host: str = "127.0.0.1",
    ) -> None:
        self._serve_connection = serve
        self._tls = tls
        self._lock = threading.Lock()  # held to change what follows, and to shut sockets down
        self._connections: set[Connection] = set()
        self._threads: list[threading.Thread] = []
        self._is_closed = False
        self._listening = socket.create_server((host, 0))
        self.port: int = self._listening.getsockname()[1]
        self._acceptor = threading.Thread(target=self._accept, daemon=True)
        self._acceptor.start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
                self._threads = [*filter(threading.Thread.is_alive, self._threads), thread]
                thread.start()

    def _serve(self, accepted: Connection) -> None:
        with accepted, contextlib.suppress(OSError), self._register(accepted) as connection:
            if isinstance(connection, ssl.SSLSocket):
                connection.do_handshake()
            self._serve_connection(connection)

    @contextlib.contextmanager
    def _register(self, accepted: Connection) -> Iterator[Connection]:
        """Yield the connection, under TLS where the server has it; `close` may shut it down."""
        with self._lock:
            if self._is_closed:
                raise ConnectionAbortedError
            connection = accepted
            if self._tls:  # no handshake yet: it waits for the peer
                connection = self._tls.wrap_socket(
                    accepted, server_side=True, do_handshake_on_connect=False
                )
            self._connections.add(connection)
        try:
            yield connection
        finally:
            with self._lock:
                self._connections.remove(connection)
            connection.close()

    def close(self) -> None:
        """Disconnect everyone, and return when every thread has ended."""
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._join(self._acceptor)
        self._listening.close()
        with self._lock:
            self._is_closed = True
            for connection in self._connections:
                with contextlib.suppress(OSError):
                    # Not SSLSocket.shutdown, which would make its thread go on without TLS.
                    socket.socket.shutdown(connection, socket.SHUT_RDWR)
        for thread in self._threads:
            self._join(thread)

    def _join(self, thread: threading.Thread) -> None:
        thread.join(MAX_SECONDS_TO_END)
        assert not thread.is_alive(), f"{thread.name} serves on after its server was closed"
