"""Run the reading room and its replay: two ports, one process per processor, no access log."""

import asyncio
import gc
import logging
import os
import resource
import signal
import socket
import ssl
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from anyio import to_thread
from starlette.types import ASGIApp

from archive.errors import StorageError
from onrecord.command_context import Context
from onrecord.web import security
from onrecord.web.pages import PAGES
from onrecord.web.read_only_archive import ReadOnlyArchive
from onrecord.web.replay import replay_app as replay
from onrecord.web.serve import room_app
from onrecord.web.serve.client_address import Network
from onrecord.web.serve.connection_dispatch import Dispatcher
from onrecord.web.serve.connection_limits import (
    KEEP_ALIVE_SECONDS,
    LimitedEventLoop,
    LimitedProtocol,
)
from onrecord.web.serve.login import Login, limit_rate

logger = logging.getLogger(__name__)

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_MAX_PROCESSES = 4
_LISTEN_BACKLOG = 128  # connections that may wait to be accepted
_MAX_FILES = 8192  # open at once, in one process
_SWITCH_INTERVAL = 0.001  # seconds for which a page's thread may keep the event loop waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeOptions:
    """Where to listen. A `host` other than loopback needs `password_hash`, an argon2 hash."""

    host: str = "127.0.0.1"
    port: int = 8322
    replay_port: int = 8323
    host_names: tuple[str, ...] = ()  # other allowed names of this host, without port
    password_hash: str = ""
    certificate: Path | None = None
    key: Path | None = None
    # Behind a reverse proxy: its addresses, and the origins at which it serves the room and replay.
    proxies: tuple[Network, ...] = ()
    public_origins: tuple[str, str] | None = None

    @property
    def scheme(self) -> str:
        return "https" if self.certificate else "http"


