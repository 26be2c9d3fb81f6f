"""What happens to each kind of file of an archive and of a pack, and who notices it.

Run: python benchmarks/file_attacks.py. Each attack is made on a fresh copy of the sample
archive, which has joined another one. Then `verify`, `search` and `export` answer. An attack is
told (an exit code or a line names it), mended (one line says what is made anew), or harmless (all
answers are the same, and verify finds every byte as recorded). Anything else is printed as BAD.
"""

import argparse
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from click.testing import CliRunner, Result

from onrecord.cli import cli
from tests.support.reading_room_server import RELEASE, create_sample_archive

QUERY = ("search", "--json", "--", "refused")
PARTS = {
    "a WARC file": "warc/*/*/*.warc.gz",
    "the entries of the log": "log/entries.jsonl",
    "a checkpoint": "log/checkpoints/*.note",
    "the file checkpoint": "log/checkpoint",
    "a tile": "log/tile/0/*/*",
    "a public key": "log/keys/*.pem",
    "the private key": "keys/log.pem",
    "a joined log": "log/joined/*/entries.jsonl",
    "the catalogue": "catalogue.sqlite",
    "an index segment": "index/*.phrases",
    "the index's manifest": "index/segments.json",
    "the settings": "onrecord.toml",
    "a source": "sources/*.toml",
    "a pack's page": "pack/page.captured",
    "a pack's statement": "pack/statement.txt",
    "a pack's list": "pack/SHA256SUMS",
    "a pack's proof": "pack/joined/proof",
}
Change = Callable[[Path, Path], object]  # the file; the same of an older copy of the archive


def write(path: Path, data: bytes) -> None:
    path.chmod(0o600)
    path.write_bytes(data)


def flip(path: Path, _: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    write(path, bytes(data))


def link(path: Path, _: Path) -> None:
    elsewhere = path.with_name(path.name + ".elsewhere")
    write(path, path.read_bytes()[:-1] + b"?")
    path.rename(elsewhere)
    path.symlink_to(elsewhere)


def turn_into_folder(path: Path, _: Path) -> None:
    path.unlink()
    path.mkdir()


def put_older(path: Path, older: Path) -> None:
    if older.is_file():
        write(path, older.read_bytes())
    else:
        path.unlink()


CHANGES: dict[str, Change] = {
    "one bit": flip,
    "all zeros": lambda path, _: write(path, bytes(path.stat().st_size)),
    "cut in half": lambda path, _: write(path, path.read_bytes()[: path.stat().st_size // 2]),
    "emptied": lambda path, _: write(path, b""),
    "longer by a line": lambda path, _: write(path, path.read_bytes() + b"more\n"),
    "line ends of Windows": lambda path, _: write(path, path.read_bytes().replace(b"\n", b"\r\n")),
    "removed": lambda path, _: path.unlink(),
    "a link to other bytes": link,
    "a folder in its place": turn_into_folder,
    "an older copy of it": put_older,
}


@dataclass(frozen=True)
class Outcome:
    """What became of one attack."""

    part: str
    change: str
    verdict: str  # told, mended, harmless, or BAD
    detail: str


def run(archive: Path, *arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, ["--archive", str(archive), *map(str, arguments)])


def build(folder: Path) -> tuple[Path, Path]:
    """Return an archive that has joined another and has a pack in it; and an older copy."""
    (folder / "other").mkdir()
    other = create_sample_archive(folder / "other")
    archive = folder / "archive"
    run(archive, "init")
    shutil.copytree(other / "sources", archive / "sources", dirs_exist_ok=True)
    run(archive, "import", sorted((other.parent / "editions").iterdir())[0])
    run(archive, "search", "refused")
    older = Path(shutil.copytree(archive, folder / "older"))
    run(archive, "import", other)
    run(archive, "search", "refused")
    run(archive, "prove", RELEASE, "--out", archive / "pack")
    return archive, older


def without_scores(result: Result) -> str:
    """Return the hits but their scores, which depend on how the index was built up."""
    return re.sub(r'"score":[\d.]+', "", result.stdout)


def first_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line and not line.startswith("ok")]
    return lines[0][:110] if lines else ""


def attack(archive: Path, older: Path, pattern: str, change: Change) -> tuple[str, str] | None:
    """Return verdict and detail of an attack on a copy; None where there is no such file."""
    with tempfile.TemporaryDirectory() as folder:
        victim = Path(shutil.copytree(archive, Path(folder, "archive")))
        paths = sorted(victim.glob(pattern))
        if not paths:
            return None
        expected = [without_scores(run(victim, *QUERY)), run(victim, "export", "-").stdout]
        change(paths[-1], older / paths[-1].relative_to(victim))
        is_pack = pattern.startswith("pack/")
        verify = run(victim, "verify", *([victim / "pack"] if is_pack else []))
        answers = [run(victim, *QUERY), run(victim, "export", "-")]
        results = [verify, *answers]
        for result in results:
            if result.exception is not None and not isinstance(result.exception, SystemExit):
                return "BAD", f"traceback: {result.exception!r}"
        is_same = [without_scores(answers[0]), answers[1].stdout] == expected
        if "it is made anew" in answers[0].stderr and is_same:
            return "mended", first_line(answers[0].stderr)
        if verify.exit_code:
            return "told", first_line(verify.stdout + verify.stderr)
        refused = [answer for answer in answers if answer.exit_code not in (0, 1)]
        if refused:
            return "told", first_line(refused[0].stderr)
        if "NOTE" in verify.stdout and is_same:
            return "told", first_line(verify.stdout)
        return ("harmless", "every answer is the same") if is_same else ("BAD", "other answers")


def attacks(
    archive: Path, older: Path, parts: dict[str, str], changes: dict[str, Change]
) -> Iterator[Outcome]:
    """Yield the outcome of each change of each part."""
    for part, pattern in parts.items():
        for name, change in changes.items():
            result = attack(archive, older, pattern, change)
            if result is not None:
                yield Outcome(part, name, *result)


def main() -> int:
    """Print the table; return 1 where an attack was neither told nor harmless."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    os.umask(0o077)
    counts: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as folder:
        archive, older = build(Path(folder))
        for outcome in attacks(archive, older, PARTS, CHANGES):
            counts[outcome.verdict] = counts.get(outcome.verdict, 0) + 1
            print(f"{outcome.part:<24} {outcome.change:<22} {outcome.verdict:<9} {outcome.detail}")
    print(", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items())))
    return 1 if counts.get("BAD") else 0


if __name__ == "__main__":
    sys.exit(main())
