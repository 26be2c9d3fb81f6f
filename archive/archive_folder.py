"""An archive folder: where each thing lies, who may write, nobody else may look."""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from archive.errors import ArchiveFolderError, LockedError

FORMAT_VERSION = 1
_PARTS = ("sources", "warc", "log", "keys")


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
    def log(self) -> Path:
        return self.root / "log"

    @property
    def keys(self) -> Path:
        return self.root / "keys"

    @property
    def catalogue(self) -> Path:
        return self.root / "catalogue.sqlite"

    @property
    def half_made(self) -> Path:
        """Where a rebuild makes a new catalogue; what a killed one left lies there."""
        return self.root / "catalogue.new.sqlite"

    @property
    def links(self) -> Path:
        return self.root / "links.jsonl"

    @property
    def index(self) -> Path:
        return self.root / "index"

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the archive's one writer's lock; LockedError where another process has it.

        The operating system lets go of the lock when its holder dies, so kill -9 leaves none.
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
    """Make an archive folder, private to its owner; HomeError where there is one or a file."""
    home = ArchiveFolder(root)
    if home.settings.exists():
        raise ArchiveFolderError(f"{root}: is an archive already")
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise ArchiveFolderError(f"{root}: expected an empty or a new folder, found something else")
    root.mkdir(parents=True, exist_ok=True)
    root.chmod(0o700)
    for part in _PARTS:
        (root / part).mkdir(mode=0o700)
    home.settings.write_text(settings, encoding="utf-8")
    home.settings.chmod(0o600)
    return home


def find_archive(root: Path) -> ArchiveFolder:
    """Return the archive at `root`; HomeError where there is none or its format is newer."""
    home = ArchiveFolder(root)
    try:
        facts = tomllib.loads(home.settings.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ArchiveFolderError(
            f"{root}: no archive here (make one with: onrecord init)"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ArchiveFolderError(f"{home.settings}: expected TOML, found: {error}") from error
    found = facts.get("format", FORMAT_VERSION)
    if not isinstance(found, int) or found > FORMAT_VERSION:
        raise ArchiveFolderError(
            f"{root}: expected an archive of format {FORMAT_VERSION}, found {found}"
        )
    return home
