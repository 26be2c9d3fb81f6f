"""Visit what is due, once: each source by itself, each visit recorded before and after."""

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
from archive.runs import RunOutcome, ScheduleEntry
from archive.warc.store import WarcStore
from onrecord.changes.detect_changes import detect_changes
from onrecord.collect.crawl import CrawlScope, crawl
from onrecord.collect.ingest import RunStats
from onrecord.collect.open_archive import open_for_writing
from onrecord.context import Context
from onrecord.run.graceful_stop import Stop, StoppableFetcher, StopRequested
from onrecord.schedule.due import after_failure, after_good, is_due
from onrecord.schedule.publishing_rhythm import learned
from scrapers.fetch.fetcher import Fetcher
from scrapers.source_format.source import Source

FetcherFactory = Callable[[Context, WarcStore, Source], AbstractContextManager[Fetcher]]
After = Callable[[Source, RunStats], None]
_QUIETLY = (Outcome.OK, Outcome.UNCHANGED, Outcome.REDIRECT, Outcome.NOT_HELD)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnvironment:
    """What a run depends on besides the archive: a way out, the time, chance, when to stop."""

    doors: FetcherFactory
    now: Callable[[], datetime]
    chance: Callable[[], float] = random.random
    stop: Stop = field(default_factory=Stop)
    budget: timedelta = timedelta(minutes=50)


@dataclass
class RunResult:
    """What a run did, by source."""

    visited: dict[str, RunStats] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)  # source: why
    stopped: bool = False


def plan(connection: Connection, sources: Iterable[Source], now: datetime) -> list[ScheduleEntry]:
    """Return the due-table with every tested source in it; new ones are due at once."""
    known = {line.source: line for line in schedule_table.schedule_entries(connection)}
    wanted = {source.name: source for source in sources if not source.untested}
    new = [
        ScheduleEntry(source=name, next_due=now, rhythm=timedelta(hours=source.rhythm_hours))
        for name, source in wanted.items()
        if name not in known
    ]
    schedule_table.save_schedule_entries(connection, new)
    for name in known.keys() - wanted.keys():
        schedule_table.remove_schedule_entry(connection, name)
    return [line for line in schedule_table.schedule_entries(connection) if line.source in wanted]


def run_due(
    context: Context,
    machine: RunEnvironment,
    *,
    only: Sequence[str] = (),
    after: After = lambda source, tally: None,
) -> RunResult:
    """Visit every source that is due, or those named in `only` whether due or not.

    LockedError where another onrecord is writing, StorageError where the disk refuses: then nothing
    further can be kept, so nothing further is asked for.
    """
    ran = RunResult()
    end = monotonic() + machine.budget.total_seconds()
    with open_for_writing(context) as (store, connection):
        run_history.end_killed_runs(connection)
        lines = plan(connection, context.sources.values(), machine.now())
        connection.commit()
        due = [line for line in lines if _wanted(line, only, machine.now())]
        for line in due:
            if machine.stop or monotonic() > end:
                break
            _run_one(context, store, connection, context.sources[line.source], machine, ran, after)
        detect_changes(connection, context.sources)
        ran.stopped = bool(machine.stop)
    return ran


def _wanted(line: ScheduleEntry, only: Sequence[str], now: datetime) -> bool:
    return line.source in only if only else is_due(line, now)


def _run_one(
    context: Context,
    store: WarcStore,
    connection: Connection,
    source: Source,
    machine: RunEnvironment,
    ran: RunResult,
    after: After,
) -> None:
    """Make one visit and record it; a source that fails never keeps the next from its turn."""
    line = schedule_table.schedule_entry(connection, source.name)
    if line is None:
        return
    number = run_history.begin_run(connection, source.name, machine.now())
    connection.commit()
    tally, outcome, problem = RunStats(), RunOutcome.GOOD, ""
    listings: list[str] = []
    refused: StorageError | None = None
    try:
        with machine.doors(context, store, source) as door:
            listings = source.listing_urls(context.settings.of(source.name))
            tally.add(
                crawl(
                    connection,
                    StoppableFetcher(door, machine.stop),
                    source,
                    CrawlScope(),
                    listings,
                    live=True,
                )
            )
    except StopRequested:
        outcome, problem = RunOutcome.STOPPED, "stopped on request"
    except StorageError as error:
        outcome, problem, refused = RunOutcome.FAILED, f"disk: {error}", error
    except (ArchiveError, SourceError) as error:
        outcome, problem = RunOutcome.FAILED, str(error)
    if outcome is RunOutcome.GOOD and (tally.failed or len(tally.unlisted) == len(listings) > 0):
        outcome, problem = RunOutcome.EMPTY, _why(tally)
    now = machine.now()
    run_history.end_run(connection, number, now, outcome, detail=problem, counts=counts_of(tally))
    schedule_table.save_schedule_entries(
        connection, [_next(connection, line, source, outcome, problem, machine)]
    )
    connection.commit()
    ran.visited[source.name] = tally
    if outcome in (RunOutcome.EMPTY, RunOutcome.FAILED):
        ran.failed[source.name] = problem
    after(source, tally)
    if refused is not None:
        raise refused


def _next(
    connection: Connection,
    line: ScheduleEntry,
    source: Source,
    outcome: RunOutcome,
    problem: str,
    machine: RunEnvironment,
) -> ScheduleEntry:
    now = machine.now()
    if outcome is RunOutcome.STOPPED:
        return line
    if outcome is RunOutcome.GOOD:
        declared = timedelta(hours=source.rhythm_hours)
        rhythm = learned(run_history.first_seen(connection, source.name), declared, now)
        return after_good(line, now, rhythm, machine.chance())
    return after_failure(line, now, problem, machine.chance())


def _why(tally: RunStats) -> str:
    """Return why nothing was captured, in one line."""
    if tally.unlisted or tally.problems:
        return (tally.unlisted or tally.problems)[0]
    return f"nothing answered: {dict(tally.captures)}" if tally.captures else "nothing to ask for"


def counts_of(tally: RunStats) -> dict[str, int]:
    """Return what the run table keeps of a tally."""
    good = tally.captures[Outcome.OK] + tally.captures[Outcome.UNCHANGED]
    failed = sum(n for outcome, n in tally.captures.items() if outcome not in _QUIETLY)
    return {
        "listed": tally.listed,
        "captured": good,
        "read": tally.seen,
        "failed": failed,
        "unread": tally.unread,
        "statements": tally.statements,
        "versions": tally.versions,
    }


def next_due(lines: Iterable[ScheduleEntry]) -> datetime | None:
    """Return when something is due next; None where nothing ever is."""
    return min((line.next_due for line in lines if not line.paused), default=None)
