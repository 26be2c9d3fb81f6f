"""A visit follows a listing from page to page, and knows where it ends."""

import json
from pathlib import Path

import pytest

from onrecord.collect import crawl
from tests.conftest import Run
from tests.onrecord.collect.test_addresses import SITE, SOURCE, article, listing
from tests.support.page_files import Page, write_pages


@pytest.fixture
def archive(run: Run, archive_folder: Path) -> Run:
    """Run the tool with a source whose listing has numbered pages."""
    run("init")
    source = SOURCE.replace("/list/", "/list/?page=1").replace(
        'items = "li"', 'items = "li"\ncount_by = "page"\nstep = 1'
    )
    (archive_folder / "sources/brook.toml").write_text(source)
    return run


def listed(number: int, *names: str) -> Page:
    return Page(f"{SITE}/list/?page={number}", listing(*(f"/statements/{n}" for n in names)))


def requested_listings(archive: Run, folder: Path, *pages: Page) -> int:
    """Return how many pages of the listing one visit requests."""
    statements = [Page(f"{SITE}/statements/{name}", article(name)) for name in ("a", "b", "c")]
    path = write_pages(folder, *pages, *statements)
    summary = json.loads(archive("scrape", "brook", "--from", path, "--json").stdout)
    requested = summary["captures"]["ok"] - summary["seen"]
    return int(requested + sum("/list/" in url for url in summary["not_held"]))


def test_a_listing_that_repeats_its_last_page_ends_there(archive: Run, tmp_path: Path) -> None:
    pages = [listed(1, "a", "b"), *(listed(number, "b", "c") for number in range(2, 9))]

    assert requested_listings(archive, tmp_path, *pages) == 3


def test_a_listing_that_goes_around_in_a_circle_ends(archive: Run, tmp_path: Path) -> None:
    pages = [listed(number, "abc"[number % 3]) for number in range(1, 13)]

    assert requested_listings(archive, tmp_path, *pages) == 4


def test_a_page_with_one_new_address_goes_on(archive: Run, tmp_path: Path) -> None:
    pages = [listed(1, "a", "b"), listed(2, "a", "c"), listed(3, "c")]

    assert requested_listings(archive, tmp_path, *pages) == 3


def test_known_statements_do_not_end_a_listing(archive: Run, tmp_path: Path) -> None:
    pages = [listed(1, "a"), listed(2, "b"), listed(3, "c")]

    first, second = (requested_listings(archive, tmp_path, *pages) for _ in range(2))

    assert (first, second) == (4, 4)


def test_the_number_of_pages_that_a_visit_reads_is_named_as_our_limit(
    archive: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crawl, "_MAX_LISTING_PAGES", 2)
    path = write_pages(tmp_path, listed(1, "a"), listed(2, "b"), listed(3, "c"))

    result = archive("scrape", "brook", "--from", path, "--json")

    problems = json.loads(result.stdout)["problems"]
    assert f"{SITE}/list/?page=3: not asked: a visit reads 2 pages" in problems[0]
