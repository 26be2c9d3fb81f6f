"""After the last arrivals were erased, what arrives next is noticed, told and found."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from tests.support.forged_archive import LONG, SOURCE, listing, page
from tests.support.page_files import Page, write_pages

FIRST, SECOND = "2024-03-05T09:30:00Z", "2024-04-05T09:30:00Z"


@pytest.fixture
def erased(run: Run, archive_folder: Path, tmp_path: Path) -> Run:
    """Return an archive of two statements and of three that were erased, after a second visit."""
    run("init")
    (archive_folder / "sources" / "brook.toml").write_text(SOURCE)
    first = [listing("abxyz", FIRST), *(page(name, LONG, FIRST) for name in "abxyz")]
    gone = page("b", "", SECOND)
    second = [
        listing("abd", SECOND),
        page("a", LONG.replace("regrets", "deplores"), SECOND),
        Page(gone.url, "<html><body>Not here</body></html>", SECOND, 404),
        page("d", LONG, SECOND),
    ]
    for name, pages in (("first", first), ("second", second)):
        (tmp_path / name).mkdir()
        write_pages(tmp_path / name, *pages)
    run("scrape", "brook", "--from", tmp_path / "first")
    run("watch", "source", "brook")
    for name in "zyx":
        run("erase", f"brook:{name}", "--reason", "asked", "--who", "the board", "--yes")
    run("scrape", "brook", "--from", tmp_path / "second")
    return run


def news(run: Run) -> list[tuple[str, str]]:
    rows: list[dict[str, Any]] = list(
        map(json.loads, run("watch", "news", "--json").stdout.splitlines())
    )
    return [(row["kind"], row["statement"]) for row in rows if row["when"].startswith("2024-04-05")]


def test_an_edit_a_removal_and_a_new_statement_are_news(erased: Run) -> None:
    assert sorted(news(erased)) == [
        ("edit", "brook:a"),
        ("missing", "brook:b"),
        ("new", "brook:d"),
    ]


def test_a_watch_is_alerted_and_search_finds_them(erased: Run) -> None:
    erased("watch", "check", "--no-tell")
    alerts = map(json.loads, erased("watch", "alerts", "--json").stdout.splitlines())
    hits = map(json.loads, erased("search", "seed", "--json").stdout.splitlines())

    assert {(row["kind"], row["statement"]) for row in alerts} >= {
        ("edit", "brook:a"),
        ("new", "brook:d"),
    }
    assert {hit["statement"] for hit in hits} >= {"brook:a", "brook:d"}


def test_it_verifies_also_after_a_rebuild_and_tells_nothing_twice(erased: Run) -> None:
    before = news(erased)
    assert erased("verify").exit_code == 0
    assert erased("rebuild").exit_code == 0
    erased("watch", "check", "--no-tell")

    assert erased("verify").exit_code == 0
    assert news(erased) == before
