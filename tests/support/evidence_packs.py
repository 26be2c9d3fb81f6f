"""Packs to test with, and the two ways in which a stranger checks one."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from archive.archive_folder import ArchiveFolder
from archive.citations import STYLES
from archive.log.log import Log
from archive.models import Capture, Passage, Version
from archive.pack import build, write
from tests.support.builders import make_reading
from tests.support.cited_statements import ORDINARY
from tests.support.whole_archives import NOON, Archive

WORDS = "The border remains open to all."


@dataclass(frozen=True)
class VerifierResult:
    """What a verifier said."""

    code: int
    text: str

    @property
    def verified(self) -> bool:
        return self.code == 0 and self.text.endswith("VERIFIED\n")


def make_version(capture: Capture, *, transcript: bool = False) -> Version:
    return Version(
        id="ruritania_mfa:1@0123456789ab",
        statement="ruritania_mfa:1",
        source="ruritania_mfa",
        reading=make_reading(WORDS, title="Statement 1"),
        capture=capture.id,
        first_seen=NOON,
        last_seen=NOON,
        transcript=transcript,
    )


def make_pack(home: ArchiveFolder, log: Log, capture: Capture, out: Path) -> Path:
    """Make a pack of a capture, with a quoted passage, and return where it is."""
    quote = "border remains open"
    start = WORDS.index(quote)
    version = make_version(capture)
    wanted = build.PackRequest(
        version=version,
        passage=Passage(version=version.id, start=start, end=start + len(quote), exact=quote),
        citations={"plain": STYLES.load("plain")(ORDINARY)},
        is_archived=lambda url: False,
    )
    return write.write_pack(build.build_pack(home, log, wanted), out)


def archive_with_pack(folder: Path, captures: int = 40) -> tuple[Archive, Capture, Path]:
    """Return an open archive of so many captures, one of them, and a pack of it."""
    archive = Archive(folder / "archive")
    held = archive.hold(*range(captures))
    archive.log.checkpoint()
    chosen = held[captures // 2]
    return archive, chosen, make_pack(archive.home, archive.log, chosen, folder / "pack")


def verify_with_shell(pack: Path) -> VerifierResult:
    """Check a pack as on an empty machine: sh, sha256sum, openssl, no environment."""
    empty = ["env", "-i", "PATH=/usr/bin:/bin", "sh", "verify.sh"]
    done = subprocess.run(empty, cwd=pack, capture_output=True, text=True, errors="replace")
    return VerifierResult(done.returncode, done.stdout + done.stderr)


def verify_with_python(pack: Path) -> VerifierResult:
    """Check a pack with a Python that has no library but its own."""
    isolated = [sys.executable, "-I", "-S", "verify.py"]
    done = subprocess.run(isolated, cwd=pack, capture_output=True, text=True, errors="replace")
    return VerifierResult(done.returncode, done.stdout + done.stderr)
