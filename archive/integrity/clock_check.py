"""Estimate the error of our clock from the `Date` headers of servers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from statistics import median

# Servers' own clocks, caches and the header's whole seconds explain smaller offsets.
TOLERANCE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class ServerDate:
    """A server's `Date` header, and the time by our clock when it was received."""

    host: str
    date: str  # the Date header as sent
    received: datetime
    age: int = 0  # the Age header, in seconds: how long a cache had stored the response


@dataclass(frozen=True, slots=True)
class ClockEstimate:
    """How far our clock is from the servers': positive when it runs ahead of them."""

    offset: timedelta
    hosts: int  # how many different servers were compared

    @property
    def is_suspect(self) -> bool:
        """Return whether recorded times need a warning."""
        return abs(self.offset) > TOLERANCE


def estimate_clock(dates: Iterable[ServerDate]) -> ClockEstimate | None:
    """Return the median offset over the servers, one value each; None where no date is usable."""
    offsets = []
    for header in dates:
        date = _parse_date(header.date)
        if date is not None:
            offset = date + timedelta(seconds=header.age) - header.received
            offsets.append((header.host, offset.total_seconds()))
    return estimate_from_offsets(offsets)


def estimate_from_offsets(offsets: Iterable[tuple[str, float]]) -> ClockEstimate | None:
    """Return the same from (host, offset) pairs, as captures record them.

    An offset is by how many seconds the server's Date was ahead of our clock.
    """
    by_host: dict[str, list[float]] = {}
    for host, ahead in offsets:
        by_host.setdefault(host, []).append(-ahead)
    if not by_host:
        return None
    median_offset = median(median(values) for values in by_host.values())
    return ClockEstimate(timedelta(seconds=median_offset), len(by_host))


def _parse_date(date: str) -> datetime | None:
    try:
        parsed = parsedate_to_datetime(date)
    except ValueError:
        return None
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).astimezone(UTC)
