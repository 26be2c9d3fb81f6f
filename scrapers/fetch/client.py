"""The only door to the network: polite, guarded, bounded, and every exchange stored."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol
from urllib.parse import urldefrag, urljoin, urlsplit

from archive.models import Capture, Outcome, Role
from archive.warc.capture_metadata import CaptureMetadata
from archive.warc.record_builder import Exchange
from scrapers.fetch.fetcher import FetchedResponse, UrlPredicate, Validators
from scrapers.fetch.network_errors import explain_network_error
from scrapers.fetch.policy import FetchPolicy
from scrapers.fetch.recorder import ExchangeRecording, Recorder, record_requests
from scrapers.fetch.request import (
    conditional_headers,
    open_session,
    revisit_reference,
    send_request,
    truncation_reason,
)
from scrapers.fetch.response import interpret_response
from scrapers.fetch.robots import RobotsCache
from scrapers.fetch.ssrf_guard import ALLOWED_ADDRESSES, refusal_reason
from scrapers.fetch.throttle import Clock, HostThrottle, SystemClock, parse_retry_after
from scrapers.url_key import url_key
from scrapers.webarchives.web_archive import WebArchive

RETRIED_STATUSES = frozenset({429, 500, 502, 503, 504})


class CaptureSink(Protocol):
    """Where exchanges are stored: a WarcStore."""

    def add(self, exchange: Exchange, facts: CaptureMetadata) -> Capture: ...
    def add_failure(self, url: str, when: datetime, facts: CaptureMetadata) -> Capture: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestContext:
    """For whom, for what and from where something is asked."""

    source: str
    role: Role
    for_robots: bool = False
    held: Validators | None = None
    via: str = ""


class NetworkFetcher:
    """A visit to the live web, now. Threads may share one; `close` ends its connections."""

    def __init__(
        self,
        store: CaptureSink,
        manners: FetchPolicy,
        *,
        clock: Clock | None = None,
        chance: Callable[[], float] = random.random,
        archive: WebArchive | None = None,
    ) -> None:
        """Open it; where `archive` is given, what it answers are copies of others' pages."""
        self._archive = archive
        self._clock = clock or SystemClock()
        self.when = self._clock.now()
        self._store, self._manners, self._chance = store, manners, chance
        self._gate = HostThrottle(
            self._clock, delay=manners.delay, jitter=manners.jitter, chance=chance
        )
        self._session = open_session(manners)
        self._robots = RobotsCache(self._robots_txt, self._clock.now)

    def close(self) -> None:
        self._session.close()

    def get(
        self, url: str, *, source: str, role: Role, held: Validators | None = None
    ) -> list[FetchedResponse]:
        """Ask for `url`; return every try and every hop, the last being the answer.

        Whatever comes of it is a capture; StorageError where one cannot be stored.
        """
        return self._hops(url, RequestContext(source=source, role=role, held=held))

    def also(self, claims: UrlPredicate) -> Iterator[str]:
        """Yield nothing: on the network, only listings name pages."""
        return iter(())

    def _robots_txt(self, url: str, source: str) -> FetchedResponse:
        asked = RequestContext(source=source, role=Role.REQUISITE, for_robots=True)
        return self._hops(url, asked)[-1]

    def _hops(self, url: str, asked: RequestContext) -> list[FetchedResponse]:
        token = ALLOWED_ADDRESSES.set(self._manners.allowed)
        try:
            return self._follow(urldefrag(url).url, asked)
        finally:
            ALLOWED_ADDRESSES.reset(token)

    def _follow(self, url: str, asked: RequestContext) -> list[FetchedResponse]:
        hops: list[FetchedResponse] = []
        seen = {url_key(url)}
        while True:
            hops += self._tries(url, asked)
            if hops[-1].capture.outcome is not Outcome.REDIRECT:
                return hops
            asked = replace(asked, held=None, via=url)
            url = urldefrag(urljoin(url, hops[-1].header("Location"))).url
            if url_key(url) in seen:
                problem = f"a circle of redirects, back to {url[:200]}"
                return [*hops, self._fail(url, asked, Outcome.SERVER_ERROR, problem)]
            if len(seen) > self._manners.limits.hops:
                problem = f"more than {self._manners.limits.hops} redirects"
                return [*hops, self._fail(url, asked, Outcome.SERVER_ERROR, problem)]
            seen.add(url_key(url))

    def _tries(self, url: str, asked: RequestContext) -> list[FetchedResponse]:
        """Return each try at `url`, the last being the answer."""
        if reason := refusal_reason(url):
            note = f"not asked: {reason}"
            return [self._fail(url, asked, Outcome.NETWORK_ERROR, note)]
        delay = 0.0
        if self._manners.obey_robots and not asked.for_robots:
            rules = self._robots.rules_for(url, asked.source)
            delay = rules.delay
            if reason := rules.refuses(url):
                return [self._fail(url, asked, Outcome.REFUSED_BY_ROBOTS, reason)]
        host = urlsplit(url).hostname or ""
        tries: list[FetchedResponse] = []
        while True:
            with self._gate.turn(host, delay):
                fetched, again = self._ask(url, asked)
            tries.append(fetched)
            if not again or len(tries) >= self._manners.limits.tries:
                return tries
            wait = self._wait(fetched, len(tries))
            if wait > self._manners.limits.patience:
                return tries
            self._gate.hold(host, wait)

    def _wait(self, fetched: FetchedResponse, tries: int) -> float:
        """Return how long to wait before the next try: as asked, else twice as long each time."""
        asked = parse_retry_after(fetched.header("Retry-After"), self._clock.now())
        return float(2**tries) * (0.5 + self._chance() / 2) if asked is None else asked

    def _ask(self, url: str, asked: RequestContext) -> tuple[FetchedResponse, bool]:
        """Ask once and store what came; return it, and whether to ask again."""
        limits = self._manners.limits
        started = self._clock.now()
        with record_requests(Recorder(limits.wire, limits.head)) as recorder:
            problem = send_request(
                self._session, url, conditional_headers(asked.held), recorder, limits
            )
        tape = recorder.tape
        if tape is None or not tape.response:
            timed_out = limits.seconds if recorder.stopped else None
            note, again = explain_network_error(problem, timed_out=timed_out)
            return self._fail(url, asked, Outcome.NETWORK_ERROR, note, started), again
        cut = truncation_reason(problem, recorder)
        fetched = self._keep(url, asked, tape, cut=cut, started=started)
        troubled = fetched.capture.status in RETRIED_STATUSES and not fetched.capture.memento
        return fetched, troubled or cut in ("disconnect", "time")

    def _keep(
        self,
        url: str,
        asked: RequestContext,
        tape: ExchangeRecording,
        *,
        cut: str,
        started: datetime,
    ) -> FetchedResponse:
        block = bytes(tape.response)
        answer = interpret_response(block, cut, limit=self._manners.limits.body)
        date = answer.response.header("Date") if answer.response else ""
        facts = CaptureMetadata(
            role=asked.role,
            outcome=answer.outcome,
            source=asked.source,
            note=answer.note,
            payload_sha256=answer.payload_sha256,
            via=asked.via,
            fetch_ms=(tape.ended_ns - tape.started_ns) / 1e6,
            date_offset=_clock_offset(date, started),
            tls=tape.tls,
            memento=self._archive.memento(url, answer.headers) if self._archive else None,
        )
        made = Exchange(
            url=url,
            started=started,
            request=bytes(tape.request),
            response=block,
            truncated=cut,
            ip="" if self._manners.proxy else tape.ip,
            earlier=revisit_reference(asked.held, url),
        )
        capture = self._store.add(made, facts)
        return FetchedResponse(capture=capture, headers=answer.headers, body=answer.body)

    def _fail(
        self,
        url: str,
        asked: RequestContext,
        outcome: Outcome,
        note: str,
        when: datetime | None = None,
    ) -> FetchedResponse:
        facts = CaptureMetadata(
            role=asked.role, outcome=outcome, source=asked.source, note=note, via=asked.via
        )
        capture = self._store.add_failure(url, when or self._clock.now(), facts)
        return FetchedResponse(capture=capture, headers=(), body=b"")


def _clock_offset(date: str, now: datetime) -> float | None:
    """Return the seconds that a Date header is ahead of our clock; None where it is no date."""
    try:
        when = parsedate_to_datetime(date)
    except ValueError:
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return (when - now).total_seconds()
