"""Estimate the error of our clock from the `Date` headers of servers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

# Servers' own clocks, caches and the header's whole seconds explain smaller offsets.
TOLERANCE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class ClockEstimate:
    """How far our clock is from the servers': positive when it runs ahead of them."""

    offset: timedelta
    hosts: int  # how many different servers were compared

    @property
    def is_suspect(self) -> bool:
        """Return whether recorded times need a warning."""
        return abs(self.offset) > TOLERANCE


def estimate_from_offsets(offsets: Iterable[tuple[str, float]]) -> ClockEstimate | None:
    """Return the median offset over the servers, one value each; None where there are none.

    The pairs are (host, seconds by which its Date was ahead of our clock), as captures record them.
    """
    by_host: dict[str, list[float]] = {}
    for host, ahead in offsets:
        by_host.setdefault(host, []).append(-ahead)
    if not by_host:
        return None
    median_offset = median(median(values) for values in by_host.values())
    return ClockEstimate(timedelta(seconds=median_offset), len(by_host))
