"""A small archive with a history, made by the program of invented pages, to be forged.

It has edits, removals, a copy from another archive, a quarantine, a notice, news of a template, a
link. Commands are run on it as a user runs them.
"""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from archive.catalogue.stored_texts.text_codec import TextCodec
from tests.support.page_files import Page, write_pages

SITE = "https://brook.example"
SOURCE = """
title = "Brook Council"
publisher = "Brook Council"
issuer = "Brook Council"
homepage = "https://brook.example/"
languages = ["en"]
licence = "own"
kind = "statement"
delay_seconds = 0
pages = 'https://brook[.]example/statements/[\\w%.-]+\\.html'

[[listings]]
way = "listing"
urls = ["https://brook.example/statements/"]
items = "ul li"
link = "a @href"
title = "a"

[[layouts]]
version = 1
reads = "html"
identity = { select = "@url", pattern = '/statements/([\\w%.-]+)\\.html' }
title = "h1"
text = "article"
issued = { select = "time @datetime", match = "optional" }
notices = [".notice"]
"""
LONG = "The council regrets the delay in the delivery of seed to the northern valleys. " * 12


def page(name: str, words: str, when: str, *, footer: str = "", note: str = "") -> Page:
    notice = f'<p class="notice">{note}</p>' if note else ""
    markup = (
        '<html lang="en"><head><meta charset="utf-8"></head><body>'
        f"<h1>Statement {name}</h1>{notice}"
        f'<time datetime="2024-03-01">1 March 2024</time><article><p>{words} ({name})</p>'
        f"<p>It asks for patience until then.</p>{footer}</article></body></html>"
    )
    return Page(f"{SITE}/statements/{name}.html", markup, when)


def listing(names: str, when: str) -> Page:
    links = "".join(f'<li><a href="/statements/{name}.html">{name}</a></li>' for name in names)
    return Page(f"{SITE}/statements/", f"<html><body><ul>{links}</ul></body></html>", when)


def pages() -> list[Page]:
    """Return the pages of two visits."""
    first, second = "2024-03-05T09:30:00Z", "2024-04-05T09:30:00Z"
    footer = "<p>Write to the council at the town hall, or come on any Monday.</p>"
    gone = Page(f"{SITE}/statements/c.html", "<html><body>Not here</body></html>", second, 404)
    moved = Page(f"{SITE}/statements/d.html", "", second, 302, location=f"{SITE}/")
    return [
        listing("abcdefghi", first),
        *(page(name, LONG, first) for name in "abcdefghi"),
        listing("abcdefghi", second),
        page("a", LONG.replace("regrets", "deplores"), second, note="Corrected on 2 April"),
        page("b", LONG, second),
        gone,
        moved,
        page("e", "This content is being moved.", second),
        *(page(name, LONG, second, footer=footer) for name in "fghi"),
    ]


def copy_elsewhere() -> Page:
    """Return a page that another web archive replays."""
    url = f"https://web.archive.org/web/20240110120000id_/{SITE}/statements/b.html"
    original = page("b", LONG, "2026-11-01T12:00:00Z")
    headers = {"Memento-Datetime": "Wed, 10 Jan 2024 12:00:00 GMT"}
    return Page(url, original.markup, original.captured, headers=headers)


class Victim:
    """An archive that is forged, and its folder as it was after the first visit."""

    def __init__(self, folder: Path, older: Path) -> None:
        self.folder, self.older = folder, older

    def run(self, *arguments: str | Path) -> tuple[int, str]:
        """Run a command as a user does; return its exit code and what it prints."""
        from onrecord.cli import cli

        command = ["--archive", str(self.folder), *map(str, arguments)]
        result = CliRunner().invoke(cli, command, catch_exceptions=False)
        return result.exit_code, result.output

    def copy(self, folder: Path) -> "Victim":
        shutil.copytree(self.folder, folder, symlinks=True)
        return Victim(folder, self.older)

    def _open(self) -> sqlite3.Connection:
        """Open the catalogue, with the functions that read and write its texts."""
        connection = sqlite3.connect(self.folder / "catalogue.sqlite")
        TextCodec(connection)
        return connection

    def sql(self, *statements: str) -> int:
        """Change the catalogue; return how many rows were."""
        with closing(self._open()) as connection:
            count = sum(abs(connection.execute(statement).rowcount) for statement in statements)
            connection.commit()
        return count

    def row(self, query: str) -> dict[str, Any]:
        """Return the first row that a query of the catalogue gives, by its columns."""
        with closing(self._open()) as connection:
            connection.row_factory = sqlite3.Row
            return dict(connection.execute(query).fetchone())

    def value(self, query: str) -> str:
        """Return the one value that a query of the catalogue gives, as text."""
        with closing(self._open()) as connection:
            return str(connection.execute(query).fetchone()[0])


def build(folder: Path) -> Victim:
    """Return an archive with a history."""
    victim = Victim(folder / "archive", folder / "older")
    first, second = folder / "first", folder / "second"
    for place in (first, second):
        place.mkdir()
    captured = pages()
    write_pages(first, *captured[:10])
    write_pages(second, *captured[10:])
    write_pages(second, copy_elsewhere(), name="copy.warc.gz")
    victim.run("init")
    (victim.folder / "sources" / "brook.toml").write_text(SOURCE)
    victim.run("scrape", "brook", "--from", first / "pages.warc.gz")
    victim.run("search", "seed")
    shutil.copytree(victim.folder, victim.older)
    victim.run("scrape", "brook", "--from", second / "pages.warc.gz")
    victim.run("import", second / "copy.warc.gz")
    with closing(sqlite3.connect(victim.folder / "catalogue.sqlite")) as connection:
        query = "SELECT id FROM capture WHERE outcome = 'suspect'"
        suspects = [name for (name,) in connection.execute(query)]
    victim.run("quarantine", "reject", suspects[0], "--reason", "a wall")
    victim.run("link", "brook:a", "responds-to", "brook:b", "--note", "as it says")
    victim.run("search", "seed")
    return victim
