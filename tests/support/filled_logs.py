"""Make logs for tests, filled with captures of an invented ministry."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from archive.integrity.log_audit import TrustAnchors, audit_log
from archive.log.entries import Entry
from archive.log.signed_log import Log
from archive.verification_finding import Finding, Grade

ORIGIN = "ruritania.example/archive"
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def capture(number: int, warc: str = "2026/11/a.warc.gz") -> Entry:
    """Return the entry of a capture in `warc`, after `number` others of 1000 bytes each."""
    return Entry(
        kind="response",
        when=NOON + timedelta(seconds=number),
        facts={
            "id": f"urn:uuid:{number:08d}",
            "url": f"https://ministry.ruritania.example/{number}",
            "warc": warc,
            "offset": 1000 * number,
            "length": 1000,
            "warc_sha256": f"{number:064x}",
            "payload_sha256": f"{number + 1:064x}",
        },
    )


def new_log(folder: Path, captures: int = 0) -> Log:
    """Return a new log, open for writing, with `captures` entries and a checkpoint after them."""
    log = Log.create(folder / "log", folder / "keys", origin=ORIGIN, when=NOON)
    if captures:
        log.append([capture(number) for number in range(captures)])
        log.checkpoint()
    return log


def reopened(folder: Path) -> Log:
    return Log.open_for_writing(folder / "log", folder / "keys")


def faults(folder: Path, trust: TrustAnchors | None = None, now: datetime = NOON) -> list[Finding]:
    """Return what an audit of the log in `folder` finds wrong."""
    with Log.open_for_reading(folder / "log") as log:
        findings = list(audit_log(log, trust or TrustAnchors(), now))
    return [finding for finding in findings if finding.grade is Grade.FAILED]
