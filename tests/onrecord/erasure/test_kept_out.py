"""What was erased is kept out of scrapes, imports and rebuilds; the rest of its feed is read."""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from archive.archive_folder import ArchiveFolder
from archive.integrity.erasure_journal import withheld_digests
from archive.log.signed_log import Log
from onrecord.run.run_due import run_due
from tests.conftest import Run
from tests.support.erased_words import (
    EDIT,
    ERASED,
    OTHER,
    OTHER_WORDS,
    SITE,
    WORDS,
    files_with,
    fill,
    ids,
    page,
    record,
    write_visits,
)
from tests.support.loopback_sites import serve_sites, site_context, site_environment, statement
from tests.support.warc_files import foreign_record, http_response, write_warc

ORDER = ("--reason", "asked for", "--yes")
_FEED_SOURCE = """
title = "Quay Feed"
publisher = "Quay Council"
issuer = "Quay Council"
homepage = "https://feed.example/"
languages = ["en"]
licence = "invented"
kind = "statement"
delay_seconds = 0
pages = 'https://feed[.]example/rss[.]xml'

[[listings]]
way = "feed"
urls = ["https://feed.example/rss.xml"]

[[layouts]]
version = 1
reads = "feed"
identity = "guid"
title = "title"
text = "description"
url = "link"
"""


@pytest.fixture
def visits(tmp_path: Path) -> Path:
    return write_visits(tmp_path)


@pytest.fixture
def erased(run: Run, archive_folder: Path, visits: Path) -> Run:
    fill(run, archive_folder, visits)
    assert run("erase", ERASED, *ORDER).exit_code == 0
    return run


