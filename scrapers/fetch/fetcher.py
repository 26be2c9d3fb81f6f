"""The Fetcher protocol, which the network and replay of WARC files implement, and its response.

A fetcher is one visit: one run at one instant. On the network there is one visit, now; WARC files
are replayed as the visits that they record, in time order, each with the captures of that instant.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from archive.models import Capture, Role, StoredRecord, Validators
from archive.warc.capture_metadata import CaptureMetadata
from scrapers.url_key import redact_url, url_host, url_key
from scrapers.webarchives.replayed_copy import strip_replay

_NO_RECORD = StoredRecord(warc="", offset=0, length=0, sha256="")


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedResponse:
    """A capture, already stored and hashed, with the headers and body needed to read it."""

    capture: Capture
    headers: tuple[tuple[str, str], ...]  # of the response, as sent, in order
    body: bytes  # after transfer and content decoding; b"" where there is none
    withheld: str = ""  # of a response that was not stored: its other items, as JSON

    def header(self, name: str) -> str:
        """Return the first header called `name` in any case, or ""."""
        return next((v for k, v in self.headers if k.lower() == name.lower()), "")

    @property
    def as_published(self) -> "FetchedResponse":
        """Return the response as if the publisher had sent it, which is how it is read.

        A memento gets the original URL and the instant at which the other archive captured it, and
        loses what that archive put into the page.
        """
        if self.capture.memento is None:
            return self
        body = strip_replay(self.capture.url, self.body)
        return replace(self, capture=as_published(self.capture), body=body)


def as_published(capture: Capture) -> Capture:
    """Return a memento as a capture of the original URL; any other capture unchanged."""
    memento = capture.memento
    if memento is None:
        return capture
    return replace(capture, url=url_key(memento.original), captured=memento.archived)


class Fetcher(Protocol):
    """One visit: fetches URLs as of one instant."""

    visited_at: datetime

    def fetch(
        self, url: str, *, source: str, role: Role, validators: Validators | None = None
    ) -> list[FetchedResponse]:
        """Request `url` and follow redirects; return every hop, the final response last.

        Every hop is a capture: a refusal, an error and a URL that replayed files lack are outcomes,
        not exceptions. All bytes are stored before this returns. HostWaitError (scrapers.fetch.
        throttle) where the host is to be left alone for longer than a visit waits.
        """

    def iter_captured_pages(self, is_page: "UrlPredicate") -> Iterator[str]:
        """Yield the URLs captured at this visit for which `is_page` holds, listed or not."""


def log_response(logger: logging.Logger, response: FetchedResponse) -> None:
    """Log how a request ended: with the host alone for -v, with the URL for -vv."""
    capture = response.capture
    logger.info(
        "%s: %s, status %s, %d bytes",
        url_host(capture.url),
        capture.outcome.value,
        capture.status or "none",
        len(response.body),
    )
    logger.debug("%s is capture %s", redact_url(capture.url), capture.id or "none")


class UrlPredicate(Protocol):
    """Says whether a URL is one of a source's pages."""

    def __call__(self, url: str, /) -> bool: ...


def unstored_capture(
    url: str,
    when: datetime,
    metadata: CaptureMetadata,
    *,
    status: int | None = None,
    media_type: str = "",
) -> Capture:
    """Return the capture of a response that is not stored, at least not yet."""
    return Capture(
        id="",
        url=url,
        captured=when,
        outcome=metadata.outcome,
        role=metadata.role,
        source=metadata.source,
        status=status,
        media_type=media_type,
        payload_sha256=metadata.payload_sha256,
        stored=_NO_RECORD,
        note=metadata.note,
        memento=metadata.memento,
    )
