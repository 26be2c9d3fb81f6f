"""Evidence packs for tests, and the two ways in which a recipient verifies one."""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from archive.archive_folder import ArchiveFolder
from archive.citations import STYLES
from archive.log.signed_log import Log
from archive.models import Capture, Passage, Version
from archive.pack import build_pack, write_pack
from tests.support.builders import make_reading
from tests.support.cited_statements import ORDINARY
from tests.support.whole_archives import NOON, Archive

_POSIX_TOOLS = ("cat", "cut", "dirname", "find", "grep", "head", "mktemp", "od", "printf", "rm")
_POSIX_TOOLS += ("sed", "sort", "tail", "tr", "wc")
WORDS = "The border remains open to all."


@dataclass(frozen=True)
class VerifierResult:
    """Exit code and output of a verifier."""

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


def make_pack(folder: ArchiveFolder, log: Log, capture: Capture, out: Path) -> Path:
    """Write a pack of a capture, with a quoted passage, and return its path."""
    quote = "border remains open"
    start = WORDS.index(quote)
    version = make_version(capture)
    request = build_pack.PackRequest(
        version=version,
        passage=Passage(version=version.id, start=start, end=start + len(quote), exact=quote),
        citations={"plain": STYLES.load("plain")(ORDINARY)},
        is_archived=lambda url: False,
    )
    return write_pack.write_pack(build_pack.build_pack(folder, log, request), out)


def archive_with_pack(folder: Path, captures: int = 40) -> tuple[Archive, Capture, Path]:
    """Return an open archive with `captures` captures, one of them, and a pack of it."""
    archive = Archive(folder / "archive")
    captures_made = archive.hold(*range(captures))
    archive.log.checkpoint()
    capture = captures_made[captures // 2]
    return archive, capture, make_pack(archive.home, archive.log, capture, folder / "pack")


def verify_with_shell(pack: Path) -> VerifierResult:
    """Verify a pack as on an empty machine: sh, sha256sum, openssl, no environment."""
    return verify_with(["sh"], pack)


def verify_with(
    shell: Sequence[str], pack: Path, path: Path | str = "/usr/bin:/bin"
) -> VerifierResult:
    """Verify a pack with a shell that finds the programs of `path` and no others."""
    program = shutil.which(shell[0])
    command = ["/usr/bin/env", "-i", f"PATH={path}", str(program), *shell[1:], "verify.sh"]
    process = subprocess.run(command, cwd=pack, capture_output=True, text=True, errors="replace")
    return VerifierResult(process.returncode, process.stdout + process.stderr)


def posix_tools(folder: Path, *others: str) -> Path:
    """Return a folder with the POSIX utilities that verify.sh names, and `others`, alone."""
    folder.mkdir()
    for name in (*_POSIX_TOOLS, *others):
        # A python3 on the path may be the script of a version manager.
        program = Path(sys.executable).resolve() if name == "python3" else shutil.which(name)
        if program:
            (folder / name).symlink_to(program)
    return folder


def verify_with_python(pack: Path) -> VerifierResult:
    """Verify a pack with a Python that has only its standard library."""
    command = [sys.executable, "-I", "-S", "verify.py"]
    process = subprocess.run(command, cwd=pack, capture_output=True, text=True, errors="replace")
    return VerifierResult(process.returncode, process.stdout + process.stderr)
