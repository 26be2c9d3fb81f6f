"""An engine that saves memory answers as before, and gives back what it read of its files."""

import random
from pathlib import Path

import pytest

from index.engines.whoosh import WhooshEngine
from tests.support.index_documents import statement

WORDS = [f"{a}{b}" for a in ("bor", "cen", "dis", "gal", "mor") for b in ("ter", "ling", "us", "a")]
SMAPS = Path("/proc/self/smaps")
PHRASE = ("center", "borling")


@pytest.fixture
def engine(tmp_path: Path) -> WhooshEngine:
    chance = random.Random(3)
    engine = WhooshEngine(tmp_path / "index")
    engine.update(
        statement(" ".join(chance.choices(WORDS, k=400)), name=f"panel:{number}")
        for number in range(300)
    )
    return engine


def resident_kilobytes(folder: Path) -> int:
    """Return how much of the files in `folder` is in this process's memory."""
    total, is_in_folder = 0, False
    for line in SMAPS.read_text().splitlines():
        if "-" in line.split(" ", 1)[0]:
            is_in_folder = str(folder) in line
        elif line.startswith("Rss:") and is_in_folder:
            total += int(line.split()[1])
    return total


@pytest.mark.skipif(not SMAPS.exists(), reason="only Linux says what is in memory")
def test_nothing_that_a_look_up_read_stays_in_memory(engine: WhooshEngine, tmp_path: Path) -> None:
    before = engine.find(PHRASE), engine.frequency(PHRASE)
    assert resident_kilobytes(tmp_path) > 0

    engine.save_memory()
    after = engine.find(PHRASE), engine.frequency(PHRASE)

    assert before == after
    assert len(after[0]) > 100
    assert resident_kilobytes(tmp_path) == 0


def test_documents_are_read_as_before(engine: WhooshEngine) -> None:
    keys = [match.key for match in engine.find(PHRASE)]
    before = [engine.get(key) for key in keys]

    engine.save_memory()

    assert [engine.get(key) for key in keys] == before
