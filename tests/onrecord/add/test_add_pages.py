"""`add` says what it read at each address, and why at others nothing was."""

import json
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.onrecord.collect.test_addresses import article
from tests.support.page_files import Page, write_pages

SEED, FLOUR = "https://min.example/seed", "https://min.example/flour"
DATED = article("seed", '<meta property="article:published_time" content="2024-03-01T10:00:00Z">')


@pytest.fixture
def archive(run: Run) -> Run:
    run("init")
    return run


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    return write_pages(tmp_path, Page(SEED, DATED), Page(FLOUR, article("flour")))


def test_add_prints_id_date_words_and_title_of_what_it_read(archive: Run, pages: Path) -> None:
    result = archive("add", SEED, "--from", pages)

    (line,) = result.stdout.splitlines()
    (version,) = map(json.loads, archive("export", "-").stdout.splitlines())
    words = len(version["text"].split())
    assert line == f"{version['statement']}  {version['issued']}  {words} words  On the seed"
    assert version["issued"].startswith("2024-03-01")


def test_with_json_each_version_is_an_object_and_the_run_is_the_last(
    archive: Run, pages: Path
) -> None:
    lines = archive("add", SEED, FLOUR, "--from", pages, "--json").stdout.splitlines()

    first, second, run = map(json.loads, lines)
    assert [first["title"], second["title"]] == ["On the seed", "On the flour"]
    assert first["words"] == len(first["text"].split())
    assert (run["source"], run["statements"]) == ("add", 2)


def test_a_page_that_is_known_already_is_printed_again(archive: Run, pages: Path) -> None:
    first, second = (archive("add", SEED, "--from", pages).stdout for _ in range(2))

    assert first == second != ""


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (Page(FLOUR, "", status=503), "server-error"),
        (Page(FLOUR, "<title>Just a moment...</title>", status=403), "blocked"),
        (Page(SEED + "/other", article("seed")), "the files do not have it"),
        (Page(FLOUR, "", status=302, location="/next"), "the files do not have it"),
    ],
)
def test_what_was_not_read_is_said_by_its_address(
    archive: Run, tmp_path: Path, page: Page, reason: str
) -> None:
    path = write_pages(tmp_path, Page(SEED, DATED), page)

    result = archive("add", SEED, FLOUR, "--from", path)

    assert result.stdout.count("\n") == 1
    (line,) = [line for line in result.stderr.splitlines() if FLOUR in line]
    assert reason in line


def test_addresses_are_taken_from_a_file_and_from_standard_input(
    archive: Run, tmp_path: Path, pages: Path
) -> None:
    text = f"# asked for in March\r\n\r\n  {SEED} \r\n{SEED}\r\n{FLOUR}#top  # the mill\r\n"
    (tmp_path / "urls.txt").write_text("\ufeff" + text)

    from_file = archive("add", "--list", tmp_path / "urls.txt", "--from", pages)
    from_input = archive("add", "--list", "-", "--from", pages, stdin=text)

    assert from_file.stdout.count("\n") == 2
    assert from_file.stdout == from_input.stdout


@pytest.mark.parametrize(
    "line", ["urls.txt", "mailto:desk@min.example", "/etc/hostname", f"{SEED} {FLOUR}", "http://[b"]
)
def test_a_bad_line_is_named_and_nothing_is_written(
    archive: Run, archive_folder: Path, tmp_path: Path, pages: Path, line: str
) -> None:
    (tmp_path / "urls.txt").write_text(f"{SEED}\n{line}\nalso bad\n")

    result = archive("add", "--list", tmp_path / "urls.txt", "--from", pages)

    assert result.exit_code == 2
    assert "urls.txt: line 2: expected" in result.stderr
    assert "urls.txt: line 3: expected" in result.stderr
    assert not list(archive_folder.rglob("*.warc.gz"))


def test_a_list_in_another_encoding_is_named(archive: Run, tmp_path: Path) -> None:
    (tmp_path / "urls.txt").write_bytes(SEED.encode("utf-16"))

    result = archive("add", "--list", tmp_path / "urls.txt")

    assert result.exit_code == 2
    assert "line 1: expected text in UTF-8" in result.stderr


def test_an_empty_list_is_no_success(archive: Run) -> None:
    assert archive("add", "--list", "-", stdin="# nothing yet\n").exit_code == 2
