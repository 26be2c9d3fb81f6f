"""Crawl a source once: read its listings, fetch the pages they name and those due for a recheck."""

import logging
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial

from sqlalchemy import Connection

from archive.catalogue import capture_queries
from archive.catalogue.monitoring import page_history
from archive.models import Capture, Outcome, Role, Validators
from onrecord.collect.ingest import RunStats, ingest, ingest_read
from onrecord.collect.reading.read_ahead import ReadAhead
from onrecord.collect.recheck_schedule import is_recheck_due
from scrapers.fetch.fetcher import FetchedResponse, Fetcher
from scrapers.fetch.throttle import HostWaitError
from scrapers.result_types import DiscoveryResult, ListedPage
from scrapers.source_format.source import Source
from scrapers.url_key import url_key

logger = logging.getLogger(__name__)

_MAX_LISTING_PAGES = 1000  # in one visit: more is a loop of addresses that differ each time
_MAX_RECHECKS = 200  # in one visit: the rest have their turn in the next


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlScope:
    """What part of a source to crawl. Bounds are days of issue, both inclusive."""

    since: date | None = None
    until: date | None = None
    limit: int | None = None  # pages fetched

    def admits(self, address: ListedPage) -> bool:
        """Say whether a listed page may be within the bounds; one without a day of issue may."""
        if address.issued is None:
            return True
        day = address.issued.value[:10]
        since, until = str(self.since or ""), str(self.until or "9999")
        return since[: len(day)] <= day <= until


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest:
    """A request that a visit asks for."""

    url: str
    role: Role
    validators: Validators | None


CrawlSteps = Generator[PageRequest, list[FetchedResponse], None]


def crawl(
    connection: Connection,
    fetcher: Fetcher,
    source: Source,
    scope: CrawlScope,
    listings: Sequence[str],
    *,
    live: bool = False,
    stats: RunStats | None = None,
    ahead: ReadAhead | None = None,
) -> RunStats:
    """Make one visit, request by request, as `crawl_steps` asks for them; return its counts.

    They are added to `stats` where it is given. With `ahead`, for replay, the last pages may be
    recorded, and counted, after its end.

    A host that asks to be left alone for longer than a visit waits ends it: a problem says so.
    """
    stats = stats or RunStats()
    stats.visits += 1
    steps = crawl_steps(connection, fetcher, source, scope, listings, stats, live=live, ahead=ahead)
    try:
        request = next(steps)
        while True:
            hops = fetcher.fetch(
                request.url,
                source=source.name,
                role=request.role,
                validators=request.validators,
            )
            request = steps.send(hops)
    except StopIteration:
        return stats
    except HostWaitError as error:
        stats.stopped = str(error)
        stats.problems.append(stats.stopped)
        return stats


def crawl_steps(
    connection: Connection,
    visit: Fetcher,
    source: Source,
    scope: CrawlScope,
    listings: Sequence[str],
    stats: RunStats,
    *,
    live: bool = False,
    pages_first: bool = False,
    ahead: ReadAhead | None = None,
) -> CrawlSteps:
    """Yield each request of one visit and take its responses: read listings, ingest their pages.

    `listings` are the addresses to begin with. On a `live` site, pages that no listing names any
    more are fetched as well when a recheck is due: for edits and removals, and for pages that an
    earlier visit found listed and did not get; `pages_first` fetches these before the listings,
    where a host allows few requests a day. Each response is committed by itself, so that a visit
    that takes an hour, or waits, does not block other writers. Nothing in a visit depends on what
    its pages contain: with `ahead` they are recorded later, but before what a listing names.
    """

    def request(url: str, role: Role) -> Generator[PageRequest, list[FetchedResponse], _Ingested]:
        validators = _stored_validators(connection, url)
        hops = yield PageRequest(url=url, role=role, validators=validators)
        if ahead is not None and role is Role.PAGE:
            for hop in hops:
                ahead.add(hop, source, partial(ingest_read, connection, hop, source, stats))
            return _Ingested(hops[-1].capture, None)
        if ahead is not None and any(h.capture.outcome is not Outcome.NOT_HELD for h in hops):
            ahead.record_all()
        results = ingest(connection, hops, source, stats)
        connection.commit()
        return _Ingested(hops[-1].capture, results)

    early = list(_pages_to_recheck(connection, source, scope, visit.visited_at)) * pages_first
    for url in early[: scope.limit]:
        yield from request(url, Role.PAGE)
    listed_urls: dict[str, None] = {}
    for listing in (yield from _read_listings(request, listings, stats)):
        stats.listed += len(listing.addresses) + len(listing.readings)
        listed_urls.update((a.url, None) for a in listing.addresses if scope.admits(a))
    pages = dict.fromkeys(visit.iter_captured_pages(source.is_statement_url))
    pages.update(
        (url, None) for url in listed_urls if _is_page_due(connection, url, visit.visited_at)
    )
    if live:
        pages.update(
            (url, None) for url in _pages_to_recheck(connection, source, scope, visit.visited_at)
        )
    remaining = [url for url in pages if url not in early]
    logger.info("%s: %d listed, %d pages to fetch", source.name, stats.listed, len(remaining))
    for url in remaining[: scope.limit]:
        yield from request(url, Role.PAGE)
    if ahead is None:
        log_ingested(source, stats)


