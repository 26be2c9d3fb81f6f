"""One statement in several languages: the translations that `show` lists."""

import json
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.support.memento_server import write_crawl
from tests.support.warc_files import http_response

SITE = "https://court.tarnmoor.example"
HTML = b"Content-Type: text/html; charset=utf-8"
SOURCE_HEAD = """title = "Court of Tarnmoor"
publisher = "Tarnmoor"
issuer = "Court of Tarnmoor"
homepage = "https://court.tarnmoor.example/"
languages = ["en", "fr"]
licence = "invented"
pages = 'https://court\\.tarnmoor\\.example/(?:en|fr)/\\w+\\.html'
"""
LAYOUT = """[[layouts]]
version = 1
reads = "html"
title = "h1"
text = "main"
lang = ":root @lang"
"""
LINKS_LAYOUT = """identity = "@url"
translations = { select = "link[hreflang]", lang = "@hreflang", url = "@href" }
"""
BY_SYMBOL = 'identity = ".symbol"\neach_language = true\n'
BY_ADDRESS = """[siblings]
pattern = '/(?:en|fr)/(\\w+)'
forms = { en = "/en/{1}", fr = "/fr/{1}" }
"""
BY_IDENTITY = """[siblings]
of = "identity"
pattern = '/(en|fr)/'
forms = { en = "/en/", fr = "/fr/" }
"""


def page(lang: str, text: str, head: str = "") -> bytes:
    return f"""<!doctype html><html lang="{lang}"><head>{head}</head><body><p class="symbol">C/7</p>
    <h1>Order 7</h1><main><p>{text}</p></main></body></html>""".encode()


ENGLISH = page("en", "The court orders that the file be opened.")
FRENCH = page("fr", "La cour ordonne l’ouverture du dossier.")


def show_statement(
    run: Run, folder: Path, tmp_path: Path, source: str, pages: dict[str, bytes], name: str
) -> dict[str, object]:
    """Add `pages` to an archive with `source`; return the output of `show NAME`."""
    if not folder.exists():
        run("init")
    (folder / "sources" / "tarnmoor.toml").write_text(source)
    captured_at = "2024-03-05T10:00:00Z"
    responses = [
        (captured_at, f"{SITE}{path}", http_response(body, HTML)) for path, body in pages.items()
    ]
    warc = write_crawl(tmp_path / "saved.warc.gz", *responses)
    added = run("add", *(url for _, url, _ in responses), "--from", warc)
    assert added.exit_code == 0, added.output
    statement: dict[str, object] = json.loads(run("show", name, "--json").output)
    return statement


def test_pages_that_share_a_symbol_are_two_statements_and_siblings(
    run: Run, archive_folder: Path, tmp_path: Path
) -> None:
    pages = {"/en/a.html": ENGLISH, "/fr/b.html": FRENCH}

    english = show_statement(
        run, archive_folder, tmp_path, SOURCE_HEAD + LAYOUT + BY_SYMBOL, pages, "tarnmoor:C_7"
    )
    french = json.loads(run("show", "tarnmoor:C_7_fr", "--json").output)

    assert english["identifier"] == "C/7"
    assert french["identifier"] == "C/7 (fr)"
    assert english["siblings"] == [
        {"lang": "fr", "url": f"{SITE}/fr/b.html", "statement": "tarnmoor:C_7_fr"}
    ]
    assert french["siblings"] == [
        {"lang": "en", "url": f"{SITE}/en/a.html", "statement": "tarnmoor:C_7"}
    ]


@pytest.mark.parametrize("rule", [BY_ADDRESS, BY_IDENTITY])
def test_a_pattern_of_the_source_finds_siblings(
    run: Run, archive_folder: Path, tmp_path: Path, rule: str
) -> None:
    source = SOURCE_HEAD + rule + LAYOUT + 'identity = "@url"\n'
    pages = {"/en/c7.html": ENGLISH, "/fr/c7.html": FRENCH}
    name = "tarnmoor:https_court.tarnmoor.example_{}_c7.html"

    english = show_statement(run, archive_folder, tmp_path, source, pages, name.format("en"))

    assert english["siblings"] == [
        {"lang": "fr", "url": f"{SITE}/fr/c7.html", "statement": name.format("fr")}
    ]


def test_a_sibling_by_pattern_that_is_not_in_the_archive_is_not_listed(
    run: Run, archive_folder: Path, tmp_path: Path
) -> None:
    source = SOURCE_HEAD + BY_ADDRESS + LAYOUT + 'identity = "h1"\n'

    english = show_statement(
        run, archive_folder, tmp_path, source, {"/en/c7.html": ENGLISH}, "tarnmoor:Order_7"
    )

    assert english["siblings"] == []


def test_a_translation_that_the_page_names_is_listed_once_archived_or_not(
    run: Run, archive_folder: Path, tmp_path: Path
) -> None:
    links = "".join(
        f'<link rel="alternate" hreflang="{lang}" href="{SITE}/{lang}/c7.html">'
        for lang in ("en", "fr", "es")
    )
    english = page("en", "The court orders that the file be opened.", links)
    pages = {"/en/c7.html": english, "/fr/c7.html": FRENCH}
    name = "tarnmoor:https_court.tarnmoor.example_{}_c7.html"

    shown = show_statement(
        run,
        archive_folder,
        tmp_path,
        SOURCE_HEAD + BY_ADDRESS + LAYOUT + LINKS_LAYOUT,
        pages,
        name.format("en"),
    )

    assert shown["siblings"] == [
        {"lang": "fr", "url": f"{SITE}/fr/c7.html", "statement": name.format("fr")},
        {"lang": "es", "url": f"{SITE}/es/c7.html", "statement": ""},
    ]
