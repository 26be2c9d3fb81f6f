"""The publisher's civil day is what search filters by, and what is cited and counted."""

import json
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.support.memento_server import write_crawl
from tests.support.warc_files import http_response

SITE = "https://council.brook.example/statements"
SOURCE = """title = "Brook Council"
publisher = "Brook Council"
issuer = "Brook Council"
homepage = "https://council.brook.example/"
languages = ["en"]
licence = "invented"
zone = "America/New_York"
pages = 'https://council\\.brook\\.example/statements/\\w+'
[[layouts]]
version = 1
reads = "html"
identity = { select = "@url", pattern = '/statements/(\\w+)' }
title = "h1"
text = "main"
issued = "time @datetime"
"""
GUESSED = "https://val.example/news/2021/03/04/harvest"


def page(title: str, text: str, head: str = "") -> bytes:
    return f"""<!doctype html><html lang="en"><head><title>{title}</title></head><body><article>
    <h1>{title}</h1>{head}<main><p>{text}</p><p>The council will report again before the
    end of the month, and asks for patience until that day.</p></main></article></body>
    </html>""".encode()


@pytest.fixture
def council(run: Run, archive_folder: Path, tmp_path: Path) -> Run:
    """Return `run` on an archive with an evening's statement, and a page without a date."""
    run("init")
    (archive_folder / "sources" / "brook.toml").write_text(SOURCE)
    stamp = '<p><time datetime="2025-01-01T04:30:00Z">31 December 2024</time></p>'
    pages = {
        f"{SITE}/evening": page("Evening note", "The lighthouse keeper was released.", stamp),
        GUESSED: page("Harvest note", "The council regrets that the harvest was late."),
    }
    html = b"Content-Type: text/html; charset=utf-8"
    captures = [
        ("2025-01-13T09:30:00Z", url, http_response(body, html)) for url, body in pages.items()
    ]
    warc = write_crawl(tmp_path / "saved.warc.gz", *captures)
    added = run("add", *pages, "--from", warc)
    assert added.exit_code == 0, added.output
    return run


@pytest.mark.parametrize(
    ("query", "finds"),
    [("before:2025 lighthouse", True), ("after:2025-01-01 lighthouse", False)],
)
def test_a_search_filters_by_the_local_day(council: Run, query: str, finds: bool) -> None:
    result = council("search", "--json", "--", query)

    assert ("brook:evening" in result.stdout) == finds


def test_a_version_has_its_local_time_and_its_instant(council: Run) -> None:
    shown = json.loads(council("show", "brook:evening", "--json").stdout)

    assert shown["issued"] == "2024-12-31T23:30-05:00"
    assert shown["issued_instant"] == "2025-01-01T04:30Z"
    assert shown["issued_printed"] == "2025-01-01T04:30:00Z"
    assert shown["issued_guess"] is False


def test_the_local_day_is_cited(council: Run) -> None:
    cited = council("cite", "brook:evening", "--style", "chicago").stdout

    assert "December 31, 2024" in cited


def test_a_guess_is_marked_where_it_is_shown(council: Run) -> None:
    hit = json.loads(council("search", "--json", "--", "harvest").stdout)

    assert (hit["issued"], hit["issued_guess"]) == ("2021-03-04", True)
    assert "2021-03-04?" in council("search", "harvest").stdout
    assert "a guess" in council("show", hit["statement"]).stdout
    assert "[March 4, 2021?]" in council("cite", hit["statement"], "--style", "chicago").stdout
