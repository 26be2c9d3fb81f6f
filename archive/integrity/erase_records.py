"""Erase captures from WARC files and log while every other proof stays valid.

In the WARC file a tombstone of the same length takes its place; of its entry only the leaf hash is
left, which the salt keeps from being guessed; the erasure itself is an entry. Tree, checkpoints and
every other proof stay as they are. The order makes a crash harmless: the erasure is logged
first, and `finish_erasure` completes what is logged. What else has the words was cleaned before
(onrecord.erasure.finish_erasure).
"""

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from archive import atomic_files
from archive.archive_folder import ArchiveFolder
from archive.errors import FixityError, UnknownNameError
from archive.integrity.tombstone import make_tombstone
from archive.log import entries
from archive.log.entries import Entry, Fact
from archive.log.signed_log import Log

logger = logging.getLogger(__name__)

KIND = "erasure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """One capture that was, or is to be, erased."""

    capture: str
    entry: int  # its number in the log
    leaf: str  # its leaf hash, in hex
    file: str  # below warc/
    offset: int  # of its gzip member in that file, in bytes
    length: int


def plan_erasure(log: Log, captures: Sequence[str]) -> list[Erasure]:
    """Return what would be erased; UnknownNameError for a capture that the log does not have."""
    planned = []
    for capture in captures:
        matches = list(log.find("id", capture))
        if not matches:
            raise UnknownNameError("capture in the log", capture)
        planned += [_plan(log, index, entry) for index, entry in matches]
    return planned


def erase_records(
    home: ArchiveFolder,
    log: Log,
    planned: Sequence[Erasure],
    *,
    reason: str,
    who: str,
    when: datetime,
    keep: Callable[[str, bytes], None] | None = None,
) -> None:
    """Erase what was planned, and sign the log.

    Arguments are those of `require_intact` and `overwrite_records`.
    """
    require_intact(home, log, planned, keep)
    overwrite_records(home, log, planned, reason=reason, who=who, when=when)
    log.checkpoint()


def require_intact(
    home: ArchiveFolder,
    log: Log,
    planned: Sequence[Erasure],
    keep: Callable[[str, bytes], None] | None = None,
) -> None:
    """Raise FixityError where records are not as they were stored: damage is no erasure.

    `keep(capture, data)` is called for each capture; `data` is its entry's line and its WARC
    records, so that they can be encrypted for a trustee.
    """
    for erasure in planned:
        data = _read(home, erasure)
        entry = log.entry(erasure.entry)
        if isinstance(entry, Entry) and sha256(data).hexdigest() != entry.text("warc_sha256"):
            raise FixityError(
                f"{erasure.file} byte {erasure.offset}", entry.text("warc_sha256"), "other bytes"
            )
        if keep:
            keep(erasure.capture, log.line(erasure.entry) + b"\n" + data)


def overwrite_records(
    home: ArchiveFolder,
    log: Log,
    planned: Sequence[Erasure],
    *,
    reason: str,
    who: str,
    when: datetime,
) -> None:
    """Log the erasure of each record, overwrite it by its tombstone, and reduce its entry.

    `reason` and `who` stay in the log for good: they must not disclose what is erased.
    """
    for erasure in planned:
        tombstone = make_tombstone(leaf=erasure.leaf, when=when, length=erasure.length)
        facts: dict[str, Fact] = {
            "entry": erasure.entry,
            "leaf": erasure.leaf,
            "file": erasure.file,
            "at": erasure.offset,
            "bytes": erasure.length,
            "tombstone_sha256": sha256(tombstone).hexdigest(),
            "reason": reason,
            "who": who,
        }
        log.append([Entry(kind=KIND, when=when, facts=facts)])
        _write(home, erasure, tombstone)
        log.erase_entry(erasure.entry)
        logger.info("erased %d bytes of %s", erasure.length, erasure.file)


def finish_erasure(home: ArchiveFolder, log: Log) -> int:
    """Write the tombstones that a crash left out; return how many."""
    completed = 0
    for _, entry in erasures(log):
        if not entry.text("file"):
            continue  # only an entry was erased: the log completes that
        erasure = Erasure(
            capture="",
            entry=entry.number("entry"),
            leaf=entry.text("leaf"),
            file=entry.text("file"),
            offset=entry.number("at"),
            length=entry.number("bytes"),
        )
        data = _read(home, erasure)
        if data and sha256(data).hexdigest() != entry.text("tombstone_sha256"):
            _write(
                home,
                erasure,
                make_tombstone(leaf=erasure.leaf, when=entry.when, length=erasure.length),
            )
            completed += 1
            logger.info("completed the erasure of %d bytes of %s", erasure.length, erasure.file)
    return completed


def erase_entries(
    log: Log, indexes: Sequence[int], *, reason: str, who: str, when: datetime
) -> None:
    """Erase entries that tell of captures and have no record in a WARC file."""
    for index in indexes:
        leaf = entries.leaf_hash_of(log.line(index)).hex()
        facts: dict[str, Fact] = {"entry": index, "leaf": leaf, "reason": reason, "who": who}
        log.append([Entry(kind=KIND, when=when, facts=facts)])
        log.erase_entry(index)


def erasures(log: Log) -> Iterator[tuple[int, Entry]]:
    """Yield the erasure entries of the log, with their numbers in the log."""
    return log.find_kind(KIND)


def _plan(log: Log, index: int, entry: Entry) -> Erasure:
    return Erasure(
        capture=entry.text("id"),
        entry=index,
        leaf=entries.leaf_hash_of(log.line(index)).hex(),
        file=entry.text("warc"),
        offset=entry.number("offset"),
        length=entry.number("length"),
    )


def _read(home: ArchiveFolder, erasure: Erasure) -> bytes:
    """Return the bytes of a record; b"" where its file is gone, and nothing of it is there."""
    path = home.warc / erasure.file
    with atomic_files.storage_errors(path):
        if not path.exists():
            return b""
        with path.open("rb") as file:
            file.seek(erasure.offset)
            return file.read(erasure.length)


def _write(home: ArchiveFolder, erasure: Erasure, data: bytes) -> None:
    """Overwrite a record in place, durably; nothing where its file is gone, or is cut off there."""
    path: Path = home.warc / erasure.file
    with atomic_files.storage_errors(path):
        if not path.exists():
            return
        mode = path.stat().st_mode & 0o777
        path.chmod(0o600)
        try:
            file = path.open("r+b")
        finally:
            path.chmod(mode)  # at once: a file that can be written to counts as one never closed
        with file:
            size = os.fstat(file.fileno()).st_size
            file.seek(erasure.offset)
            file.write(data[: max(0, size - erasure.offset)])
            file.flush()
            os.fsync(file.fileno())
