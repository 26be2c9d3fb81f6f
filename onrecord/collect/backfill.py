"""Backfill sources from another web archive: list its copies, fetch and ingest each."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit

from sqlalchemy import Connection

from archive.catalogue import capture_queries, write_rows
from archive.catalogue.monitoring import page_history
from archive.errors import ArchiveError, FetchError
from archive.models import Outcome, Role
from onrecord.collect.crawl import CrawlScope
from onrecord.collect.ingest import RunStats, ingest
from onrecord.collect.open_archive import open_for_writing
from onrecord.collect.open_network import load_pacing, open_fetcher, save_new_waits
from onrecord.collect.run_sources import run_event
from onrecord.command_context import Context
from scrapers.fetch.fetcher import FetchedResponse, Fetcher
from scrapers.fetch.ssrf_guard import SocketAddresses
from scrapers.fetch.throttle import Clock, HostWaitError
from scrapers.source_format.source import Source
from scrapers.url_key import url_key
from scrapers.webarchives.archive_scope import archive_scope, is_page
from scrapers.webarchives.cdx_api import ArchiveScope, cdx_query, parse_cdx
from scrapers.webarchives.timemap import parse_timemap
from scrapers.webarchives.web_archive import REQUEST_INTERVAL, WebArchive

logger = logging.getLogger(__name__)

_FETCHED_OUTCOMES = frozenset({Outcome.OK, Outcome.REDIRECT, Outcome.GONE, Outcome.SUSPECT})
_MAX_TIMEMAPS = 10_000  # of one page: more is a loop of addresses that differ each time


def backfill(
    context: Context,
    sources: Sequence[Source],
    archive: WebArchive,
    scope: CrawlScope,
    on_source_done: Callable[[Source, RunStats], None],
    *,
    clock: Clock | None = None,
) -> None:
    """Ingest the copies that `archive` holds of `sources`; `scope` bounds the days of the copies.

    Copies that were fetched before are not requested again: a stopped backfill resumes there.
    """
    with open_for_writing(context) as (store, connection), ExitStack() as stack:
        pacing = load_pacing(connection, clock)
        opened = open_fetcher(
            context,
            store,
            delay=REQUEST_INTERVAL,
            allowed_addresses=_configured_hosts(archive),
            web_archive=archive,
            pacing=pacing,
        )
        fetcher = stack.enter_context(opened)
        before = pacing.turns.all_closed(pacing.clock.now())
        for source in sources:
            source_backfill = _SourceBackfill(
                connection, fetcher, source, archive, scope, RunStats(visits=1)
            )
            try:
                source_backfill.run(archive_scope(source, context.settings.of(source.name)))
            except ArchiveError as error:
                source_backfill.stats.failed_listings.append(str(error))
                source_backfill.stats.problems.append(str(error))
            write_rows.add_events(
                connection, [run_event(source, source_backfill.stats, replayed=False)]
            )
            save_new_waits(connection, "", pacing, before)
            connection.commit()
            on_source_done(source, source_backfill.stats)


def _configured_hosts(archive: WebArchive) -> SocketAddresses:
    """Return the hosts that the settings name: they may be local, a redirect's target may not."""
    addresses = map(urlsplit, filter(None, (archive.replay, archive.cdx, archive.timemap)))
    return frozenset(
        (address.hostname or "", address.port or (443 if address.scheme == "https" else 80))
        for address in addresses
    )


