"""An archive that cannot be written to (a DVD, a read-only share, another user's) can be read."""

import shutil
import signal
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.support.evidence_packs import verify_with_python
from tests.support.paths import ROOT
from tests.support.reading_room_server import RELEASE, create_sample_archive
from tests.support.unwritable import respect_modes, run_reading, unwritable

READING = [
    ("search", "refused"),
    ("search", "--json", '"refused entry"'),
    ("show", RELEASE),
    ("versions", RELEASE),
    ("diff", RELEASE),
    ("cite", RELEASE),
    ("places", RELEASE),
    ("check", "--quote", "refused entry"),
    ("quotes", RELEASE),
    ("export", "-"),
    ("export", "--format", "wacz", "{out}/x.wacz"),
    ("export", "--format", "bagit", "{out}/bag"),
    ("verify",),
    ("verify", "--deep"),
    ("status",),
    ("coverage",),
    ("coverage", "--html", "{out}/coverage.html"),
    ("sources", "list"),
    ("sources", "show", "meridian_panel"),
    ("schedule", "show"),
    ("watch", "list"),
    ("watch", "news"),
    ("keys", "list"),
    ("checkpoint",),
]
_KILLED_WRITER = """
import os, signal, sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("PRAGMA journal_mode = WAL")
connection.execute("PRAGMA wal_autocheckpoint = 0")
connection.execute("INSERT INTO fact VALUES ('left', 'in the WAL')")
connection.commit()
os.kill(os.getpid(), signal.SIGKILL)
"""
_READ_AND_WRITE = """
import sys
from pathlib import Path
from archive.catalogue.database import transaction
with transaction(Path(sys.argv[1])) as connection:
    print(connection.exec_driver_sql("SELECT value FROM fact WHERE name = 'left'").scalar_one())
    connection.exec_driver_sql("DELETE FROM fact")
"""


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return create_sample_archive(tmp_path_factory.mktemp("filled"))


@pytest.fixture
def own(tmp_path: Path, filled: Path) -> Path:
    return Path(shutil.copytree(filled, tmp_path / "archive", symlinks=True))


