"""The clock of the visits of one run, which ends their waiting when the run is to end."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Event
from time import monotonic

from onrecord.run.graceful_stop import StopFlag
from scrapers.fetch.throttle import SleepInterruptedError

_LOOK_AGAIN = 1.0  # seconds: whether a stop was requested


@dataclass(frozen=True, slots=True)
class VisitClock:
    """The machine's clock; a run ends by a stop, at its `deadline`, or where it cannot go on."""

    stop: StopFlag
    deadline: float  # of time.monotonic()
    abandoned: Event = field(default_factory=Event)

    def now(self) -> datetime:
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Sleep; SleepInterruptedError once the run is to end."""
        end = monotonic() + seconds
        while (remaining := end - monotonic()) > 0:
            if self.has_ended or self.abandoned.wait(min(remaining, _LOOK_AGAIN)):
                raise SleepInterruptedError

    @property
    def has_ended(self) -> bool:
        """Say whether no further request is to be sent."""
        return bool(self.stop) or self.abandoned.is_set() or monotonic() > self.deadline

    @property
    def reason(self) -> str:
        """Return why the run has ended, for people."""
        if self.stop:
            return "stopped on request"
        return "the run cannot go on" if self.abandoned.is_set() else "the run's time is over"
