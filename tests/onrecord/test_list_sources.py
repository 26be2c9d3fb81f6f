"""`sources list` by country and kind of body."""

import json
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.support.paths import ROOT

NEW = """
title = "Ministry of Fish: news"
publisher = "Ministry of Fish"
issuer = "Ministry of Fish"
homepage = "https://fish.example/"
languages = ["en"]
licence = "none"
pages = 'https://fish\\.example/\\d+'
{more}
[[layouts]]
version = 1
reads = "html"
identity = "@url"
title = "h1"
text = "main"
"""


@pytest.fixture
def archive(run: Run) -> Run:
    """Run the tool on a new archive."""
    run("init")
    return run


def names(run: Run, *options: str) -> set[str]:
    lines = run("sources", "list", "--json", *options).stdout.splitlines()
    return {json.loads(line)["name"] for line in lines}


def test_a_country_and_a_kind_of_body_name_the_sources_that_are_both(archive: Run) -> None:
    german = names(archive, "--country", "DE")
    ministries = names(archive, "--body", "ministry")

    assert "auswaertiges_amt" in german & ministries
    assert "amnesty_de" in german - ministries
    assert names(archive, "--country", "de", "--body", "ministry") == german & ministries


def test_the_table_shows_the_country_and_the_kind_of_body(archive: Run) -> None:
    lines = archive("sources", "list", "--body", "un").stdout.splitlines()

    assert ["un_press", "INT", "un"] in [line.split()[:3] for line in lines]


def test_each_source_of_ours_has_a_country_and_a_kind_of_body(archive: Run) -> None:
    lines = archive("sources", "list", "--json").stdout.splitlines()
    sources = [json.loads(line) for line in lines]

    assert len(sources) == len(list((ROOT / "scrapers" / "sources").glob("*.toml")))
    assert all(source["country"] and source["body"] for source in sources)


def test_a_country_without_sources_gives_no_line_and_says_so(archive: Run) -> None:
    result = archive("sources", "list", "--country", "IS", "--json")

    assert (result.exit_code, result.stdout) == (0, "")
    assert "no source is of this country" in result.stderr


def test_a_country_that_is_none_is_refused(archive: Run) -> None:
    for value in ("Germany", "ZZ", "UN", "D"):
        result = archive("sources", "list", "--country", value)

        assert result.exit_code == 2
        assert f"found '{value}'" in result.stderr


def test_a_source_whose_country_or_body_is_unknown_is_an_error_that_names_the_key(
    archive: Run, archive_folder: Path
) -> None:
    path = archive_folder / "sources" / "fish.toml"
    for key, more in (("country", 'country = "Fishland"'), ("body", 'body = "aquarium"')):
        path.write_text(NEW.format(more=more), encoding="utf-8")
        result = archive("sources", "list")

        assert result.exit_code == 5
        assert f"fish.toml: {key}: expected" in result.stderr


def test_a_source_that_states_neither_is_listed_without_filters_only(
    archive: Run, archive_folder: Path
) -> None:
    path = archive_folder / "sources" / "fish.toml"
    path.write_text(NEW.format(more=""), encoding="utf-8")

    assert "fish" in names(archive)
    assert "fish" not in names(archive, "--country", "INT") | names(archive, "--body", "ministry")
