"""Is our clock right? Compared with what the servers we asked said in their `Date` headers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from statistics import median

# Servers' own clocks, caches and the header's whole seconds make less than this mean nothing.
TOLERANCE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class ServerDate:
    """What one server said the time was, and what our clock said as we heard it."""

    host: str
    date: str  # the Date header as sent
    received: datetime
    age: int = 0  # the Age header, in seconds: how long a cache had held the answer


@dataclass(frozen=True, slots=True)
class ClockEstimate:
    """How far our clock is from the servers': positive when it runs ahead of them."""

    offset: timedelta
    hosts: int  # how many different servers this rests on

    @property
    def suspect(self) -> bool:
        """Return whether times we recorded need a warning."""
        return abs(self.offset) > TOLERANCE


def estimate_clock(heard: Iterable[ServerDate]) -> ClockEstimate | None:
    """Return the median offset over the servers, one voice each; None where none was usable."""
    ahead = []
    for one in heard:
        said = _parse(one.date)
        if said is not None:
            offset = said + timedelta(seconds=one.age) - one.received
            ahead.append((one.host, offset.total_seconds()))
    return by_facts(ahead)


def by_facts(offsets: Iterable[tuple[str, float]]) -> ClockEstimate | None:
    """Return the same from what captures have on record.

    Each is a host, and by how many seconds its Date was ahead of our clock.
    """
    by_host: dict[str, list[float]] = {}
    for host, ahead in offsets:
        by_host.setdefault(host, []).append(-ahead)
    if not by_host:
        return None
    middle = median(median(values) for values in by_host.values())
    return ClockEstimate(timedelta(seconds=middle), len(by_host))


def _parse(date: str) -> datetime | None:
    try:
        said = parsedate_to_datetime(date)
    except ValueError:
        return None
    return (said if said.tzinfo else said.replace(tzinfo=UTC)).astimezone(UTC)
