"""Import another archive of one owner: its captures, its text collections, its log."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from archive.archive_folder import ArchiveFolder
from archive.errors import FixityError
from archive.integrity import fixity
from archive.integrity.fixity import CheckScope
from archive.log.joined_logs import join_log
from archive.log.signed_log import Log
from archive.models import Role
from archive.verification_finding import Grade
from archive.warc.read_exchanges import read_exchanges
from onrecord.evidence.trust import load_trust_anchors

logger = logging.getLogger(__name__)


def is_archive(path: Path) -> bool:
    """Return whether `path` is the folder of an archive."""
    return (path / "onrecord.toml").is_file() and (path / "log/entries.jsonl").is_file()


def require_sound(other: ArchiveFolder, now: datetime) -> None:
    """Raise FixityError where another archive is not as its log recorded it."""
    trust = load_trust_anchors(other)
    for finding in fixity.check(other, trust=trust, now=now, scope=CheckScope()):
        if finding.grade is Grade.FAILED:
            name = f"{other.root}: {finding.object}"
            raise FixityError(name, "an archive that verifies", finding.detail)


def file_name_of(name: str) -> str:
    """Return a name for the lines of a collection whose file was called `name`: of one file."""
    return re.sub(r"[^\w.-]|^[.]+", "_", name).removesuffix(".gz")


@contextmanager
def collections_of(other: ArchiveFolder) -> Iterator[list[Path]]:
    """Yield the text collections that an archive holds, as files of the lines as they were.

    Each has the name of the file that it was imported from.
    """
    with TemporaryDirectory(prefix="onrecord-") as folder:
        paths: dict[str, Path] = {}
        for warc in sorted(other.warc.rglob("*.warc.gz")):
            for exchange in read_exchanges(warc):
                metadata = exchange.metadata
                if metadata is None or metadata.role is not Role.TRANSCRIPT:
                    continue
                name = metadata.origin.name if metadata.origin else "transcripts.jsonl"
                name = file_name_of(name)
                path = paths.setdefault(name, Path(folder, name))
                with path.open("ab") as file:
                    file.write(exchange.payload.rstrip(b"\n") + b"\n")
        yield list(paths.values())


def join(home: ArchiveFolder, other: ArchiveFolder, now: datetime) -> bool:
    """Keep the other archive's log in ours, and sign a checkpoint; return whether it was new."""
    with (
        home.lock_with_others(),
        Log.open_shared(home.log, home.keys) as own,
        Log.open_for_reading(other.log) as log,
    ):
        is_new = join_log(own, log, now)
        if is_new:
            own.checkpoint()
        return is_new