def log_ingested(source: Source, stats: RunStats) -> None:
    """Log what a visit, or the replay of several, gave."""
    logger.info(
        "%s: %d captures ingested, %d new versions",
        source.name,
        stats.captures.total(),
        stats.versions,
    )


def _pages_to_recheck(
    connection: Connection, source: Source, scope: CrawlScope, now: datetime
) -> Iterator[str]:
    """Yield pages due for a recheck, whether listed or not, those tried longest ago first.

    None where the scope has bounds: bounds select among listed pages only.
    """
    if scope.since or scope.until:
        return
    due = [
        (checks.last_try or datetime.min.replace(tzinfo=UTC), url)
        for url, listed, checks in page_history.checks_by_page(connection, source.name)
        if (listed or source.is_statement_url(url)) and is_recheck_due(checks, now)
    ]
    for _, url in sorted(due)[:_MAX_RECHECKS]:
        yield url


@dataclass(frozen=True, slots=True)
class _Ingested:
    """The last capture of a request, and what it says where it is a listing."""

    capture: Capture
    results: DiscoveryResult | None


_Request = Callable[[str, Role], Generator[PageRequest, list[FetchedResponse], _Ingested]]


def _read_listings(
    request: _Request, start_urls: Sequence[str], stats: RunStats
) -> Generator[PageRequest, list[FetchedResponse], list[DiscoveryResult]]:
    pending = [(url, set[str]()) for url in start_urls]  # with what its earlier pages named
    done: set[str] = set()
    listings: list[DiscoveryResult] = []
    while pending:
        url, named = pending.pop(0)
        if url in done:
            continue
        if len(done) >= _MAX_LISTING_PAGES:
            stats.problems.append(
                f"{url}: not asked: a visit reads {_MAX_LISTING_PAGES} pages "
                "of listings at most, our limit"
            )
            break
        done.add(url)
        ingested = yield from request(url, Role.LISTING)
        results, last = ingested.results, ingested.capture
        if last.outcome not in (Outcome.OK, Outcome.UNCHANGED, Outcome.WITHHELD):
            stats.failed_listings.append(f"{last.url}: {last.outcome.value}: {last.explanation}")
        if results is None:
            continue
        listings.append(results)
        pending += [(listing, set[str]()) for listing in results.listings]
        items = _items(results)
        if results.next_page and not items <= named:  # sites repeat their last page without end
            pending.insert(0, (results.next_page, named | items))
    return listings


def _items(results: DiscoveryResult) -> set[str]:
    """Return what one page of a listing names: the addresses of pages, and the statements in it."""
    readings = {f"{reading.identifier} {url_key(reading.url)}" for reading in results.readings}
    return readings | {url_key(address.url) for address in results.addresses}


def _stored_validators(connection: Connection, url: str) -> Validators | None:
    last = capture_queries.last_validators(connection, url)
    if last is None or not (last.etag or last.last_modified):
        return None
    return last


def _is_page_due(connection: Connection, url: str, now: datetime) -> bool:
    return is_recheck_due(page_history.page_checks(connection, url), now)
