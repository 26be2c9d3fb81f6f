"""A Fetcher for invented sites; their responses are stored as those of the network are."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from archive.models import Outcome, Role, Validators
from archive.warc.capture_metadata import CaptureMetadata
from archive.warc.record_builder import Exchange
from archive.warc.write.store import WarcStore
from onrecord.command_context import Context
from scrapers.fetch.fetcher import FetchedResponse, Fetcher, UrlPredicate
from scrapers.fetch.response import interpret_response
from scrapers.fetch.throttle import VisitPacing
from scrapers.source_format.source import Source
from tests.support.builders import START
from tests.support.changing_publisher import Publisher


@dataclass(frozen=True, slots=True)
class Reply:
    """A site's response; status 0 means that there is none."""

    status: int
    body: bytes = b""
    location: str = ""

    @property
    def block(self) -> bytes:
        location = f"Location: {self.location}\r\n" if self.location else ""
        head = f"HTTP/1.1 {self.status} X\r\nContent-Type: text/html; charset=utf-8\r\n{location}"
        return f"{head}Content-Length: {len(self.body)}\r\n\r\n".encode() + self.body


AnswerFunction = Callable[[str, datetime], Reply]


@dataclass
class FakeFetcher:
    """A Fetcher (scrapers.fetch.fetcher) whose responses `answers` gives."""

    store: WarcStore
    visited_at: datetime
    answers: AnswerFunction

    def fetch(
        self, url: str, *, source: str, role: Role, validators: Validators | None = None
    ) -> list[FetchedResponse]:
        hops = []
        for _ in range(5):
            reply = self.answers(url, self.visited_at)
            hops.append(self._store(url, reply, source, role))
            if not reply.location:
                break
            url = reply.location
        return hops

    def _store(self, url: str, reply: Reply, source: str, role: Role) -> FetchedResponse:
        if not reply.status:
            metadata = CaptureMetadata(
                role=role, outcome=Outcome.NETWORK_ERROR, source=source, note="no connection"
            )
            return FetchedResponse(
                capture=self.store.add_failure(url, self.visited_at, metadata), headers=(), body=b""
            )
        interpreted = interpret_response(reply.block)
        metadata = CaptureMetadata(
            role=role,
            outcome=interpreted.outcome,
            source=source,
            note=interpreted.note,
            payload_sha256=interpreted.payload_sha256,
        )
        exchange = Exchange(url=url, started=self.visited_at, request=b"", response=reply.block)
        capture = self.store.add(exchange, metadata)
        return FetchedResponse(capture=capture, headers=interpreted.headers, body=interpreted.body)

    def iter_captured_pages(self, is_page: UrlPredicate) -> Iterator[str]:
        return iter(())


@dataclass
class Clock:
    """A clock that a test sets."""

    moment: datetime = START

    def __call__(self) -> datetime:
        return self.moment

    def pass_by(self, **duration: float) -> None:
        self.moment += timedelta(**duration)


@dataclass
class PublisherSite:
    """The sample publisher's site, which may be blocked, down or redirected."""

    publisher: Publisher
    clock: Clock
    blocked: bool = False
    down: bool = False
    moved: dict[str, str] = field(default_factory=dict)
    requested_urls: list[str] = field(default_factory=list)

    def answers(self, url: str, when: datetime) -> Reply:
        self.requested_urls.append(url)
        if self.down:
            return Reply(0)
        if self.blocked:
            return Reply(403, b"<html><title>Just a moment...</title></html>")
        if url in self.moved:
            return Reply(302, location=self.moved[url])
        outcome, body = self.publisher.answer(url)
        if outcome is Outcome.OK:
            return Reply(200, body)
        return Reply({Outcome.GONE: 404, Outcome.BLOCKED: 403}.get(outcome, 503))

    @contextmanager
    def doors(
        self, context: Context, store: WarcStore, source: Source, pacing: VisitPacing
    ) -> Iterator[Fetcher]:
        yield FakeFetcher(store, self.clock(), self.answers)
