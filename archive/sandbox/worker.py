"""The sandbox's worker process: run calls, each within its limits, until the parent exits."""

import json
import os
import pickle
import resource
import signal
import sys
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any

from archive.errors import ArchiveError
from archive.sandbox.wire_format import to_json

READY = b"ready"
_MAX_MESSAGE_CHARS = 500  # of an exception that ends the process
_MAX_OPEN_FILES = 32  # for modules, time zones and one WARC file
_PROC_STATUS = Path("/proc/self/status")  # Linux only


def main(file_descriptor: int, memory_bytes: int) -> None:
    """Run the calls received on socket `file_descriptor`, within `memory_bytes` of memory."""
    connection: Connection[Any, Any] = Connection(file_descriptor)
    _limit_resources(memory_bytes)
    sys.excepthook = partial(_report_failure, connection, memory_bytes)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what ends
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    with Path(os.devnull).open("wb") as null_device:
        os.dup2(null_device.fileno(), 2)  # discard libraries' warnings about a page
    try:
        connection.send_bytes(READY)
        while True:
            _run_call(connection, connection.recv_bytes(), memory_bytes)
    except (EOFError, ConnectionError):
        return  # the parent exited or closed the connection


def _limit_resources(memory_bytes: int) -> None:
    """Forbid this process to start others or write files, and limit its memory.

    The system's limit is a third above ours: a parser in C that runs out of memory may return an
    incomplete page without an error, so our own check has to come first.
    """
    limits = {
        resource.RLIMIT_AS: memory_bytes // 3 * 4,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NOFILE: _MAX_OPEN_FILES,
        resource.RLIMIT_NPROC: 0,
    }
    for resource_id, limit in limits.items():
        hard_limit = resource.getrlimit(resource_id)[1]
        allowed = limit if hard_limit == resource.RLIM_INFINITY else min(limit, hard_limit)
        resource.setrlimit(resource_id, (allowed, allowed))


def _check_memory(memory_bytes: int) -> None:
    if _PROC_STATUS.exists():
        (peak_line,) = (
            line for line in _PROC_STATUS.read_text().splitlines() if line.startswith("VmHWM:")
        )
        peak_bytes = int(peak_line.split()[1]) << 10
    else:
        peak_bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # in bytes, on macOS
    if peak_bytes > memory_bytes:
        raise MemoryError(f"{peak_bytes >> 20} MiB")


def _report_failure(
    connection: "Connection[Any, Any]",
    memory_bytes: int,
    kind: type[BaseException],
    error: BaseException,
    trace: TracebackType | None,
) -> None:
    """Report an unexpected exception, which ends this process: a page made a parser fail."""
    signal.setitimer(signal.ITIMER_PROF, 0)
    try:
        _check_memory(memory_bytes)
    except MemoryError as memory_error:
        kind, error = MemoryError, memory_error
    message = str(error)[:_MAX_MESSAGE_CHARS].partition("\n")[0]
    _send(connection, "failed", [kind.__name__, message])


def _run_call(connection: "Connection[Any, Any]", call: bytes, memory_bytes: int) -> None:
    module, name, args, kwargs, seconds = pickle.loads(call)  # noqa: S301 - of our own parent
    function: Callable[..., Any] = getattr(import_module(module), name)
    signal.setitimer(signal.ITIMER_PROF, seconds)  # CPU time; then SIGPROF ends the process
    try:
        result = function(*args, **kwargs)
        if isinstance(result, Iterator):
            for item in result:
                _check_memory(memory_bytes)
                _send(connection, "next", to_json(item))
                signal.setitimer(signal.ITIMER_PROF, seconds)
            _send(connection, "end", None)
        else:
            _check_memory(memory_bytes)
            _send(connection, "is", to_json(result))
    except ArchiveError as error:
        _send(connection, "raised", [type(error).__name__, *map(to_json, error.args)])
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _send(connection: "Connection[Any, Any]", tag: str, value: object) -> None:
    connection.send_bytes(json.dumps([tag, value]).encode())
