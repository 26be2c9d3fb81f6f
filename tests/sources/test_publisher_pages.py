import json

import pytest

from tests.sources.publisher_pages import GOLDEN, PAGES, summaries


def test_real_pages_of_many_publishers_give_the_reviewed_readings() -> None:
    if not PAGES.is_dir():
        pytest.skip(f"no captures of real pages at {PAGES}")

    assert summaries() == json.loads(GOLDEN.read_text(encoding="utf-8"))
