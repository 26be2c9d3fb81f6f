"""Is every byte still what it was? WARC files against the log, the log against its signatures.

The log has the digest of every exchange as it was stored, so all bytes are covered by hashing each
file once. With `deep`, records are unpacked as well and every digest that they state of themselves
is computed again.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from archive.archive_folder import ArchiveFolder
from archive.errors import ArchiveError
from archive.findings import Finding, Grade, failed_finding, noted_finding, ok_finding
from archive.integrity import clock_check
from archive.integrity.log_audit import TrustAnchors, audit_log
from archive.log import entries
from archive.log.entries import Entry, ErasedEntry
from archive.log.log import Log
from archive.warc.exchanges import read_exchanges
from archive.warc.verify_warc import verify_warc

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True, order=True)
class LoggedSpan:
    """Bytes of a WARC file whose digest is on record, and what they are."""

    start: int
    end: int
    sha256: str
    what: str
    logged: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckScope:
    """How much is checked."""

    quick: bool = False  # sizes and the log only; no WARC byte is read
    deep: bool = False  # every digest inside the records too
    since: datetime | None = None  # only what was logged at this instant or later


def check(
    home: ArchiveFolder,
    *,
    trust: TrustAnchors,
    now: datetime,
    scope: CheckScope = CheckScope(),
    progress: Progress = lambda more: None,
) -> Iterator[Finding]:
    """Yield what is found of the log and of every WARC file; `progress` is told bytes done."""
    try:
        log = Log.reading(home.log)
    except ArchiveError as error:
        yield failed_finding("log", "entries", str(error))
        return
    with log:
        yield from audit_log(log, trust, now)
        yield from check_warcs(home.warc, log, scope=scope, progress=progress)


def check_warcs(
    folder: Path, log: Log, *, scope: CheckScope, progress: Progress = lambda more: None
) -> Iterator[Finding]:
    """Yield what is found of the WARC files below `folder`: one finding for each that is whole."""
    try:
        on_record = logged_spans(log)
    except ArchiveError as error:
        yield failed_finding("log", "entries", str(error))
        return
    for name in sorted(set(on_record) | set(warc_names(folder))):
        known = on_record.get(name, [])
        if scope.since and not any(span.logged >= scope.since for span in known):
            continue
        path = folder / name
        if not known:
            yield _unknown(path, name, log)
        elif not path.exists():
            yield failed_finding(name, "file", f"missing, with {len(known)} captures on record")
        else:
            yield from _check_one(path, name, known, scope, progress, log)
    for torn in sorted(folder.rglob("*.torn")):
        detail = "what a crash left of an exchange that was never acknowledged"
        yield noted_finding(torn.relative_to(folder).as_posix(), "file", detail)


def logged_spans(log: Log) -> dict[str, list[LoggedSpan]]:
    """Return, for each WARC file on record, its spans in order of place.

    What lies where an erased exchange was is on record with the erasure.
    """
    found: dict[str, list[LoggedSpan]] = {}
    for line in log.lines():
        entry = entries.decode(line)
        if isinstance(entry, ErasedEntry):
            continue
        if entry.kind == "erasure":
            span = LoggedSpan(
                entry.number("at"),
                entry.number("at") + entry.number("bytes"),
                entry.text("tombstone_sha256"),
                "tombstone of an erasure",
                entry.when,
            )
            _replace(found.setdefault(entry.text("file"), []), span)
        elif warc := entry.text("warc"):
            found.setdefault(warc, []).append(_of_entry(entry))
    return {name: sorted(known) for name, known in found.items()}


def _of_entry(entry: Entry) -> LoggedSpan:
    start = entry.number("offset")
    said = (entry.text("id"), entry.text("url"))
    what = " ".join(part for part in said if part) or entry.kind
    return LoggedSpan(
        start, start + entry.number("length"), entry.text("warc_sha256"), what, entry.when
    )


def _replace(known: list[LoggedSpan], span: LoggedSpan) -> None:
    """Put a tombstone in place of what was erased, if that is still on record."""
    known[:] = [one for one in known if (one.start, one.end) != (span.start, span.end)]
    known.append(span)


def warc_names(folder: Path) -> Iterator[str]:
    """Yield the names, below `folder`, of the WARC files there."""
    for path in folder.rglob("*"):
        if path.is_file() and not path.name.endswith(".torn"):
            yield path.relative_to(folder).as_posix()


def _unknown(path: Path, name: str, log: Log) -> Finding:
    if _logged_since(log, name):
        return noted_finding(name, "file", "captured while this check ran")
    if path.stat().st_mode & 0o222:
        return noted_finding(name, "file", "being written, or torn off at the next opening")
    return failed_finding(name, "file", "not in the log: no capture of it is on record")


def _logged_since(log: Log, name: str) -> int:
    """Return up to which byte a file is on record now: somebody may be capturing meanwhile."""
    with Log.reading(log.folder) as fresh:
        return fresh.logged_end(name)


def _check_one(
    path: Path, name: str, known: list[LoggedSpan], scope: CheckScope, progress: Progress, log: Log
) -> Iterator[Finding]:
    """Compare one file with what is on record of it."""
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            faults = list(_faults(file.fileno(), status, name, known, scope, progress))
    except OSError as error:
        yield failed_finding(name, "file", error.strerror or str(error))
        return
    faults += _beyond(status, name, known[-1].end, log)
    if scope.deep and not faults:
        wrong = verify_warc(path)
        faults = [
            failed_finding(name, one.kind, str(one)) for one in wrong if one.kind != "unchecked"
        ]
    yield from faults
    if scope.deep and not faults:
        yield from _clock(path, name)
    if not any(fault.grade is Grade.FAILED for fault in faults):
        yield ok_finding(name, "file", f"{len(known)} entries, {known[-1].end} bytes")


def _clock(path: Path, name: str) -> Iterator[Finding]:
    """Say so where our clock was far from those of the servers that this file's pages are from."""
    facts = (
        (urlsplit(held.url).netloc, held.metadata.date_offset)
        for held in read_exchanges(path)
        if held.metadata and held.metadata.date_offset is not None and not held.metadata.origin
    )
    found = clock_check.by_facts(facts)
    if found and found.suspect:
        off = f"{found.offset.total_seconds():+.0f} s from {found.hosts} servers' clocks"
        yield noted_finding(name, "clock", f"captured with our clock off by {off}")


