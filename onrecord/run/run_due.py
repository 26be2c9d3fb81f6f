"""Visit the sources that are due, once: one after another, each visit recorded as a run."""

import logging
import random
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic

from sqlalchemy import Connection

from archive.catalogue.monitoring import run_history, schedule_table
from archive.errors import ArchiveError, SourceError, StorageError
from archive.models import Outcome
from archive.run_records import RunOutcome, ScheduleEntry
from archive.warc.store import WarcStore
from onrecord.changes.detect_changes import detect_changes
from onrecord.collect.crawl import CrawlScope, crawl
from onrecord.collect.ingest import RunStats
from onrecord.collect.open_archive import open_for_writing
from onrecord.command_context import Context
from onrecord.run.graceful_stop import StopFlag, StoppableFetcher, StopRequested
from onrecord.schedule.next_visit import is_due, schedule_after_failure, schedule_after_success
from onrecord.schedule.publishing_rhythm import learn_rhythm
from scrapers.fetch.fetcher import Fetcher
from scrapers.source_format.source import Source

logger = logging.getLogger(__name__)

FetcherFactory = Callable[[Context, WarcStore, Source], AbstractContextManager[Fetcher]]
VisitCallback = Callable[[Source, RunStats], None]
_EXPECTED_OUTCOMES = (Outcome.OK, Outcome.UNCHANGED, Outcome.REDIRECT, Outcome.NOT_HELD)


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


def update_schedule(
    connection: Connection, sources: Iterable[Source], now: datetime
) -> list[ScheduleEntry]:
    """Update the schedule to the tested sources and return it; new ones are due at once."""
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

    LockedError where another onrecord is writing, StorageError where the disk refuses: then nothing
    further can be stored, so nothing further is requested.
    """
    result = RunResult()
    end = monotonic() + environment.budget.total_seconds()
    with open_for_writing(context) as (store, connection):
        run_history.end_killed_runs(connection)
        entries = update_schedule(connection, context.sources.values(), environment.now())
        connection.commit()
        due = [entry for entry in entries if _is_selected(entry, only, environment.now())]
        logger.info("%d of %d sources are due", len(due), len(entries))
        for entry in due:
            if environment.stop or monotonic() > end:
                break
            _visit_source(
                context,
                store,
                connection,
                context.sources[entry.source],
                environment,
                result,
                on_visited,
            )
        detect_changes(connection, context.sources)
        result.stopped = bool(environment.stop)
    return result


def _is_selected(entry: ScheduleEntry, only: Sequence[str], now: datetime) -> bool:
    return entry.source in only if only else is_due(entry, now)


def _visit_source(
    context: Context,
    store: WarcStore,
    connection: Connection,
    source: Source,
    environment: RunEnvironment,
    result: RunResult,
    on_visited: VisitCallback,
) -> None:
    """Visit one source and record the run; its failure does not affect the sources after it."""
    entry = schedule_table.schedule_entry(connection, source.name)
    if entry is None:
        return
    run_id = run_history.begin_run(connection, source.name, environment.now())
    connection.commit()
    stats, outcome, problem = RunStats(), RunOutcome.GOOD, ""
    listings: list[str] = []
    storage_error: StorageError | None = None
    try:
        with environment.open_fetcher(context, store, source) as fetcher:
            listings = source.listing_urls(context.settings.of(source.name))
            stats.add(
                crawl(
                    connection,
                    StoppableFetcher(fetcher, environment.stop),
                    source,
                    CrawlScope(),
                    listings,
                    live=True,
                )
            )
    except StopRequested:
        outcome, problem = RunOutcome.STOPPED, "stopped on request"
    except StorageError as error:
        outcome, problem, storage_error = RunOutcome.STORAGE_REFUSED, f"disk: {error}", error
    except (ArchiveError, SourceError) as error:
        outcome, problem = RunOutcome.FAILED, str(error)
    if outcome is RunOutcome.GOOD and (
        stats.captured_nothing or len(stats.failed_listings) == len(listings) > 0
    ):
        outcome, problem = RunOutcome.EMPTY, _failure_reason(stats)
    now = environment.now()
    run_history.end_run(connection, run_id, now, outcome, detail=problem, counts=run_counts(stats))
    schedule_table.save_schedule_entries(
        connection, [_next_entry(connection, entry, source, outcome, problem, environment)]
    )
    connection.commit()
    logger.info("%s: run %s", source.name, outcome.value)
    result.visited[source.name] = stats
    if outcome in (RunOutcome.EMPTY, RunOutcome.FAILED, RunOutcome.STORAGE_REFUSED):
        result.failed[source.name] = problem
    on_visited(source, stats)
    if storage_error is not None:
        raise storage_error


def _next_entry(
    connection: Connection,
    entry: ScheduleEntry,
    source: Source,
    outcome: RunOutcome,
    problem: str,
    environment: RunEnvironment,
) -> ScheduleEntry:
    now = environment.now()
    if outcome is RunOutcome.STOPPED:
        return entry
    if outcome is RunOutcome.GOOD:
        declared = timedelta(hours=source.rhythm_hours)
        rhythm = learn_rhythm(run_history.first_seen_times(connection, source.name), declared, now)
        return schedule_after_success(entry, now, rhythm, environment.random_fraction())
    return schedule_after_failure(entry, now, problem, environment.random_fraction())


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