@dataclass(frozen=True, slots=True)
class _SourceBackfill:
    """The backfill of one source from one archive, in the order of the archive's list."""

    connection: Connection
    fetcher: Fetcher
    source: Source
    archive: WebArchive
    scope: CrawlScope
    stats: RunStats

    def run(self, scopes: Sequence[ArchiveScope]) -> None:
        copies = dict.fromkeys(self._copies(scopes))
        self.stats.listed = len(copies)
        if not copies:
            queried = (
                ", ".join(f"{target.url}{'*' * target.prefix}" for target in scopes) or "no address"
            )
            since, until = self.scope.since or "the beginning", self.scope.until or "today"
            problem = f"{self.archive.name} lists no copy of {queried} from {since} to {until}"
            self.stats.failed_listings.append(problem)
            self.stats.problems.append(problem)
        remaining = [copy for copy in copies if not self._is_fetched(copy)]
        name = self.source.name
        logger.info("%s: %d copies listed, %d not fetched yet", name, len(copies), len(remaining))
        for number, copy in enumerate(remaining[: self.scope.limit]):
            try:
                hops = self.fetcher.fetch(copy, source=self.source.name, role=self._role(copy))
            except HostWaitError as error:
                hops, reason = [], str(error)
            else:
                ingest(self.connection, hops, self.source, self.stats)
                self.connection.commit()
                reason = _stop_reason(hops[-1])
            if reason:
                unfetched = f"{len(remaining) - number} of {len(copies)} copies not fetched"
                self.stats.stopped = (
                    f"{self.archive.name}: {reason}; {unfetched}: run it again to go on"
                )
                self.stats.problems.append(self.stats.stopped)
                return
            self._report_other_memento(copy, hops[-1])

    def _is_fetched(self, copy: str) -> bool:
        captures = capture_queries.captures_at(self.connection, copy)
        return any(capture.outcome in _FETCHED_OUTCOMES for capture in captures)

    def _role(self, copy: str) -> Role:
        requested = self.archive.parse_copy_url(copy)
        return (
            Role.PAGE if requested is None or is_page(self.source, requested[1]) else Role.LISTING
        )

    def _report_other_memento(self, copy: str, response: FetchedResponse) -> None:
        """Report a memento whose time is not the requested one."""
        requested, memento = self.archive.parse_copy_url(copy), response.capture.memento
        if requested and memento and requested[0] != memento.archived.replace(microsecond=0):
            expected = f"expected the copy of {requested[0]:%Y%m%d%H%M%S}"
            found = f"found that of {memento.archived:%Y%m%d%H%M%S}, kept as such"
            self.stats.problems.append(f"{copy}: memento: {expected}, {found}")

    def _copies(self, scopes: Sequence[ArchiveScope]) -> Iterator[str]:
        """Yield the addresses of the copies as received, without the archive's toolbar."""
        listings = {url_key(target.url) for target in scopes if not target.prefix}
        for when, copy in self._list_copies(scopes):
            requested = self.archive.parse_copy_url(copy)
            url = requested[1] if requested else copy
            if requested and not is_page(self.source, url) and url_key(url) not in listings:
                continue  # a prefix covers more than the source's pages
            if _is_in_scope(when.date(), self.scope):
                yield self.archive.raw_copy_url(when, url) if requested else copy

    def _list_copies(self, scopes: Sequence[ArchiveScope]) -> Iterator[tuple[datetime, str]]:
        if self.archive.cdx:
            for target in scopes:
                yield from self._list_by_cdx(target)
            return
        for url in self._known_pages(scopes):
            yield from self._list_by_timemap(self.archive.timemap + url)

    def _known_pages(self, scopes: Sequence[ArchiveScope]) -> list[str]:
        """Return the known pages: a TimeMap lists the copies of one page, none lists pages."""
        pages = page_history.checks_by_page(self.connection, self.source.name)
        urls = [target.url for target in scopes if not target.prefix]
        urls += capture_queries.memento_originals(self.connection, self.source.name)
        urls += [url for url, _, _ in pages if is_page(self.source, url)]
        return list(dict.fromkeys(urls))

    def _list_by_cdx(self, target: ArchiveScope) -> Iterator[tuple[datetime, str]]:
        resume, keys = "", set[str]()
        while True:
            url = cdx_query(self.archive.cdx, target, self.scope.since, self.scope.until, resume)
            page = parse_cdx(self._fetch_listing(url).body)
            for line in page.lines:
                yield line.captured, self.archive.raw_copy_url(line.captured, line.original)
            resume = page.resume
            if not resume:
                return
            if resume in keys:
                raise FetchError(f"{url}: expected another resumption key, found the same again")
            keys.add(resume)

    def _list_by_timemap(self, first: str) -> Iterator[tuple[datetime, str]]:
        pending, done = [first], set[str]()
        while pending and len(done) < _MAX_TIMEMAPS:
            url = pending.pop(0)
            if url not in done:
                done.add(url)
                timemap = parse_timemap(
                    self._fetch_listing(url).body.decode("utf-8", "replace"), url
                )
                yield from timemap.mementos
                pending += timemap.further

    def _fetch_listing(self, url: str) -> FetchedResponse:
        """Return a response that lists copies; FetchError unless its outcome is ok."""
        hops = self.fetcher.fetch(url, source=self.source.name, role=Role.REQUISITE)
        ingest(self.connection, hops, self.source, self.stats)
        last = hops[-1]
        if last.capture.outcome is not Outcome.OK:
            raise FetchError(f"{url}: {last.capture.outcome.value}: {last.capture.explanation}")
        return last


def _is_in_scope(day: date, scope: CrawlScope) -> bool:
    return (scope.since or day) <= day <= (scope.until or day)


def _stop_reason(response: FetchedResponse) -> str:
    """Return why to send an archive no more requests for now; "" to go on.

    A memento is the publisher's own past response, so its status says nothing of the archive.
    """
    capture = response.capture
    refusals = {Outcome.BLOCKED, Outcome.NETWORK_ERROR, Outcome.REFUSED_BY_ROBOTS}
    if capture.memento or (capture.outcome not in refusals and capture.status not in (429, 503)):
        return ""
    return f"{capture.outcome.value}: {capture.explanation}"
