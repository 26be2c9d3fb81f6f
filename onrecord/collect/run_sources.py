"""Run sources: one visit over the network, or the visits that WARC files record."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError

from archive.catalogue import version_queries, write_rows
from archive.catalogue.database import transaction
from archive.errors import LockedError, StorageError, UnknownNameError
from archive.event import Event, EventKind, VisitCounts
from archive.locks.replay_turn import ReplayTurn
from archive.models import Role, Version
from archive.sandbox.process_count import default_process_count
from archive.warc.write.store import WarcStore
from onrecord import AGENT
from onrecord.collect.crawl import CrawlScope, crawl, log_ingested
from onrecord.collect.ingest import RunStats, describe_failure, ingest, now
from onrecord.collect.open_archive import open_for_writing
from onrecord.collect.open_network import (
    load_pacing,
    open_network,
    open_temporary_store,
    save_new_waits,
)
from onrecord.collect.open_replay import give_way, open_replay
from onrecord.collect.reading.read_ahead import ReadAhead
from onrecord.command_context import Context
from onrecord.progress import ReadingProgress, ShowReading
from scrapers.fetch.fetcher import Fetcher
from scrapers.fetch.throttle import VisitPacing
from scrapers.source_format.source import Source

logger = logging.getLogger(__name__)

VisitFactory = Callable[[Source, Sequence[str]], Iterator[Fetcher]]


def find_source(context: Context, name: str) -> Source:
    """Return the source called `name`; UnknownNameError lists those there are."""
    if name not in context.sources:
        raise UnknownNameError("source", name, context.sources)
    return context.sources[name]


def scrape(
    context: Context,
    sources: Sequence[Source],
    scope: CrawlScope,
    files: Sequence[Path],
    on_source_done: Callable[[Source, RunStats], None],
    show: ShowReading = lambda progress: None,
) -> None:
    """Run `sources` one after another; `on_source_done` receives each one's counts.

    What goes wrong with one source is a problem of its own; the next goes on. StorageError where
    the disk refuses. The catalogue is committed response by response. Replayed pages are read
    ahead, from one visit to the next; `show` is called with how many captures are read.
    """
    with (
        open_for_writing(context) as (store, connection),
        context.home.replay_turn() as turn,
        ReadAhead(default_process_count()) as read_ahead,
        _visit_factory(context, store, connection, files, turn, read_ahead) as visits,
    ):
        ahead = read_ahead if files else None  # over the network, a host is waited for, not a page
        for source in sources:
            stats = RunStats()
            with _border(connection, source, stats):
                listings = source.listing_urls(context.settings.of(source.name))
                for fetcher in visits(source, listings):
                    logger.info("%s: visit of %s", source.name, fetcher.visited_at.isoformat())
                    crawl(
                        connection,
                        fetcher,
                        source,
                        scope,
                        listings,
                        live=not files,
                        stats=stats,
                        ahead=ahead,
                    )
                    connection.commit()
                    if files:
                        show(ReadingProgress(stats.captures.total()))
                        give_way(turn, read_ahead)
            with _border(connection, source, stats):
                read_ahead.record_all()  # also after a failure
            _record_run(connection, source, stats, replayed=bool(files))
            on_source_done(source, stats)


def _record_run(connection: Connection, source: Source, stats: RunStats, *, replayed: bool) -> None:
    if replayed:
        log_ingested(source, stats)
    write_rows.add_events(connection, [run_event(source, stats, replayed=replayed)])
    connection.commit()


@contextmanager
def _border(connection: Connection, source: Source, stats: RunStats) -> Iterator[None]:
    """Make what goes wrong with one source a problem of its own; the others go on.

    Not so what the disk, the catalogue or another process refuses.
    """
    try:
        yield
    except (StorageError, LockedError, DatabaseError):
        raise
    except Exception as error:  # noqa: BLE001 - the border of one source
        connection.rollback()
        stats.problems.append(describe_failure(error))
        logger.debug("%s: %s", source.name, type(error).__name__)


@dataclass(frozen=True, slots=True)
class TrialResult:
    """The versions and problems that a trial of a source gave."""

    versions: list[Version]
    problems: list[str]


def try_source(
    context: Context,
    source: Source,
    files: Sequence[Path],
    limit: int,
    urls: Sequence[str] = (),
) -> TrialResult:
    """Run `source`, or read its pages at `urls`, in a temporary archive."""
    with (
        open_temporary_store() as (home, store),
        transaction(home.catalogue) as connection,
        home.replay_turn() as turn,
        _visit_factory(context, store, connection, files, turn) as visits,
    ):
        stats = RunStats()
        listings = source.listing_urls(context.settings.of(source.name))
        for fetcher in visits(source, urls or listings):
            for url in urls:
                hops = fetcher.fetch(url, source=source.name, role=Role.PAGE)
                ingest(connection, hops, source, stats)
            if not urls:
                stats.add(crawl(connection, fetcher, source, CrawlScope(limit=limit), listings))
        versions = [version for _, version in version_queries.all_versions(connection)]
    return TrialResult(versions[:limit], stats.problems)


@contextmanager
def _visit_factory(
    context: Context,
    store: WarcStore,
    connection: Connection,
    files: Sequence[Path],
    turn: ReplayTurn,
    ahead: ReadAhead | None = None,
) -> Iterator[VisitFactory]:
    if not files:
        pacing = load_pacing(connection)
        yield lambda source, listings: _live_visit(context, store, source, connection, pacing)
        return
    with open_replay(context, store, connection, files, turn, ahead) as replayed:
        yield lambda source, listings: replayed.visits(
            source.name, listings, source.is_statement_url
        )


def _live_visit(
    context: Context,
    store: WarcStore,
    source: Source,
    connection: Connection,
    pacing: VisitPacing,
) -> Iterator[Fetcher]:
    before = pacing.turns.all_closed(now())
    with open_network(context, store, source, pacing) as fetcher:
        yield fetcher
    save_new_waits(connection, source.name, pacing, before)


def run_event(source: Source, stats: RunStats, *, replayed: bool) -> Event:
    """Return the PREMIS event of one run of one source."""
    return Event(
        when=now(),
        kind=EventKind.INGESTION if replayed else EventKind.CAPTURE,
        object=source.name,
        agent=AGENT,
        outcome="failed" if stats.captured_nothing else "done",
        facts=VisitCounts(
            statements=stats.statements,
            versions=stats.versions,
            readings=stats.readings,
            captures=tuple(stats.captures.items()),
        ),
    )
