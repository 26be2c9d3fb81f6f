"""Is our clock right? Compared with what the servers we asked said in their `Date` headers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from statistics import median

# Servers' own clocks, caches and the header's whole seconds make less than this mean nothing.
TOLERANCE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Heard:
    """What one server said the time was, and what our clock said as we heard it."""

    host: str
    date: str  # the Date header as sent
    received: datetime
    age: int = 0  # the Age header, in seconds: how long a cache had held the answer


@dataclass(frozen=True, slots=True)
class Clock:
    """How far our clock is from the servers': positive when it runs ahead of them."""

    offset: timedelta
    hosts: int  # how many different servers this rests on

    @property
    def suspect(self) -> bool:
        """Return whether times we recorded need a warning."""
        return abs(self.offset) > TOLERANCE


def compare(heard: Iterable[Heard]) -> Clock | None:
    """Return the median offset over the servers, one voice each; None where none was usable."""
    offsets: dict[str, list[float]] = {}
    for one in heard:
        said = _parse(one.date)
        if said is not None:
            offset = one.received - said - timedelta(seconds=one.age)
            offsets.setdefault(one.host, []).append(offset.total_seconds())
    if not offsets:
        return None
    middle = median(median(by_host) for by_host in offsets.values())
    return Clock(timedelta(seconds=middle), len(offsets))


def _parse(date: str) -> datetime | None:
    try:
        said = parsedate_to_datetime(date)
    except ValueError:
        return None
    return (said if said.tzinfo else said.replace(tzinfo=UTC)).astimezone(UTC)
