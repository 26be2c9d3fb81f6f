"""Store a log's checkpoints: one file for each signed note, its timestamp tokens beside it.

`checkpoints/000000001000.note` is the signed head of the first 1000 entries; `…1000.NAME.tsr` is
the token of authority NAME over that note, `….tsr.NAME.tsr` a later token over that token.
"""

from dataclasses import dataclass
from pathlib import Path

from archive import atomic_files
from archive.errors import FormatError
from archive.log.signed_notes import Checkpoint, Note, parse_checkpoint, parse_note


@dataclass(frozen=True, slots=True)
class StoredCheckpoint:
    """One checkpoint, as read from its file."""

    path: Path
    data: bytes
    note: Note
    checkpoint: Checkpoint

    def tokens(self) -> list[Path]:
        """Return the timestamp tokens over this note itself, not their renewals, by name."""
        stem = self.path.name.removesuffix("note")
        paths = self.path.parent.glob(f"{stem}*.tsr")
        return sorted(path for path in paths if path.name.count(".tsr") == 1)


class Checkpoints:
    """The folder of checkpoints of one log."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "checkpoints"

    def sizes(self) -> list[int]:
        """Return how many entries each checkpoint covers, the smallest first."""
        return sorted(int(path.stem) for path in self.folder.glob("[0-9]*.note"))

    def path(self, size: int) -> Path:
        return self.folder / f"{size:012d}.note"

    def load(self, size: int) -> StoredCheckpoint:
        """Return the checkpoint of `size` entries; FormatError where the file holds none."""
        path = self.path(size)
        with atomic_files.storage_errors(path):
            data = path.read_bytes()
        try:
            note = parse_note(data)
            return StoredCheckpoint(path, data, note, parse_checkpoint(note))
        except FormatError as error:
            raise FormatError(f"{path.name}: {error}") from error

    def latest(self) -> StoredCheckpoint | None:
        """Return the checkpoint of the most entries; None before the first."""
        sizes = self.sizes()
        return self.load(sizes[-1]) if sizes else None

    def save(self, note: Note) -> StoredCheckpoint:
        """Write a signed checkpoint; an existing one of that size is left as it is."""
        size = parse_checkpoint(note).size
        path = self.path(size)
        if not path.exists():
            atomic_files.replace_file(path, note.encode(), mode=0o644)
        return self.load(size)
