from datetime import date
from pathlib import Path

import pytest

from archive.errors import SourceError
from scrapers.source_format.load_source import BUILT_IN, load_source, load_sources
from scrapers.source_format.page_layout import Layout

TOLD = """
title = "Bank of Ruritania: speeches"
publisher = "Bank of Ruritania"
issuer = "Bank of Ruritania"
homepage = "https://bank.ruritania.example/"
languages = ["en"]
licence = "public domain"
pages = 'https://bank\\.ruritania\\.example/speeches/\\d+'

[[listings]]
way = "feed"
urls = ["https://bank.ruritania.example/speeches.rss"]

[[layouts]]
version = 1
reads = "html"
identity = "link[rel=canonical] @href"
title = "h1"
text = ".body"
"""


def write(folder: Path, toml: str, name: str = "ruritania_bank") -> Path:
    path = folder / f"{name}.toml"
    path.write_text(toml, encoding="utf-8")
    return path


def test_a_source_has_the_name_of_its_file(tmp_path: Path) -> None:
    source = load_source(write(tmp_path, TOLD))

    assert source.name == "ruritania_bank"
    assert source.listing_urls() == ["https://bank.ruritania.example/speeches.rss"]


def test_a_source_has_the_urls_that_its_patterns_match_whole(tmp_path: Path) -> None:
    source = load_source(write(tmp_path, TOLD))

    assert source.is_statement_url("https://bank.ruritania.example/speeches/12")
    assert not source.is_statement_url("https://bank.ruritania.example/speeches/12/print")
    assert not source.is_statement_url("https://other.example/speeches/12")


@pytest.mark.parametrize(
    ("change", "replacement", "message"),
    [
        ('publisher = "Bank of Ruritania"\n', "", "publisher: expected a value, found none"),
        ('languages = ["en"]', "languages = []", "languages: expected"),
        ('https://bank.ruritania.example/"', 'ftp://x"', "homepage: expected an http or https"),
        ("licence", "license", "license: expected no such key"),
        (
            'licence = "public domain"',
            'licence = "public domain"\nzone = "Ruritania/Strelsau"',
            "zone: expected the IANA name of a time zone, as Europe/Brussels, found",
        ),
        ("pages = '", "pages = '(", "pages.0: expected a regular expression"),
        ('way = "feed"', 'way = "gopher"', "listings.0: expected"),
        ('reads = "html"', 'reads = "tea leaves"', "layouts.0.reads: expected 'html', 'json'"),
        ('title = "h1"', 'title = { match = "one" }', "either select or value"),
        ("version = 1", "version = 0", "layouts.0.version: expected"),
        ("[[layouts]]", "[[layouts]", "expected TOML in UTF-8"),
    ],
)
def test_a_wrong_source_is_one_line_with_file_key_and_what_was_expected(
    tmp_path: Path, change: str, replacement: str, message: str
) -> None:
    assert change in TOLD
    path = write(tmp_path, TOLD.replace(change, replacement, 1))

    with pytest.raises(SourceError) as raised:
        load_source(path)

    assert str(path) in str(raised.value)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


def test_two_layouts_never_share_a_version(tmp_path: Path) -> None:
    layout = TOLD[TOLD.index("[[layouts]]") :]

    with pytest.raises(SourceError, match="a version of its own"):
        load_source(write(tmp_path, TOLD + layout))


def test_a_file_name_that_nobody_could_type_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="a file name of a–z"):
        load_source(write(tmp_path, TOLD, name="Bank of Ruritania"))


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="nowhere"):
        load_source(tmp_path / "nowhere.toml")


def test_a_users_source_is_found_beside_ours_and_before_them(tmp_path: Path) -> None:
    write(tmp_path, TOLD)
    write(tmp_path, TOLD, name="un_press")

    sources = load_sources(tmp_path)

    assert sources["ruritania_bank"].publisher == "Bank of Ruritania"
    assert sources["un_press"].publisher == "Bank of Ruritania"
    assert load_sources()["un_press"].publisher == "United Nations"
    assert load_sources(tmp_path / "none").keys() == load_sources().keys()


def test_a_listing_url_is_completed_from_the_settings(tmp_path: Path) -> None:
    url = "https://bank.ruritania.example/speeches.rss"
    source = load_source(write(tmp_path, TOLD.replace(url, f"{url}?key={{api_key}}")))

    assert source.listing_urls({"api_key": "k1"}) == [f"{url}?key=k1"]
    with pytest.raises(SourceError, match="expected the setting 'api_key', found none"):
        source.listing_urls()


def test_a_listing_is_known_by_its_address_and_by_that_of_its_later_pages(tmp_path: Path) -> None:
    source = load_source(write(tmp_path, TOLD))

    assert source.listing_for("https://bank.ruritania.example/speeches.rss?page=2") is not None


@pytest.mark.parametrize(
    ("url", "expected_way"),
    [
        ("https://cpj.org/feed/", "feed"),
        ("https://cpj.org/feed/?paged=2", "feed"),
        ("https://cpj.org/sitemap.xml", "sitemap"),
        ("https://cpj.org/post-sitemap12.xml", "sitemap"),
        ("https://cpj.org/about/", None),
        ("https://other.example/feed/", None),
    ],
)
def test_of_several_listings_the_one_with_the_longest_shared_path_is_chosen(
    url: str, expected_way: str | None
) -> None:
    listing = load_sources()["cpj"].listing_for(url)

    assert (listing.way if listing else None) == expected_way


def test_a_layout_covers_the_days_from_since_to_until() -> None:
    layout = Layout.model_validate(
        {
            "version": 1,
            "reads": "html",
            "since": date(2017, 1, 2),
            "until": date(2017, 12, 14),
            "identity": "a",
            "title": "b",
            "text": "c",
        }
    )

    days = [date(2017, 1, 1), date(2017, 1, 2), date(2017, 12, 14), date(2017, 12, 15)]
    assert [layout.covers(day) for day in days] == [False, True, True, False]


@pytest.mark.parametrize("path", sorted(BUILT_IN.glob("*.toml")), ids=lambda path: path.stem)
def test_every_source_of_ours_says_who_publishes_and_how_it_is_found(path: Path) -> None:
    source = load_source(path)

    assert source.layouts
    assert source.listings or source.past
    assert source.delay_seconds >= 1
    assert source.homepage.startswith("http")
