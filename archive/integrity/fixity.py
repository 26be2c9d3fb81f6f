"""Verify the WARC files against the log, and the log against its signatures.

The log has the digest of every exchange as it was stored, so all bytes are covered by hashing each
file once. With `deep`, records are decompressed as well and every digest in their headers is
computed again.
"""

import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from archive.archive_folder import ArchiveFolder
from archive.errors import ArchiveError
from archive.integrity import clock_check
from archive.integrity.joined_check import check_joined_logs
from archive.integrity.key_check import check_private_key
from archive.integrity.log_audit import TrustAnchors, audit_log
from archive.integrity.logged_spans import FileSpans, LoggedSpan, LoggedSpans
from archive.log.signed_log import Log
from archive.verification_finding import Finding, Grade, failed_finding, noted_finding, ok_finding
from archive.warc.read_exchanges import read_exchanges
from archive.warc.verify_warc import verify_warc

logger = logging.getLogger(__name__)
_OF_ANOTHER_USER = "it belongs to another user, and cannot be read"

_CHUNK_BYTES = 1 << 20

Progress = Callable[[int], None]  # called with the number of bytes hashed since the last call


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckScope:
    """How much a check covers."""

    quick: bool = False  # sizes and the log only; no WARC byte is read
    deep: bool = False  # every digest inside the records too
    since: datetime | None = None  # only what was logged at this instant or later


def check(
    home: ArchiveFolder,
    *,
    trust: TrustAnchors,
    now: datetime,
    scope: CheckScope = CheckScope(),
    progress: Progress = lambda count: None,
) -> Iterator[Finding]:
    """Yield findings on the log and on every WARC file; `progress` is called with bytes read."""
    try:
        log = Log.open_for_reading(home.log)
    except ArchiveError as error:
        yield failed_finding("log", "entries", str(error))
        return
    with log:
        yield from audit_log(log, trust, now)
        yield from check_private_key(home.keys, log)
        yield from check_joined_logs(log, now)
        yield from check_warcs(home.warc, log, scope=scope, progress=progress)


def check_warcs(
    folder: Path, log: Log, *, scope: CheckScope, progress: Progress = lambda count: None
) -> Iterator[Finding]:
    """Yield findings on the WARC files below `folder`: a single one for each that is intact."""
    try:
        spans_by_file = LoggedSpans(log)
    except ArchiveError as error:
        yield failed_finding("log", "entries", str(error))
        return
    for hidden in _unreadable_folders(folder):
        yield noted_finding(hidden, "file", f"not looked at: {_OF_ANOTHER_USER}")
    names = sorted(set(spans_by_file) | set(warc_names(folder)))
    logger.info("checking %d WARC files against the log", len(names))
    for name in names:
        try:
            spans = spans_by_file.get(name)
        except ArchiveError as error:
            yield failed_finding("log", "entries", str(error))
            continue
        if scope.since and not any(span.logged >= scope.since for span in spans or ()):
            continue
        path = folder / name
        if _is_closed_to_us(path):
            yield noted_finding(name, "file", f"not looked at: {_OF_ANOTHER_USER}")
        elif not spans:
            yield _judge_unlogged_file(path, name, log)
        elif not path.exists():
            yield failed_finding(name, "file", f"missing, with {len(spans)} captures on record")
        else:
            yield from _check_file(path, name, spans, scope, progress, log)
    for path in sorted(folder.rglob("*.torn")):
        detail = "the part of an unacknowledged exchange that a crash left"
        yield noted_finding(path.relative_to(folder).as_posix(), "file", detail)


def _is_closed_to_us(path: Path) -> bool:
    """Return whether a file belongs to another user, who lets nobody read it.

    One of our own that cannot be read is damage, as far as this check can tell.
    """
    try:
        status = path.stat()
    except PermissionError:  # of a folder: see `_unreadable_folders`
        return True
    except OSError:
        return False
    return status.st_uid != os.geteuid() and not os.access(path, os.R_OK)


def _unreadable_folders(folder: Path) -> list[str]:
    """Return the folders below `folder` that another user lets nobody list."""
    closed: list[str] = []

    def note(error: OSError) -> None:
        path = Path(error.filename)
        if path.stat().st_uid != os.geteuid():
            closed.append(path.name if path == folder else path.relative_to(folder).as_posix())

    for _ in os.walk(folder, onerror=note):
        pass
    return closed


def warc_names(folder: Path) -> Iterator[str]:
    """Yield the names, below `folder`, of the WARC files there."""
    for path in folder.rglob("*"):
        if path.is_file() and not path.name.endswith(".torn"):
            yield path.relative_to(folder).as_posix()


