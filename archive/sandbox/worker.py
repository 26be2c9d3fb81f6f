"""The sandbox's worker process: run calls, each within its limits, until the parent exits."""

import json
import os
import pickle
import resource
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

from archive.errors import ArchiveError
from archive.sandbox.passed_files import close_files, receive_files
from archive.sandbox.restrict_process import Restrictions, restrict_process
from archive.sandbox.wire_format import to_json

READY = b"ready"
_MAX_MESSAGE_CHARS = 500  # of an exception that ends the process
_MAX_OPEN_FILES = 32  # for modules, time zones and one WARC file
_PROC_STATUS = Path("/proc/self/status")  # Linux only
_is_worker = False
_MAX_STATUS_BYTES = 16 << 10


def is_worker() -> bool:
    """Say whether this process is a sandbox's worker."""
    return _is_worker


class WorkerStart(NamedTuple):
    """What a worker is told before its calls."""

    restrictions: Restrictions
    packages: tuple[str, ...]  # to import before it is restricted
    starts_programs: bool
    max_file_bytes: int  # of a file that is written


def main(file_descriptor: int, memory_bytes: int) -> None:
    """Run the calls received on socket `file_descriptor`, within `memory_bytes` of memory."""
    connection: Connection[Any, Any] = Connection(file_descriptor)
    start: WorkerStart = pickle.loads(connection.recv_bytes())  # noqa: S301 - of our own parent
    _limit_resources(memory_bytes, start)
    memory = _Memory(memory_bytes)
    sys.excepthook = partial(_report_failure, connection, memory)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what ends
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    with Path(os.devnull).open("wb") as null_device:
        os.dup2(null_device.fileno(), 2)  # discard libraries' warnings about a page
    global _is_worker
    _is_worker = True
    channel = socket.socket(fileno=os.dup(file_descriptor))
    for name in start.packages:
        import_module(name)  # their own folder is readable, the one that they are in is not
    try:
        restrict_process(start.restrictions)
    except OSError as error:
        connection.send_bytes(str(error).encode())
        return
    try:
        connection.send_bytes(READY)
        while True:
            if paths := json.loads(connection.recv_bytes()):
                receive_files(channel, [Path(path) for path in paths])
            _run_call(connection, connection.recv_bytes(), memory)
            close_files()
    except (EOFError, ConnectionError):
        return  # the parent exited or closed the connection


def _limit_resources(memory_bytes: int, start: WorkerStart) -> None:
    """Limit this process's memory, the size of files that it writes, and, to none, its children.

    The system's limit is a third above ours: a parser in C that runs out of memory may return an
    incomplete page without an error, so our own check has to come first.
    """
    limits = {
        resource.RLIMIT_AS: memory_bytes // 3 * 4,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: start.max_file_bytes,
        resource.RLIMIT_NOFILE: _MAX_OPEN_FILES,
    }
    if not start.starts_programs:  # where it does, those of the user count, not of this process
        limits[resource.RLIMIT_NPROC] = 0
    for resource_id, limit in limits.items():
        hard_limit = resource.getrlimit(resource_id)[1]
        allowed = limit if hard_limit == resource.RLIM_INFINITY else min(limit, hard_limit)
        resource.setrlimit(resource_id, (allowed, allowed))


class _Memory:
    """The memory of this process; the file that says how much it has is opened once, before."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._status = os.open(_PROC_STATUS, os.O_RDONLY) if _PROC_STATUS.exists() else None

    def check(self) -> None:
        """Raise MemoryError if it ever had more than allowed."""
        if self._status is None:
            peak_bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # in bytes, on macOS
        else:
            lines = os.pread(self._status, _MAX_STATUS_BYTES, 0).splitlines()
            (peak_line,) = (line for line in lines if line.startswith(b"VmHWM:"))
            peak_bytes = int(peak_line.split()[1]) << 10
        if peak_bytes > self._max_bytes:
            raise MemoryError(f"{peak_bytes >> 20} MiB")


def _report_failure(
    connection: "Connection[Any, Any]",
    memory: _Memory,
    kind: type[BaseException],
    error: BaseException,
    trace: TracebackType | None,
) -> None:
    """Report an unexpected exception, which ends this process: a page made a parser fail."""
    signal.setitimer(signal.ITIMER_PROF, 0)
    try:
        memory.check()
    except MemoryError as memory_error:
        kind, error = MemoryError, memory_error
    message = str(error)[:_MAX_MESSAGE_CHARS].partition("\n")[0]
    _send(connection, "failed", [kind.__name__, message])


def _run_call(connection: "Connection[Any, Any]", call: bytes, memory: _Memory) -> None:
    module, name, args, kwargs, seconds = pickle.loads(call)  # noqa: S301 - of our own parent
    function: Callable[..., Any] = getattr(import_module(module), name)
    signal.setitimer(signal.ITIMER_PROF, seconds)  # CPU time; then SIGPROF ends the process
    try:
        result = function(*args, **kwargs)
        if isinstance(result, Iterator):
            for item in result:
                memory.check()
                _send(connection, "next", to_json(item))
                signal.setitimer(signal.ITIMER_PROF, seconds)
            _send(connection, "end", None)
        else:
            memory.check()
            _send(connection, "is", to_json(result))
    except ArchiveError as error:
        _send(connection, "raised", [type(error).__name__, *map(to_json, error.args)])
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _send(connection: "Connection[Any, Any]", tag: str, value: object) -> None:
    connection.send_bytes(json.dumps([tag, value]).encode())
