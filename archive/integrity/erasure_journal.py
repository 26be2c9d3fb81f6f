"""The journal of erasures: what was begun, finished and taken back, as entries of the log.

One line of the log begins an erasure: from then on it is finished by any later start, whatever
happens in between. The line names log entries by number, never an id, an address or words; what the
erasure keeps out from then on stands in it as salted hashes (archive.integrity.erased_list).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from archive import atomic_files
from archive.archive_folder import ArchiveFolder
from archive.errors import ArchiveFolderError
from archive.integrity.erased_list import (
    ErasedHashes,
    ErasedList,
    hashes_of,
    load_salt,
    make_list,
)
from archive.log.entries import Entry, Fact
from archive.log.signed_log import Log

BEGUN, DONE, LIFTED, WITHHELD = "erasure-begun", "erasure-done", "erasure-lifted", "withheld"


@dataclass(frozen=True, slots=True, kw_only=True)
class BegunErasure:
    """One erasure as the log has it."""

    number: int  # of the entry that began it
    when: datetime
    reason: str
    who: str
    entries: tuple[int, ...]  # what it erases: numbers of entries in the log
    hashes: ErasedHashes
    done: datetime | None = None
    lifted: datetime | None = None  # when it was taken back


def begin(
    log: Log,
    entries: Sequence[int],
    hashes: ErasedHashes,
    *,
    reason: str,
    who: str,
    when: datetime,
) -> int:
    """Enter durably that an erasure begins; return the number of its entry."""
    facts: dict[str, Fact] = {
        "entries": " ".join(map(str, entries)),
        "reason": reason,
        "who": who,
        **hashes.facts(),
    }
    return log.append([Entry(kind=BEGUN, when=when, facts=facts)])


def end(log: Log, number: int, when: datetime) -> None:
    """Enter that the erasure begun by entry `number` is finished."""
    log.append([Entry(kind=DONE, when=when, facts={"begun": number})])


def lift(log: Log, number: int, *, reason: str, who: str, when: datetime) -> None:
    """Enter that what the erasure begun by entry `number` keeps out may be taken in again."""
    facts: dict[str, Fact] = {"begun": number, "reason": reason, "who": who}
    log.append([Entry(kind=LIFTED, when=when, facts=facts)])


def withhold(log: Log, number: int, sha256: str, when: datetime, address: str = "") -> None:
    """Enter that bytes with this SHA-256 were not stored: they hold what erasure `number` erased.

    `address`: the salted hash of the address they came from, which is kept out as well; "" where
    it holds more than that.
    """
    facts: dict[str, Fact] = {"begun": number, "sha256": sha256, "addresses": address}
    log.append([Entry(kind=WITHHELD, when=when, facts=facts)])


def begun_erasures(log: Log) -> list[BegunErasure]:
    """Return every erasure that the log has, in order."""
    done = _moments_by_erasure(log, DONE)
    lifted = _moments_by_erasure(log, LIFTED)
    return [
        BegunErasure(
            number=number,
            when=entry.when,
            reason=entry.text("reason"),
            who=entry.text("who"),
            entries=tuple(map(int, entry.text("entries").split())),
            hashes=hashes_of(entry.facts),
            done=done.get(number),
            lifted=lifted.get(number),
        )
        for number, entry in log.find_kind(BEGUN)
    ]


def unfinished_erasures(log: Log) -> list[BegunErasure]:
    return [erasure for erasure in begun_erasures(log) if erasure.done is None]


def withheld_digests(log: Log) -> set[str]:
    """Return the SHA-256 of what was withheld and logged by itself."""
    return {entry.text("sha256") for _, entry in log.find_kind(WITHHELD)}


def load_erased_list(log: Log, keys: Path) -> ErasedList:
    """Return what is kept out now; ArchiveFolderError where its salt is gone."""
    erasures = {e.number: e.hashes for e in begun_erasures(log) if e.lifted is None}
    hashes = list(erasures.items())
    for _, entry in log.find_kind(WITHHELD):
        if (number := entry.number("begun")) in erasures:
            hashes.append((number, hashes_of(entry.facts)))
    salt = load_salt(keys) if hashes else None
    if salt is None and any(any(found.facts().values()) for _, found in hashes):
        raise ArchiveFolderError(
            f"{keys}: expected erased.salt, without which erased statements cannot be kept out"
        )
    return make_list(salt, hashes)


def _moments_by_erasure(log: Log, kind: str) -> Mapping[int, datetime]:
    return {entry.number("begun"): entry.when for _, entry in log.find_kind(kind)}


def mark(home: ArchiveFolder, copies: Sequence[str]) -> None:
    """Mark, durably, that an erasure begins; `copies` are the exports to be named at its end."""
    data = json.dumps({"copies": list(copies)}, ensure_ascii=False).encode()
    atomic_files.replace_file(home.erasing, data)


def is_marked(home: ArchiveFolder) -> bool:
    """Say whether an erasure was begun and not finished: one look at the folder."""
    return home.erasing.exists()


def marked_copies(home: ArchiveFolder) -> list[str]:
    """Return the exports that hold what is being erased; [] where that is not known."""
    try:
        copies = json.loads(home.erasing.read_bytes())["copies"]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    return [str(copy) for copy in copies]


def unmark(home: ArchiveFolder) -> None:
    """Remove the mark, durably."""
    with atomic_files.storage_errors(home.erasing):
        if home.erasing.exists():
            home.erasing.unlink()
            atomic_files.sync_folder(home.root)
