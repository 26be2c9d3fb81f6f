"""Capture pages by their addresses: by the source that claims one, else by the generic reader."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from archive.catalogue import version_queries
from archive.catalogue.monitoring.presence_queries import versions_in_capture
from archive.models import Outcome, Role, Version
from archive.warc.write.store import WarcStore
from onrecord.collect.ingest import RunStats, ingest, now, record_problems
from onrecord.collect.open_archive import open_for_writing
from onrecord.collect.open_network import load_pacing, open_network, save_new_waits
from onrecord.collect.open_replay import open_replay
from onrecord.command_context import Context
from scrapers.fetch.fetcher import FetchedResponse, Fetcher, as_published
from scrapers.fetch.throttle import HostWaitError, VisitPacing
from scrapers.read.page_content import unread_type
from scrapers.replay.replay_fetcher import ReplayedFiles
from scrapers.source_format.source import Source
from scrapers.webarchives.replayed_copy import original_address


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedPage:
    """What one address gave: the versions read in its captures, else why there are none."""

    url: str
    versions: tuple[Version, ...]
    reason: str = ""  # "" where a version was read, or where a problem of the run names the address


def add_pages(
    context: Context, urls: Sequence[str], files: Sequence[Path], stats: RunStats
) -> list[AddedPage]:
    """Capture and read the pages at `urls`, from the network or `files`; count them in `stats`."""
    stats.visits += 1
    added = []
    with open_for_writing(context) as (store, connection), ExitStack() as stack:
        turn = stack.enter_context(context.home.replay_turn())
        fetchers = None
        if files:
            replayed = open_replay(context, store, connection, files, turn)
            fetchers = _FileFetchers(stack.enter_context(replayed))
        pacing = load_pacing(connection)
        network = _NetworkFetchers(context, store, pacing, stack)
        for url in urls:
            page = original_address(url)
            source = next((s for s in context.sources.values() if s.is_statement_url(page)), None)
            visits = fetchers.visits(url, source) if fetchers else network.visits(source)
            before = pacing.turns.all_closed(now())
            added.append(_add_page(connection, visits, url, source, stats))
            save_new_waits(connection, source.name if source else "", pacing, before)
            connection.commit()
            turn.give_way()
    return added


def _add_page(
    connection: Connection,
    visits: Iterator[Fetcher],
    url: str,
    source: Source | None,
    stats: RunStats,
) -> AddedPage:
    known_problems, known_parts = len(stats.problems), len(stats.not_pages)
    hops = list[FetchedResponse]()
    for fetcher in visits:
        try:
            latest = fetcher.fetch(url, source=source.name if source else "", role=Role.PAGE)
        except HostWaitError as error:
            stats.problems.append(f"{url}: not asked: {error}")
            continue
        ingest(connection, latest, source, stats)
        hops += latest
    for capture, media_type in stats.not_pages[known_parts:]:  # somebody asked for it as a page
        record_problems(
            connection, capture, [unread_type(as_published(capture), media_type)], stats
        )
    versions = _versions_read(connection, hops)
    has_reason = bool(versions) or len(stats.problems) > known_problems
    return AddedPage(url=url, versions=versions, reason="" if has_reason else _reason(hops))


def _versions_read(connection: Connection, hops: Sequence[FetchedResponse]) -> tuple[Version, ...]:
    """Return the versions that stand in the captures, each once, in the order of the captures."""
    ids = dict.fromkeys(
        row["version"] for hop in hops for row in versions_in_capture(connection, hop.capture.id)
    )
    return tuple(version_queries.version(connection, version) for version in ids)


def _reason(hops: Sequence[FetchedResponse]) -> str:
    """Return why a page gave no version where no problem says so."""
    last = hops[-1].capture if hops else None
    if last is None or last.outcome is Outcome.NOT_HELD:
        led = f"it leads to {last.url}: " if last and len(hops) > 1 else ""
        return f"{led}the files do not have it"
    return f"{last.outcome.value}: no statement was read in it"


class _FileFetchers:
    """Fetchers that answer from WARC files, one for each visit that the files record."""

    def __init__(self, replayed: ReplayedFiles) -> None:
        self._replayed = replayed

    def visits(self, url: str, source: Source | None) -> Iterator[Fetcher]:
        return iter(self._replayed.visits(source.name if source else "", [url], lambda _: False))


class _NetworkFetchers:
    """Fetchers of the live web, one for each source, so that the delays between requests hold."""

    def __init__(
        self, context: Context, store: WarcStore, pacing: VisitPacing, stack: ExitStack
    ) -> None:
        self._context, self._store, self._pacing, self._stack = context, store, pacing, stack
        self._fetchers: dict[str, Fetcher] = {}

    def visits(self, source: Source | None) -> Iterator[Fetcher]:
        name = source.name if source else ""
        if name not in self._fetchers:
            opened = open_network(self._context, self._store, source, self._pacing)
            self._fetchers[name] = self._stack.enter_context(opened)
        yield self._fetchers[name]
