"""An archive made by an earlier program opens, is searched, cited and verified as it was then.

What `archive-2026-11.tar.gz` holds, and how it and the answers in `expected/` were made, is told in
README.md. The program is asked as a user asks it; nothing of it is imported here.
"""

import json
import os
import shlex
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
EXPECTED = sorted((HERE / "expected").glob("*.txt"))

# What is not compared, by verb: all else that was said must be said again.
VOLATILE = {
    # A folder, its disk, what today's date makes, and what the kernel can forbid.
    "status": ("archive", "free_bytes", "wrong", "sandbox"),
    "search": ("score",),  # how well it fits, in figures; what was found is compared
    "verify": ("detail", "checks"),  # words about a check; how many there were
}
# Answers to which a later program may add lines: a check that there was not, say.
GROWING = ("verify",)
SEARCH = ("search", "anything")
# A date that an earlier program did not read may be read anew from the evidence.
DATE = tuple(
    f"issued{part}" for part in ("", "_instant", "_precision", "_printed", "_from", "_guess")
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the program wrote to stdout, and what it exited with."""

    code: int
    stdout: bytes


def unpacked(folder: Path) -> Path:
    """Return a fresh copy of the archive."""
    with tarfile.open(HERE / "archive-2026-11.tar.gz") as tar:
        tar.extractall(folder, filter="data")
    return folder / "archive"


def asked(archive: Path, words: Sequence[str]) -> Answer:
    """Return what the installed program answers about an archive."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("ONRECORD_")}
    done = subprocess.run(
        [sys.executable, "-m", "onrecord", "--archive", archive, *words],
        env=env,
        stdout=subprocess.PIPE,
    )
    return Answer(done.returncode, done.stdout)


def promised(words: Sequence[str], stdout: bytes) -> list[Any]:
    """Return what of an answer is compared: objects without what is volatile, else the text."""
    if "--json" not in words and words[0] != "export":
        return [stdout.decode()] if stdout else []
    volatile = VOLATILE.get(words[0], ())
    found = [json.loads(line) for line in stdout.splitlines()]
    if words[0] == "verify":
        found = [each for each in found if "object" in each and each["outcome"] == "pass"]
    return [{key: each[key] for key in each if key not in volatile} for each in found]


def cut(found: Any, expected: Any) -> Any:
    """Return `found` without the keys that `expected` has not: keys may be added (docs/json.md)."""
    if isinstance(found, dict) and isinstance(expected, dict):
        if expected.get("issued") == "":
            found = found | {key: expected[key] for key in DATE if key in expected}
        return {key: cut(found[key], expected[key]) for key in expected if key in found}
    if isinstance(found, list) and isinstance(expected, list) and len(found) == len(expected):
        return [cut(*both) for both in zip(found, expected, strict=True)]
    return found


@dataclass(frozen=True, slots=True)
class Before:
    """A question to the archive, and what the earlier program answered."""

    words: list[str]
    code: int
    said: list[Any]


def before(path: Path) -> Before:
    """Read a file of `expected/`: the command, its exit code, and what of stdout is compared."""
    command, code, stdout = path.read_bytes().split(b"\n", 2)
    words = shlex.split(command.decode())[2:]  # $ onrecord …
    return Before(words, int(code.split()[1]), promised(words, stdout))


def assert_answers_as_before(archive: Path, path: Path) -> None:
    then = before(path)
    if then.words[0] == "verify":
        asked(archive, SEARCH)  # makes an index anew that other rules of words made

    now = asked(archive, then.words)

    said = promised(then.words, now.stdout)
    if then.words[0] in GROWING:
        said = [one for one in then.said if any(cut(each, one) == one for each in said)]
    assert now.code == then.code
    assert cut(said, then.said) == then.said


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return unpacked(tmp_path)


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: path.stem)
def test_what_was_answered_then_is_answered_now(archive: Path, path: Path) -> None:
    assert_answers_as_before(archive, path)


def test_an_archive_that_has_not_been_used_since_has_no_damage(archive: Path) -> None:
    assert asked(archive, ["verify"]).code == 0


def starting(*starts: str) -> list[Path]:
    return [path for path in EXPECTED if path.stem.startswith(starts)]


@pytest.fixture(scope="module")
def made_anew(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy whose catalogue and index are thrown away and come from the evidence again."""
    archive = unpacked(tmp_path_factory.mktemp("anew"))
    shutil.rmtree(archive / "index")
    (archive / "catalogue.sqlite").unlink()
    assert asked(archive, ["rebuild"]).code == 0
    return archive


@pytest.mark.parametrize("path", starting("search-", "export"), ids=lambda path: path.stem)
def test_from_the_evidence_alone_the_same_is_found_and_exported(
    made_anew: Path, path: Path
) -> None:
    assert_answers_as_before(made_anew, path)


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    archive = unpacked(tmp_path_factory.mktemp("rebuilt"))
    assert asked(archive, ["rebuild"]).code == 0
    return archive


@pytest.mark.parametrize("path", starting("watch-", "quarantine"), ids=lambda path: path.stem)
def test_a_rebuild_keeps_watches_alerts_and_decisions(rebuilt: Path, path: Path) -> None:
    assert_answers_as_before(rebuilt, path)


def test_one_flipped_byte_of_its_evidence_is_found(archive: Path) -> None:
    path = max((archive / "warc").rglob("*.warc.gz"), key=lambda each: each.stat().st_size)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)

    verified = asked(archive, ["verify"])

    assert verified.code == 3
    assert path.name.encode() in verified.stdout


def test_a_pack_made_of_it_verifies_with_a_shell(archive: Path, tmp_path: Path) -> None:
    words = ["meridian_panel:PD_2024_7", "--quote", "refused entry", "--out", f"{tmp_path}/pack"]
    assert asked(archive, ["prove", *words]).code == 0

    done = subprocess.run(
        ["env", "-i", "PATH=/usr/bin:/bin", "sh", "verify.sh"],
        cwd=tmp_path / "pack",
        stdout=subprocess.PIPE,
    )

    assert done.returncode == 0, done.stdout
    assert done.stdout.endswith(b"VERIFIED\n")


def test_it_can_be_added_to_and_still_verifies(archive: Path, tmp_path: Path) -> None:
    line = {
        "id": "assembly:en-2",
        "source": "Meridian Assembly (invented)",
        "date": "2024-04-03",
        "title": "Delegate of Halden, 15th meeting",
        "lang": "en",
        "text": "The ferry will sail again.",
    }
    (tmp_path / "more.jsonl").write_text(json.dumps(line) + "\n")

    assert asked(archive, ["import", f"{tmp_path}/more.jsonl"]).code == 0

    assert asked(archive, ["search", '"the ferry will sail"']).code == 0
    assert asked(archive, ["verify", "--deep"]).code == 0
