"""Open a fetcher of the live web, as the settings say, and a temporary archive to fetch into."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from archive.archive_folder import ArchiveFolder, create_archive
from archive.catalogue.monitoring import host_waits
from archive.warc.write.store import WarcStore
from onrecord import AGENT, VERSION
from onrecord.command_context import Context
from onrecord.settings import settings_template
from scrapers.fetch.fetch_policy import FetchPolicy, format_user_agent
from scrapers.fetch.fetcher import Fetcher
from scrapers.fetch.http_client import NetworkFetcher
from scrapers.fetch.ssrf_guard import SocketAddresses
from scrapers.fetch.throttle import MAX_WAIT, Clock, HostTurnTable, SystemClock, VisitPacing
from scrapers.source_format.source import Source
from scrapers.webarchives.web_archive import WebArchive


@contextmanager
def open_network(
    context: Context, store: WarcStore, source: Source | None, pacing: VisitPacing | None = None
) -> Iterator[Fetcher]:
    """Yield a fetcher that visits the live web now, at the delay of `source`."""
    delay = source.delay_seconds if source else 1.0
    with open_fetcher(context, store, delay=delay, pacing=pacing) as fetcher:
        yield fetcher


@contextmanager
def open_fetcher(
    context: Context,
    store: WarcStore,
    *,
    delay: float,
    allowed_addresses: SocketAddresses = frozenset(),
    web_archive: WebArchive | None = None,
    pacing: VisitPacing | None = None,
) -> Iterator[Fetcher]:
    """Yield a fetcher with the contact and proxy of the settings, which stores into `store`."""
    policy = FetchPolicy(
        user_agent=format_user_agent(VERSION, context.settings.contact),
        proxy=context.settings.proxy,
        delay=delay,
        allowed_addresses=allowed_addresses,
    )
    fetcher = NetworkFetcher(
        store,
        policy,
        clock=pacing.clock if pacing else None,
        web_archive=web_archive,
        turns=pacing.turns if pacing else None,
        intake=context.intake,
    )
    try:
        yield fetcher
    finally:
        fetcher.close()


def load_pacing(connection: Connection, clock: Clock | None = None) -> VisitPacing:
    """Return turns at hosts that keep the waits that hosts asked for in earlier runs."""
    return VisitPacing(clock or SystemClock(), HostTurnTable(host_waits.waits_by_host(connection)))


def save_new_waits(
    connection: Connection, source: str, pacing: VisitPacing, before: Mapping[str, datetime]
) -> None:
    """Keep the long waits that hosts asked for since `before`, for later runs.

    `source`: which is not due before; "" where the host is not that of a source.
    """
    now = pacing.clock.now()
    closed = pacing.turns.all_closed(now + timedelta(seconds=MAX_WAIT))
    host_waits.save_waits(connection, source, dict(closed.items() - before.items()), now)


@contextmanager
def open_temporary_store() -> Iterator[tuple[ArchiveFolder, WarcStore]]:
    """Yield an archive folder and its WARC store, which are deleted at the end."""
    with tempfile.TemporaryDirectory(prefix="onrecord-") as folder:
        home = create_archive(Path(folder) / "archive", settings_template())
        with WarcStore(home.warc, software=AGENT) as store:
            yield home, store
