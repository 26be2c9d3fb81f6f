"""Other processes that have files of an archive open, by pid and command, where the system says.

Linux lists the open files of a process in /proc/PID/fd (proc(5)); those of other users' processes
are seen by root alone. Elsewhere nothing is known, and the list is empty.
"""

import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

_PROCESSES = Path("/proc")
_SHOWN_CHARACTERS = 400  # of a command


@dataclass(frozen=True, slots=True)
class Process:
    """A process of this machine."""

    pid: int
    command: str  # with its arguments, shortened

    def __str__(self) -> str:
        return f"process {self.pid} ({self.command})"


def processes_with_open(paths: Collection[Path]) -> list[Process]:
    """Return the other processes that have one of `paths` open, or a file in one, by pid."""
    names = {os.fspath(path.resolve()) for path in paths}
    folders = tuple(f"{name}/" for name in names)
    return [
        Process(pid, _command(pid))
        for pid in _pids()
        if any(name in names or name.startswith(folders) for name in _open_files(pid))
    ]


def describe(processes: Collection[Process]) -> str:
    """Return the names of processes for a message; "another process" where none is known."""
    return ", ".join(map(str, processes)) or "another process"


def _pids() -> list[int]:
    try:
        names = [path.name for path in _PROCESSES.iterdir()]
    except OSError:
        return []
    own = os.getpid()
    return sorted(int(name) for name in names if name.isdigit() and int(name) != own)


def _open_files(pid: int) -> Iterator[str]:
    folder = _PROCESSES / str(pid) / "fd"
    try:
        handles = list(folder.iterdir())
    except OSError:  # it has ended, or is another user's
        return
    for handle in handles:
        try:
            yield os.fspath(handle.readlink()).removesuffix(" (deleted)")
        except OSError:
            continue


def _command(pid: int) -> str:
    try:
        raw = (_PROCESSES / str(pid) / "cmdline").read_bytes()
    except OSError:
        raw = b""
    words = raw.replace(b"\0", b" ").decode("utf-8", "replace").split()
    return " ".join(words)[:_SHOWN_CHARACTERS] or "its command is unknown"
