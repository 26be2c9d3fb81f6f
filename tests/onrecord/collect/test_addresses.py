"""Addresses in pages and headers are read as browsers read them; a bad one costs only itself."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from tests.support.page_files import Page, write_pages

SITE = "https://brook.example"
SOURCE = f"""
title = "Brook Council"
publisher = "Brook Council"
issuer = "Brook Council"
homepage = "{SITE}/"
languages = ["en"]
licence = "own"
delay_seconds = 0
pages = 'https://brook[.]example/(?:statements|new)/[^?#]+'

[[listings]]
way = "listing"
urls = ["{SITE}/list/"]
items = "li"
link = "a @href"
title = "a"

[[layouts]]
version = 1
reads = "html"
identity = {{ select = "@url", pattern = '/([^/?#]+)$' }}
title = "h1"
text = ".body"
"""


def article(words: str, head: str = "") -> str:
    title = f"On the {words}"
    return (
        f"<html lang=en><head><title>{title}</title>{head}</head><body><article><h1>{title}</h1>"
        f"<div class=body><p>The council regrets the delay in the delivery of {words}.</p>"
        "<p>It will report again before the end of the month, and asks for patience until then.</p>"
        "</div></article></body></html>"
    )


def listing(*links: str, head: str = "") -> str:
    rows = "".join(f'<li><a href="{link}">{number}</a></li>' for number, link in enumerate(links))
    return f"<html><head>{head}</head><body><ul>{rows}</ul></body></html>"


@pytest.fixture
def archive(run: Run, archive_folder: Path) -> Run:
    run("init")
    (archive_folder / "sources/brook.toml").write_text(SOURCE)
    return run


def scrape(archive: Run, folder: Path, *pages: Page) -> dict[str, Any]:
    result = archive("scrape", "brook", "--from", write_pages(folder, *pages), "--json")
    return dict(json.loads(result.stdout.splitlines()[-1]))


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("/statements/récolte", "/statements/r%C3%A9colte"),
        ("/statements/the spring", "/statements/the%20spring"),
        ("/statements/a%c3%a9", "/statements/a%C3%A9"),
        ("https://brook.example:443/statements/one#top", "/statements/one"),
        ("\\\\statements\\\\one", "/statements/one"),
        ("/statements/récolte", "/statements/récolte"),
    ],
)
def test_a_link_is_matched_with_a_capture_spelled_otherwise(
    archive: Run, tmp_path: Path, link: str, address: str
) -> None:
    summary = scrape(
        archive,
        tmp_path,
        Page(f"{SITE}/list/", listing(link)),
        Page(f"{SITE}{address}", article("seed")),
    )

    assert summary["not_held"] == []
    assert summary["statements"] == 1


def test_links_are_resolved_by_the_base_of_the_page(archive: Run, tmp_path: Path) -> None:
    base = '<base href="https://brook.example/statements/">'
    summary = scrape(
        archive,
        tmp_path,
        Page(f"{SITE}/list/", listing("one", head=base)),
    )

    assert summary["not_held"] == [f"{SITE}/statements/one"]


@pytest.mark.parametrize(
    "link", ["http://[see below]/", "https://exa mple/", "http://", "mailto:a"]
)
def test_a_bad_link_is_one_problem_of_its_listing(archive: Run, tmp_path: Path, link: str) -> None:
    summary = scrape(
        archive,
        tmp_path,
        Page(f"{SITE}/list/", listing("/statements/one", link, "/statements/two")),
        Page(f"{SITE}/statements/one", article("seed")),
        Page(f"{SITE}/statements/two", article("flour")),
    )

    assert summary["statements"] == 2
    (problem,) = summary["problems"]
    assert link in problem


@pytest.mark.parametrize("location", ["http://[bad/", "https://exa mple/", "http://:80/"])
def test_a_redirect_to_no_address_is_one_problem(
    archive: Run, tmp_path: Path, location: str
) -> None:
    summary = scrape(
        archive,
        tmp_path,
        Page(f"{SITE}/list/", listing("/statements/one", "/statements/two")),
        Page(f"{SITE}/statements/one", "", status=302, location=location),
        Page(f"{SITE}/statements/two", article("flour")),
    )

    assert summary["statements"] == 1
    (problem,) = summary["problems"]
    assert location in problem
    assert archive("watch", "news", "--json").stdout.count('"missing"') == 0


@pytest.mark.parametrize("location", ["/new/récolte", "//brook.example/new/r%C3%A9colte"])
def test_a_redirect_is_followed_to_the_address_that_its_bytes_mean(
    archive: Run, tmp_path: Path, location: str
) -> None:
    summary = scrape(
        archive,
        tmp_path,
        Page(f"{SITE}/list/", listing("/statements/one")),
        Page(f"{SITE}/statements/one", "", status=301, location=location),
        Page(f"{SITE}/new/r%C3%A9colte", article("seed")),
    )

    assert summary["not_held"] == []
    assert summary["statements"] == 1


def test_a_bad_canonical_address_is_told_and_the_page_is_read(archive: Run, tmp_path: Path) -> None:
    url = "https://min.example/one"
    page = Page(url, article("seed", '<link rel="canonical" href="https://[min.example/one">'))

    result = archive("add", url, "--from", write_pages(tmp_path, page), "--json")

    summary = json.loads(result.stdout.splitlines()[-1])
    assert summary["statements"] == 1
    assert "https://[min.example/one" in summary["problems"][0]


@pytest.mark.parametrize("argument", ["urls.txt", "-", "file:///etc/hostname", "http://[bad/"])
def test_what_is_no_web_address_is_refused_before_anything_is_written(
    archive: Run, archive_folder: Path, argument: str
) -> None:
    result = archive("add", "--", "https://min.example/one", argument)

    assert result.exit_code == 2
    assert argument in result.stderr
    assert not list(archive_folder.rglob("*.warc.gz"))
