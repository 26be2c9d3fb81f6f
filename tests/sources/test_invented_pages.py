from pathlib import Path

import pytest

from scrapers.source_format.load_source import load_sources
from tests.sources.invented import load_expected, pages, read


@pytest.mark.parametrize("page", list(pages()), ids=lambda page: f"{page.parent.name}/{page.name}")
def test_an_invented_page_gives_the_expected_reading(page: Path) -> None:
    assert read(page) == load_expected(page)


@pytest.mark.parametrize("name", sorted(load_sources()))
def test_every_source_of_ours_reads_a_page_that_we_wrote(name: str) -> None:
    assert any(load_expected(page)["readings"] for page in pages() if page.parent.name == name)
