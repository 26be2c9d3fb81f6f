"""Throttle requests: one at a time per host, with a delay between them."""

import logging
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol

logger = logging.getLogger(__name__)


class Clock(Protocol):
    """Tells the time, and sleeps."""

    def now(self) -> datetime: ...
    def sleep(self, seconds: float) -> None: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


@dataclass(slots=True)
class _HostState:
    lock: threading.Lock = field(default_factory=threading.Lock)
    free_at: float = 0.0  # POSIX time


class HostThrottle:
    """Keeps requests to each host `delay` seconds apart, and up to `jitter` times more."""

    def __init__(
        self,
        clock: Clock,
        *,
        delay: float = 1.0,
        jitter: float = 0.2,
        random_float: Callable[[], float] = random.random,
    ) -> None:
        self._clock, self._delay, self._jitter, self._random_float = (
            clock,
            delay,
            jitter,
            random_float,
        )
        self._host_states: dict[str, _HostState] = {}
        self._lock = threading.Lock()

    @contextmanager
    def acquire(self, host: str, delay: float = 0.0) -> Iterator[None]:
        """Wait until `host` may be requested, and reserve it for the block.

        The next request waits `delay` seconds after it, or the throttle's own delay if longer.
        """
        host_state = self._host_state(host)
        with host_state.lock:
            wait = host_state.free_at - self._clock.now().timestamp()
            if wait > 0:
                logger.debug("waiting %.1f s before the next request to %s", wait, host)
                self._clock.sleep(wait)
            try:
                yield
            finally:
                interval = max(self._delay, delay) * (1 + self._jitter * self._random_float())
                free_at = self._clock.now().timestamp() + interval
                host_state.free_at = max(host_state.free_at, free_at)

    def pause(self, host: str, seconds: float) -> None:
        """Send no request to `host` for `seconds` from now."""
        logger.debug("no request to %s for %.1f s", host, seconds)
        host_state = self._host_state(host)
        host_state.free_at = max(host_state.free_at, self._clock.now().timestamp() + seconds)

    def _host_state(self, host: str) -> _HostState:
        with self._lock:
            return self._host_states.setdefault(host, _HostState())


def parse_retry_after(value: str, now: datetime) -> float | None:
    """Return the seconds in a Retry-After header (RFC 9110, 10.2.3); None if it is invalid."""
    value = value.strip()
    if value.isascii() and value.isdigit() and len(value) < 10:
        return float(value)
    try:
        retry_at = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    if retry_at.tzinfo is None:  # "-0000": the zone is not known; HTTP dates are UTC
        retry_at = retry_at.replace(tzinfo=UTC)
    return max(0.0, (retry_at - now).total_seconds())
