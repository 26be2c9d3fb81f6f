"""Stop gracefully: after the exchange that is under way, with all of it kept."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from types import FrameType

from archive.models import Role
from scrapers.fetch.fetcher import FetchedResponse, Fetcher, UrlPredicate, Validators


class StopRequested(Exception):  # noqa: N818 - no error: somebody asked for it
    """We were asked to stop. What was captured until then is on disk."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Whether to stop, as signals say."""

    asked: threading.Event = field(default_factory=threading.Event)

    def __bool__(self) -> bool:
        return self.asked.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait, or less where we are asked to stop meanwhile; say whether we are."""
        return self.asked.wait(seconds)


@contextmanager
def stop_on_signals() -> Iterator[Stop]:
    """Yield what SIGTERM and SIGINT set. A second one ends us as it would anybody."""
    stop = Stop()
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def ask(number: int, frame: FrameType | None) -> None:
        stop.asked.set()
        signal.signal(number, before[signal.Signals(number)])

    for number in before:
        signal.signal(number, ask)
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@dataclass(frozen=True, slots=True)
class StoppableFetcher:
    """A visit that raises Stopped, before it asks for another page, once that is wanted."""

    visit: Fetcher
    stop: Stop

    @property
    def visited_at(self) -> datetime:
        return self.visit.visited_at

    @visited_at.setter
    def visited_at(self, moment: datetime) -> None:
        self.visit.visited_at = moment

    def fetch(
        self, url: str, *, source: str, role: Role, validators: Validators | None = None
    ) -> list[FetchedResponse]:
        if self.stop:
            raise StopRequested(url)
        return self.visit.fetch(url, source=source, role=role, validators=validators)

    def iter_captured_pages(self, is_page: UrlPredicate) -> Iterator[str]:
        return self.visit.iter_captured_pages(is_page)