def _judge_unlogged_file(path: Path, name: str, log: Log) -> Finding:
    if _logged_end_now(log, name):
        return noted_finding(name, "file", "captured while this check ran")
    if path.stat().st_mode & 0o222:
        return noted_finding(name, "file", "being written, or truncated at the next opening")
    return failed_finding(name, "file", "not in the log: no entry names it")


def _logged_end_now(log: Log, name: str) -> int:
    """Return the end of a file's logged bytes now: another process may be capturing meanwhile."""
    with Log.open_for_reading(log.folder) as fresh:
        return fresh.logged_end(name)


def _check_file(
    path: Path, name: str, spans: FileSpans, scope: CheckScope, progress: Progress, log: Log
) -> Iterator[Finding]:
    """Compare one file with its spans in the log."""
    logger.debug("checking %s: %d entries", name, len(spans))
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            faults = list(_check_spans(file.fileno(), status, name, spans, scope, progress))
    except OSError as error:
        yield failed_finding(name, "file", error.strerror or str(error))
        return
    faults += _check_tail(status, name, spans.end, log)
    if scope.deep and not faults:
        faults += _check_digests(path, name)
    yield from faults
    has_failed = any(fault.grade is Grade.FAILED for fault in faults)
    if scope.deep and not has_failed:
        yield from _check_clock(path, name)
    if not has_failed:
        yield ok_finding(name, "file", f"{len(spans)} entries, {spans.end} bytes")


def _check_digests(path: Path, name: str) -> Iterator[Finding]:
    """Check every digest inside the records; those of other tools that are not ours are noted."""
    foreign = []
    for problem in verify_warc(path):
        if problem.kind == "foreign":
            foreign.append(problem)
        elif problem.kind != "unchecked":
            yield failed_finding(name, problem.kind, str(problem))
    if foreign:
        detail = f"{len(foreign)} imported with another tool's digest that is wrong by our rules"
        yield noted_finding(name, "payload", f"{detail}, first {foreign[0]}")


def _check_clock(path: Path, name: str) -> Iterator[Finding]:
    """Yield a note where our clock was far from the clocks of this file's servers."""
    facts = (
        (urlsplit(exchange.url).netloc, exchange.metadata.date_offset)
        for exchange in read_exchanges(path)
        if exchange.metadata
        and exchange.metadata.date_offset is not None
        and not exchange.metadata.origin
    )
    estimate = clock_check.estimate_from_offsets(facts)
    if estimate and estimate.is_suspect:
        offset = f"{estimate.offset.total_seconds():+.0f} s from {estimate.hosts} servers' clocks"
        yield noted_finding(name, "clock", f"captured with our clock off by {offset}")


def _check_spans(
    descriptor: int,
    status: os.stat_result,
    name: str,
    spans: FileSpans,
    scope: CheckScope,
    progress: Progress,
) -> Iterator[Finding]:
    position = 0
    for span in spans:
        if span.start > position:
            yield failed_finding(
                name, "file", f"bytes {position} to {span.start} are in no entry of the log"
            )
        elif span.start < position:
            yield failed_finding(name, "file", f"byte {span.start} is in two entries of the log")
        position = max(position, span.end)
        label = f"byte {span.start}: {span.label}"
        if span.end > status.st_size:
            detail = f"{label}: recorded to byte {span.end}, found {status.st_size}"
            yield failed_finding(name, "record", f"{detail}: the file is cut short")
        elif not scope.quick and (scope.since is None or span.logged >= scope.since):
            digest = _digest_of(descriptor, span)
            progress(span.end - span.start)
            if digest != span.sha256:
                yield failed_finding(
                    name, "record", f"{label}: recorded as {span.sha256}, found {digest}"
                )


def _digest_of(descriptor: int, span: LoggedSpan) -> str:
    digest, position = sha256(), span.start
    while data := os.pread(descriptor, max(0, min(_CHUNK_BYTES, span.end - position)), position):
        digest.update(data)
        position += len(data)
    return digest.hexdigest()


def _check_tail(status: os.stat_result, name: str, end: int, log: Log) -> Iterator[Finding]:
    """Check the bytes after the last logged one, and whether the file was closed."""
    is_open = bool(status.st_mode & 0o222)
    if status.st_size <= end:
        if is_open:
            yield noted_finding(name, "file", "can be written to: it was not closed")
        return
    detail = f"bytes {end} to {status.st_size} are in no entry of the log"
    if is_open:
        yield noted_finding(
            name, "file", f"{detail}: being written, or truncated at the next opening"
        )
    elif _logged_end_now(log, name) >= status.st_size:
        yield noted_finding(
            name, "file", f"bytes {end} to {status.st_size} were written while this check ran"
        )
    else:
        yield failed_finding(name, "file", detail)
