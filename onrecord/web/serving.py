"""Run the reading room and its replay: two ports, one process, nothing written to a log."""

import asyncio
import logging
import signal
import socket
import ssl
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from archive.errors import StorageError
from onrecord.context import Context
from onrecord.web import app, safety
from onrecord.web.login import Login, limited
from onrecord.web.replay import app as replay
from onrecord.web.room import Room

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
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
class Served:
    """Two listening sockets and the applications behind them."""

    room: Room
    reading: _Server
    replay: _Server
    sockets: tuple[socket.socket, socket.socket]
    address: str

    def run(self) -> None:
        """Serve until SIGINT or SIGTERM."""
        asyncio.run(self._both())
        self.room.close()

    async def _both(self) -> None:
        loop = asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, self.stop)
        await asyncio.gather(
            self.reading.serve([self.sockets[0]]), self.replay.serve([self.sockets[1]])
        )

    def stop(self, *_: int | FrameType | None) -> None:
        self.reading.should_exit = self.replay.should_exit = True


def prepared(context: Context, doors: Doors) -> Served:
    """Return servers that listen already; StorageError where a port is taken."""
    sockets = (_listening(doors.host, doors.port), _listening(doors.host, doors.replay_port))
    ports = [each.getsockname()[1] for each in sockets]
    shown = doors.names[0] if doors.names else doors.host
    reading, archived = (f"{doors.scheme}://{_bracketed(shown)}:{port}" for port in ports)
    room = Room(context, memento_base=f"{archived}/web/")
    with room.engine():
        pass  # the index catches up before anybody asks
    login = Login(doors.password) if doors.password else None
    policy = safety.room_policy(archived).encode()
    ours: ASGIApp = app.application(room, protected=login is not None)
    theirs: ASGIApp = replay.application(room, root=archived, reading=reading)
    if login:
        ours, theirs = limited(login.door(ours)), limited(login.wall(theirs))
    # Others learn nothing of where a reader comes from; our own forms have to say so.
    silent, own = (b"referrer-policy", b"no-referrer"), (b"referrer-policy", b"same-origin")
    opener = (b"cross-origin-opener-policy", b"same-origin")
    headers = [(b"content-security-policy", policy), opener, own]
    return Served(
        room=room,
        reading=_server(safety.Guard(ours, hosts=_hosts(doors, ports[0]), headers=headers), doors),
        replay=_server(
            safety.Guard(theirs, hosts=_hosts(doors, ports[1]), headers=[silent]), doors
        ),
        sockets=sockets,
        address=f"{reading}/",
    )


def _hosts(doors: Doors, port: int) -> list[str]:
    names = {*doors.names, doors.host} | (LOOPBACK if doors.host in LOOPBACK else set())
    return [f"{_bracketed(name)}:{port}" for name in names]


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((host, port))
        made.listen(128)
    except OSError as error:
        made.close()
        raise StorageError(f"{host}:{port}: cannot listen: {error.strerror}") from error
    return made


def _server(wrapped: ASGIApp, doors: Doors) -> _Server:
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
