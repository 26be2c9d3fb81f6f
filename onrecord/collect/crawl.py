"""One visit to a source: read its listings, fetch the pages they name, and those due for a look."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import Connection

from archive.catalogue import capture_queries
from archive.catalogue.monitoring import page_history
from archive.models import Outcome, Role
from onrecord.collect.ingest import RunStats, ingest
from onrecord.collect.recheck import is_recheck_due
from scrapers.fetch.fetcher import Fetcher, Validators
from scrapers.results import DiscoveryResult, ListedPage
from scrapers.source_format.source import Source

_MOST_LISTINGS = 1000  # pages of listings in one visit: more is a loop that looks new each time
_MOST_AGAIN = 200  # pages looked at again in one visit: the rest have their turn in the next


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlScope:
    """What of a source is asked for. Bounds are days of issue, both inclusive."""

    since: date | None = None
    until: date | None = None
    limit: int | None = None  # pages fetched

    def admits(self, address: ListedPage) -> bool:
        """Say whether a listed page may be of the days asked for; one without a day may."""
        if address.issued is None:
            return True
        day = address.issued.value[:10]
        since, until = str(self.since or ""), str(self.until or "9999")
        return since[: len(day)] <= day <= until


def crawl(
    connection: Connection,
    door: Fetcher,
    source: Source,
    wanted: CrawlScope,
    listings: Sequence[str],
    *,
    live: bool = False,
) -> RunStats:
    """Make one visit: read the listings, fetch the pages they name, record what they say.

    `listings` are the addresses to begin with. On a `live` site, pages that no listing names any
    more are looked at as well when it is time to: for edits and removals, and for those that an
    earlier visit was told of and did not get. What is done is then committed page by page, so that
    a visit that takes an hour keeps nobody waiting.
    """
    tally = RunStats(visits=1)
    named: dict[str, None] = {}
    for listing in _listings(connection, door, source, listings, tally):
        tally.listed += len(listing.addresses) + len(listing.readings)
        named.update((a.url, None) for a in listing.addresses if wanted.admits(a))
    pages = dict.fromkeys(door.iter_captured_pages(source.is_statement_url))
    pages.update((url, None) for url in named if _due(connection, url, door.visited_at))
    if live:
        pages.update((url, None) for url in _again(connection, source, wanted, door.visited_at))
    for url in list(pages)[: wanted.limit]:
        hops = door.fetch(
            url, source=source.name, role=Role.PAGE, validators=_held(connection, url)
        )
        ingest(connection, hops, source, tally)
        if live:
            connection.commit()
    return tally


def _again(
    connection: Connection, source: Source, wanted: CrawlScope, now: datetime
) -> Iterator[str]:
    """Yield pages that are to be looked at though no listing may name them, the longest due first.

    Days asked for bound what is discovered: with them, nothing else is looked at.
    """
    if wanted.since or wanted.until:
        return
    found = [
        (looked.last_try or datetime.min.replace(tzinfo=UTC), url)
        for url, listed, looked in page_history.checks_by_page(connection, source.name)
        if (listed or source.is_statement_url(url)) and is_recheck_due(looked, now)
    ]
    for _, url in sorted(found)[:_MOST_AGAIN]:
        yield url


def _listings(
    connection: Connection, door: Fetcher, source: Source, first: Sequence[str], tally: RunStats
) -> Iterator[DiscoveryResult]:
    todo = list(first)
    done: set[str] = set()
    while todo and len(done) < _MOST_LISTINGS:
        url = todo.pop(0)
        if url in done:
            continue
        done.add(url)
        hops = door.fetch(
            url, source=source.name, role=Role.LISTING, validators=_held(connection, url)
        )
        found = ingest(connection, hops, source, tally)
        last = hops[-1].capture
        if last.outcome not in (Outcome.OK, Outcome.UNCHANGED):
            tally.unlisted.append(f"{last.url}: {last.outcome.value}: {last.note}")
        if found is None:
            continue
        yield found
        todo += found.listings
        if found.next_page and (found.addresses or found.readings):
            todo.insert(0, found.next_page)


def _held(connection: Connection, url: str) -> Validators | None:
    last = capture_queries.last_validators(connection, url)
    if last is None or not (last.etag or last.last_modified):
        return None
    return Validators(
        etag=last.etag,
        last_modified=last.last_modified,
        capture=last.capture,
        captured=last.captured,
    )


def _due(connection: Connection, url: str, now: datetime) -> bool:
    return is_recheck_due(page_history.page_checks(connection, url), now)
