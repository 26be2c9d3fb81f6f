"""One call of `onrecord run`, or many: visit, index, alert, deliver, and what to exit with."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from archive.catalogue.monitoring import schedule_table
from archive.errors import ArchiveError, LockedError, StorageError
from onrecord.collect.ingest import RunStats
from onrecord.context import Context
from onrecord.monitor.health_checks import note_health
from onrecord.run.run_due import RunEnvironment, RunResult, next_due, run_due
from onrecord.schedule.timer_units import NOTHING_DUE
from onrecord.watch.alerts import match_alerts
from onrecord.watch.deliver import deliver_alerts
from scrapers.source_format.source import Source

_INTERRUPTED = 130


@dataclass
class RunLoop:
    """Visits what is due and remembers how that went."""

    context: Context
    machine: RunEnvironment
    only: Sequence[str] = ()
    tells: bool = True
    after: Callable[[Source, RunStats], None] = lambda source, tally: None
    ran: RunResult = field(default_factory=RunResult)
    failures: int = 0  # calls that could not visit at all
    undelivered: list[str] = field(default_factory=list)

    def once(self) -> None:
        """Visit what is due, then index, alert and deliver."""
        ran = run_due(self.context, self.machine, only=self.only, after=self.after)
        self.ran.visited |= ran.visited
        self.ran.failed = {
            name: problem
            for name, problem in (self.ran.failed | ran.failed).items()
            if name in ran.failed or name not in ran.visited
        }
        self.ran.stopped = ran.stopped
        self._follow_up(bool(ran.visited))

    def serve(self, longest: timedelta) -> None:
        """Visit until asked to stop, waiting in between; trouble is told and waited out."""
        while not self.machine.stop:
            wait = longest
            try:
                self.once()
                wait = self._wait(longest)
            except (LockedError, StorageError) as error:
                self.failures += 1
                self.context.warn(str(error))
            self.machine.stop.wait(wait.total_seconds())

    def _wait(self, longest: timedelta) -> timedelta:
        with self.context.catalogue() as connection:
            at: datetime | None = next_due(schedule_table.schedule_entries(connection))
        wait = longest if at is None else at - self.machine.now()
        return min(max(wait, timedelta(seconds=1)), longest)

    def _follow_up(self, visited: bool) -> None:
        if visited:
            with self.context.engine():
                pass
        with self.context.home.lock_for_writing(), self.context.catalogue() as connection:
            note_health(self.context, connection, self.machine.now())
            connection.commit()
            match_alerts(connection)
        if self.tells:
            self.undelivered = deliver_alerts(self.context, self.machine.now())
            for problem in self.undelivered:
                self.context.warn(problem)

    @property
    def exit_code(self) -> int:
        """Return 0 only where everything that was visited captured something.

        75 where nothing was due, 130 where we were stopped before anything was captured.
        """
        captured = self.ran.visited.keys() - self.ran.failed.keys()
        for name, problem in self.ran.failed.items():
            self.context.warn(f"nothing was captured of {name}: {problem}")
        if self.ran.failed or self.failures or self.undelivered:
            return ArchiveError.exit_code
        if captured and any(not self.ran.visited[name].failed for name in captured):
            return 0
        return _INTERRUPTED if self.ran.stopped else NOTHING_DUE
