"""Erase a capture without breaking anyone else's proof.

In the WARC file a tombstone of the same length takes its place; of its entry only the leaf hash is
left, which the salt keeps from being guessed; the erasure itself is an entry. Tree, checkpoints and
every other proof stay as they are. The order makes a crash harmless: the erasure is on record
first, and `finish` completes what is on record.
"""

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
from archive.log.log import Log

KIND = "erasure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """One capture that was, or is to be, erased."""

    capture: str
    entry: int  # its number in the log
    leaf: str  # its leaf hash, in hex
    file: str  # below warc/
    at: int
    bytes: int


def plan_erasure(log: Log, captures: Sequence[str]) -> list[Erasure]:
    """Return what would be erased; UnknownNameError for a capture that is not on record."""
    found = []
    for capture in captures:
        held = list(log.find("id", capture))
        if not held:
            raise UnknownNameError("capture in the log", capture)
        found += [_erasure(log, index, entry) for index, entry in held]
    return found


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

    `keep` is handed, before anything is erased, the name of each capture and its bytes: its entry's
    line and its WARC records; it may seal them for a trustee. `reason` and `who` stay in the log
    for good: they must not say what is being erased.
    """
    for one in planned:
        data = _read(home, one)
        entry = log.entry(one.entry)
        if isinstance(entry, Entry) and sha256(data).hexdigest() != entry.text("warc_sha256"):
            raise FixityError(f"{one.file} byte {one.at}", entry.text("warc_sha256"), "other bytes")
        if keep:
            keep(one.capture, log.line(one.entry) + b"\n" + data)
    for one in planned:
        stone = make_tombstone(leaf=one.leaf, when=when, length=one.bytes)
        facts: dict[str, Fact] = {
            "entry": one.entry,
            "leaf": one.leaf,
            "file": one.file,
            "at": one.at,
            "bytes": one.bytes,
            "tombstone_sha256": sha256(stone).hexdigest(),
            "reason": reason,
            "who": who,
        }
        log.append([Entry(kind=KIND, when=when, facts=facts)])
        _write(home, one, stone)
        log.reduce(one.entry)
    log.checkpoint()


def finish_erasure(home: ArchiveFolder, log: Log) -> int:
    """Put in place the tombstones that a crash left out; return how many."""
    done = 0
    for _, entry in erasures(log):
        one = Erasure(
            capture="",
            entry=entry.number("entry"),
            leaf=entry.text("leaf"),
            file=entry.text("file"),
            at=entry.number("at"),
            bytes=entry.number("bytes"),
        )
        if sha256(_read(home, one)).hexdigest() != entry.text("tombstone_sha256"):
            _write(home, one, make_tombstone(leaf=one.leaf, when=entry.when, length=one.bytes))
            done += 1
    return done


def erasures(log: Log) -> Iterator[tuple[int, Entry]]:
    """Yield the erasures on record, with their numbers in the log."""
    return log.find_kind(KIND)


def _erasure(log: Log, index: int, entry: Entry) -> Erasure:
    return Erasure(
        capture=entry.text("id"),
        entry=index,
        leaf=entries.leaf_of(log.line(index)).hex(),
        file=entry.text("warc"),
        at=entry.number("offset"),
        bytes=entry.number("length"),
    )


def _read(home: ArchiveFolder, one: Erasure) -> bytes:
    path = home.warc / one.file
    with atomic_files.storage_errors(path), path.open("rb") as file:
        file.seek(one.at)
        return file.read(one.bytes)


def _write(home: ArchiveFolder, one: Erasure, data: bytes) -> None:
    path: Path = home.warc / one.file
    with atomic_files.storage_errors(path):
        mode = path.stat().st_mode & 0o777
        path.chmod(0o600)
        try:
            with path.open("r+b") as file:
                file.seek(one.at)
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        finally:
            path.chmod(mode)
