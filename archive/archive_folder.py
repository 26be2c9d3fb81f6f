"""The archive folder: the paths of its parts, its lock for writing, its private modes."""

import os
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from archive.errors import ArchiveFolderError
from archive.locks.archive_lock import ArchiveLock, archive_lock, reading_lock
from archive.locks.replay_turn import ReplayTurn

FORMAT_VERSION = 1
_SUBFOLDERS = ("sources", "warc", "log", "keys")


@dataclass(frozen=True, slots=True)
class ArchiveFolder:
    """The folder that holds one archive; docs/formats.md says what is in each part."""

    root: Path

    @property
    def settings(self) -> Path:
        return self.root / "onrecord.toml"

    @property
    def sources(self) -> Path:
        return self.root / "sources"

    @property
    def warc(self) -> Path:
        return self.root / "warc"

    @property
    def received(self) -> Path:
        """What was received and is not stored in warc/ yet: empty, unless a run was killed."""
        return self.root / "received"

    @property
    def log(self) -> Path:
        return self.root / "log"

    @property
    def keys(self) -> Path:
        return self.root / "keys"

    @property
    def catalogue(self) -> Path:
        return self.root / "catalogue.sqlite"

    @property
    def unfinished_catalogue(self) -> Path:
        """The catalogue that a rebuild is writing, or that a killed rebuild left behind."""
        return self.root / "catalogue.new.sqlite"

    @property
    def erasing(self) -> Path:
        """The mark of an erasure that was begun and is not finished: then nothing is shown."""
        return self.root / "erasing.json"

    @property
    def handed_out(self) -> Path:
        """What was exported, and where to: one JSON object a line."""
        return self.root / "exports.jsonl"

    @property
    def links(self) -> Path:
        return self.root / "links.jsonl"

    @property
    def index(self) -> Path:
        return self.root / "index"

    @contextmanager
    def lock(self) -> Iterator[ArchiveLock]:
        """Yield the archive's lock, not held yet; it is released at the end."""
        with archive_lock(self.root / ".lock") as lock:
            yield lock

    @contextmanager
    def lock_alone(self) -> Iterator[None]:
        """Be the only process that writes to the archive; LockedError while another does."""
        with self.lock() as lock:
            lock.acquire_alone()
            yield

    @contextmanager
    def lock_with_others(self) -> Iterator[None]:
        """Add to the archive as others may meanwhile; LockedError while one must be alone."""
        with self.lock() as lock:
            lock.acquire_with_others()
            yield

    @property
    def is_writable(self) -> bool:
        """Whether this process can write to the archive: not on a DVD, nor to another user's."""
        folders = (self.root, self.log, self.warc)
        return all(os.access(folder, os.W_OK | os.X_OK) for folder in folders)

    @contextmanager
    def lock_to_read(self) -> Iterator[None]:
        """Keep out whoever must be alone, in an archive that cannot be written to."""
        with reading_lock(self.root / ".lock"):
            yield

    @contextmanager
    def lock_for_reading(self) -> Iterator[None]:
        """Keep what is there from being erased: for a process that reads as long as it runs.

        Nothing can be erased from a folder that cannot be written to.
        """
        if not os.access(self.root, os.W_OK):
            yield
            return
        with archive_lock(self.root / ".reading.lock", "words are being erased in") as lock:
            lock.acquire_with_others()
            yield

    @contextmanager
    def lock_for_run(self) -> Iterator[None]:
        """Be the only process that makes a run; LockedError while another does."""
        with archive_lock(self.root / ".run.lock", "another run is under way in") as lock:
            lock.acquire_alone(patience=0)
            yield

    @contextmanager
    def lock_for_links(self) -> Iterator[None]:
        """Be the only process that adds a link; LockedError while another does."""
        with archive_lock(self.root / ".links.lock") as lock:
            lock.acquire_alone()
            yield

    def replay_turn(self) -> ReplayTurn:
        """Return the turn to store records of WARC files, not taken yet; to be closed."""
        return ReplayTurn(self.root)


def create_archive(root: Path, settings: str) -> ArchiveFolder:
    """Create an archive folder, private to its owner; ArchiveFolderError if `root` is not empty."""
    folder = ArchiveFolder(root)
    if folder.settings.exists():
        raise ArchiveFolderError(f"{root}: is an archive already")
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise ArchiveFolderError(f"{root}: expected an empty or a new folder, found something else")
    root.mkdir(parents=True, exist_ok=True)
    root.chmod(0o700)
    for subfolder in _SUBFOLDERS:
        (root / subfolder).mkdir(mode=0o700)
    folder.settings.write_text(settings, encoding="utf-8")
    folder.settings.chmod(0o600)
    return folder


def find_archive(root: Path) -> ArchiveFolder:
    """Return the archive at `root`; ArchiveFolderError if there is none or its format is newer."""
    folder = ArchiveFolder(root)
    try:
        settings = tomllib.loads(folder.settings.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ArchiveFolderError(
            f"{root}: no archive here (make one with: onrecord init)"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ArchiveFolderError(f"{folder.settings}: expected TOML, found: {error}") from error
    except OSError as error:
        problem = f"{folder.settings}: expected TOML, found: {error.strerror}"
        raise ArchiveFolderError(problem) from error
    version = settings.get("format", FORMAT_VERSION)
    if not isinstance(version, int) or version > FORMAT_VERSION:
        raise ArchiveFolderError(
            f"{root}: expected an archive of format {FORMAT_VERSION}, found {version}"
        )
    return folder
