"""Fixtures: an archive that visits the sample publisher's site, on a clock the test sets."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import Connection

from onrecord.command_context import Context
from onrecord.monitor.gather_health import record_health_news
from onrecord.run.graceful_stop import StopFlag
from onrecord.run.run_due import RunEnvironment, RunResult, run_due
from onrecord.watch.alerts import match_alerts
from tests.conftest import Run
from tests.support.changing_publisher import SAMPLE, Publisher
from tests.support.fake_fetcher import Clock, PublisherSite

PANEL = "meridian_panel"


@dataclass
class Collecting:
    """An archive, a site and a clock: let time pass, run, query."""

    folder: Path
    publisher: Publisher
    clock: Clock
    site: PublisherSite
    stop: StopFlag = field(default_factory=StopFlag)

    @property
    def context(self) -> Context:
        """Return a context as every call of the tool makes anew."""
        return Context(self.folder)

    def run(self, only: Sequence[str] = (), random_fraction: float = 0.5) -> RunResult:
        """Call `onrecord run` with nothing but the sample publisher's source."""
        context = self.context
        context.__dict__["sources"] = {PANEL: context.sources[PANEL]}
        environment = RunEnvironment(
            open_fetcher=self.site.doors,
            now=self.clock,
            random_fraction=lambda: random_fraction,
            stop=self.stop,
        )
        result = run_due(context, environment, only=only)
        with context.catalogue() as connection:
            record_health_news(context, connection, self.clock())
            match_alerts(connection, context.sources)
        return result

    def every(self, hours: float, times: int) -> None:
        """Run repeatedly, so many hours apart."""
        for _ in range(times):
            self.clock.pass_by(hours=hours)
            self.run(only=[PANEL])

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        with self.context.catalogue() as connection:
            yield connection


@pytest.fixture
def collecting(run: Run, archive_folder: Path) -> Collecting:
    assert run("init").exit_code == 0
    shutil.copy(SAMPLE / "meridian_panel.toml", archive_folder / "sources")
    publisher, clock = Publisher(), Clock()
    return Collecting(archive_folder, publisher, clock, PublisherSite(publisher, clock))
