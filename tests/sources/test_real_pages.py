import json

import pytest

from tests.sources.golden import CAPTURES, FOLDER, summary


@pytest.mark.parametrize("name", CAPTURES)
def test_real_pages_give_the_reviewed_readings(name: str) -> None:
    expected = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))

    assert summary(name) == expected
