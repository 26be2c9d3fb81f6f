"""The process that is killed: calls what `onrecord run` calls, hour after simulated hour.

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
from archive.warc.store import WarcStore
from benchmarks.watch import world
from onrecord.context import Context
from onrecord.monitor.health_checks import check_archive, check_sources, note_health
from onrecord.run.run_due import RunEnvironment, run_due
from onrecord.watch.alerts import match_alerts
from onrecord.watch.deliver import deliver_alerts
from scrapers.fetch.fetcher import Fetcher
from scrapers.source_format.source import Source
from tests.support.fake_fetcher import FakeFetcher

TICK = timedelta(hours=6)
STATUS_ON = {4, 8, 12, 15, 16, 20, 21, 24, 28, 29}  # days


class FullDisk:
    """A visit on a disk that takes nothing more."""

    def __init__(self, when: datetime) -> None:
        self.visited_at = when

    def fetch(self, url: str, **_: object) -> list[object]:
        raise StorageError(f"{url}: No space left on device")

    def iter_captured_pages(self, is_page: object) -> Iterator[str]:
        return iter(())


def main(archive: Path, state: Path) -> None:
    end = world.START + timedelta(days=world.DAYS)
    true = datetime.fromisoformat(state.read_text())
    found = Context(archive).sources.items()
    ours = {name: source for name, source in found if name[0] == "p" and name[1:].isdigit()}
    while true < end:
        tick(archive, true, ours)
        true += TICK
        beside = state.with_suffix(".new")
        beside.write_text(true.isoformat())
        beside.replace(state)
    drain(archive, end)


def drain(archive: Path, now: datetime) -> None:
    """Deliver what still waits: a refused message holds up those after it until it is taken."""
    for hour in range(24 * 365):
        later = now + timedelta(hours=24 * hour)
        context = Context(archive)
        deliver_alerts(context, later, lambda url, title, body: deliver(archive, url, title, body))
        with context.catalogue() as connection:
            last = alert_queue.last_alert(connection)
            if all(channel.told == last for channel in alert_queue.channels(connection)):
                return


def tick(archive: Path, true: datetime, ours: dict[str, Source]) -> None:
    shown = world.wrong_clock(true, TICK)

    @contextmanager
    def doors(context: Context, store: WarcStore, source: Source) -> Iterator[Fetcher]:
        if world.disk_is_full(true):
            yield FullDisk(shown)  # type: ignore[misc]
        else:
            # The site lives in true time, whatever our clock shows.
            yield FakeFetcher(store, shown, lambda url, _: world.answers(url, true))

    context = Context(archive, verbosity=-1)
    context.warn = lambda text: None  # type: ignore[method-assign]
    context.__dict__["sources"] = ours
    machine = RunEnvironment(doors=doors, now=lambda: shown, budget=timedelta(hours=1))
    with suppress(StorageError):
        run_due(context, machine)
    with context.home.writing(), context.catalogue() as connection:
        if true.hour < 6 and (true - world.START).days in STATUS_ON:
            note_health(context, connection, shown)
            connection.commit()
            said = {
                "true": true.isoformat(),
                "sources": {
                    each.source: [ill.kind for ill in each.ill]
                    for each in check_sources(connection, ours, shown)
                    if each.ill
                },
                "archive": [ill.kind for ill in check_archive(context, connection, shown)],
            }
            append(archive / "status.jsonl", json.dumps(said))
        match_alerts(connection)
    deliver_alerts(context, shown, lambda url, title, body: deliver(archive, url, title, body))


def deliver(archive: Path, url: str, title: str, body: str) -> None:
    """Take a message, or refuse it: one in ten, by its number."""
    number = body.rpartition("alert ")[2]
    seen = archive / "refused.txt"
    if number.endswith("7") and number not in (seen.read_text().split() if seen.exists() else []):
        append(seen, number)
        raise FetchError("refused")
    append(archive / "received.txt", number)


def append(path: Path, line: str) -> None:
    with path.open("a") as file:
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
