"""Helpers for tests of WARC files: exchanges of an invented publisher, a log that records."""

import gzip
import subprocess
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from archive.models import Outcome, Role
from archive.warc.capture_metadata import CaptureMetadata
from archive.warc.record_builder import Exchange
from archive.warc.write.store import WarcStore
from archive.warc.write.stored_exchange import StoredExchange

NOON = datetime(2026, 4, 13, 12, 0, 0, 250, tzinfo=UTC)
PAGE = "https://ministry.example/statements/1"


def http_response(
    body: bytes = b"<p>We regret the delay.</p>", *headers: bytes, status: int = 200
) -> bytes:
    """Return what a server sends: a status line, headers, a body."""
    lines = [b"HTTP/1.1 %d Whatever" % status, b"Content-Type: text/html; charset=utf-8", *headers]
    if not any(line.lower().startswith(b"transfer-encoding") for line in headers):
        lines.append(b"Content-Length: %d" % len(body))
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def make_exchange(
    body: bytes = b"<p>We regret the delay.</p>",
    *headers: bytes,
    url: str = PAGE,
    status: int = 200,
    truncated: str = "",
) -> Exchange:
    return Exchange(
        url=url,
        started=NOON,
        request=b"GET /statements/1 HTTP/1.1\r\nHost: ministry.example\r\n\r\n",
        response=http_response(body, *headers, status=status),
        truncated=truncated,
        ip="192.0.2.7",
    )


def page_metadata(outcome: Outcome = Outcome.OK, **more: object) -> CaptureMetadata:
    return CaptureMetadata(role=Role.PAGE, outcome=outcome, source="ministry", **more)  # type: ignore[arg-type]


def open_store(folder: Path, **options: object) -> WarcStore:
    return WarcStore(folder, software="OnRecord/test", now=lambda: NOON, **options)  # type: ignore[arg-type]


def name_by_size(value: object) -> str | None:
    """Name a bytes parameter by its size: gzip bytes differ from one second to the next."""
    return f"{len(value)} bytes" if isinstance(value, bytes) else None


def only_file(folder: Path) -> Path:
    (path,) = folder.rglob("*.warc.gz")
    return path


def foreign_record(
    block: bytes,
    *,
    kind: str = "response",
    url: str = PAGE,
    date: str = "2017-04-13T10:02:00Z",
    record_id: str = "urn:uuid:00000000-0000-4000-8000-000000000001",
    version: str = "1.1",
    content_type: str = "application/http; msgtype=response",
    fields: Iterable[str] = (),
) -> bytes:
    """Return a record as another tool would have written it."""
    lines = [
        f"WARC/{version}",
        f"WARC-Type: {kind}",
        f"WARC-Target-URI: {url}",
        f"WARC-Date: {date}",
        f"WARC-Record-ID: <{record_id}>",
        *fields,
        f"Content-Type: {content_type}",
        f"Content-Length: {len(block)}",
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def write_warc(path: Path, *records: bytes, members: bool = True) -> Path:
    """Write `records` to `path`, each in its own gzip member if `members`."""
    path.write_bytes(b"".join(gzip.compress(record) if members else record for record in records))
    return path


def assert_other_tools_accept(path: Path) -> None:
    """Assert that warcio and FastWARC accept every digest in the file at `path`."""
    tools = Path(sys.executable).parent
    for command in (["warcio", "check", path], ["fastwarc", "check", "-q", path]):
        process = subprocess.run([tools / command[0], *command[1:]], capture_output=True, text=True)
        assert process.returncode == 0, process.stdout + process.stderr


class RecordingLog:
    """An ExchangeLog in memory; it fails when it would exceed `max_entries`."""

    def __init__(self, max_entries: int = 1 << 30) -> None:
        self.entries: list[StoredExchange] = []
        self._max_entries = max_entries

    def enter(self, stored: Sequence[StoredExchange]) -> None:
        if len(self.entries) + len(stored) > self._max_entries:
            raise OSError(28, "No space left on device")
        self.entries += stored

    def logged_end(self, warc: str) -> int | None:
        return None