@pytest.fixture(scope="module")
def closed(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    copy = shutil.copytree(filled, tmp_path_factory.mktemp("closed") / "archive", symlinks=True)
    with unwritable(Path(copy)) as archive:
        yield archive


def listing(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


@pytest.mark.parametrize("command", READING, ids=" ".join)
def test_every_reading_command_works(
    closed: Path, tmp_path: Path, command: tuple[str, ...]
) -> None:
    before = listing(closed)

    result = run_reading(closed, *(part.format(out=tmp_path) for part in command))

    assert result.returncode == 0, result.stderr
    assert "Traceback" not in result.stderr
    assert listing(closed) == before


def test_a_proof_is_written_elsewhere_and_verifies(closed: Path, tmp_path: Path) -> None:
    result = run_reading(closed, "prove", RELEASE, "--out", tmp_path / "pack")

    assert result.returncode == 0, result.stderr
    assert verify_with_python(tmp_path / "pack").verified


@pytest.mark.parametrize(
    "command", [("watch", "quote", "refused entry to the facility"), ("rebuild",), ("run",)]
)
def test_a_writing_command_says_what_refused(closed: Path, command: tuple[str, ...]) -> None:
    result = run_reading(closed, *command)

    assert result.returncode == 12
    assert "Permission denied" in result.stderr


def leave_wal(folder: Path) -> None:
    """Leave a write in the WAL of the catalogue, as a killed process does."""
    command = [sys.executable, "-c", _KILLED_WRITER, str(folder / "catalogue.sqlite")]
    assert subprocess.run(command).returncode == -signal.SIGKILL
    assert (folder / "catalogue.sqlite-wal").stat().st_size


@pytest.mark.parametrize("lost", [(), ("catalogue.sqlite-shm",)], ids=["with shm", "without shm"])
def test_what_a_killed_writer_left_is_read_and_cannot_be_written(
    own: Path, lost: tuple[str, ...]
) -> None:
    leave_wal(own)
    for name in lost:
        (own / name).unlink()
    before = listing(own)

    with unwritable(own):
        search = run_reading(own, "search", "refused")
        both = subprocess.run(
            [sys.executable, "-c", _READ_AND_WRITE, own / "catalogue.sqlite"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            preexec_fn=respect_modes,
        )

    assert search.returncode == 0, search.stderr
    assert both.stdout == "in the WAL\n"
    assert "StorageError" in both.stderr
    assert listing(own) == before


def test_an_archive_of_an_earlier_program_is_read_without_being_changed(tmp_path: Path) -> None:
    with tarfile.open(ROOT / "tests/compat/archive-2026-11.tar.gz") as tar:
        tar.extractall(tmp_path, filter="data")
    archive = tmp_path / "archive"
    before = listing(archive), (archive / "catalogue.sqlite").read_bytes()

    with unwritable(archive):
        for command in (("search", "council"), ("status",), ("coverage",), ("export", "-")):
            result = run_reading(archive, *command)
            assert result.returncode in (0, 1), result.stderr
            assert "Error" not in result.stderr

    assert (listing(archive), (archive / "catalogue.sqlite").read_bytes()) == before


def test_the_reading_room_serves_it(closed: Path) -> None:
    command = [sys.executable, "-m", "onrecord", "--archive", str(closed), "serve"]
    with subprocess.Popen(
        [*command, "--port", "0", "--replay-port", "0"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=respect_modes,
    ) as room:
        assert room.stdout is not None
        try:
            address = room.stdout.readline().strip()
            pages = [requests.get(f"{address}{p}", timeout=60) for p in ("", "search?q=refused")]
        finally:
            room.terminate()

    assert [page.status_code for page in pages] == [200, 200]
    assert "refused" in pages[1].text


def test_an_index_that_lacks_versions_is_completed_for_one_command(own: Path) -> None:
    expected = run_reading(own, "search", "--json", "refused").stdout
    for damage in ("gone", "damaged"):
        for path in (own / "index").glob("*.phrases"):
            path.write_bytes(bytes(path.stat().st_size))
        if damage == "gone":
            shutil.rmtree(own / "index")
        with unwritable(own):
            result = run_reading(own, "search", "--json", "refused")
        assert result.stdout == expected
        assert result.stderr.count("cannot be written to") == 1
        assert run_reading(own, "search", "--json", "refused").stdout == expected


def test_verify_names_what_another_user_keeps_closed(own: Path) -> None:
    with unwritable(own):
        (own / "keys/log.pem").chmod(0)
        result = run_reading(own, "verify")

    assert result.returncode == 0, result.stdout
    assert "NOTE keys/log.pem: not looked at" in result.stdout


def test_a_reading_room_shows_what_the_owner_adds(own: Path, tmp_path: Path) -> None:
    """A reader who cannot write, in the process of the room: the owner writes meanwhile."""
    script = """
import os, subprocess, sys
from pathlib import Path
from onrecord.command_context import Context
from onrecord.web.read_only_archive import ReadOnlyArchive
from index.query_parser import parse
import onrecord.web.read_only_archive as room
room._SYNC_INTERVAL = 0.0
archive = ReadOnlyArchive(Context(Path(sys.argv[1])), memento_base="")
def count():
    with archive.engine() as engine:
        return engine.search(parse("harbours")).total
print(count(), flush=True)
sys.stdin.readline()
print(count(), flush=True)
archive.close()
"""
    texts = tmp_path / "texts.jsonl"
    texts.write_text(
        '{"id": "t1", "source": "Brook", "lang": "en", "date": "2024-03-04", "text": "harbours"}'
    )
    with unwritable(own):
        reader = subprocess.Popen(
            [sys.executable, "-c", script, str(own)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=respect_modes,
        )
        assert reader.stdout is not None
        before = reader.stdout.readline()
    assert run_reading(own, "import", texts).returncode == 0
    with unwritable(own):
        after, _ = reader.communicate("\n", timeout=60)

    assert (before, after) == ("0\n", "1\n")
