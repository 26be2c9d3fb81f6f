"""Fetch URLs from the live web, within robots.txt, throttle and limits; store every exchange.

No other module of the program sends HTTP requests for pages.
"""

import logging
import random
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Protocol
from urllib.parse import urlsplit

from archive.errors import FormatError
from archive.models import Capture, Memento, Outcome, Role, Validators
from archive.urls.web_address import resolve_location, resolve_or_keep
from archive.warc.capture_metadata import CaptureMetadata
from archive.warc.parse_http import parse_http_date
from archive.warc.record_builder import Exchange
from scrapers.fetch.conditional_request import conditional_headers, confirmed_capture
from scrapers.fetch.fetch_policy import FetchPolicy
from scrapers.fetch.fetcher import (
    FetchedResponse,
    UrlPredicate,
    log_response,
)
from scrapers.fetch.network_errors import explain_network_error, explain_our_limit
from scrapers.fetch.recorder import ExchangeRecording, Recorder, record_requests
from scrapers.fetch.request import (
    open_session,
    send_request,
    truncation_reason,
)
from scrapers.fetch.response import InterpretedResponse, interpret_response
from scrapers.fetch.robots import RobotsCache
from scrapers.fetch.ssrf_guard import ALLOWED_ADDRESSES, refusal_reason
from scrapers.fetch.throttle import (
    MAX_WAIT,
    Clock,
    HostThrottle,
    HostTurns,
    HostWaitError,
    SleepInterruptedError,
    SystemClock,
    parse_retry_after,
)
from scrapers.fetch.withheld import Intake, UnstoredResponse, withheld_response, withhold
from scrapers.url_key import redact_url, url_key
from scrapers.webarchives.replayed_copy import find_memento
from scrapers.webarchives.web_archive import WebArchive

logger = logging.getLogger(__name__)

RETRIED_STATUSES = frozenset({429, 500, 502, 503, 504})


class CaptureSink(Protocol):
    """Stores exchanges; a WarcStore is one."""

    def receive(
        self, exchange: Exchange, metadata: CaptureMetadata, /
    ) -> AbstractContextManager[None]: ...
    def add(self, exchange: Exchange, metadata: CaptureMetadata, /) -> Capture: ...
    def add_failure(self, url: str, when: datetime, metadata: CaptureMetadata, /) -> Capture: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestContext:
    """Why a request is sent: its source, role, validators, and the redirect it follows."""

    source: str
    role: Role
    for_robots: bool = False
    validators: Validators | None = None
    via: str = ""


