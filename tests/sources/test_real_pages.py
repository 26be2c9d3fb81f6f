import json

import pytest

from tests.sources.golden import CAPTURES, FOLDER, summary


@pytest.mark.parametrize("name", CAPTURES)
def test_real_pages_read_as_a_person_found_them_to_read(name: str) -> None:
    expected = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))

    assert summary(name) == expected
