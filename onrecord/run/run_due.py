"""Visit the sources that are due, once, at the same time; each visit is recorded as a run."""

import logging
import random
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from time import monotonic

from sqlalchemy import Connection

from archive.catalogue.database import begin_writing
from archive.catalogue.monitoring import host_waits, run_history, schedule_table
from archive.models import Outcome
from archive.run_records import RunOutcome, ScheduleEntry
from archive.warc.write.store import WarcStore
from onrecord.changes.detect_changes import detect_changes
from onrecord.collect.crawl import CrawlScope, CrawlSteps, crawl_steps
from onrecord.collect.ingest import RunStats
from onrecord.collect.open_archive import open_for_writing
from onrecord.command_context import Context
from onrecord.run.graceful_stop import StopFlag
from onrecord.run.parallel_visits import Visit, make_visits
from onrecord.run.visit_clock import VisitClock
from onrecord.schedule.next_visit import (
    is_due,
    schedule_after_failure,
    schedule_after_success,
    schedule_after_wait,
)
from onrecord.schedule.publishing_rhythm import learn_rhythm
from scrapers.fetch.fetcher import Fetcher
from scrapers.fetch.throttle import MAX_WAIT, HostTurnTable, HostWaitError, VisitPacing
from scrapers.source_format.source import Source

logger = logging.getLogger(__name__)

FetcherFactory = Callable[
    [Context, WarcStore, Source, VisitPacing], AbstractContextManager[Fetcher]
]
VisitCallback = Callable[[Source, RunStats], None]
_EXPECTED_OUTCOMES = (
    *(Outcome.OK, Outcome.UNCHANGED, Outcome.REDIRECT, Outcome.NOT_HELD, Outcome.WITHHELD),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnvironment:
    """What a run depends on besides the archive: network, clock, chance, stop flag, budget."""

    open_fetcher: FetcherFactory
    now: Callable[[], datetime]
    random_fraction: Callable[[], float] = random.random  # 0 to 1
    stop: StopFlag = field(default_factory=StopFlag)
    budget: timedelta = timedelta(minutes=50)


@dataclass
class RunResult:
    """The outcome of a run, by source."""

    visited: dict[str, RunStats] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)  # source: why
    stopped: bool = False


def planned_schedule(
    connection: Connection, sources: Iterable[Source], now: datetime
) -> list[ScheduleEntry]:
    """Return the schedule of the tested sources as `update_schedule` would, and write nothing."""
    entries = {entry.source: entry for entry in schedule_table.schedule_entries(connection)}
    return [
        entries.get(source.name)
        or ScheduleEntry(
            source=source.name, next_due=now, rhythm=timedelta(hours=source.rhythm_hours)
        )
        for source in sources
        if not source.untested
    ]


def update_schedule(
    connection: Connection, sources: Iterable[Source], now: datetime
) -> list[ScheduleEntry]:
    """Update the schedule to the tested sources and return it; new ones are due at once."""
    begin_writing(connection)
    entries = {entry.source: entry for entry in schedule_table.schedule_entries(connection)}
    tested = {source.name: source for source in sources if not source.untested}
    new_entries = [
        ScheduleEntry(source=name, next_due=now, rhythm=timedelta(hours=source.rhythm_hours))
        for name, source in tested.items()
        if name not in entries
    ]
    schedule_table.save_schedule_entries(connection, new_entries)
    for name in entries.keys() - tested.keys():
        schedule_table.remove_schedule_entry(connection, name)
    return [
        entry for entry in schedule_table.schedule_entries(connection) if entry.source in tested
    ]


def run_due(
    context: Context,
    environment: RunEnvironment,
    *,
    only: Sequence[str] = (),
    on_visited: VisitCallback = lambda source, stats: None,
) -> RunResult:
    """Visit every source that is due, or those named in `only` whether due or not.

    Sources are visited at the same time, each host by one request at a time. The budget ends what
    is under way; the next call does the rest. LockedError where another run is under way,
    StorageError where the disk refuses: then nothing further can be stored, so nothing further is
    requested.
    """
    clock = VisitClock(environment.stop, monotonic() + environment.budget.total_seconds())
    with context.home.lock_for_run(), open_for_writing(context) as (store, connection):
        run_history.end_killed_runs(connection)
        entries = update_schedule(connection, context.sources.values(), environment.now())
        connection.commit()
        due = [entry for entry in entries if _is_selected(entry, only, environment.now())]
        logger.info("%d of %d sources are due", len(due), len(entries))
        pacing = VisitPacing(clock, HostTurnTable(host_waits.waits_by_host(connection)))
        run = _Run(context, environment, store, connection, pacing, clock, on_visited)
        make_visits(map(run.begin, due), run.open, clock, run.record)
        detect_changes(connection, context.sources)
        run.result.stopped = bool(environment.stop)
    return run.result


def _is_selected(entry: ScheduleEntry, only: Sequence[str], now: datetime) -> bool:
    return entry.source in only if only else is_due(entry, now)


