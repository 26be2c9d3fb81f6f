"""The sandboxes that the whole program shares: started when needed, kept until it exits."""

from threading import Lock

from archive.sandbox.sandbox import Sandbox

_sandboxes: list[Sandbox] = []
_lock = Lock()


def sandboxes(count: int) -> list[Sandbox]:
    """Return `count` sandboxes; the worker of each starts with its first call."""
    with _lock:
        while len(_sandboxes) < count:
            _sandboxes.append(Sandbox())
        return _sandboxes[:count]


def shared_sandbox() -> Sandbox:
    """Return the sandbox for work on a single page."""
    return sandboxes(1)[0]
