"""The log of an archive: open it, append entries, sign checkpoints, make Merkle proofs.

A capture and its entry are written as one: the WARC bytes are synced first, then the entry. At
open, WARC bytes past the last logged end (`Log.logged_end`) are truncated, and so is a torn last
line of the log: a crash leaves both or neither.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from archive import atomic_files
from archive.close_at_exit import ClosedAtExit
from archive.errors import ArchiveFolderError, FixityError, StorageError
from archive.locks.log_lock import LogLock
from archive.log import entries, keys, merkle_proofs, signed_notes
from archive.log.checkpoint_files import Checkpoints, StoredCheckpoint
from archive.log.entries import Entry, ErasedEntry
from archive.log.entry_file import EntryFile
from archive.log.keys import KeyHistory
from archive.log.sign_checkpoint import next_key_path, sign_checkpoint
from archive.log.signed_notes import Checkpoint
from archive.log.tiles import Tiles

logger = logging.getLogger(__name__)
_Result = TypeVar("_Result")


class Log(ClosedAtExit):
    """One log, open for reading or for writing.

    A process that writes keeps the log for itself, or shares it (`share`): then each append is a
    turn of its own, at the end of what others have appended by then.
    """

    def __init__(self, folder: Path, key_folder: Path | None, lock: LogLock | None) -> None:
        self.folder = folder
        self._lock = lock
        self._key_path = key_folder / "log.pem" if key_folder else None
        self._file = EntryFile(folder, writing=lock is not None)
        self.torn_bytes = self._file.torn_bytes
        self.checkpoints = Checkpoints(folder)
        self._tiles: Tiles | None = None
        self.remade_tiles = False  # whether damaged tiles were computed again

    @classmethod
    def create(cls, folder: Path, key_folder: Path, *, origin: str, when: datetime) -> "Log":
        """Begin a log named `origin` with a new key, and return it open for writing."""
        if (folder / "entries.jsonl").exists():
            raise ArchiveFolderError(f"{folder}: expected no log, found one")
        key = keys.new_key()
        public = signed_notes.public_key(key, origin)
        with atomic_files.storage_errors(folder):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            key_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        keys.save_key(key_folder / "log.pem", key)
        lock = LogLock(folder)
        lock.keep()
        log = cls(folder, key_folder, lock)
        log.append([keys.first_key_entry(public, when)])
        log.save_public_keys()
        log.checkpoint()
        return log

    @classmethod
    def open_for_reading(cls, folder: Path) -> "Log":
        """Open a log to read it; others may be writing."""
        if not (folder / "entries.jsonl").exists():
            raise ArchiveFolderError(f"{folder}: expected a log, found none")
        return cls(folder, None, None)

    @classmethod
    def open_to_sign(cls, folder: Path, key_folder: Path) -> "Log":
        """Open a log that cannot be written to, to read it and sign what leaves the archive."""
        if not (folder / "entries.jsonl").exists():
            raise ArchiveFolderError(f"{folder}: expected a log, found none")
        return cls(folder, key_folder, None)

    @classmethod
    def open_for_writing(cls, folder: Path, key_folder: Path) -> "Log":
        """Open a log to append to it alone; LockedError while another process keeps it."""
        return cls._open_for_writing(folder, key_folder, LogLock(folder))

    @classmethod
    def open_shared(cls, folder: Path, key_folder: Path) -> "Log":
        """Open a log to append to it as others may; LockedError where another process keeps it."""
        lock = LogLock(folder)
        with lock.turn():
            log = cls._open_for_writing(folder, key_folder, lock)
            log.share()
        return log

    @classmethod
    def _open_for_writing(cls, folder: Path, key_folder: Path, lock: LogLock) -> "Log":
        if not (folder / "entries.jsonl").exists():
            raise ArchiveFolderError(f"{folder}: expected a log, found none")
        lock.keep()
        try:
            log = cls(folder, key_folder, lock)
            log._compare_with_last_checkpoint()
            log._finish_rotation()
            log._finish_erasures()
        except BaseException:
            lock.release()
            raise
        return log

    def share(self) -> None:
        """Let other processes append, too: this one takes a turn for each append."""
        if self._lock:
            self._lock.release()

    def __len__(self) -> int:
        return len(self._file)

    def close(self) -> None:
        self._file.close()
        if self._lock and self._lock.is_kept:
            self._lock.release()

    @property
    def tree(self) -> Tiles:
        """Return the tree over all entries, built at first use."""
        if self._tiles is None:
            sizes = self.checkpoints.sizes()
            self._tiles = self._open_tiles(trusted=sizes[-1] if sizes else 0)
        return self._tiles

    def _open_tiles(self, *, trusted: int) -> Tiles:
        """Return the tree; of its tiles, those that no checkpoint covers may be half written."""
        write = self._lock is not None
        return Tiles.open(self.folder, len(self._file), self._leaves, trusted=trusted, write=write)

    def _remake_tiles(self) -> Tiles:
        """Compute all tiles again from the entries, as they are damaged."""
        logger.info("log: the tiles were damaged: they are made anew from the entries")
        self.remade_tiles = True
        self._tiles = self._open_tiles(trusted=0)
        return self._tiles

    def append(self, new: Sequence[Entry]) -> int:
        """Add entries at the end, durably; return the number of the first.

        StorageError where the disk refuses; then none of them was added.
        """
        lines = [entries.encode(entry) for entry in new]
        with self._turn():
            tree = self.tree
            first = self._file.append(lines)
            for line in lines:
                tree.append(merkle_proofs.leaf_hash(line))
        logger.debug("log: %d entries appended from number %d", len(lines), first)
        return first

    def line(self, index: int) -> bytes:
        """Return the line of entry `index`: the bytes that its leaf hash covers."""
        return self._file.line(index)

    def position(self, index: int) -> int:
        """Return where entry `index` begins in entries.jsonl, in bytes: it never moves."""
        return self._file.offset(index)

    def lines(self, low: int = 0, high: int | None = None) -> Iterator[bytes]:
        """Yield the lines from `low` to `high`."""
        return self._file.lines(low, high)

    def entry(self, index: int) -> Entry | ErasedEntry:
        """Return entry `index`, decoded."""
        return entries.decode(self._file.line(index))

    def find(self, name: str, value: str) -> Iterator[tuple[int, Entry]]:
        """Yield the entries, with their numbers, in which the fact `name` is `value`."""
        for index in self._file.line_numbers_with(_fact_bytes(name, value)):
            entry = self.entry(index)
            if isinstance(entry, Entry) and entry.text(name) == value:
                yield index, entry

    def entries_with(self, pattern: bytes) -> Iterator[tuple[int, Entry]]:
        """Yield the entries, with their numbers, whose lines contain `pattern`."""
        for index in self._file.line_numbers_with(pattern):
            entry = self.entry(index)
            if isinstance(entry, Entry):
                yield index, entry

    def find_kind(self, kind: str) -> Iterator[tuple[int, Entry]]:
        """Yield the entries of one kind, with their numbers."""
        for index in self._file.line_numbers_with(_fact_bytes("kind", kind)):
            entry = self.entry(index)
            if isinstance(entry, Entry) and entry.kind == kind:
                yield index, entry

    def last_of_kind(self, kind: str) -> Entry | None:
        """Return the last entry of one kind; None where there is none."""
        line = self._file.last_line_with(_fact_bytes("kind", kind))
        entry = entries.decode(line) if line is not None else None
        return entry if isinstance(entry, Entry) else None

    def logged_end(self, warc: str) -> int:
        """Return the offset up to which entries cover the WARC file `warc`; 0 where none does.

        Of an erased record the entry of its erasure has the end.
        """
        erased = (
            entry.number("at") + entry.number("bytes") for _, entry in self.find("file", warc)
        )
        end = max(erased, default=0)
        line = self._file.last_line_with(_fact_bytes("warc", warc))
        if line is None:
            return end
        entry = entries.decode(line)
        if isinstance(entry, ErasedEntry) or entry.text("warc") != warc:
            raise FixityError(f"log, {warc}", "an entry with its end", line[:80].decode())
        return max(end, entry.number("offset") + entry.number("length"))

    def keys(self) -> KeyHistory:
        """Return every key of this log; FixityError where one is not signed by the one before."""
        return keys.key_history(self.find_kind(keys.KIND))

    def head(self) -> Checkpoint:
        """Return the checkpoint of the log as it is now, unsigned."""
        return Checkpoint(self.keys().origin, len(self), self.tree.root())

    def checkpoint(self) -> StoredCheckpoint:
        """Sign the log as it is, write the partial tiles and the checkpoint, and return it.

        The order is that of docs/trust.md: entries, tiles, their folders, checkpoint. Each is
        synced before the next is written, so that what a checkpoint covers is on the disk.
        """
        with self._turn():
            head = self.head()
            note = sign_checkpoint(head, self.keys(), self._require_key_path())
            if self._lock is None:  # nothing can be written: it leaves the archive in a pack
                path = self.checkpoints.path(head.size)
                return StoredCheckpoint(path, note.encode(), note, head)
            self.tree.publish()
            stored = self.checkpoints.save(note)
            atomic_files.replace_file(self.folder / "checkpoint", stored.data, mode=0o644)
            self.tree.remove_superseded()
        logger.info("log: signed a checkpoint over %d entries", head.size)
        return stored

    def publish_again(self) -> None:
        """Write again what is derived: partial tiles, public keys, the file `checkpoint`."""
        with self._turn():
            self.tree.publish()
            self.save_public_keys()
            if stored := self.checkpoints.latest():
                atomic_files.replace_file(self.folder / "checkpoint", stored.data, mode=0o644)
            self.tree.remove_superseded()

    def rotate(self, when: datetime) -> StoredCheckpoint:
        """Replace the key by a new one, delete the old private key, and return the checkpoint.

        The checkpoint is signed by both keys, so that a reader who knows the old one can verify it.
        """
        path = self._require_key_path()
        old, new = keys.load_key(path), keys.new_key()
        keys.save_key(next_key_path(path), new)
        previous = self.keys().current
        entry = keys.key_change_entry(
            index=len(self),
            old=old,
            previous=previous,
            new=signed_notes.public_key(new, previous.name),
            when=when,
        )
        self.append([entry])
        return self._activate_next_key(path)

    def sign(self, message: bytes) -> bytes:
        """Return the signature of the log's current key over `message`."""
        return keys.load_key(self._require_key_path()).sign(message)

    def inclusion_proof(self, index: int, size: int) -> list[bytes]:
        """Return the proof that entry `index` is among the first `size`.

        Damaged tiles are computed again; FixityError where the proof is wrong all the same.
        """
        leaf = entries.leaf_hash_of(self.line(index))

        def prove(tree: Tiles) -> list[bytes]:
            proof = merkle_proofs.inclusion_proof(tree.hash_at, index, size)
            root = merkle_proofs.root(tree.hash_at, size)
            if not merkle_proofs.verify_inclusion(
                index=index, size=size, leaf=leaf, proof=proof, root=root
            ):
                raise FixityError(f"log entry {index}", "a proof of it", "tiles that do not fit")
            return proof

        return self._with_sound_tiles(prove)

    def consistency_proof(self, old: int, new: int) -> list[bytes]:
        """Return the proof that the first `new` entries begin with the first `old`."""

        def prove(tree: Tiles) -> list[bytes]:
            proof = merkle_proofs.consistency_proof(tree.hash_at, old, new)
            old_root, new_root = (merkle_proofs.root(tree.hash_at, size) for size in (old, new))
            if not merkle_proofs.verify_consistency(
                old=old, new=new, old_root=old_root, new_root=new_root, proof=proof
            ):
                raise FixityError(f"log of {new} entries", "a proof", "tiles that do not fit")
            return proof

        return self._with_sound_tiles(prove)

    def _with_sound_tiles(self, compute: Callable[[Tiles], _Result]) -> _Result:
        """Return `compute(tree)`, where tiles are damaged with tiles made anew."""
        try:
            return compute(self.tree)
        except (FixityError, StorageError):
            return compute(self._remake_tiles())

    def erase_entry(self, index: int) -> None:
        """Reduce entry `index` to its leaf hash; its erasure must have been logged before."""
        self._file.overwrite(index, entries.erased_form(self._file.line(index)))
        logger.info("log: entry %d was reduced to its hash", index)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Be the only process that appends; take in what others appended since the last turn."""
        if self._lock is None or self._lock.is_kept:
            yield
            return
        with self._lock.turn():
            known = len(self._file)
            self._file.refresh()
            if self._tiles is not None:
                for leaf in self._leaves(known, len(self._file)):
                    self._tiles.append(leaf)
            yield

    def _leaves(self, low: int, high: int) -> Iterable[bytes]:
        return (entries.leaf_hash_of(line) for line in self._file.lines(low, high))

    def _require_key_path(self) -> Path:
        if self._key_path is None:
            raise ArchiveFolderError(f"{self.folder}: expected a log open for writing")
        return self._key_path

    def _activate_next_key(self, path: Path) -> StoredCheckpoint:
        self.save_public_keys()
        stored = self.checkpoint()
        with atomic_files.storage_errors(path):
            next_key_path(path).replace(path)
            atomic_files.sync_folder(path.parent)
        logger.info("log: the key was replaced")
        return stored

    def _compare_with_last_checkpoint(self) -> None:
        """Raise FixityError where the entries do not have the root that was last signed."""
        stored = self.checkpoints.latest()
        if stored is None:
            return
        signed = stored.checkpoint
        if len(self) < signed.size:
            raise FixityError("log", f"{signed.size} entries, as last signed", f"{len(self)}")

        def compare(tree: Tiles) -> None:
            root = merkle_proofs.root(tree.hash_at, signed.size)
            if root != signed.root:
                name = f"log, first {signed.size} entries"
                mend = "(restore them with: onrecord verify --repair-from COPY)"
                raise FixityError(name, signed.root.hex(), f"{root.hex()} {mend}")

        self._with_sound_tiles(compare)

    def _finish_rotation(self) -> None:
        """Complete, or undo, a change of keys that a crash interrupted."""
        path = self._require_key_path()
        upcoming = next_key_path(path)
        if not upcoming.exists():
            return
        current = self.keys().current
        if keys.load_public_key(upcoming, current.name) == current:
            self._activate_next_key(path)
        else:
            upcoming.unlink()

    def _finish_erasures(self) -> None:
        """Reduce the entries whose erasure is logged but was interrupted by a crash."""
        for _, entry in self.find_kind("erasure"):
            index = entry.number("entry")
            line = self._file.line(index)
            if entries.leaf_hash_of(line).hex() == entry.text("leaf") and line[:9] != b'{"leaf":"':
                self.erase_entry(index)

    def save_public_keys(self) -> None:
        """Write the public key files that are missing or differ from the entries."""
        for change in self.keys().changes:
            path = self.folder / "keys" / f"{change.key.id.hex()}.pem"
            if not path.exists() or path.read_bytes() != change.key.pem:
                atomic_files.replace_file(path, change.key.pem, mode=0o644)


def _fact_bytes(name: str, value: str) -> bytes:
    pair = entries.canonical_json({name: value})
    return pair[1:-1]
