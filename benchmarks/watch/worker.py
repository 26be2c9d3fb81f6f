"""Run `onrecord run`'s steps, tick after simulated tick, in a process that is killed at times.

Usage: worker.py ARCHIVE TRUE-TIME-FILE
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

from archive.catalogue.monitoring import alert_queue
from archive.errors import FetchError, StorageError
from archive.warc.write.store import WarcStore
from benchmarks.watch import world
from onrecord.command_context import Context
from onrecord.monitor.gather_health import check_archive, check_sources, record_health_news
from onrecord.run.run_due import RunEnvironment, run_due
from onrecord.watch.alerts import match_alerts
from onrecord.watch.deliver import deliver_alerts
from scrapers.fetch.fetcher import Fetcher
from scrapers.fetch.throttle import VisitPacing
from scrapers.source_format.source import Source
from tests.support.fake_fetcher import FakeFetcher

TICK = timedelta(hours=6)
STATUS_ON = {4, 8, 12, 15, 16, 20, 21, 24, 28, 29}  # days


class FullDisk:
    """A fetcher whose disk is full."""

    def __init__(self, when: datetime) -> None:
        self.visited_at = when

    def fetch(self, url: str, **_: object) -> list[object]:
        raise StorageError(f"{url}: No space left on device")

    def iter_captured_pages(self, is_page: object) -> Iterator[str]:
        return iter(())


def main(archive: Path, state: Path) -> None:
    end = world.START + timedelta(days=world.DAYS)
    true_time = datetime.fromisoformat(state.read_text())
    sources = Context(archive).sources.items()
    invented = {name: source for name, source in sources if name[0] == "p" and name[1:].isdigit()}
    while true_time < end:
        tick(archive, true_time, invented)
        true_time += TICK
        temporary_path = state.with_suffix(".new")
        temporary_path.write_text(true_time.isoformat())
        temporary_path.replace(state)
    drain(archive, end)


def drain(archive: Path, now: datetime) -> None:
    """Deliver the waiting alerts: a refused message delays those after it until it is accepted."""
    for hour in range(24 * 365):
        later = now + timedelta(hours=24 * hour)
        context = Context(archive)
        deliver_alerts(context, later, lambda url, title, body: deliver(archive, url, title, body))
        with context.catalogue() as connection:
            last = alert_queue.last_alert_number(connection)
            if all(channel.told == last for channel in alert_queue.channels(connection)):
                return


def tick(archive: Path, true_time: datetime, invented: dict[str, Source]) -> None:
    clock_time = world.wrong_clock(true_time, TICK)

    @contextmanager
    def open_fetcher(
        context: Context, store: WarcStore, source: Source, pacing: VisitPacing
    ) -> Iterator[Fetcher]:
        if world.disk_is_full(true_time):
            yield FullDisk(clock_time)  # type: ignore[misc]
        else:
            # The site answers by the true time, whatever the clock shows.
            yield FakeFetcher(store, clock_time, lambda url, _: world.answers(url, true_time))

    context = Context(archive, verbosity=-1)
    context.warn = lambda text: None  # type: ignore[method-assign]
    context.__dict__["sources"] = invented
    environment = RunEnvironment(
        open_fetcher=open_fetcher, now=lambda: clock_time, budget=timedelta(hours=1)
    )
    with suppress(StorageError):
        run_due(context, environment)
    with context.home.lock_for_writing(), context.catalogue() as connection:
        if true_time.hour < 6 and (true_time - world.START).days in STATUS_ON:
            record_health_news(context, connection, clock_time)
            connection.commit()
            report = {
                "true": true_time.isoformat(),
                "sources": {
                    health.source: [problem.kind for problem in health.problems]
                    for health in check_sources(connection, invented, clock_time)
                    if health.problems
                },
                "archive": [
                    problem.kind for problem in check_archive(context, connection, clock_time)
                ],
            }
            append(archive / "status.jsonl", json.dumps(report))
        match_alerts(connection)
    deliver_alerts(context, clock_time, lambda url, title, body: deliver(archive, url, title, body))


def deliver(archive: Path, url: str, title: str, body: str) -> None:
    """Accept a message, or refuse it once: one in ten, by its number."""
    number = body.rpartition("alert ")[2]
    refused_file = archive / "refused.txt"
    if number.endswith("7") and number not in (
        refused_file.read_text().split() if refused_file.exists() else []
    ):
        append(refused_file, number)
        raise FetchError("refused")
    append(archive / "received.txt", number)


def append(path: Path, line: str) -> None:
    with path.open("a") as file:
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
