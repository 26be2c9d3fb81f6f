"""Run the reading room and its replay: two ports, a process a processor, nothing in any log."""

import asyncio
import gc
import logging
import os
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
from onrecord.context import Context
from onrecord.web import security
from onrecord.web.pages import PAGES
from onrecord.web.read_only_archive import ReadOnlyArchive
from onrecord.web.replay import app as replay
from onrecord.web.serve import app
from onrecord.web.serve.connection_dispatch import Dispatcher
from onrecord.web.serve.login import Login, limited

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_MOST_PROCESSES = 4
_WAITING = 128  # connections that may wait to be taken
_SWITCH = 0.001  # seconds for which a page may keep the loop from taking or sending another


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeOptions:
    """Where we listen. `host` other than loopback needs `password`, an argon2 hash."""

    host: str = "127.0.0.1"
    port: int = 8322
    replay_port: int = 8323
    names: tuple[str, ...] = ()  # other names we may be called by, without port
    password: str = ""
    certificate: Path | None = None
    key: Path | None = None

    @property
    def scheme(self) -> str:
        return "https" if self.certificate else "http"


class QuietErrors(logging.Formatter):
    """Says where a bug is and of what kind: never its message, which may hold a query."""

    def format(self, record: logging.LogRecord) -> str:
        if not record.exc_info or record.exc_info[0] is None:
            return f"onrecord serve: {record.levelname.lower()}"
        kind, _, trace = record.exc_info
        frames = [f"  {f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(trace)]
        return "\n".join([f"onrecord serve: a bug: {kind.__name__}", *frames])


class _Server(uvicorn.Server):
    """One of two servers in one loop: signals are for both, and are handled by `serve`."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingRoom:
    """Two listening sockets, to be answered by one process or more."""

    context: Context
    doors: ServeOptions
    sockets: tuple[socket.socket, socket.socket]

    @property
    def roots(self) -> tuple[str, str]:
        """Return the addresses of the room and of its replay, as readers are shown them."""
        shown = self.doors.names[0] if self.doors.names else self.doors.host
        reading, archived = (
            f"{self.doors.scheme}://{_bracketed(shown)}:{each.getsockname()[1]}"
            for each in self.sockets
        )
        return reading, archived

    def run(self) -> None:
        """Serve until SIGINT or SIGTERM, in as many processes as are worth while."""
        count = _processes(self.doors)
        if count == 1:
            self._serve(self.sockets, parent=0)
            return
        for name in PAGES.names():
            PAGES.load(name)  # what is loaded before they part, processes share
        gc.freeze()  # … unless the collector writes on it
        handers = [Dispatcher(each, count) for each in self.sockets]
        children: list[int] = []
        parent = os.getpid()
        for number in range(1, count):
            child = os.fork()
            if not child:
                self._serve([hander.keep(number) for hander in handers], parent=parent)
                os._exit(0)
            children.append(child)
        try:
            self._serve([hander.keep(0) for hander in handers], handers, parent=0)
        finally:
            for child in children:
                with suppress(ProcessLookupError):
                    os.kill(child, signal.SIGTERM)
                os.waitpid(child, 0)

    def _serve(
        self, sockets: Sequence[socket.socket], handers: Sequence[Dispatcher] = (), *, parent: int
    ) -> None:
        room = ReadOnlyArchive(self.context, memento_base=f"{self.roots[1]}/web/")
        servers = _servers(self, room)
        asyncio.run(_until_stopped(servers, sockets, handers, parent))
        room.close()


def _processes(doors: ServeOptions) -> int:
    """Return how many processes to serve in: one where sessions are kept in its memory."""
    if doors.password or not hasattr(os, "fork"):
        return 1
    return min(_MOST_PROCESSES, os.cpu_count() or 1)


async def _until_stopped(
    servers: Sequence[_Server],
    sockets: Sequence[socket.socket],
    handers: Sequence[Dispatcher],
    parent: int,
) -> None:
    """Serve until a signal comes; a child also ends when its parent is gone."""

    def stop() -> None:
        for hander in handers:
            hander.end()
        for server in servers:
            server.should_exit = True

    async def watch() -> None:
        while os.getppid() == parent:
            await asyncio.sleep(1)
        stop()

    # One page after another, in its turn: several at once would all be late, since they share an
    # interpreter. What takes long has threads of its own (onrecord.web.thread_pool).
    to_thread.current_default_thread_limiter().total_tokens = 1
    sys.setswitchinterval(_SWITCH)
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop)
    watching = asyncio.create_task(watch()) if parent else None
    for hander in handers:
        hander.begin()
    serving = (one.serve([each]) for one, each in zip(servers, sockets, strict=True))
    await asyncio.gather(*serving)
    if watching:
        watching.cancel()


def prepared(context: Context, doors: ServeOptions) -> ReadingRoom:
    """Return servers that listen already; StorageError where a port is taken."""
    sockets = (_listening(doors.host, doors.port), _listening(doors.host, doors.replay_port))
    with context.engine():
        pass  # the index catches up before anybody asks
    return ReadingRoom(context=context, doors=doors, sockets=sockets)


def _servers(served: ReadingRoom, room: ReadOnlyArchive) -> tuple[_Server, _Server]:
    doors, (reading, archived) = served.doors, served.roots
    login = Login(doors.password) if doors.password else None
    policy = security.room_policy(archived).encode()
    ours: ASGIApp = app.application(room, protected=login is not None)
    theirs: ASGIApp = replay.application(room, root=archived, reading=reading)
    if login:
        ours, theirs = limited(login.door(ours)), limited(login.wall(theirs))
    # Others learn nothing of where a reader comes from; our own forms have to say so.
    silent, own = (b"referrer-policy", b"no-referrer"), (b"referrer-policy", b"same-origin")
    opener = (b"cross-origin-opener-policy", b"same-origin")
    headers = [(b"content-security-policy", policy), opener, own]
    ports = [each.getsockname()[1] for each in served.sockets]
    return (
        _server(security.Guard(ours, hosts=_hosts(doors, ports[0]), headers=headers), doors),
        _server(security.Guard(theirs, hosts=_hosts(doors, ports[1]), headers=[silent]), doors),
    )


def _hosts(doors: ServeOptions, port: int) -> list[str]:
    names = {*doors.names, doors.host} | (LOOPBACK if doors.host in LOOPBACK else set())
    return [f"{_bracketed(name)}:{port}" for name in names]


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With its protocol named, asyncio sets TCP_NODELAY: else the rest of an answer would wait 40 ms
    # for the reader's delayed acknowledgement of its head.
    made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((host, port))
        made.listen(_WAITING)
    except OSError as error:
        made.close()
        raise StorageError(f"{host}:{port}: cannot listen: {error.strerror}") from error
    return made


def _server(wrapped: ASGIApp, doors: ServeOptions) -> _Server:
    handler = logging.StreamHandler()
    handler.setFormatter(QuietErrors())
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "asyncio"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = ([handler] if name == "uvicorn.error" else []), False
        logger.setLevel(logging.ERROR)
    return _Server(
        uvicorn.Config(
            wrapped,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            date_header=True,
            lifespan="off",
            timeout_keep_alive=15,
            timeout_graceful_shutdown=3,
            h11_max_incomplete_event_size=64 << 10,
            ssl_certfile=doors.certificate,
            ssl_keyfile=doors.key,
            ssl_version=ssl.PROTOCOL_TLS_SERVER,
        )
    )
