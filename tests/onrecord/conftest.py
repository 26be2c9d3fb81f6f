"""An archive that visits the sample publisher's site, on a clock of the test's own."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import Connection

from onrecord.context import Context
from onrecord.monitor.health_checks import note_health
from onrecord.run.graceful_stop import Stop
from onrecord.run.run_due import RunEnvironment, RunResult, run_due
from onrecord.watch.alerts import match_alerts
from tests.conftest import Run
from tests.support.changing_publisher import SAMPLE, Publisher
from tests.support.fake_fetcher import Clock, PublisherSite

PANEL = "meridian_panel"


@dataclass
class Collecting:
    """An archive, a site and a clock: pass time, run, ask."""

    folder: Path
    publisher: Publisher
    clock: Clock
    site: PublisherSite
    stop: Stop = field(default_factory=Stop)

    @property
    def context(self) -> Context:
        """Return a context as every call of the tool makes anew."""
        return Context(self.folder)

    def run(self, only: Sequence[str] = (), chance: float = 0.5) -> RunResult:
        """Call `onrecord run` with nothing but the sample publisher's source."""
        context = self.context
        context.__dict__["sources"] = {PANEL: context.sources[PANEL]}
        machine = RunEnvironment(
            doors=self.site.doors, now=self.clock, chance=lambda: chance, stop=self.stop
        )
        ran = run_due(context, machine, only=only)
        with context.catalogue() as connection:
            note_health(context, connection, self.clock())
            match_alerts(connection)
        return ran

    def every(self, hours: float, times: int) -> None:
        """Run again and again, so many hours apart."""
        for _ in range(times):
            self.clock.pass_by(hours=hours)
            self.run(only=[PANEL])

    @contextmanager
    def asking(self) -> Iterator[Connection]:
        with self.context.catalogue() as connection:
            yield connection


@pytest.fixture
def collecting(run: Run, archive_folder: Path) -> Collecting:
    assert run("init").exit_code == 0
    shutil.copy(SAMPLE / "meridian_panel.toml", archive_folder / "sources")
    publisher, clock = Publisher(), Clock()
    return Collecting(archive_folder, publisher, clock, PublisherSite(publisher, clock))
