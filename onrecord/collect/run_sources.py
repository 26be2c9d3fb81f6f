"""Run sources: over the network as one visit now, or over WARC files as the visits they record."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from archive.archive_folder import create_archive
from archive.catalogue import capture_queries, updates, version_queries
from archive.catalogue.database import transaction
from archive.errors import SourceError, UnknownNameError
from archive.models import Event, Role, Version
from archive.warc.store import WarcStore
from onrecord import AGENT, VERSION
from onrecord.collect.crawl import CrawlScope, crawl
from onrecord.collect.ingest import RunStats, ingest, now
from onrecord.collect.open_archive import open_for_writing
from onrecord.context import Context
from onrecord.settings import settings_template
from scrapers.fetch.client import NetworkFetcher
from scrapers.fetch.policy import FetchPolicy, user_agent
from scrapers.fetch.replay import ReplayedFiles
from scrapers.fetch.visit import Fetcher
from scrapers.source_format.source import Source

Visits = Callable[[Source, Sequence[str]], Iterator[Fetcher]]


def source_called(context: Context, name: str) -> Source:
    """Return the source called `name`; UnknownNameError lists those there are."""
    if name not in context.sources:
        raise UnknownNameError("source", name, context.sources)
    return context.sources[name]


def scrape(
    context: Context,
    sources: Sequence[Source],
    wanted: CrawlScope,
    files: Sequence[Path],
    after: Callable[[Source, RunStats], None],
) -> None:
    """Run `sources` one after another; `after` is told of each what it did.

    The catalogue is committed visit by visit: what a run is stopped in the middle of is lost to the
    catalogue only until the next run, and never to the evidence.
    """
    with (
        open_for_writing(context) as (store, connection),
        _visits(context, store, connection, files) as via,
    ):
        for source in sources:
            tally = RunStats()
            try:
                listings = source.listing_urls(context.settings.of(source.name))
            except SourceError as error:
                tally.problems.append(str(error))
                after(source, tally)
                continue
            for door in via(source, listings):
                tally.add(crawl(connection, door, source, wanted, listings, live=not files))
                connection.commit()
            updates.add_events(connection, [run_event(source, tally, replayed=bool(files))])
            connection.commit()
            after(source, tally)


def add(context: Context, urls: Sequence[str], files: Sequence[Path]) -> RunStats:
    """Capture pages at `urls`: by the source that claims one, else by the generic reader."""
    tally = RunStats(visits=1)
    with open_for_writing(context) as (store, connection), ExitStack() as stack:
        if files:
            held = stack.enter_context(replayed(store, connection, files))
        for url in urls:
            source = next((s for s in context.sources.values() if s.claims(url)), None)
            name = source.name if source else ""
            doors: Iterator[Fetcher]
            if files:
                doors = iter(held.visits(name, [url], lambda _: False))
            else:
                doors = _now(context, store, source)
            for door in doors:
                ingest(connection, door.get(url, source=name, role=Role.PAGE), source, tally)
        connection.commit()
    return tally


@dataclass(frozen=True, slots=True)
class Trial:
    """What a source's first pages read as."""

    versions: list[Version]
    problems: list[str]


def trial(
    context: Context,
    source: Source,
    files: Sequence[Path],
    limit: int,
    urls: Sequence[str] = (),
) -> Trial:
    """Run `source`, or read its pages at `urls`, in an archive that is thrown away afterwards."""
    with tempfile.TemporaryDirectory(prefix="onrecord-") as folder:
        home = create_archive(Path(folder) / "archive", settings_template())
        with (
            WarcStore(home.warc, software=AGENT) as store,
            transaction(home.catalogue) as connection,
            _visits(context, store, connection, files) as via,
        ):
            tally = RunStats()
            listings = source.listing_urls(context.settings.of(source.name))
            for door in via(source, urls or listings):
                for url in urls:
                    hops = door.get(url, source=source.name, role=Role.PAGE)
                    ingest(connection, hops, source, tally)
                if not urls:
                    tally.add(crawl(connection, door, source, CrawlScope(limit=limit), listings))
            versions = [version for _, version in version_queries.all_versions(connection)]
    return Trial(versions[:limit], tally.problems)


@contextmanager
def _visits(
    context: Context, store: WarcStore, connection: Connection, files: Sequence[Path]
) -> Iterator[Visits]:
    if not files:
        yield lambda source, listings: _now(context, store, source)
        return
    with replayed(store, connection, files) as held:
        yield lambda source, listings: held.visits(source.name, listings, source.claims)


def _now(context: Context, store: WarcStore, source: Source | None) -> Iterator[Fetcher]:
    with network(context, store, source) as door:
        yield door


def replayed(store: WarcStore, connection: Connection, files: Sequence[Path]) -> ReplayedFiles:
    return ReplayedFiles(
        files, store, holds=lambda record: capture_queries.find_capture(connection, record)
    )


@contextmanager
def network(context: Context, store: WarcStore, source: Source | None) -> Iterator[Fetcher]:
    """Yield the one visit that the live web allows: now."""
    manners = FetchPolicy(
        agent=user_agent(VERSION, context.settings.contact),
        proxy=context.settings.proxy,
        delay=source.delay_seconds if source else 1.0,
    )
    with closing(NetworkFetcher(store, manners)) as door:
        yield door


def run_event(source: Source, tally: RunStats, *, replayed: bool) -> Event:
    """Return the PREMIS event of one run of one source."""
    return Event(
        when=now(),
        kind="ingestion" if replayed else "capture",
        object=source.name,
        agent=AGENT,
        outcome="failed" if tally.failed else "done",
        detail=f"{tally.statements} statements, {tally.versions} versions, {tally.seen} readings",
        facts={name: str(count) for name, count in tally.captures.items()},
    )
