"""The sandboxes that the whole program shares: started when needed, kept until it exits."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from threading import Lock
from typing import Concatenate, ParamSpec, TypeVar

from archive.close_at_exit import ClosedAtExit
from archive.sandbox.sandbox import Sandbox

_sandboxes: list[Sandbox] = []
_lock = Lock()
_DECODING_SANDBOX = Sandbox()

Params = ParamSpec("Params")
Result = TypeVar("Result")


def sandboxes(count: int) -> list[Sandbox]:
    """Return `count` sandboxes; the worker of each starts with its first call."""
    with _lock:
        while len(_sandboxes) < count:
            _sandboxes.append(Sandbox())
        return _sandboxes[:count]


def shared_sandbox() -> Sandbox:
    """Return the sandbox for work on a single page."""
    return sandboxes(1)[0]


def decoding_sandbox() -> Sandbox:
    """Return the sandbox in which content codings are removed; its calls wait for no page."""
    return _DECODING_SANDBOX


class SandboxExecutor(ClosedAtExit):
    """Runs functions at the same time, each with one of `count` shared sandboxes to itself."""

    def __init__(self, count: int) -> None:
        self._free_sandboxes: SimpleQueue[Sandbox] = SimpleQueue()
        for sandbox in sandboxes(count):
            self._free_sandboxes.put(sandbox)
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="reading")

    def submit(
        self,
        function: Callable[Concatenate[Sandbox, Params], Result],
        *args: Params.args,
        **kwargs: Params.kwargs,
    ) -> "Future[Result]":
        """Call `function` with a free sandbox and the arguments, once there is one."""

        def call() -> Result:
            sandbox = self._free_sandboxes.get()
            try:
                return function(sandbox, *args, **kwargs)
            finally:
                self._free_sandboxes.put(sandbox)

        return self._threads.submit(call)

    def close(self) -> None:
        """Wait for the calls under way; those that have not begun are cancelled."""
        self._threads.shutdown(cancel_futures=True)
