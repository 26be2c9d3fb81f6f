"""Logs of other archives whose captures were joined to this one: kept, continued, looked up.

`log/joined/ID/` has another log's entries, checkpoints, timestamps and public keys as they were;
ID is the beginning of the SHA-256 of its origin. With them anyone can check a capture against the
key of the archive that made it. Our own log has an entry of kind `joined` for each state taken
over, so that what we keep of the other log cannot be exchanged later.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from archive.atomic_files import replace_file, storage_errors
from archive.errors import ArchiveFolderError, FixityError
from archive.log import entries
from archive.log.entries import Entry, Fact
from archive.log.entry_file import EntryFile
from archive.log.signed_log import Log
from archive.log.signed_notes import PublicKey

logger = logging.getLogger(__name__)

KIND = "joined"
_KEPT = ("checkpoints/*", "checkpoint", "keys/*.pem", "authorities/*")


@dataclass(frozen=True, slots=True)
class JoinedProof:
    """The proof that another archive's log has a capture."""

    entry: bytes  # its line in that log
    index: int
    proof: list[bytes]
    checkpoint: bytes
    key: PublicKey  # the one in force at that checkpoint


def join_log(own: Log, other: Log, when: datetime) -> bool:
    """Keep the log of another archive, up to its newest checkpoint; return whether it was new.

    `own` must be open for writing.

    Raises:
        ArchiveFolderError: it is this very log, or was never signed.
        FixityError: it is no continuation of what was kept of it before.

    """
    newest = other.checkpoints.latest()
    if newest is None:
        raise ArchiveFolderError(f"{other.folder}: expected a checkpoint, found none")
    origin, size = newest.checkpoint.origin, newest.checkpoint.size
    if origin == own.keys().origin:
        raise ArchiveFolderError(f"{other.folder}: is this archive's own log, or a copy of it")
    facts: dict[str, Fact] = {"origin": origin, "size": size, "root": newest.checkpoint.root.hex()}
    if any(entry.facts == facts for _, entry in own.find("origin", origin)):
        return False
    folder = own.folder / "joined" / _folder_name(origin)
    lines = _require_continuation(folder, list(other.lines(0, size)))
    with storage_errors(folder):
        for pattern in _KEPT:
            for path in sorted(other.folder.glob(pattern)):
                replace_file(folder / path.relative_to(other.folder), path.read_bytes())
        replace_file(folder / "entries.jsonl", b"".join(line + b"\n" for line in lines))
        replace_file(folder / "checkpoint", newest.data)
    own.append([Entry(kind=KIND, when=when, facts=facts)])
    logger.info("joined %d entries of the log %s", size, origin)
    return True


def joined_folders(log: Path) -> list[Path]:
    """Return the folders of the joined logs below the folder `log`."""
    return sorted(path.parent for path in (log / "joined").glob("*/entries.jsonl"))


def find_joined_proof(log: Path, capture: str) -> JoinedProof | None:
    """Return the proof that another archive's log has a capture; None where none has it."""
    for folder in joined_folders(log):
        with Log.open_for_reading(folder) as other:
            newest = other.checkpoints.latest()
            for index, _ in other.find("id", capture):
                if newest is not None and index < newest.checkpoint.size:
                    size = newest.checkpoint.size
                    return JoinedProof(
                        entry=other.line(index),
                        index=index,
                        proof=other.inclusion_proof(index, size),
                        checkpoint=newest.data,
                        key=other.keys().in_force(size),
                    )
    return None


def erase_from_joined(log: Path, capture: str) -> int:
    """Reduce the joined entries of an erased capture to their leaf hashes; return how many."""
    count = 0
    for folder in joined_folders(log):
        with Log.open_for_reading(folder) as other:
            indexes = [index for index, _ in other.find("id", capture)]
        if indexes:
            with _open_file(folder) as file:
                for index in indexes:
                    file.overwrite(index, entries.erased_form(file.line(index)))
                    count += 1
    return count


@contextmanager
def _open_file(folder: Path) -> Iterator[EntryFile]:
    file = EntryFile(folder, writing=True)
    try:
        yield file
    finally:
        file.close()


def _folder_name(origin: str) -> str:
    return sha256(origin.encode()).hexdigest()[:16]


def _require_continuation(folder: Path, lines: list[bytes]) -> list[bytes]:
    """Return the lines to keep: what was erased here stays erased."""
    if not (folder / "entries.jsonl").exists():
        return lines
    known = EntryFile(folder, writing=False)
    try:
        if len(known) > len(lines):
            raise FixityError(f"{folder}", f"{len(known)} entries or more", f"{len(lines)}")
        kept = list(known.lines())
    finally:
        known.close()
    for number, (old, new) in enumerate(zip(kept, lines, strict=False)):
        if entries.leaf_hash_of(old) != entries.leaf_hash_of(new):
            name = f"entry {number} of the other log"
            raise FixityError(name, entries.leaf_hash_of(old).hex(), "another")
    return [*kept, *lines[len(kept) :]]