def _faults(
    handle: int,
    status: os.stat_result,
    name: str,
    known: list[LoggedSpan],
    scope: CheckScope,
    progress: Progress,
) -> Iterator[Finding]:
    at = 0
    for span in known:
        if span.start > at:
            yield failed_finding(
                name, "file", f"bytes {at} to {span.start} are in no entry of the log"
            )
        elif span.start < at:
            yield failed_finding(name, "file", f"byte {span.start} is in two entries of the log")
        at = max(at, span.end)
        what = f"byte {span.start}: {span.what}"
        if span.end > status.st_size:
            detail = f"{what}: recorded to byte {span.end}, found {status.st_size}"
            yield failed_finding(name, "record", f"{detail}: the file is cut short")
        elif not scope.quick and (scope.since is None or span.logged >= scope.since):
            found = sha256(os.pread(handle, span.end - span.start, span.start)).hexdigest()
            progress(span.end - span.start)
            if found != span.sha256:
                yield failed_finding(
                    name, "record", f"{what}: recorded as {span.sha256}, found {found}"
                )


def _beyond(status: os.stat_result, name: str, end: int, log: Log) -> Iterator[Finding]:
    """Judge what lies after the last byte on record, and whether the file was closed."""
    growing = bool(status.st_mode & 0o222)
    if status.st_size <= end:
        if growing:
            yield noted_finding(name, "file", "can be written to: it was not closed")
        return
    detail = f"bytes {end} to {status.st_size} are in no entry of the log"
    if growing:
        yield noted_finding(
            name, "file", f"{detail}: being written, or torn off at the next opening"
        )
    elif _logged_since(log, name) >= status.st_size:
        yield noted_finding(
            name, "file", f"bytes {end} to {status.st_size} came while this check ran"
        )
    else:
        yield failed_finding(name, "file", detail)
