"""The confined processes that all of this program shares: started when needed, kept to its end."""

from threading import Lock

from archive.sandbox.client import Sandbox

_processes: list[Sandbox] = []
_lock = Lock()


def sandboxes(count: int) -> list[Sandbox]:
    """Return so many processes; each starts when it is first asked something."""
    with _lock:
        while len(_processes) < count:
            _processes.append(Sandbox())
        return _processes[:count]


def shared_sandbox() -> Sandbox:
    """Return a process to do in it what there is to do with one page."""
    return sandboxes(1)[0]
