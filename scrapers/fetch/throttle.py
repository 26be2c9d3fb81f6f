"""Throttle requests: one at a time per host, with a delay between them.

A table that several processes or machines share can stand in for `HostTurnTable`.
"""

import logging
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from archive.errors import FetchError
from archive.warc.parse_http import parse_http_date

logger = logging.getLogger(__name__)

MAX_WAIT = 60.0  # seconds that a visit waits for its turn; a longer wait ends it
_LATEST = datetime(9999, 12, 31, tzinfo=UTC)  # what a later instant is kept as
_MAX_SECONDS_DIGITS = 12  # of a Retry-After; with more it is later than any date


class Clock(Protocol):
    """Tells the time, and sleeps."""

    def now(self) -> datetime: ...
    def sleep(self, seconds: float) -> None:
        """Sleep; SleepInterruptedError where the one who waits is to end."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


class SleepInterruptedError(Exception):
    """A clock's sleep ended early: the visit that waited is to end. Nothing was requested."""


class HostWaitError(FetchError):
    """A host asks for no request for longer than a visit waits. Nothing was requested."""

    def __init__(self, host: str, until: datetime) -> None:
        super().__init__()
        self.args = (host, until)  # to be rebuilt from
        self.host, self.until = host, until

    def __str__(self) -> str:
        return f"{self.host} asks for no request before {self.until:%Y-%m-%d %H:%M:%S}Z"


class HostTurns(Protocol):
    """Keeps, for each host, whether a request is under way and when the next may begin."""

    def begin(self, host: str, now: Callable[[], datetime]) -> datetime | None:
        """Take the turn at `host`, once no one else has it, and return None.

        Or, where the host is closed, return until when it is, and take no turn.
        """

    def end(self, host: str) -> None:
        """Give the turn at `host` back."""

    def close_until(self, host: str, until: datetime) -> None:
        """Let no request to `host` begin before `until`; an earlier instant changes nothing."""

    def closed_until(self, host: str) -> datetime | None:
        """Return when the next request to `host` may begin; None where it was never closed."""

    def all_closed(self, now: datetime) -> dict[str, datetime]:
        """Return the hosts that are closed beyond `now`, and until when each is."""


class HostTurnTable:
    """The turns of one process; its threads may share it."""

    def __init__(self, closed_until: Mapping[str, datetime] | None = None) -> None:
        self._closed_until = dict(closed_until or {})
        self._turns: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def begin(self, host: str, now: Callable[[], datetime]) -> datetime | None:
        turn = self._turn(host)
        turn.acquire()
        until = self.closed_until(host)
        if until is not None and until > now():
            turn.release()
            return until
        return None

    def end(self, host: str) -> None:
        self._turn(host).release()

    def _turn(self, host: str) -> threading.Lock:
        with self._lock:
            return self._turns.setdefault(host, threading.Lock())

    def close_until(self, host: str, until: datetime) -> None:
        with self._lock:
            self._closed_until[host] = max(self._closed_until.get(host, until), until)

    def closed_until(self, host: str) -> datetime | None:
        with self._lock:
            return self._closed_until.get(host)

    def all_closed(self, now: datetime) -> dict[str, datetime]:
        with self._lock:
            return {host: until for host, until in self._closed_until.items() if until > now}


@dataclass(frozen=True, slots=True)
class VisitPacing:
    """What the fetchers of one run share: a clock, and the turns at hosts."""

    clock: Clock
    turns: HostTurns


class HostThrottle:
    """Keeps requests to each host `delay` seconds apart, and up to `jitter` times more.

    Throttles that share `turns` share the hosts' turns.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        delay: float = 1.0,
        jitter: float = 0.2,
        random_float: Callable[[], float] = random.random,
        turns: HostTurns | None = None,
    ) -> None:
        self._clock, self._delay, self._jitter = clock, delay, jitter
        self._random_float = random_float
        self._turns: HostTurns = turns or HostTurnTable()
        self._max_wait = max(MAX_WAIT, delay * (1 + jitter))  # our own delay is no reason to end

    @contextmanager
    def acquire(self, host: str, delay: float = 0.0) -> Iterator[None]:
        """Wait until `host` may be requested, and reserve it for the block.

        The next request waits `delay` seconds after it, or the throttle's own delay if longer.
        HostWaitError where the wait would be longer than a visit waits, SleepInterruptedError where
        the clock ends it; the block is not run then.
        """
        while (until := self._turns.begin(host, self._clock.now)) is not None:
            self.require_soon(host)
            wait = (until - self._clock.now()).total_seconds()
            if wait > 0:
                logger.debug("waiting %.1f s before the next request to %s", wait, host)
                self._clock.sleep(wait)
        try:
            yield
        finally:
            interval = self._interval(max(self._delay, delay))
            self._turns.close_until(host, _later(self._clock.now(), interval))
            self._turns.end(host)

    def _interval(self, delay: float) -> float:
        """Return `delay` with jitter, which never makes a wait too long for a visit."""
        longest = MAX_WAIT if delay <= MAX_WAIT else float("inf")
        return min(delay * (1 + self._jitter * self._random_float()), longest)

    def require_soon(self, host: str) -> None:
        """Raise HostWaitError where `host` is closed for longer than a visit waits."""
        until = self._turns.closed_until(host)
        if until and (until - self._clock.now()).total_seconds() > self._max_wait:
            raise HostWaitError(host, until)

    def pause(self, host: str, seconds: float) -> None:
        """Send no request to `host` for `seconds` from now."""
        logger.debug("no request to %s for %.1f s", host, seconds)
        self._turns.close_until(host, _later(self._clock.now(), seconds))


def _later(now: datetime, seconds: float) -> datetime:
    """Return the instant `seconds` after `now`, or _LATEST where no calendar has it."""
    try:
        return min(now + timedelta(seconds=seconds), _LATEST)
    except (OverflowError, ValueError):  # more days than a date can have, or no number
        return _LATEST


def parse_retry_after(value: str, now: datetime) -> float | None:
    """Return the seconds in a Retry-After header (RFC 9110, 10.2.3); None if it is invalid.

    Infinity for a number of seconds that is later than any date.
    """
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value) if len(value) <= _MAX_SECONDS_DIGITS else float("inf")
    retry_at = parse_http_date(value)
    return None if retry_at is None else max(0.0, (retry_at - now).total_seconds())
