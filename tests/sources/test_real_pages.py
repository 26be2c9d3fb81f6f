import json

import pytest

from tests.sources.golden import CAPTURES, FOLDER, summary

LARGE = {"state_gov", "whitehouse_2021"}  # hundreds of captures of whole feeds


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.slow if name in LARGE else ()) for name in CAPTURES],
)
def test_real_pages_give_the_reviewed_readings(name: str) -> None:
    expected = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))

    assert summary(name) == expected