class PrivateErrorFormatter(logging.Formatter):
    """Logs an exception's class and frames, never its message, which may contain a query."""

    def format(self, record: logging.LogRecord) -> str:
        if not record.exc_info or record.exc_info[0] is None:
            return f"onrecord serve: {record.levelname.lower()}"
        kind, _, trace = record.exc_info
        frames = [f"  {f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(trace)]
        return "\n".join([f"onrecord serve: a bug: {kind.__name__}", *frames])


class _Server(uvicorn.Server):
    """One of two servers in one event loop; `_serve_until_stopped` handles signals for both."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingRoom:
    """The reading room and its replay on two listening sockets, served by one or more processes."""

    context: Context
    options: ServeOptions
    sockets: tuple[socket.socket, socket.socket]

    @property
    def origins(self) -> tuple[str, str]:
        """Return the origins of the room and of its replay, as readers see them."""
        if self.options.public_origins:
            return self.options.public_origins
        host = self.options.host_names[0] if self.options.host_names else self.options.host
        room_origin, replay_origin = (
            f"{self.options.scheme}://{_bracket_ipv6(host)}:{listener.getsockname()[1]}"
            for listener in self.sockets
        )
        return room_origin, replay_origin

    def run(self) -> None:
        """Serve until SIGINT or SIGTERM, in one process per processor, at most _MAX_PROCESSES."""
        process_count = _process_count(self.options)
        _raise_file_limit()
        logger.info("serving %s in %d processes", " and ".join(self.origins), process_count)
        if process_count == 1:
            self._serve(self.sockets, parent=0)
            return
        for name in PAGES.names():
            PAGES.load(name)  # memory filled before the fork is shared by all processes …
        gc.freeze()  # … unless the garbage collector writes to it
        dispatchers = [Dispatcher(listener, process_count) for listener in self.sockets]
        children: list[int] = []
        parent = os.getpid()
        for number in range(1, process_count):
            child = os.fork()
            if not child:
                self._serve([dispatcher.claim(number) for dispatcher in dispatchers], parent=parent)
                os._exit(0)
            children.append(child)
        try:
            self._serve([dispatcher.claim(0) for dispatcher in dispatchers], dispatchers, parent=0)
        finally:
            for child in children:
                with suppress(ProcessLookupError):
                    os.kill(child, signal.SIGTERM)
                os.waitpid(child, 0)

    def _serve(
        self,
        sockets: Sequence[socket.socket],
        dispatchers: Sequence[Dispatcher] = (),
        *,
        parent: int,
    ) -> None:
        archive = ReadOnlyArchive(self.context, memento_base=f"{self.origins[1]}/web/")
        servers = _create_servers(self, archive)
        # No request may leave a line in any log, whichever module it calls; errors still do.
        logging.disable(logging.INFO)
        try:
            with asyncio.Runner(loop_factory=LimitedEventLoop) as runner:
                runner.run(_serve_until_stopped(servers, sockets, dispatchers, parent))
        finally:
            logging.disable(logging.NOTSET)
        archive.close()


def _raise_file_limit() -> None:
    """Allow as many open files, and so connections, as this user may have."""
    _, hard_limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = _MAX_FILES if hard_limit == resource.RLIM_INFINITY else min(_MAX_FILES, hard_limit)
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard_limit))


def _process_count(options: ServeOptions) -> int:
    """Return the number of processes: one if there are sessions, since its memory has their key."""
    if options.password_hash or not hasattr(os, "fork"):
        return 1
    return min(_MAX_PROCESSES, os.cpu_count() or 1)


async def _serve_until_stopped(
    servers: Sequence[_Server],
    sockets: Sequence[socket.socket],
    dispatchers: Sequence[Dispatcher],
    parent: int,
) -> None:
    """Serve until SIGINT or SIGTERM; a child process also stops when its parent has ended."""

    def stop() -> None:
        for dispatcher in dispatchers:
            dispatcher.stop()
        for server in servers:
            server.should_exit = True

    async def stop_with_parent() -> None:
        while os.getppid() == parent:
            await asyncio.sleep(1)
        stop()

    # One page at a time: several at once would all be late, since they share an interpreter. Slow
    # endpoints have threads of their own (onrecord.web.thread_pool).
    to_thread.current_default_thread_limiter().total_tokens = 1
    sys.setswitchinterval(_SWITCH_INTERVAL)
    loop = asyncio.get_running_loop()
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(signal_number, stop)
    watcher = asyncio.create_task(stop_with_parent()) if parent else None
    for dispatcher in dispatchers:
        dispatcher.start()
    tasks = (server.serve([listener]) for server, listener in zip(servers, sockets, strict=True))
    await asyncio.gather(*tasks)
    if watcher:
        watcher.cancel()


def open_reading_room(context: Context, options: ServeOptions) -> ReadingRoom:
    """Return a reading room that listens already; StorageError if a port is in use."""
    sockets = (
        _open_listener(options.host, options.port),
        _open_listener(options.host, options.replay_port),
    )
    with context.engine():
        pass  # sync the index before the first request
    return ReadingRoom(context=context, options=options, sockets=sockets)


def _create_servers(reading_room: ReadingRoom, archive: ReadOnlyArchive) -> tuple[_Server, _Server]:
    options, (room_origin, replay_origin) = reading_room.options, reading_room.origins
    login = Login(options.password_hash, options.proxies) if options.password_hash else None
    policy = security.content_security_policy(replay_origin).encode()
    room_asgi: ASGIApp = room_app.create_app(archive, protected=login is not None)
    replay_app: ASGIApp = replay.create_replay_app(
        archive, origin=replay_origin, room_origin=room_origin
    )
    if login:
        room_asgi = limit_rate(login.require_login(room_asgi), options.proxies)
        replay_app = limit_rate(login.require_session(replay_app), options.proxies)
    # Other sites must not learn the reader's page; our own forms are checked by their origin.
    no_referrer = (b"referrer-policy", b"no-referrer")
    same_origin = (b"referrer-policy", b"same-origin")
    opener_policy = (b"cross-origin-opener-policy", b"same-origin")
    headers = [(b"content-security-policy", policy), opener_policy, same_origin]
    ports = [listener.getsockname()[1] for listener in reading_room.sockets]
    origins = zip(ports, reading_room.origins, strict=True)
    room_hosts, replay_hosts = (_allowed_hosts(options, port, origin) for port, origin in origins)
    return (
        _create_server(
            security.SecurityMiddleware(room_asgi, hosts=room_hosts, headers=headers), options
        ),
        _create_server(
            security.SecurityMiddleware(replay_app, hosts=replay_hosts, headers=[no_referrer]),
            options,
        ),
    )


def _allowed_hosts(options: ServeOptions, port: int, origin: str) -> list[str]:
    names = {*options.host_names, options.host} | (LOOPBACK if options.host in LOOPBACK else set())
    own_names = [f"{_bracket_ipv6(name)}:{port}" for name in names]
    return [*own_names, origin.partition("://")[2]]


def _bracket_ipv6(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _open_listener(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol given, asyncio sets TCP_NODELAY: otherwise the rest of a response would wait
    # 40 ms for the client's delayed acknowledgement of its head.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(_LISTEN_BACKLOG)
    except OSError as error:
        listener.close()
        raise StorageError(f"{host}:{port}: cannot listen: {error.strerror}") from error
    return listener


def _create_server(app: ASGIApp, options: ServeOptions) -> _Server:
    handler = logging.StreamHandler()
    handler.setFormatter(PrivateErrorFormatter())
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "asyncio"):
        library_logger = logging.getLogger(name)
        library_logger.handlers = [handler] if name == "uvicorn.error" else []
        library_logger.propagate = False
        library_logger.setLevel(logging.ERROR)
    return _Server(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            date_header=True,
            lifespan="off",
            http=LimitedProtocol,
            ws="none",
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=3,
            h11_max_incomplete_event_size=64 << 10,
            ssl_certfile=options.certificate,
            ssl_keyfile=options.key,
            ssl_version=ssl.PROTOCOL_TLS_SERVER,
        )
    )
