"""Take in a publisher's past from another web archive: list its copies, fetch each, read each."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit

from sqlalchemy import Connection

from archive.catalogue import capture_queries, updates
from archive.catalogue.monitoring import page_history
from archive.errors import ArchiveError, FetchError
from archive.models import Outcome, Role
from onrecord import VERSION
from onrecord.collect.crawl import CrawlScope
from onrecord.collect.ingest import RunStats, ingest
from onrecord.collect.open_archive import open_for_writing
from onrecord.collect.run_sources import run_event
from onrecord.context import Context
from scrapers.fetch.client import NetworkFetcher
from scrapers.fetch.fetcher import FetchedResponse, Fetcher
from scrapers.fetch.policy import FetchPolicy, format_user_agent
from scrapers.fetch.ssrf_guard import SocketAddresses
from scrapers.fetch.throttle import Clock
from scrapers.source_format.source import Source
from scrapers.url_key import url_key
from scrapers.webarchives.cdx_api import ArchiveScope, cdx_query, parse_cdx
from scrapers.webarchives.scope import archive_scope, is_page
from scrapers.webarchives.timemap import parse_timemap
from scrapers.webarchives.web_archive import REQUEST_INTERVAL, WebArchive

_ANSWERED = frozenset({Outcome.OK, Outcome.REDIRECT, Outcome.GONE, Outcome.SUSPECT})
_MOST_PARTS = 10_000  # of one list: more is a loop that looks new each time


def backfill(
    context: Context,
    sources: Sequence[Source],
    archive: WebArchive,
    wanted: CrawlScope,
    after: Callable[[Source, RunStats], None],
    *,
    clock: Clock | None = None,
) -> None:
    """Take in what `archive` holds of `sources`; the days wanted are those of its copies.

    Copies that are held already are not asked for again: what was stopped goes on from there.
    """
    manners = FetchPolicy(
        user_agent=format_user_agent(VERSION, context.settings.contact),
        proxy=context.settings.proxy,
        delay=REQUEST_INTERVAL,
        allowed_addresses=_named_by_the_user(archive),
    )
    with (
        open_for_writing(context) as (store, connection),
        closing(NetworkFetcher(store, manners, clock=clock, web_archive=archive)) as door,
    ):
        for source in sources:
            walk = _Walk(connection, door, source, archive, wanted, RunStats(visits=1))
            try:
                walk.through(archive_scope(source, context.settings.of(source.name)))
            except ArchiveError as error:
                walk.tally.unlisted.append(str(error))
                walk.tally.problems.append(str(error))
            updates.add_events(connection, [run_event(source, walk.tally, replayed=False)])
            connection.commit()
            after(source, walk.tally)


def _named_by_the_user(archive: WebArchive) -> SocketAddresses:
    """Return the hosts that settings name: these may be on this machine, a redirect may not."""
    named = map(urlsplit, filter(None, (archive.replay, archive.cdx, archive.timemap)))
    return frozenset(
        (each.hostname or "", each.port or (443 if each.scheme == "https" else 80))
        for each in named
    )


@dataclass(frozen=True, slots=True)
class _Walk:
    """One source's copies in one archive, listed and fetched in the list's order."""

    connection: Connection
    door: Fetcher
    source: Source
    archive: WebArchive
    wanted: CrawlScope
    tally: RunStats

    def through(self, past: Sequence[ArchiveScope]) -> None:
        copies = dict.fromkeys(self._copies(past))
        self.tally.listed = len(copies)
        if not copies:
            asked = ", ".join(f"{each.url}{'*' * each.prefix}" for each in past) or "no address"
            since, until = self.wanted.since or "the beginning", self.wanted.until or "today"
            nothing = f"{self.archive.name} lists no copy of {asked} from {since} to {until}"
            self.tally.unlisted.append(nothing)
            self.tally.problems.append(nothing)
        left = [copy for copy in copies if not self._held(copy)]
        for number, copy in enumerate(left[: self.wanted.limit]):
            hops = self.door.fetch(copy, source=self.source.name, role=self._role(copy))
            ingest(self.connection, hops, self.source, self.tally)
            self.connection.commit()
            if why := _must_stop(hops[-1]):
                undone = f"{len(left) - number} of {len(copies)} copies not had"
                self.tally.stopped = f"{self.archive.name}: {why}; {undone}: run it again to go on"
                self.tally.problems.append(self.tally.stopped)
                return
            self._compare(copy, hops[-1])

    def _held(self, copy: str) -> bool:
        found = capture_queries.captures_of(self.connection, copy)
        return any(each.outcome in _ANSWERED for each in found)

    def _role(self, copy: str) -> Role:
        asked = self.archive.parse_copy_url(copy)
        return Role.PAGE if asked is None or is_page(self.source, asked[1]) else Role.LISTING

    def _compare(self, copy: str, answer: FetchedResponse) -> None:
        """Say where the archive gave the copy of another time than the one that was asked for."""
        asked, given = self.archive.parse_copy_url(copy), answer.capture.memento
        if asked and given and asked[0] != given.archived.replace(microsecond=0):
            told = f"expected the copy of {asked[0]:%Y%m%d%H%M%S}"
            found = f"found that of {given.archived:%Y%m%d%H%M%S}, kept as such"
            self.tally.problems.append(f"{copy}: memento: {told}, {found}")

    def _copies(self, past: Sequence[ArchiveScope]) -> Iterator[str]:
        """Yield the addresses of the copies, as they were received."""
        listings = {url_key(each.url) for each in past if not each.prefix}
        for when, copy in self._listed(past):
            asked = self.archive.parse_copy_url(copy)
            url = asked[1] if asked else copy
            if asked and not is_page(self.source, url) and url_key(url) not in listings:
                continue  # a prefix holds more than the source's pages
            if _within(when.date(), self.wanted):
                yield self.archive.raw_copy_url(when, url) if asked else copy

    def _listed(self, past: Sequence[ArchiveScope]) -> Iterator[tuple[datetime, str]]:
        if self.archive.cdx:
            for each in past:
                yield from self._by_cdx(each)
            return
        for url in self._known(past):
            yield from self._by_timemap(self.archive.timemap + url)

    def _known(self, past: Sequence[ArchiveScope]) -> list[str]:
        """Return the pages that are known of: a TimeMap is of one page, and none lists pages."""
        pages = page_history.checks_by_page(self.connection, self.source.name)
        found = [each.url for each in past if not each.prefix]
        found += capture_queries.originals(self.connection, self.source.name)
        found += [url for url, _, _ in pages if is_page(self.source, url)]
        return list(dict.fromkeys(found))

    def _by_cdx(self, past: ArchiveScope) -> Iterator[tuple[datetime, str]]:
        resume, keys = "", set[str]()
        while True:
            url = cdx_query(self.archive.cdx, past, self.wanted.since, self.wanted.until, resume)
            listed = parse_cdx(self._list(url).body)
            for line in listed.lines:
                yield line.captured, self.archive.raw_copy_url(line.captured, line.original)
            resume = listed.resume
            if not resume:
                return
            if resume in keys:
                raise FetchError(f"{url}: expected another resumption key, found the same again")
            keys.add(resume)

    def _by_timemap(self, first: str) -> Iterator[tuple[datetime, str]]:
        todo, done = [first], set[str]()
        while todo and len(done) < _MOST_PARTS:
            url = todo.pop(0)
            if url not in done:
                done.add(url)
                listed = parse_timemap(self._list(url).body.decode("utf-8", "replace"), url)
                yield from listed.mementos
                todo += listed.further

    def _list(self, url: str) -> FetchedResponse:
        """Return what the archive answers about its holdings; FetchError where it does not."""
        hops = self.door.fetch(url, source=self.source.name, role=Role.REQUISITE)
        ingest(self.connection, hops, self.source, self.tally)
        last = hops[-1]
        if last.capture.outcome is not Outcome.OK:
            raise FetchError(f"{url}: {last.capture.outcome.value}: {last.capture.note}")
        return last


def _within(day: date, wanted: CrawlScope) -> bool:
    return (wanted.since or day) <= day <= (wanted.until or day)


def _must_stop(answer: FetchedResponse) -> str:
    """Return why an archive should be asked no more for now; "" where it may.

    What it answers as a copy is the publisher's word of old, whatever its status.
    """
    capture = answer.capture
    refused = {Outcome.BLOCKED, Outcome.NETWORK_ERROR, Outcome.REFUSED_BY_ROBOTS}
    if capture.memento or (capture.outcome not in refused and capture.status not in (429, 503)):
        return ""
    return f"{capture.outcome.value}: {capture.note}"
