"""The archive folder: the paths of its parts, its lock for writing, its private modes."""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from archive.errors import ArchiveFolderError, LockedError

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
    def links(self) -> Path:
        return self.root / "links.jsonl"

    @property
    def index(self) -> Path:
        return self.root / "index"

    @contextmanager
    def lock_for_writing(self) -> Iterator[None]:
        """Hold the archive's exclusive lock for writing; LockedError if another process holds it.

        The operating system releases the lock when its holder dies, so kill -9 leaves none.
        """
        lock = FileLock(self.root / ".lock", timeout=0, mode=0o600)
        try:
            lock.acquire()
        except Timeout as error:
            raise LockedError(
                f"{self.root}: another onrecord is writing to this archive"
            ) from error
        try:
            yield
        finally:
            lock.release()


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
    version = settings.get("format", FORMAT_VERSION)
    if not isinstance(version, int) or version > FORMAT_VERSION:
        raise ArchiveFolderError(
            f"{root}: expected an archive of format {FORMAT_VERSION}, found {version}"
        )
    return folder
