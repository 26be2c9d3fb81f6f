"""An erasure killed at any moment is whole, or finished by the next command; no word is shown."""

import gc
import json
import multiprocessing
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from onrecord.cli import cli
from tests.support.counts import sampled
from tests.support.erased_words import ERASED, NAME, OTHER, files_with, fill, ids, write_visits

KILLS = sampled(6, 200)
ERASE = ("erase", ERASED, "--reason", "asked for", "--who", "the board", "--yes")
_FORK = multiprocessing.get_context("fork")


def invoke(archive: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["--archive", str(archive), *arguments], catch_exceptions=False)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an archive to be copied, at the path at which each copy is used."""
    folder = tmp_path_factory.mktemp("erasure")
    archive = folder / "archive"

    def run(*arguments: str | Path, stdin: str | None = None) -> Result:
        return invoke(archive, *map(str, arguments))

    fill(run, archive, write_visits(folder))
    assert files_with(archive)
    archive.rename(folder / "filled")
    return folder


@pytest.fixture
def copy(filled: Path) -> Iterator[Path]:
    archive = filled / "archive"
    shutil.copytree(filled / "filled", archive)
    yield archive
    shutil.rmtree(archive)


def erase_and_die(archive: Path, delay: float, *, after_mark: bool) -> None:
    """Erase in a process of its own, killed `delay` seconds after its start, or its mark."""
    gc.collect()  # an index that is open here would be one that another process reads
    process = _FORK.Process(target=invoke, args=(archive, *ERASE))
    process.start()
    while after_mark and process.is_alive() and not (archive / "erasing.json").exists():
        process.join(0.0002)
    process.join(delay)
    process.kill()
    process.join()


@pytest.mark.parametrize("number", range(KILLS))
def test_a_killed_erasure_is_whole_or_finished_at_the_next_start(copy: Path, number: int) -> None:
    chance = random.Random(number)
    erase_and_die(copy, chance.uniform(0, 0.5), after_mark=number % 4 != 0)
    begun = b'"kind":"erasure-begun"' in (copy / "log" / "entries.jsonl").read_bytes()

    shown = invoke(copy, "search", "--json", '"harbour master"')

    assert (shown.exit_code, NAME.decode() in shown.output) == ((1, False) if begun else (0, True))
    assert bool(files_with(copy)) is not begun, files_with(copy)
    again = invoke(copy, *ERASE)
    assert again.exit_code == 0, again.output
    assert files_with(copy) == []
    assert invoke(copy, *ERASE).exit_code == 0
    verified = invoke(copy, "verify", "--deep")
    assert verified.exit_code == 0, verified.output
    assert OTHER in ids(invoke(copy, "search", "--json", "channel").stdout)
    statuses = [
        json.loads(line) for line in invoke(copy, "erase", "--status", "--json").stdout.splitlines()
    ]
    assert [status["finished"] is not None for status in statuses] == [True]
    assert not (copy / "erasing.json").exists()
