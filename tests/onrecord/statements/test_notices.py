"""What a publisher notes beside its words is shown, and is none of them."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from tests.support.reading_room_server import serve_archive
from tests.support.warc_files import foreign_record, write_warc

URL = "https://brook.example/statements/1.html"
WORDS = "The council regrets the delay in the delivery of seed to the northern valleys."
NOTICE = "This statement was withdrawn because the figures in it were wrong."
CORRECTION = "Correction: the seed was barley."
SOURCE = """
title = "Brook Council"
publisher = "Brook Council"
issuer = "Brook Council"
homepage = "https://brook.example/"
languages = ["en"]
licence = "own"
kind = "statement"
pages = 'https://brook[.]example/statements/\\d+[.]html'

[[listings]]
way = "listing"
urls = ["https://brook.example/"]
items = "li"
link = "a @href"

[[layouts]]
version = 1
reads = "html"
identity = { select = "@url", pattern = '/(\\d+)[.]html' }
title = "h1"
text = "article"
drop = "h1"
notices = [".withdrawn", ".correction"]
"""


def add(run: Run, folder: Path, day: int, notices: str = "") -> None:
    body = f"<html><article>{notices}<h1>On seed</h1><p>{WORDS}</p></article>".encode()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    record = foreign_record(
        head + body,
        url=URL,
        date=f"2024-03-{day:02}T10:00:00Z",
        record_id=f"urn:uuid:00000000-0000-4000-8000-{day:012}",
    )
    result = run("add", URL, "--from", write_warc(folder / f"{day}.warc.gz", record))
    assert result.exit_code == 0, result.output


def show(run: Run) -> dict[str, Any]:
    shown: dict[str, Any] = json.loads(run("show", "brook:1", "--json").stdout)
    return shown


@pytest.fixture
def withdrawn(run: Run, archive_folder: Path, tmp_path: Path) -> Run:
    """Return an archive of a statement that was withdrawn after its first capture."""
    run("init")
    (archive_folder / "sources" / "brook.toml").write_text(SOURCE, encoding="utf-8")
    add(run, tmp_path, 1)
    add(run, tmp_path, 2, f"<div class=withdrawn><p>{NOTICE}</p></div>")
    more = f"<div class=withdrawn>{NOTICE}</div><p class=correction>{CORRECTION}</p>"
    add(run, tmp_path, 3, more)
    return run


def test_a_notice_is_shown_with_when_it_was_seen_and_makes_no_version(withdrawn: Run) -> None:
    shown = show(withdrawn)

    assert shown["text"] == WORDS
    assert [notice["text"] for notice in shown["notices"]] == [NOTICE, CORRECTION]
    first = shown["notices"][0]
    assert first["first_seen"] == "2024-03-02T10:00:00Z"
    assert first["last_seen"] == "2024-03-03T10:00:00Z"
    assert first["capture"] == "urn:uuid:00000000-0000-4000-8000-000000000002"
    assert len(withdrawn("versions", "brook:1", "--json").stdout.splitlines()) == 1
    assert f"The publisher notes (2024-03-02T10:00:00Z – 2024-03-03T10:00:00Z): {NOTICE}" in (
        " ".join(withdrawn("show", "brook:1").stdout.split())
    )


def test_a_notice_cannot_be_quoted_as_the_statements_words(withdrawn: Run) -> None:
    result = json.loads(withdrawn("check", "--json", "--quote", NOTICE).stdout.splitlines()[-1])

    assert (result["verdict"], result.get("layer")) != ("verbatim", "statement")
    assert withdrawn("search", f'"{NOTICE}"').exit_code == 1


def test_a_rebuild_finds_the_notices_again(withdrawn: Run) -> None:
    before = show(withdrawn)["notices"]

    withdrawn("rebuild")

    assert show(withdrawn)["notices"] == before


def test_a_notice_is_erased_with_its_captures(withdrawn: Run, archive_folder: Path) -> None:
    withdrawn("erase", "brook:1", "--reason", "asked for", "--yes")

    assert b"figures in it were wrong" not in b"".join(
        path.read_bytes() for path in archive_folder.rglob("catalogue*")
    )


def test_the_reading_room_shows_notices(withdrawn: Run, archive_folder: Path) -> None:
    with serve_archive(archive_folder) as room:
        page = room.get("/statement/brook:1").text
        answer = room.get("/api/v1/statements/brook:1").json()

    assert NOTICE in page
    assert page.index(NOTICE) < page.index('id="text"')
    assert [notice["text"] for notice in answer["notices"]] == [NOTICE, CORRECTION]