class NetworkFetcher:
    """Fetches from the live web. Threads may share one; `close` ends its connections."""

    def __init__(
        self,
        store: CaptureSink,
        policy: FetchPolicy,
        *,
        clock: Clock | None = None,
        random_float: Callable[[], float] = random.random,
        web_archive: WebArchive | None = None,
        turns: HostTurns | None = None,
        intake: Intake | None = None,
    ) -> None:
        """Open a session; with `web_archive`, its responses are recorded as mementos.

        Fetchers that share `turns` keep their requests to one host apart. What `intake` withholds
        is not stored.
        """
        self._intake = intake
        self._web_archive = web_archive
        self._clock = clock or SystemClock()
        self.visited_at = self._clock.now()
        self._store, self._policy, self._random_float = store, policy, random_float
        self._throttle = HostThrottle(
            self._clock,
            delay=policy.delay,
            jitter=policy.jitter,
            random_float=random_float,
            turns=turns,
        )
        self._session = open_session(policy)
        self._robots = RobotsCache(self._fetch_robots_txt, self._clock.now)

    def close(self) -> None:
        self._session.close()

    def fetch(
        self, url: str, *, source: str, role: Role, validators: Validators | None = None
    ) -> list[FetchedResponse]:
        """Request `url`; return every attempt and every redirect, the final response last.

        Each is a capture, whatever its outcome; StorageError where one cannot be stored.
        HostWaitError where the first host is to be left alone for longer than a visit waits, and
        SleepInterruptedError where the clock ends the wait: nothing was requested then.
        """
        return self._fetch_hops(
            url, RequestContext(source=source, role=role, validators=validators)
        )

    def iter_captured_pages(self, is_page: UrlPredicate) -> Iterator[str]:
        """Yield nothing: on the network, pages are known from listings only."""
        return iter(())

    def _fetch_robots_txt(self, url: str, source: str) -> FetchedResponse:
        context = RequestContext(source=source, role=Role.REQUISITE, for_robots=True)
        return self._fetch_hops(url, context)[-1]

    def _fetch_hops(self, url: str, context: RequestContext) -> list[FetchedResponse]:
        token = ALLOWED_ADDRESSES.set(self._policy.allowed_addresses)
        try:
            return self._follow_redirects(_address_as_sent(url), context)
        finally:
            ALLOWED_ADDRESSES.reset(token)

    def _follow_redirects(self, url: str, context: RequestContext) -> list[FetchedResponse]:
        hops: list[FetchedResponse] = []
        seen = {url_key(url)}
        while True:
            try:
                hops += self._attempt_fetch(url, context)
            except HostWaitError as error:
                if not hops:
                    raise
                note = f"not asked: {error}"
                return [*hops, self._store_failure(url, context, Outcome.NETWORK_ERROR, note)]
            except SleepInterruptedError:
                if not hops:
                    raise
                return hops
            if hops[-1].capture.outcome is not Outcome.REDIRECT:
                return hops
            context = replace(context, validators=None, via=url)
            try:
                url = resolve_location(url, hops[-1].header("Location"))
            except FormatError:
                return hops  # a redirect to no address: a problem of the redirect itself
            problem = ""
            if url_key(url) in seen:
                problem = f"a circle of redirects, back to {url[:200]}"
            elif len(seen) > self._policy.limits.max_redirects:
                problem = f"more than {self._policy.limits.max_redirects} redirects"
            if problem:
                outcome = Outcome.SERVER_ERROR
                if any(hop.header("Set-Cookie") for hop in hops):
                    outcome = Outcome.BLOCKED
                    problem += ": the site asks for a cookie, and onrecord keeps none"
                return [*hops, self._store_failure(url, context, outcome, problem)]
            seen.add(url_key(url))

    def _attempt_fetch(self, url: str, context: RequestContext) -> list[FetchedResponse]:
        """Return each attempt at `url`, the final response last."""
        if self._intake and (entry := self._intake.erasure_at(url)) is not None:
            now = self._clock.now()
            return [
                withheld_response(url, now, source=context.source, role=context.role, entry=entry)
            ]
        if reason := refusal_reason(url, by_proxy=bool(self._policy.proxy)):
            note = f"not asked: {reason}"
            return [self._store_failure(url, context, Outcome.NETWORK_ERROR, note)]
        delay = 0.0
        if self._policy.obey_robots and not context.for_robots:
            rules = self._robots.rules_for(url, context.source)
            self._throttle.require_soon(urlsplit(url).hostname or "")  # robots.txt may ask for it
            delay = rules.delay
            reason = rules.refusal_reason(url)
            logger.debug("robots.txt %s %s", "disallows" if reason else "allows", redact_url(url))
            if reason:
                return [self._store_failure(url, context, Outcome.REFUSED_BY_ROBOTS, reason)]
        return self._try_repeatedly(url, context, urlsplit(url).hostname or "", delay)

    def _try_repeatedly(
        self, url: str, context: RequestContext, host: str, delay: float
    ) -> list[FetchedResponse]:
        """Request `url` until an answer is good enough; a wait that the host asks for is kept."""
        attempts: list[FetchedResponse] = []
        while True:
            try:
                with self._throttle.acquire(host, delay):
                    response, retry = self._request_once(url, context)
            except (HostWaitError, SleepInterruptedError):
                if attempts:
                    return attempts
                raise
            attempts.append(response)
            wait = self._requested_wait(response)
            if wait is not None:
                self._throttle.pause(host, wait)
            if not retry or len(attempts) >= self._policy.limits.max_attempts:
                return attempts
            if wait is None:
                wait = float(2 ** len(attempts)) * (0.5 + self._random_float() / 2)
                self._throttle.pause(host, wait)
            if wait > MAX_WAIT:
                return attempts
            logger.debug("%s: attempt %d follows in %.1f s", host, len(attempts) + 1, wait)

    def _requested_wait(self, response: FetchedResponse) -> float | None:
        """Return the seconds that the host asks to be left alone (RFC 9110, 10.2.3), if it does.

        A memento's header is the original host's, and of the past; a success needs no retry.
        """
        capture = response.capture
        if capture.memento or (capture.status and 200 <= capture.status < 300):
            return None
        return parse_retry_after(response.header("Retry-After"), self._clock.now())

    def _request_once(self, url: str, context: RequestContext) -> tuple[FetchedResponse, bool]:
        """Send one request and store the exchange; return it, and whether to retry."""
        limits = self._policy.limits
        started = self._clock.now()
        with record_requests(Recorder(limits.max_wire_bytes, limits.max_head_bytes)) as recorder:
            problem = send_request(
                self._session, url, conditional_headers(context.validators), recorder, limits
            )
        exchange_recording = recorder.recording
        if exchange_recording is None or not exchange_recording.response:
            timed_out = limits.total_timeout if recorder.stopped else None
            note, retry = explain_network_error(problem, timed_out=timed_out)
            return self._store_failure(url, context, Outcome.NETWORK_ERROR, note, started), retry
        limit_note = explain_our_limit(problem)
        truncation = "length" if limit_note else truncation_reason(problem, recorder)
        response = self._store_exchange(
            url,
            context,
            exchange_recording,
            truncation=truncation,
            cut_note=limit_note,
            started=started,
        )
        is_retryable = response.capture.status in RETRIED_STATUSES and not response.capture.memento
        return response, is_retryable or truncation in ("disconnect", "time")

    def _store_exchange(
        self,
        url: str,
        context: RequestContext,
        exchange_recording: ExchangeRecording,
        *,
        truncation: str,
        cut_note: str,
        started: datetime,
    ) -> FetchedResponse:
        exchange = Exchange(
            url=url,
            started=started,
            request=bytes(exchange_recording.request),
            response=bytes(exchange_recording.response),
            truncated=truncation,
            ip="" if self._policy.proxy else exchange_recording.ip,
            earlier=confirmed_capture(context.validators, url),
        )
        received = CaptureMetadata(
            role=context.role,
            outcome=Outcome.SUSPECT,  # until it is judged
            source=context.source,
            via=context.via,
            fetch_ms=(exchange_recording.ended_ns - exchange_recording.started_ns) / 1e6,
            tls=exchange_recording.tls,
        )
        intake = self._intake
        withheld = self._withhold(intake, exchange, received, cut_note) if intake else None
        if withheld is not None:
            log_response(logger, withheld)
            return withheld
        with self._store.receive(exchange, received):
            fetched = self._judge_and_store(exchange, received, cut_note)
        log_response(logger, fetched)
        return fetched

    def _withhold(
        self, intake: Intake, exchange: Exchange, received: CaptureMetadata, cut_note: str
    ) -> FetchedResponse | None:
        """Return a response that must not be stored, judged in memory; None for any other."""
        interpreted = interpret_response(
            exchange.response,
            exchange.truncated,
            limit=self._policy.limits.max_body_bytes,
            cut_note=cut_note,
        )
        metadata = replace(
            received,
            outcome=interpreted.outcome,
            note=interpreted.note,
            payload_sha256=interpreted.payload_sha256,
            memento=self._find_memento(exchange.url, interpreted),
        )
        unstored = UnstoredResponse(
            url=exchange.url,
            received_at=exchange.started,
            received=exchange.response,
            media_type=interpreted.response.media_type if interpreted.response else "",
            interpreted=interpreted,
            metadata=metadata,
        )
        return withhold(
            intake, unstored, partial(self._store.add_failure, exchange.url, exchange.started)
        )

    def _judge_and_store(
        self, exchange: Exchange, received: CaptureMetadata, cut_note: str
    ) -> FetchedResponse:
        interpreted = interpret_response(
            exchange.response,
            exchange.truncated,
            limit=self._policy.limits.max_body_bytes,
            cut_note=cut_note,
        )
        date = interpreted.response.header("Date") if interpreted.response else ""
        metadata = replace(
            received,
            outcome=interpreted.outcome,
            note=interpreted.note,
            payload_sha256=interpreted.payload_sha256,
            date_offset=_clock_offset(date, exchange.started),
            memento=self._find_memento(exchange.url, interpreted),
        )
        capture = self._store.add(replace(exchange, parsed=interpreted.response), metadata)
        return FetchedResponse(capture=capture, headers=interpreted.headers, body=interpreted.body)

    def _find_memento(self, url: str, interpreted: InterpretedResponse) -> Memento | None:
        """Return what the response states to be a copy of; a page may be another archive's."""
        if self._web_archive is not None:
            return self._web_archive.parse_memento(url, interpreted.headers)
        status = interpreted.response.status if interpreted.response else None
        return find_memento(url, status, interpreted.headers)

    def _store_failure(
        self,
        url: str,
        context: RequestContext,
        outcome: Outcome,
        note: str,
        when: datetime | None = None,
    ) -> FetchedResponse:
        metadata = CaptureMetadata(
            role=context.role, outcome=outcome, source=context.source, note=note, via=context.via
        )
        capture = self._store.add_failure(url, when or self._clock.now(), metadata)
        fetched = FetchedResponse(capture=capture, headers=(), body=b"")
        log_response(logger, fetched)
        return fetched


def _address_as_sent(url: str) -> str:
    """Return `url` in the URL Standard's form; one that is no web address stays, and is refused."""
    return resolve_or_keep(url, url).partition("#")[0]


def _clock_offset(date: str, now: datetime) -> float | None:
    """Return the seconds by which a Date header is ahead of `now`; None for an invalid date."""
    when = parse_http_date(date)
    return (when - now).total_seconds() if when else None
