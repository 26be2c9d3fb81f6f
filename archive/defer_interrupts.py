"""Defer KeyboardInterrupt during a critical section: Ctrl-C takes effect after it."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def defer_interrupts() -> Iterator[None]:
    """Defer SIGINT inside the block; it is handled right after.

    Python delivers signals to the main thread only: in another thread there is nothing to defer.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    received: list[tuple[int, FrameType | None]] = []
    previous_handler = signal.signal(
        signal.SIGINT, lambda number, frame: received.append((number, frame))
    )
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous_handler)
        if received and callable(previous_handler):
            previous_handler(*received[0])
