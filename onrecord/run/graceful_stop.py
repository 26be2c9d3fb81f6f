"""Stop gracefully on SIGTERM and SIGINT: finish and store the current exchange first."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from types import FrameType

from archive.models import Role
from scrapers.fetch.visit import FetchedResponse, Fetcher, UrlClaims, Validators


class StopRequested(Exception):  # noqa: N818 - no error: a request
    """A stop was requested. What was captured until then is stored."""


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
        for number, handler in handlers.items():
            signal.signal(number, handler)


@dataclass(frozen=True, slots=True)
class StoppableFetcher:
    """A fetcher that raises StopRequested instead of fetching once a stop is requested."""

    visit: Fetcher
    stop: StopFlag

    @property
    def when(self) -> datetime:
        return self.visit.when

    @when.setter
    def when(self, moment: datetime) -> None:
        self.visit.when = moment

    def get(
        self, url: str, *, source: str, role: Role, held: Validators | None = None
    ) -> list[FetchedResponse]:
        if self.stop:
            raise StopRequested(url)
        return self.visit.get(url, source=source, role=role, held=held)

    def also(self, claims: UrlClaims) -> Iterator[str]:
        return self.visit.also(claims)
