"""Sites on loopback addresses, 127.0.0.x: each a host of its own, with its source."""

import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from archive.archive_folder import ArchiveFolder
from archive.warc.write.store import WarcStore
from onrecord.collect.ingest import now
from onrecord.collect.open_network import open_fetcher
from onrecord.command_context import Context
from onrecord.run.graceful_stop import StopFlag
from onrecord.run.run_due import RunEnvironment
from scrapers.fetch.fetcher import Fetcher
from scrapers.fetch.throttle import VisitPacing
from scrapers.source_format.source import Source
from tests.support.connection_server import Connection, ConnectionServer
from tests.support.http_publisher import NOT_FOUND, Reply, read_head
from tests.support.warc_files import http_response

_TLS_HANDSHAKE = b"\x16"  # RFC 8446, 5.1


@dataclass(frozen=True, slots=True)
class LoopbackAddress:
    """Where a site is served, perhaps by another process, and the name of its source."""

    host: str
    port: int
    name: str


class LoopbackSite:
    """A site at its own address, with a listing and one statement."""

    def __init__(self, number: int) -> None:
        self.host, self.name = f"127.0.0.{number}", f"site_{number}"
        self.pages: dict[str, Reply] = {}
        self.requests: list[str] = []  # paths, in order
        self._server = ConnectionServer(self._serve, host=self.host)
        self.port = self._server.port
        self.list_pages(f"/statements/{number}")
        self.pages[f"/statements/{number}"] = http_response(statement(number))

    @property
    def address(self) -> str:
        return f"http://{self.host}:{self.port}"

    def list_pages(self, *paths: str) -> None:
        """Let the listing name these pages, in this order."""
        links = "".join(f'<li><a href="{path}">{path}</a></li>' for path in paths)
        self.pages["/list"] = http_response(f"<html><body><ul>{links}</ul></body></html>".encode())

    def write_source(self, folder: Path) -> None:
        (folder / f"{self.name}.toml").write_text(_SOURCE.format(name=self.name, url=self.address))

    def _serve(self, connection: Connection) -> None:
        if connection.recv(1, socket.MSG_PEEK) == _TLS_HANDSHAKE:
            return
        while request := read_head(connection):
            path = request.split(b" ")[1].decode()
            self.requests.append(path)
            reply = self.pages.get(path, NOT_FOUND)
            if callable(reply):
                reply(connection)
                return
            connection.sendall(reply)

    def close(self) -> None:
        self._server.close()


def statement(number: int) -> bytes:
    """Return the page of a site's statement."""
    return (
        f"<html><head><title>Statement {number}</title></head><body><h1>Statement {number}</h1>"
        f'<div class="body"><p>The harbour master of pier {number} regrets the delay.</p></div>'
        "</body></html>"
    ).encode()


@contextmanager
def serve_sites(count: int, folder: Path) -> Iterator[list[LoopbackSite]]:
    """Serve sites on 127.0.0.2 and so on; write the source of each into `folder`."""
    sites = [LoopbackSite(number) for number in range(2, count + 2)]
    try:
        for site in sites:
            site.write_source(folder)
        yield sites
    finally:
        for site in sites:
            site.close()


def site_environment(
    sites: Sequence[LoopbackSite | LoopbackAddress],
    *,
    stop: StopFlag | None = None,
    budget: timedelta = timedelta(minutes=5),
) -> RunEnvironment:
    """Return the environment of a run that may request the sites, without a delay of its own."""
    allowed = frozenset((site.host, site.port) for site in sites)

    @contextmanager
    def open_site(
        context: Context, store: WarcStore, source: Source, pacing: VisitPacing
    ) -> Iterator[Fetcher]:
        with open_fetcher(
            context, store, delay=0.0, allowed_addresses=allowed, pacing=pacing
        ) as fetcher:
            yield fetcher

    return RunEnvironment(
        open_fetcher=open_site, now=now, stop=StopFlag() if stop is None else stop, budget=budget
    )


def site_context(home: ArchiveFolder, sites: Sequence[LoopbackSite | LoopbackAddress]) -> Context:
    """Return a context that knows the sources of the sites alone."""
    context = Context(home.root, verbosity=-1)
    names = {site.name for site in sites}
    context.__dict__["sources"] = {
        name: source for name, source in context.sources.items() if name in names
    }
    return context


_SOURCE = """
title = "{name}"
publisher = "{name}"
issuer = "{name}"
homepage = "{url}/"
languages = ["en"]
licence = "own"
delay_seconds = 0
pages = '{url}/statements/[0-9]+'

[[listings]]
way = "listing"
urls = ["{url}/list"]
items = "li"
link = "a @href"
title = "a"

[[layouts]]
version = 1
reads = "html"
identity = {{ select = "@url", pattern = '/([^/?#]+)$' }}
title = "h1"
text = ".body"
"""
