"""Stop gracefully on SIGTERM and SIGINT: finish and store the current exchange first."""

import logging
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StopFlag:
    """Whether a stop was requested."""

    event: threading.Event = field(default_factory=threading.Event)

    def __bool__(self) -> bool:
        return self.event.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait until the time is over or a stop is requested; say whether it was requested."""
        return self.event.wait(seconds)


@contextmanager
def stop_on_signals() -> Iterator[StopFlag]:
    """Yield a flag that SIGTERM and SIGINT set. A second signal has its usual effect."""
    stop = StopFlag()
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def request_stop(number: int, frame: FrameType | None) -> None:
        stop.event.set()
        signal.signal(number, handlers[signal.Signals(number)])

    for number in handlers:
        signal.signal(number, request_stop)
    try:
        yield stop
    finally:
        if stop:
            logger.info("stopped on request")
        for number, handler in handlers.items():
            signal.signal(number, handler)
