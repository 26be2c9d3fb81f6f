"""No damage of a file leads to a traceback or a wrong answer that nobody tells of."""

import random
from pathlib import Path

import pytest

from benchmarks.file_attacks import CHANGES, PARTS, attack, build
from tests.support.counts import sampled

EVERY = [(part, change) for part in PARTS for change in CHANGES]
SAMPLE = random.Random(4).sample(EVERY, sampled(20, len(EVERY)))
LOST = [("the catalogue", "emptied"), ("the catalogue", "removed"), ("a tile", "all zeros")]


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return build(tmp_path_factory.mktemp("attacked"))


@pytest.mark.parametrize(("part", "change"), sorted({*SAMPLE, *LOST}))
def test_an_attacked_file_is_told_mended_or_harmless(
    archives: tuple[Path, Path], part: str, change: str
) -> None:
    result = attack(*archives, PARTS[part], CHANGES[change])

    assert result is not None
    assert result[0] in ("told", "mended", "harmless"), result
