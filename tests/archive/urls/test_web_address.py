"""Web addresses are parsed, resolved and compared as browsers do."""

import subprocess
import sys
from pathlib import Path

import pytest

from archive.errors import FormatError
from archive.urls.web_address import (
    parse_address,
    resolve,
    resolve_location,
    resolve_or_keep,
    same_page_key,
    spellings,
    without_unseen_characters,
)
from tests.conftest import Run

PAGE = "https://fen.example/news/2024/"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://fen.example", "https://fen.example/"),
        ("HTTPS://FEN.Example:443/A", "https://fen.example/A"),
        ("  http://fen.example/a\n", "http://fen.example/a"),
        ("https://fen.example/a\tb", "https://fen.example/ab"),
        ("https:\\\\fen.example\\a", "https://fen.example/a"),
        ("https://fen.example/a/../b/./c", "https://fen.example/b/c"),
        ("https://fen.example/récolte été", "https://fen.example/r%C3%A9colte%20%C3%A9t%C3%A9"),
        ("https://müller.example/", "https://xn--mller-kva.example/"),
        ("http://0x7f.1/", "http://127.0.0.1/"),
    ],
)
def test_an_address_is_written_in_the_form_of_the_standard(text: str, address: str) -> None:
    assert parse_address(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        "urls.txt",
        "-",
        "fen.example/news",
        "//fen.example/",
        "mailto:clerk@fen.example",
        "file:///etc/hostname",
        "javascript:void(0)",
        "http://[bad/",
        "https://[see below]/x",
        "https://fen example/",
        "https://fen.example:99999/",
        "http://",
    ],
)
def test_what_is_no_web_address_is_an_error(text: str) -> None:
    with pytest.raises(FormatError, match="web address"):
        parse_address(text)


@pytest.mark.parametrize(
    ("reference", "address"),
    [
        ("one.html", "https://fen.example/news/2024/one.html"),
        ("/one.html#top", "https://fen.example/one.html"),
        ("../", "https://fen.example/news/"),
        ("?page=2", "https://fen.example/news/2024/?page=2"),
        ("//mill.example/a b", "https://mill.example/a%20b"),
        ("", "https://fen.example/news/2024/"),
    ],
)
def test_a_reference_is_resolved_without_its_fragment(reference: str, address: str) -> None:
    assert resolve(PAGE, reference) == address


def test_an_absolute_reference_needs_no_good_base() -> None:
    assert resolve("http://[bad/", "https://fen.example/a") == "https://fen.example/a"


def test_a_reference_to_no_address_can_be_kept_for_a_message() -> None:
    assert resolve_or_keep(PAGE, "http://[bad/") == "http://[bad/"


@pytest.mark.parametrize(
    ("encoding", "query"),
    [
        ("cp1251", "%FF%20a"),
        ("utf-8", "%D1%8F%20a"),
        ("utf-16-le", "%D1%8F%20a"),
        ("iso8859-1", "%26%231103%3B%20a"),
    ],
)
def test_a_query_is_sent_in_the_encoding_of_its_page(encoding: str, query: str) -> None:
    link = resolve_or_keep(PAGE, "/я?q=я a#я", encoding)

    assert link == f"https://fen.example/%D1%8F?q={query}#%D1%8F"


@pytest.mark.parametrize(
    ("header", "address"),
    [
        ("/récolte".encode(), "https://fen.example/r%C3%A9colte"),
        ("/récolte".encode("latin-1"), "https://fen.example/r%E9colte"),
        (b"/r%c3%a9colte", "https://fen.example/r%c3%a9colte"),
        ("https://müller.example/über".encode(), "https://xn--mller-kva.example/%C3%BCber"),
        ("/سلام".encode(), "https://fen.example/%D8%B3%D9%84%D8%A7%D9%85"),
        (b"/a b#top", "https://fen.example/a%20b"),
    ],
)
def test_the_bytes_of_a_location_are_escaped_as_they_are(header: bytes, address: str) -> None:
    assert resolve_location(PAGE, header.decode("latin-1")) == address


@pytest.mark.parametrize(
    "spelling",
    [
        "https://fen.example/r%C3%A9colte%20~a",
        "https://fen.example/r%c3%a9colte%20%7Ea",
        "https://fen.example/récolte ~a",
        "HTTPS://Fen.example:443/r%C3%A9colte%20~a#top",
        "https://fen.example/r%C3%A9colte%20~a?",
    ],
)
def test_spellings_of_one_address_have_one_key(spelling: str) -> None:
    assert same_page_key(spelling) == "https://fen.example/r%C3%A9colte%20~a"
    assert "https://fen.example/récolte ~a" in spellings(spelling)


@pytest.mark.parametrize(
    "other",
    [
        "http://fen.example/a",
        "https://www.fen.example/a",
        "https://fen.example/A",
        "https://fen.example/a/",
        "https://fen.example/a?b=1",
        "https://fen.example/a%2F",
    ],
)
def test_addresses_that_may_differ_have_different_keys(other: str) -> None:
    assert same_page_key(other) != same_page_key("https://fen.example/a")


def test_characters_that_print_nothing_are_taken_out() -> None:
    assert without_unseen_characters("https://fen.example/a\u200b%E2%80%8b") == (
        "https://fen.example/a"
    )


def test_search_loads_no_parser_of_addresses(panel_archive: Run, archive_folder: Path) -> None:
    search = ["-m", "onrecord", "--archive", str(archive_folder), "search", "panel"]
    result = subprocess.run(
        [sys.executable, "-X", "importtime", *search], capture_output=True, text=True
    )

    assert result.returncode == 0, result.stderr
    assert " archive.archive_folder\n" in result.stderr
    assert " ada_url\n" not in result.stderr