def feed(*items: tuple[str, str]) -> bytes:
    entries = "".join(
        f"<item><title>Notice {name}</title><guid>{name}</guid>"
        f"<link>https://feed.example/{name}</link><description>{words}.</description></item>"
        for name, words in items
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{entries}</channel></rss>'.encode()


def statements(run: Run, tmp_path: Path) -> set[str]:
    run("export", tmp_path / "out.jsonl")
    return ids((tmp_path / "out.jsonl").read_text(encoding="utf-8"))


def objects(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


def test_the_same_pages_are_not_taken_in_again_and_that_is_told(
    erased: Run, archive_folder: Path, visits: Path, tmp_path: Path
) -> None:
    again = erased("scrape", "quay", "--from", visits)

    assert again.exit_code == 0, again.output
    assert "erased before" in again.stderr
    assert statements(erased, tmp_path) == {OTHER, "quay:b"}
    assert files_with(archive_folder) == []
    assert erased("verify", "--deep").exit_code == 0


def test_what_was_withheld_is_logged_once_with_its_digest(
    erased: Run, archive_folder: Path, visits: Path
) -> None:
    for _ in range(2):
        erased("scrape", "quay", "--from", visits)

    with Log.open_for_reading(ArchiveFolder(archive_folder).log) as log:
        digests = withheld_digests(log)
        entries = [entry for _, entry in log.find_kind("withheld")]
    blocks = [http_response(page("c", words)) for words in (WORDS, EDIT)]
    assert digests == {hashlib.sha256(block).hexdigest() for block in blocks}
    assert len(entries) == 2


@pytest.mark.parametrize(
    "url",
    [
        "http://www.quay.example/statements/c.html",
        "https://quay.example/statements/c.html#top",
        "https://web.archive.org/web/20240305100000id_/https://quay.example/statements/c.html",
    ],
)
def test_its_address_is_known_in_every_spelling(
    erased: Run, archive_folder: Path, tmp_path: Path, url: str
) -> None:
    warc = write_warc(tmp_path / "other.warc.gz", record(url, page("c", f"{WORDS}, it says"), 9, 1))

    imported = erased("import", warc)

    assert imported.exit_code == 1
    assert "erased before" in imported.stderr
    assert files_with(archive_folder) == []


def test_its_words_are_known_at_another_address_and_of_another_layout(
    erased: Run, archive_folder: Path, tmp_path: Path
) -> None:
    moved = record(f"{SITE}/statements/moved.html", page("moved", WORDS.upper()), 9, 1)
    warc = write_warc(tmp_path / "moved.warc.gz", moved)

    erased("scrape", "quay", "--from", warc)
    second = erased("scrape", "quay", "--from", warc)

    assert "erased before" in second.stderr
    assert files_with(archive_folder) == []
    assert files_with(archive_folder, b"moved.html") == []


def test_it_is_kept_out_of_what_is_stored_unread_and_of_what_is_cut_off(
    erased: Run, archive_folder: Path, tmp_path: Path
) -> None:
    url = f"{SITE}/statements/moved.html"
    whole = http_response(page("moved", WORDS))
    cut = whole.replace(b"Content-Length: ", b"Content-Length: 9")
    warc = write_warc(
        tmp_path / "odd.warc.gz",
        record(url, page("moved", WORDS), 9, 1),
        foreign_record(cut, url=f"{SITE}/statements/cut.html", record_id="urn:uuid:" + "1" * 8),
    )

    unread = erased("import", "--evidence-only", warc)

    assert unread.stderr.count("erased before") == 2
    assert files_with(archive_folder) == []


def test_words_that_are_not_its_own_are_taken_in(
    erased: Run, tmp_path: Path, archive_folder: Path
) -> None:
    near = record(f"{SITE}/statements/d.html", page("d", WORDS.replace("ninth", "third")), 9, 1)

    erased("scrape", "quay", "--from", write_warc(tmp_path / "near.warc.gz", near))

    assert statements(erased, tmp_path) == {OTHER, "quay:b", "quay:d"}


def test_the_line_of_a_collection_is_passed_over_by_id_address_or_words(
    run: Run, archive_folder: Path, tmp_path: Path
) -> None:
    def line(name: str, text: str, url: str) -> str:
        fields = {"id": name, "source": "hand", "date": "2024-03-05", "title": name, "lang": "en"}
        return json.dumps(fields | {"text": text, "url": url}) + "\n"

    run("init")
    first = tmp_path / "first.jsonl"
    lines = [line("hand:1", WORDS, "https://hand.example/1"), line("hand:2", OTHER_WORDS, "")]
    first.write_text("".join(lines), encoding="utf-8")
    run("import", first)
    assert run("erase", "hand:1", *ORDER).exit_code == 0
    second = tmp_path / "second.jsonl"
    lines = [
        line("hand:1", "Other words, under the id that was erased before", ""),
        line("hand:3", "Other words, at the address that was erased", "http://hand.example/1"),
        line("hand:4", f"  {WORDS.lower()}!", ""),
        line("hand:5", "Words of its own, at an address of its own", "https://hand.example/5"),
    ]
    second.write_text("".join(lines), encoding="utf-8")

    imported = run("import", second)

    assert imported.exit_code == 1
    assert imported.stderr.count("erased before") == 3
    assert statements(run, tmp_path) == {"hand:2", "hand:5"}
    assert files_with(archive_folder) == []


def test_a_rebuild_keeps_it_out_though_its_warc_file_was_put_back(
    run: Run, archive_folder: Path, visits: Path, tmp_path: Path
) -> None:
    fill(run, archive_folder, visits)
    (warc,) = (archive_folder / "warc").rglob("*.warc.gz")
    shutil.copy(warc, tmp_path / "before.warc.gz")
    run("erase", ERASED, *ORDER)
    warc.chmod(0o600)
    shutil.copy(tmp_path / "before.warc.gz", warc)
    warc.chmod(0o444)

    rebuilt = run("rebuild")

    assert rebuilt.exit_code == 0, rebuilt.output
    assert statements(run, tmp_path) == {OTHER, "quay:b"}
    assert files_with(archive_folder) == []
    assert run("verify", "--deep").exit_code == 0


def test_the_other_items_of_a_feed_are_read_and_its_bytes_are_not_stored(
    run: Run, archive_folder: Path, tmp_path: Path
) -> None:
    run("init")
    (archive_folder / "sources" / "quayfeed.toml").write_text(_FEED_SOURCE, encoding="utf-8")
    url = "https://feed.example/rss.xml"
    first = record(url, feed(("c", WORDS), ("a", OTHER_WORDS)), 5, 0)
    run("scrape", "quayfeed", "--from", write_warc(tmp_path / "1.warc.gz", first))
    assert statements(run, tmp_path) == {"quayfeed:a", "quayfeed:c"}
    assert run("erase", "quayfeed:c", *ORDER).exit_code == 0
    assert files_with(archive_folder) == []
    items = (("c", WORDS), ("a", OTHER_WORDS), ("d", "The quay opens again on the first of May"))
    second = write_warc(tmp_path / "2.warc.gz", record(url, feed(*items), 6, 0))

    for _ in range(2):
        scraped = run("scrape", "quayfeed", "--from", second)

    assert scraped.exit_code == 0, scraped.output
    assert "erased before" in scraped.stderr
    assert statements(run, tmp_path) == {"quayfeed:a", "quayfeed:d"}
    assert files_with(archive_folder) == []
    before = (tmp_path / "out.jsonl").read_text(encoding="utf-8")
    assert run("rebuild").exit_code == 0
    assert statements(run, tmp_path) == {"quayfeed:a", "quayfeed:d"}
    assert (tmp_path / "out.jsonl").read_text(encoding="utf-8") == before
    assert run("verify", "--deep").exit_code == 0
    with Log.open_for_reading(ArchiveFolder(archive_folder).log) as log:
        kept = [e for _, e in log.find("url", url)]
    assert [bool(entry.text("payload_sha256")) for entry in kept] == [True]


def test_a_feed_that_has_its_words_beside_its_link_alone_is_erased_and_withheld(
    run: Run, archive_folder: Path, visits: Path, tmp_path: Path
) -> None:
    fill(run, archive_folder, visits)
    source = archive_folder / "sources" / "quay.toml"
    listing = '\n[[listings]]\nway = "feed"\nurls = ["https://quay.example/rss.xml"]\n'
    text = source.read_text(encoding="utf-8")
    source.write_text(text.replace("\n[[layouts]]", f"{listing}\n[[layouts]]"), encoding="utf-8")
    items = feed(("c", WORDS), ("e", "Another item")).replace(
        b"https://feed.example/", b"https://quay.example/statements/"
    )
    items = items.replace(b"</link>", b".html</link>")
    teaser = write_warc(
        tmp_path / "rss.warc.gz",
        record("https://quay.example/rss.xml", items, 7, 0),
        record(f"{SITE}/statements/e.html", page("e", "Another notice altogether"), 7, 1),
    )
    run("scrape", "quay", "--from", teaser)
    assert "quay:e" in statements(run, tmp_path)
    run("erase", ERASED, *ORDER)
    assert files_with(archive_folder) == []

    run("scrape", "quay", "--from", teaser)

    assert files_with(archive_folder) == []
    assert statements(run, tmp_path) == {OTHER, "quay:b", "quay:e"}


def test_it_may_be_taken_back_and_that_is_logged(
    erased: Run, archive_folder: Path, visits: Path, tmp_path: Path
) -> None:
    assert erased("erase", "--again", "quay:z").exit_code == 4

    back = erased("erase", "--again", ERASED, "--who", "the board", "--json")

    assert back.exit_code == 0, back.output
    erased("scrape", "quay", "--from", visits)
    assert ERASED in statements(erased, tmp_path)
    status = objects(erased("erase", "--status", "--json").stdout)
    assert [bool(item["again"]) for item in status] == [True]
    assert erased("verify", "--deep").exit_code == 0
    assert erased("erase", ERASED, *ORDER).exit_code == 0
    assert files_with(archive_folder) == []
    assert "erased before" in erased("scrape", "quay", "--from", visits).stderr


def test_a_page_is_not_requested_again_and_one_that_moved_is_held_in_memory_alone(
    run: Run, archive_folder: Path
) -> None:
    run("init")
    with serve_sites(1, archive_folder / "sources") as (site,):
        environment = site_environment([site])
        run_due(site_context(ArchiveFolder(archive_folder), [site]), environment)
        shown = ids(run("search", "--json", '"pier 2"').stdout)
        (name,) = shown
        assert run("erase", name, *ORDER).exit_code == 0
        assert files_with(archive_folder, b"pier 2") == []
        site.requests.clear()
        site.list_pages("/statements/2", "/statements/77")
        site.pages["/statements/77"] = http_response(statement(2))

        for _ in range(2):
            run_due(
                site_context(ArchiveFolder(archive_folder), [site]), environment, only=[site.name]
            )

    assert site.requests.count("/statements/2") == 0
    assert site.requests.count("/statements/77") == 1
    assert site.requests.count("/list") == 2
    assert files_with(archive_folder, b"pier 2") == []
    assert run("search", '"pier 2"').exit_code == 1
    assert run("verify", "--deep").exit_code == 0


def test_without_the_salt_nothing_is_taken_in(
    erased: Run, archive_folder: Path, visits: Path
) -> None:
    (archive_folder / "keys" / "erased.salt").unlink()

    refused = erased("scrape", "quay", "--from", visits)

    assert refused.exit_code == 6
    assert "erased.salt" in refused.stderr
    assert erased("search", "channel").exit_code == 0
