"""The one door through which pages come: the network and replay both stand behind it.

A `Visit` is one run at one instant. On the network there is one visit, now; WARC files are replayed
as the visits that they record, in time order, each answering only with what was captured then.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from archive.models import Capture, Role
from scrapers.url_key import url_key


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedResponse:
    """A capture, already stored and hashed, with what is needed to read it."""

    capture: Capture
    headers: tuple[tuple[str, str], ...]  # of the response, as sent, in order
    body: bytes  # after transfer and content decoding; b"" where there is none

    def header(self, name: str) -> str:
        """Return the first header called `name` in any case, or ""."""
        return next((v for k, v in self.headers if k.lower() == name.lower()), "")

    @property
    def as_published(self) -> "FetchedResponse":
        """Return it as the publisher's own answer, by which it is read.

        Of another archive's copy that is the page's own address and the day that archive had it.
        """
        return replace(self, capture=as_published(self.capture))


def as_published(capture: Capture) -> Capture:
    """Return a capture as one of the publisher's own, by which it is read and judged."""
    memento = capture.memento
    if memento is None:
        return capture
    return replace(capture, url=url_key(memento.original), captured=memento.archived)


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What we know of an earlier answer, for a conditional request (RFC 9110, 13.1)."""

    etag: str = ""
    last_modified: str = ""
    capture: str = ""  # its id, for the record of a 304 to refer to
    captured: datetime | None = None


class Fetcher(Protocol):
    """One run at one instant."""

    visited_at: datetime

    def fetch(
        self, url: str, *, source: str, role: Role, validators: Validators | None = None
    ) -> list[FetchedResponse]:
        """Ask for `url`, following redirects; return every hop, the last one being the answer.

        Whatever comes of it is a capture: a refusal, an error and an address that replayed files
        lack are outcomes, not exceptions. All bytes are stored before this returns.
        """

    def iter_captured_pages(self, is_page: "UrlPredicate") -> Iterator[str]:
        """Yield addresses that were captured at this visit though no listing may name them."""


class UrlPredicate(Protocol):
    """Says whether an address is one of a source's pages."""

    def __call__(self, url: str, /) -> bool: ...
