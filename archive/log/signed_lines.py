"""Read single entries of a log, each proved to be in its newest checkpoint.

The checkpoint's signature, a few tiles and the line itself are read: a few kilobytes, however long
the log is. Entries that no checkpoint covers yet are read as they are.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from archive.atomic_files import storage_errors
from archive.errors import ArchiveFolderError, FixityError, FormatError, StorageError
from archive.log import entries, keys, merkle_proofs
from archive.log.checkpoint_files import Checkpoints
from archive.log.entries import Entry
from archive.log.signed_notes import Checkpoint
from archive.log.tiles import HEIGHT, WIDTH, tile_path

if TYPE_CHECKING:
    from archive.log.signed_log import Log

_CHUNK_BYTES = 16 << 10


class SignedLines:
    """The entries of the log in `folder`, at known offsets; `key_folder` may have its key."""

    def __init__(self, folder: Path, key_folder: Path) -> None:
        self._folder = folder
        self._path = folder / "entries.jsonl"
        self._checkpoint = _newest_checkpoint(folder, key_folder)
        self._tiles: dict[tuple[int, int], list[bytes]] = {}

    def entry(self, number: int, position: int) -> Entry | None:
        """Return entry `number`, which begins at byte `position`; None where none does.

        None, too, where the newest checkpoint covers another entry of that number.
        """
        line = self._line(position)
        if line is None:
            return None
        try:
            entry = entries.decode(line)
        except FormatError:
            return None
        if not isinstance(entry, Entry) or not self._is_signed(number, line):
            return None
        return entry

    def _line(self, position: int) -> bytes | None:
        with storage_errors(self._path), self._path.open("rb") as file:
            file.seek(max(0, position - 1))
            if position and file.read(1) != b"\n":
                return None
            line = b""
            while chunk := file.read(_CHUNK_BYTES):
                end = chunk.find(b"\n")
                if end >= 0:
                    return line + chunk[:end]
                line += chunk
        return None

    def _is_signed(self, number: int, line: bytes) -> bool:
        """Say whether a line is entry `number` of those that the checkpoint covers, or is later."""
        checkpoint = self._checkpoint
        if checkpoint is None or number >= checkpoint.size:
            return True
        try:
            proof = merkle_proofs.inclusion_proof(self._hash_at, number, checkpoint.size)
        except (StorageError, IndexError):  # tiles are missing: they are made anew at an opening
            with _open_log(self._folder) as log:
                proof = log.inclusion_proof(number, checkpoint.size)
        return merkle_proofs.verify_inclusion(
            index=number,
            size=checkpoint.size,
            leaf=entries.leaf_hash_of(line),
            proof=proof,
            root=checkpoint.root,
        )

    def _hash_at(self, level: int, index: int) -> bytes:
        tile_level, depth = divmod(level, HEIGHT)
        hashes = self._tile(tile_level, index >> (HEIGHT - depth))
        start = (index << depth) & (WIDTH - 1)
        if start + (1 << depth) > len(hashes):
            raise IndexError(f"hash {index} of level {level}")
        return merkle_proofs.subtree_hash(hashes[start : start + (1 << depth)])

    def _tile(self, level: int, number: int) -> list[bytes]:
        if (level, number) not in self._tiles:
            size = self._checkpoint.size if self._checkpoint else 0
            path = self._folder / tile_path(level, number)
            if not path.exists():
                width = (size >> (HEIGHT * level)) & (WIDTH - 1)
                path = self._folder / tile_path(level, number, width)
            with storage_errors(path):
                data = path.read_bytes()
            self._tiles[level, number] = [data[i : i + 32] for i in range(0, len(data), 32)]
        return self._tiles[level, number]


def _newest_checkpoint(folder: Path, key_folder: Path) -> Checkpoint | None:
    """Return the newest checkpoint; None where there is none. FixityError unless it is signed.

    It is signed with the archive's own key. Where that is not here, or was changed meanwhile, the
    whole log is read for the key that was in force.
    """
    stored = Checkpoints(folder).latest()
    if stored is None:
        return None
    try:
        own_key = keys.load_public_key(key_folder / "log.pem", stored.checkpoint.origin)
        if stored.note.is_signed_by(own_key):
            return stored.checkpoint
    except ArchiveFolderError:
        pass  # a copy without the key
    with _open_log(folder) as log:
        key = log.keys().in_force(stored.checkpoint.size)
    if not stored.note.is_signed_by(key):
        raise FixityError(stored.path.name, f"signed by {key.vkey}", "no such signature")
    return stored.checkpoint


def _open_log(folder: Path) -> "Log":
    from archive.log.signed_log import Log  # takes as long as the rest of this module

    return Log.open_for_reading(folder)
