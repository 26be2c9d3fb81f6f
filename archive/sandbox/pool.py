"""The confined processes that all of this program shares: started when needed, kept to its end."""

from threading import Lock

from archive.sandbox.client import Confined

_processes: list[Confined] = []
_lock = Lock()


def several(count: int) -> list[Confined]:
    """Return so many processes; each starts when it is first asked something."""
    with _lock:
        while len(_processes) < count:
            _processes.append(Confined())
        return _processes[:count]


def confined() -> Confined:
    """Return a process to do in it what there is to do with one page."""
    return several(1)[0]
