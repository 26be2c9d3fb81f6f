"""What an erasure keeps out of the archive, judged in memory before a byte of it is on disk.

It leaves a record of its digest in the log, and the other items of a feed are read.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from archive.models import Capture, Outcome, Role
from archive.warc.capture_metadata import CaptureMetadata
from archive.warc.digests import sha256_hex
from scrapers.fetch.fetcher import FetchedResponse, unstored_capture
from scrapers.fetch.response import InterpretedResponse


@dataclass(frozen=True, slots=True)
class Withheld:
    """Why a response is withheld: the log entry of the erasure; and what else it holds."""

    entry: int
    content: str  # its other items as JSON; "" where there is none

    @property
    def note(self) -> str:
        return explain(self.entry)


class Intake(Protocol):
    """Says what is withheld from the archive; threads may share one."""

    def erasure_at(self, url: str, capture: str = "") -> int | None:
        """Return the log entry of the erasure of the page at `url`, or of a record of this id."""

    def judge(self, response: FetchedResponse) -> Withheld | None:
        """Return why `response`, which is not stored, is withheld; None where it may be stored."""

    def record(self, entry: int, sha256: str, url: str = "") -> None:
        """Log that a response was withheld; keep out what is at `url` from now on.

        `sha256`: of the response as it was received, its head included (a WARC block digest).
        """


def explain(entry: int) -> str:
    """Return the sentence for people about what is withheld."""
    return f"erased before (log entry {entry}), so it is kept out: onrecord erase --again"


def withheld_response(
    url: str, when: datetime, *, source: str, role: Role, entry: int
) -> FetchedResponse:
    """Return the response of a page that is kept out: nothing of it is stored."""
    metadata = CaptureMetadata(
        role=role, outcome=Outcome.WITHHELD, source=source, note=explain(entry)
    )
    return FetchedResponse(capture=unstored_capture(url, when, metadata), headers=(), body=b"")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnstoredResponse:
    """A response that was received and is not stored: its bytes, and what is known of them."""

    url: str
    received_at: datetime
    received: bytes  # its head included
    media_type: str
    interpreted: InterpretedResponse
    metadata: CaptureMetadata


def withhold(
    intake: Intake, response: UnstoredResponse, store_rest: Callable[[CaptureMetadata], Capture]
) -> FetchedResponse | None:
    """Return what is left of a response that must not be stored; None for any other.

    `store_rest` stores a record of the other items that it holds, where there are such.
    """
    interpreted, metadata = response.interpreted, response.metadata
    capture = unstored_capture(
        response.url,
        response.received_at,
        metadata,
        status=interpreted.response.status if interpreted.response else None,
        media_type=response.media_type,
    )
    withheld = intake.judge(
        FetchedResponse(capture=capture, headers=interpreted.headers, body=interpreted.body)
    )
    if withheld is None:
        return None
    if not withheld.content:
        intake.record(withheld.entry, sha256_hex(response.received), response.url)
        return withheld_response(
            response.url,
            response.received_at,
            source=metadata.source,
            role=metadata.role,
            entry=withheld.entry,
        )
    rest = replace(metadata, outcome=Outcome.WITHHELD, note=withheld.note, content=withheld.content)
    return FetchedResponse(
        capture=store_rest(rest), headers=(), body=b"", withheld=withheld.content
    )
