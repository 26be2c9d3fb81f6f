"""Captures of real pages, found in ../shared/web; tests that need them skip where they are not."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator, WarcRecordType

from archive.models import Capture, Outcome, Role, StoredRecord
from scrapers.fetch.fetcher import FetchedResponse
from tests.support.paths import SHARED


def capture(
    url: str, body: bytes, *, captured: str = "2024-05-06T07:08:09Z", **headers: str
) -> FetchedResponse:
    """Make a fetched capture of `url`, as if a server had sent `body`."""
    nowhere = StoredRecord(warc="", offset=0, length=0, sha256="")
    return FetchedResponse(
        capture=Capture(
            id="urn:uuid:00000000-0000-4000-8000-000000000000",
            url=url,
            captured=datetime.fromisoformat(captured),
            outcome=Outcome.OK,
            role=Role.PAGE,
            source="",
            status=200,
            media_type="text/html",
            payload_sha256="",
            stored=nowhere,
        ),
        headers=tuple((name.replace("_", "-"), value) for name, value in headers.items()),
        body=body,
    )


def shared_captures(name: str) -> Iterator[FetchedResponse]:
    """Yield every capture of `web/<name>.warc.gz`, or skip the test that asks."""
    path = SHARED / "web" / f"{name}.warc.gz"
    if not path.exists():
        pytest.skip(f"no captures of real pages at {path}")
    yield from captures_in(path)


def captures_in(path: Path) -> Iterator[FetchedResponse]:
    """Yield every capture of a page in the WARC file at `path`."""
    with path.open("rb") as file:
        for record in ArchiveIterator(file, record_types=WarcRecordType.response):
            yield capture(
                record.headers["WARC-Target-URI"],
                record.reader.read(),
                captured=record.headers["WARC-Date"],
                Content_Type=record.http_headers.get("Content-Type", ""),
            )
