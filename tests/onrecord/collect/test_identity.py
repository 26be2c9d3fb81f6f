"""A statement is the source's that reads it; copies of one page are one statement."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from tests.support.page_files import Page, write_pages

FEN, MILL = "https://fen.example/news/12", "https://mill.example/news/12"


def source(site: str) -> str:
    return f"""
title = "{site}"
publisher = "{site}"
issuer = "{site}"
homepage = "https://{site}.example/"
languages = ["en"]
licence = "own"
pages = 'https://{site}[.]example/news/\\d+'

[[listings]]
way = "listing"
urls = ["https://{site}.example/news/"]
items = "li"
link = "a @href"

[[layouts]]
version = 1
reads = "html"
identity = {{ select = "@url", pattern = '/(\\d+)$' }}
title = "h1"
text = "article p"
"""


def article(subject: str, canonical: str = "", more: str = "") -> str:
    link = f'<link rel="canonical" href="{canonical}">' if canonical else ""
    return (
        f"<html lang=en><head><title>Notice of the {subject}</title>{link}</head><body><article>"
        f"<h1>Notice of the {subject}</h1><p>The board heard what was said of the {subject}, "
        f"and the clerk of the {subject} will write to each of those who came to speak of it.</p>"
        f"<p>Whoever wishes to be heard on the {subject} may write before the new moon.{more}</p>"
        "</article></body></html>"
    )


@pytest.fixture
def archive(run: Run) -> Run:
    run("init")
    return run


def write_source(folder: Path, site: str) -> None:
    (folder / f"sources/{site}.toml").write_text(source(site))


def exported(archive: Run) -> list[dict[str, Any]]:
    return [json.loads(line) for line in archive("export", "-").stdout.splitlines()]


def statements(archive: Run) -> set[str]:
    return {version["statement"] for version in exported(archive)}


def shown(archive: Run, name: str) -> dict[str, Any]:
    result = archive("show", name, "--json")
    assert result.exit_code == 0, result.output
    return dict(json.loads(result.stdout))


def add(archive: Run, folder: Path, *pages: Page) -> None:
    path = write_pages(folder, *pages)
    result = archive("add", *dict.fromkeys(page.url for page in pages), "--from", path)
    assert result.exit_code == 0, result.output


def test_pages_added_before_their_sources_are_each_their_source_s(
    archive: Run, archive_folder: Path, tmp_path: Path
) -> None:
    add(archive, tmp_path, Page(FEN, article("sluice")), Page(MILL, article("flour")))
    write_source(archive_folder, "fen")
    write_source(archive_folder, "mill")

    archive("scrape", "fen", "mill", "--from", tmp_path / "pages.warc.gz")

    assert {"fen:12", "mill:12"} <= statements(archive)
    assert "web:12" not in statements(archive)
    assert {v["source"] for v in exported(archive) if v["statement"] == "fen:12"} == {"fen"}


def test_a_rebuild_applies_a_source_that_came_later(
    archive: Run, archive_folder: Path, tmp_path: Path
) -> None:
    add(archive, tmp_path, Page(FEN, article("sluice")))
    (before,) = exported(archive)
    write_source(archive_folder, "fen")

    assert archive("rebuild").exit_code == 0

    assert statements(archive) == {"fen:12"}
    assert before["statement"].startswith("web:")
    assert shown(archive, before["statement"])["statement"] == "fen:12"
    assert shown(archive, before["version"])["statement"] == "fen:12"


def test_a_source_that_came_later_and_cannot_read_a_page_takes_nothing_away(
    archive: Run, archive_folder: Path, tmp_path: Path
) -> None:
    page = article("sluice").replace("<article>", "<section>").replace("</article>", "</section>")
    add(archive, tmp_path, Page(FEN, page))
    (before,) = exported(archive)
    write_source(archive_folder, "fen")

    assert archive("rebuild").exit_code == 0

    assert statements(archive) == {before["statement"]}
    assert shown(archive, before["version"])["text"] == before["text"]


def test_an_id_of_a_page_without_a_source_survives_two_rebuilds(
    archive: Run, archive_folder: Path, tmp_path: Path
) -> None:
    add(archive, tmp_path, Page(FEN, article("sluice")))
    (before,) = exported(archive)
    write_source(archive_folder, "fen")
    archive("rebuild")
    (archive_folder / "catalogue.sqlite").unlink()

    archive("rebuild")

    assert shown(archive, before["version"])["statement"] == "fen:12"


def test_two_sources_that_read_one_capture_have_each_a_statement(
    archive: Run, archive_folder: Path, tmp_path: Path
) -> None:
    write_source(archive_folder, "fen")
    (archive_folder / "sources/copy.toml").write_text(source("fen").replace("(\\d+)$", "([^/]+)$"))
    path = write_pages(tmp_path, Page(FEN, article("sluice")))

    archive("scrape", "fen", "copy", "--from", path)

    assert statements(archive) == {"fen:12", "copy:12"}


def test_pages_captured_to_propose_a_source_are_read_by_it(
    archive: Run, archive_folder: Path, tmp_path: Path
) -> None:
    numbers = (1, 2, 3)
    urls = [f"https://fen.example/news/{number}" for number in numbers]
    pages = [Page(url, article(f"sluice {n}")) for n, url in zip(numbers, urls, strict=True)]
    path = write_pages(tmp_path, *pages)
    result = archive("sources", "add", *urls, "--name", "fen", "--write", "--from", path)
    assert result.exit_code == 0, result.output

    archive("scrape", "fen", "--from", path)
    read = exported(archive)
    archive("rebuild")

    assert len(read) == 3
    assert {version["source"] for version in read} == {"fen"}
    assert exported(archive) == read


COPIES = [
    "https://www.fen.example/n/sluice",
    "http://www.fen.example/n/sluice",
    "https://fen.example/n/sluice",
    "https://amp.fen.example/n/sluice",
    "https://www.fen.example/n/sluice?utm_source=post",
    "https://www.fen.example/n/sluice/amp",
]


@pytest.mark.parametrize("copies", [COPIES, COPIES[::-1]])
def test_copies_that_name_one_canonical_address_are_one_statement(
    archive: Run, tmp_path: Path, copies: list[str]
) -> None:
    add(archive, tmp_path, *(Page(url, article("sluice", COPIES[0])) for url in copies))

    (version,) = exported(archive)
    assert version["url"] == COPIES[0]
    assert shown(archive, version["statement"])["addresses"] == sorted(COPIES)


def test_an_edit_of_a_copy_is_a_version_of_the_statement(archive: Run, tmp_path: Path) -> None:
    later = Page(
        COPIES[2],
        article("sluice", COPIES[0], " It regrets this."),
        captured="2024-04-05T09:30:00Z",
    )

    add(archive, tmp_path, Page(COPIES[0], article("sluice", COPIES[0])), later)

    assert len(exported(archive)) == 2
    assert len(statements(archive)) == 1


@pytest.mark.parametrize("canonical", ["/", "/n/", "/all", "/n/sluice"])
def test_pages_of_other_words_that_name_one_address_stay_apart(
    archive: Run, tmp_path: Path, canonical: str
) -> None:
    pages = [
        Page(
            f"https://fen.example/n/{subject}", article(subject, f"https://fen.example{canonical}")
        )
        for subject in ("flour", "eels", "sluice")
    ]

    add(archive, tmp_path, *pages)

    assert len(statements(archive)) == 3
    archive("rebuild")
    assert len(statements(archive)) == 3


def test_a_page_that_moved_for_good_is_the_same_statement(archive: Run, tmp_path: Path) -> None:
    old, new = "https://fen.example/n/1", "https://fen.example/news/sluice"
    add(archive, tmp_path, Page(old, article("sluice")))
    (before,) = statements(archive)

    add(
        archive,
        tmp_path,
        Page(old, "", captured="2024-04-05T09:30:00Z", status=301, location=new),
        Page(new, article("sluice", new), captured="2024-04-05T09:30:00Z"),
    )

    assert statements(archive) == {before}
    assert shown(archive, before)["addresses"] == [old, new]


REPLAYED = "https://web.archive.org/web/20190103100000/https://fen.example/news/12"
TOOLBAR = (
    "<!-- BEGIN WAYBACK TOOLBAR INSERT --><div>14 captures</div><!-- END WAYBACK TOOLBAR INSERT -->"
)


@pytest.mark.parametrize("has_source", [True, False])
def test_a_replayed_page_is_filed_under_the_original_address(
    archive: Run, archive_folder: Path, tmp_path: Path, has_source: bool
) -> None:
    if has_source:
        write_source(archive_folder, "fen")
    page = Page(REPLAYED, article("sluice").replace("<body>", f"<body>{TOOLBAR}"))

    archive("import", write_pages(tmp_path, page))

    (version,) = exported(archive)
    facts = shown(archive, version["statement"])
    assert version["url"] == FEN
    assert version["source"] == ("fen" if has_source else "web")
    assert facts["first_seen"] == "2019-01-03T10:00:00Z"
    assert facts["seen_by"]["first"] == "web.archive.org"
    assert facts["addresses"] == [FEN]
    assert "14 captures" not in version["text"]
    assert "14 captures" not in archive("show", version["statement"], "--layer").stdout


@pytest.mark.parametrize("scheme", ["https", "http"])
@pytest.mark.parametrize("command", [("scrape", "fen", "--from"), ("import",)])
def test_replayed_pages_answer_for_their_source(
    archive: Run, archive_folder: Path, tmp_path: Path, scheme: str, command: tuple[str, ...]
) -> None:
    write_source(archive_folder, "fen")
    page = Page(REPLAYED.replace("/https:", f"/{scheme}:"), article("sluice"))

    archive(*command, write_pages(tmp_path, page))

    assert statements(archive) == {"fen:12"}
    archive("rebuild")
    assert statements(archive) == {"fen:12"}


def test_addresses_that_differ_in_marks_alone_are_statements_of_their_own(
    archive: Run, tmp_path: Path
) -> None:
    urls = [f"https://fen.example/n{mark}1" for mark in "_,=~"]
    subjects = ["ferry", "sluice", "harvest", "bridge"]
    for day in ("2024-03-05T09:30:00Z", "2024-04-05T09:30:00Z"):  # and again: each is known
        for url, subject in zip(urls, subjects, strict=True):
            add(archive, tmp_path, Page(url, article(subject), captured=day))

    titles = [f"Notice of the {subject}" for subject in subjects]
    assert sorted(version["title"] for version in exported(archive)) == sorted(titles)
    assert len(statements(archive)) == 4


@pytest.mark.parametrize("newest_first", [False, True])
def test_a_statement_is_new_on_the_day_of_its_earliest_capture(
    archive: Run, tmp_path: Path, newest_first: bool
) -> None:
    days = ["2024-01-10T10:00:00Z", "2024-06-10T10:00:00Z"]
    pages = [
        Page(FEN, article("sluice", more=" By hand." * n), captured=day)
        for n, day in enumerate(days)
    ]
    file = write_pages(tmp_path, *(pages[::-1] if newest_first else pages))

    archive("import", file)

    news = [json.loads(line) for line in archive("watch", "news", "--json").stdout.splitlines()]
    assert sorted((item["kind"], item["when"]) for item in news) == [
        ("edit", days[1]),
        ("new", days[0]),
    ]