@dataclass(frozen=True, slots=True)
class _Run:
    """Begins visits, and records how they end, in the catalogue."""

    context: Context
    environment: RunEnvironment
    store: WarcStore
    connection: Connection
    pacing: VisitPacing
    clock: VisitClock
    on_visited: VisitCallback
    result: RunResult = field(default_factory=RunResult)

    def begin(self, entry: ScheduleEntry) -> Visit:
        now = self.environment.now()
        number = run_history.begin_run(self.connection, entry.source, now)
        self.connection.commit()
        return Visit(source=self.context.sources[entry.source], entry=entry, run=number)

    def open(self, visit: Visit) -> tuple[Fetcher, CrawlSteps]:
        source = visit.source
        opened = self.environment.open_fetcher(self.context, self.store, source, self.pacing)
        fetcher = visit.resources.enter_context(opened)
        visit.listings = source.listing_urls(self.context.settings.of(source.name))
        steps = crawl_steps(
            self.connection,
            fetcher,
            source,
            CrawlScope(),
            visit.listings,
            visit.stats,
            live=True,
            pages_first=visit.entry.not_before is not None,
        )
        visit.resources.callback(steps.close)
        return fetcher, steps

    def record(self, visit: Visit) -> None:
        """Commit what a visit did; where it has ended, record how, and when it is due again."""
        if visit.outcome is RunOutcome.UNDER_WAY:
            self.connection.commit()
            return
        if visit.outcome is RunOutcome.FAILED:
            self.connection.rollback()  # of the response whose ingestion failed
        if visit.outcome is RunOutcome.STOPPED:
            visit.problem = self.clock.reason
        self._judge_emptiness(visit)
        begin_writing(self.connection)
        now, name = self.environment.now(), visit.source.name
        entry = _next_entry(self.connection, visit, self.environment)
        waits = self._waits(visit)
        if waits:
            host = max(waits, key=lambda name: waits[name])
            problem = str(HostWaitError(host, waits[host]))
            visit.problem = visit.problem or problem
            ended = visit.wait is not None
            entry = schedule_after_wait(entry, waits[host], problem, ended_visit=ended)
        current = schedule_table.schedule_entry(self.connection, name)
        if current is not None:  # somebody may have paused it meanwhile
            entry = replace(entry, paused=current.paused)
        host_waits.save_waits(self.connection, name, waits, self.clock.now())
        run_history.end_run(
            self.connection,
            visit.run,
            now,
            visit.outcome,
            detail=visit.problem,
            counts=run_counts(visit.stats),
        )
        schedule_table.save_schedule_entries(self.connection, [entry])
        self.connection.commit()
        logger.info("%s: run %s", name, visit.outcome.value)
        self.result.visited[name] = visit.stats
        if visit.outcome in (RunOutcome.EMPTY, RunOutcome.FAILED, RunOutcome.STORAGE_REFUSED):
            self.result.failed[name] = visit.problem
        self.on_visited(visit.source, visit.stats)

    def _judge_emptiness(self, visit: Visit) -> None:
        """Make a visit that got nothing an empty one, and say why a visit was cut short."""
        stats = visit.stats
        if visit.wait is not None:
            stats.stopped = str(visit.wait)
            stats.problems.append(stats.stopped)
        if visit.outcome is RunOutcome.GOOD and (
            stats.captured_nothing or len(stats.failed_listings) == len(visit.listings) > 0
        ):
            visit.end(RunOutcome.EMPTY, _failure_reason(stats))

    def _waits(self, visit: Visit) -> dict[str, datetime]:
        """Return the hosts of a visit that are to be left alone for longer than a visit waits."""
        soon = self.clock.now() + timedelta(seconds=MAX_WAIT)
        own_delay = timedelta(seconds=2 * visit.source.delay_seconds)
        closed = self.pacing.turns.all_closed(soon + own_delay)
        return {host: until for host, until in closed.items() if host in visit.hosts}


def _next_entry(connection: Connection, visit: Visit, environment: RunEnvironment) -> ScheduleEntry:
    now, entry, source = environment.now(), visit.entry, visit.source
    if visit.outcome is RunOutcome.STOPPED:
        return entry
    if visit.outcome is RunOutcome.GOOD:
        declared = timedelta(hours=source.rhythm_hours)
        rhythm = learn_rhythm(run_history.first_seen_times(connection, source.name), declared, now)
        return schedule_after_success(entry, now, rhythm, environment.random_fraction())
    return schedule_after_failure(entry, now, visit.problem, environment.random_fraction())


def _failure_reason(stats: RunStats) -> str:
    """Return why nothing was captured, in one line."""
    if stats.failed_listings or stats.problems:
        return (stats.failed_listings or stats.problems)[0]
    return f"nothing answered: {dict(stats.captures)}" if stats.captures else "nothing to request"


def run_counts(stats: RunStats) -> dict[str, int]:
    """Return the counts that the run table stores."""
    good = stats.captures[Outcome.OK] + stats.captures[Outcome.UNCHANGED]
    failed = sum(n for outcome, n in stats.captures.items() if outcome not in _EXPECTED_OUTCOMES)
    return {
        "listed": stats.listed,
        "captured": good,
        "read": stats.readings,
        "failed": failed,
        "unread": stats.unread,
        "statements": stats.statements,
        "versions": stats.versions,
    }


def next_due(entries: Iterable[ScheduleEntry]) -> datetime | None:
    """Return when the next source is due; None where every source is paused or none is there."""
    return min((entry.next_due for entry in entries if not entry.paused), default=None)
