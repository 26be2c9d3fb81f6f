"""Run once or as a service: visit sources, index, alert, deliver, and give the exit code."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from archive.catalogue.monitoring import schedule_table
from archive.errors import ArchiveError, LockedError, StorageError
from onrecord.collect.ingest import RunStats
from onrecord.command_context import Context
from onrecord.monitor.gather_health import record_health_news
from onrecord.run.run_due import RunEnvironment, RunResult, next_due, run_due
from onrecord.schedule.timer_units import EXIT_NOTHING_DUE
from onrecord.watch.alerts import match_alerts
from onrecord.watch.deliver import deliver_alerts
from scrapers.source_format.source import Source

logger = logging.getLogger(__name__)

_EXIT_INTERRUPTED = 130


@dataclass
class RunLoop:
    """Visits what is due, and collects the results."""

    context: Context
    environment: RunEnvironment
    only: Sequence[str] = ()
    delivers: bool = True
    on_visited: Callable[[Source, RunStats], None] = lambda source, stats: None
    result: RunResult = field(default_factory=RunResult)
    failures: int = 0  # rounds that could not visit at all
    undelivered: list[str] = field(default_factory=list)

    def run_once(self) -> None:
        """Visit what is due, then index, alert and deliver."""
        latest = run_due(self.context, self.environment, only=self.only, on_visited=self.on_visited)
        self.result.visited |= latest.visited
        self.result.failed = {
            name: problem
            for name, problem in (self.result.failed | latest.failed).items()
            if name in latest.failed or name not in latest.visited
        }
        self.result.stopped = latest.stopped
        self._follow_up(bool(latest.visited))

    def serve(self, max_wait: timedelta) -> None:
        """Visit and wait until a stop is requested; warn of locks and disk errors, and retry."""
        while not self.environment.stop:
            wait = max_wait
            try:
                self.run_once()
                wait = self._wait(max_wait)
            except (LockedError, StorageError) as error:
                self.failures += 1
                self.context.warn(str(error))
            logger.info("waiting %.0f s", wait.total_seconds())
            self.environment.stop.wait(wait.total_seconds())

    def _wait(self, max_wait: timedelta) -> timedelta:
        with self.context.catalogue() as connection:
            due: datetime | None = next_due(schedule_table.schedule_entries(connection))
        wait = max_wait if due is None else due - self.environment.now()
        return min(max(wait, timedelta(seconds=1)), max_wait)

    def _follow_up(self, visited: bool) -> None:
        if visited:
            with self.context.engine():
                pass
        with self.context.home.lock_with_others(), self.context.catalogue() as connection:
            record_health_news(self.context, connection, self.environment.now())
            connection.commit()
            match_alerts(connection, self.context.sources)
        if self.delivers:
            self.undelivered = deliver_alerts(self.context, self.environment.now())
            for problem in self.undelivered:
                self.context.warn(problem)

    @property
    def exit_code(self) -> int:
        """Return 0 only where every visited source captured something.

        75 where nothing was due, 130 where a stop came before anything was captured.
        """
        captured = self.result.visited.keys() - self.result.failed.keys()
        for name, problem in self.result.failed.items():
            self.context.warn(f"nothing was captured of {name}: {problem}")
        if self.result.failed or self.failures or self.undelivered:
            return ArchiveError.exit_code
        if captured and any(not self.result.visited[name].captured_nothing for name in captured):
            return 0
        return _EXIT_INTERRUPTED if self.result.stopped else EXIT_NOTHING_DUE
