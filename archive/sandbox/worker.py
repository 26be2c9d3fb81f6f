"""What a confined process does: answer calls, each within its time, until its parent is gone."""

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
_FILES = 32  # open at once: modules, time zones and one WARC file
_STATUS = Path("/proc/self/status")  # of Linux


def main(end: int, memory: int) -> None:
    """Answer what comes on the socket with file descriptor `end`, in `memory` bytes."""
    line: Connection[Any, Any] = Connection(end)
    _limit(memory)
    sys.excepthook = partial(_last_words, line, memory)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is the parent's to decide what ends
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    with Path(os.devnull).open("wb") as nothing:
        os.dup2(nothing.fileno(), 2)  # what a library mutters over a page is no message of ours
    try:
        line.send_bytes(READY)
        while True:
            _answer(line, line.recv_bytes(), memory)
    except (EOFError, ConnectionError):
        return  # our parent is gone, or wants no more


def _limit(memory: int) -> None:
    """Let this process start nothing, write nothing, and have no more memory than it may.

    The system refuses a third later than we do: what a parser in C makes of a page for which there
    was no memory need not be all of it, and need not be an error.
    """
    wanted = {
        resource.RLIMIT_AS: memory // 3 * 4,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NOFILE: _FILES,
        resource.RLIMIT_NPROC: 0,
    }
    for what, most in wanted.items():
        hard = resource.getrlimit(what)[1]
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (least, least))


def _check_memory(memory: int) -> None:
    if _STATUS.exists():
        (peak,) = (line for line in _STATUS.read_text().splitlines() if line.startswith("VmHWM:"))
        most = int(peak.split()[1]) << 10
    else:
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # in bytes, on macOS
    if most > memory:
        raise MemoryError(f"{most >> 20} MiB")


def _last_words(
    line: "Connection[Any, Any]",
    memory: int,
    kind: type[BaseException],
    error: BaseException,
    trace: TracebackType | None,
) -> None:
    """Tell what nobody expected, which ends this process: a page made a parser fail."""
    signal.setitimer(signal.ITIMER_PROF, 0)
    try:
        _check_memory(memory)
    except MemoryError as found:
        kind, error = MemoryError, found
    _send(line, "failed", f"{kind.__name__}: {error}"[:500].partition("\n")[0])


def _answer(line: "Connection[Any, Any]", call: bytes, memory: int) -> None:
    module, name, given, named, seconds = pickle.loads(call)  # noqa: S301 - of our own parent
    function: Callable[..., Any] = getattr(import_module(module), name)
    signal.setitimer(signal.ITIMER_PROF, seconds)  # of processor time; then the process ends
    try:
        result = function(*given, **named)
        if isinstance(result, Iterator):
            for each in result:
                _check_memory(memory)
                _send(line, "next", to_json(each))
                signal.setitimer(signal.ITIMER_PROF, seconds)
            _send(line, "end", None)
        else:
            _check_memory(memory)
            _send(line, "is", to_json(result))
    except ArchiveError as error:
        _send(line, "raised", [type(error).__name__, *map(to_json, error.args)])
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _send(line: "Connection[Any, Any]", what: str, value: object) -> None:
    line.send_bytes(json.dumps([what, value]).encode())
