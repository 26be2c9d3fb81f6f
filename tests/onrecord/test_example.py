"""The example in the documents runs as printed, on invented texts."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from onrecord.cli import COMMANDS
from onrecord.collect.backfill import backfill
from onrecord.collect.crawl import CrawlScope
from onrecord.collect.ingest import RunStats
from onrecord.command_context import Context
from tests.conftest import Run
from tests.support.http_publisher import SteppingClock
from tests.support.memento_server import MementoServer, serve_mementos, write_crawl
from tests.support.paths import ROOT
from tests.support.reading_room_server import serve_archive
from tests.support.warc_files import http_response

PAGE = ROOT / "docs" / "example-chechnya.md"
EXPERTS = "https://www.ohchr.org/EN/NewsEvents/Pages/DisplayNews.aspx?NewsID=21501&LangID=E"
DENIAL = "https://press.authority.example/2017/reply.html"
APPEAL = "https://relief.example/appeals/7.html"
STATEMENT = "ohchr_2017:NewsID_21501_LangID_E"
HTML = b"Content-Type: text/html; charset=utf-8"


def experts_page() -> bytes:
    text = """<p>GENEVA (13 April 2017) – Nobody knows how many people the city of Port Vell
    detains, experts of an invented council said today. “Everyone held must be released.”</p>
    <p>“Everyone held on a list that was drawn up in secret must be released,” they said.</p>
    <p>(*) The experts: Ms. Ada Invented, Special Rapporteur on lists; Mr. Bo Invented, Chair of the
    Working Group on detention in Port Vell.</p>"""
    return f"""<!doctype html><html lang="en"><body><h1>Experts ask Port Vell to free all</h1>
    <div class="ms-rtestate-field">{text}</div></body></html>""".encode()


def page(title: str, day: str, *paragraphs: str) -> bytes:
    text = "".join(f"<p>{item}</p>" for item in paragraphs)
    return f"""<!doctype html><html lang="en"><head><title>{title}</title>
    <meta property="article:published_time" content="{day}"></head>
    <body><article><h1>{title}</h1>{text}</article></body></html>""".encode()


REPLY = (
    "The authority of Port Vell has read what the experts of the council wrote about this city.",
    "There is no list, the authority says, and there never was one; nobody is held, and those who "
    "say so should name themselves and come to the town hall, where they will be heard at length.",
    "The authority regrets that guests of the city were troubled by what they read in the papers.",
)
CALL = (
    "Relief for Port Vell helps people to leave the city, and has helped eleven since the spring.",
    "The experts said it: everyone held must be released. We ask for beds, for tickets and for "
    "lawyers, and above all for visas, which two consulates have refused without giving a reason.",
    "Whoever can lend a room for a week writes to the address that friends of ours will give them.",
)


@pytest.fixture
def other(tmp_path: Path) -> Iterator[MementoServer]:
    file = write_crawl(
        tmp_path / "crawl.warc.gz",
        ("2017-04-14T08:00:00Z", EXPERTS, http_response(experts_page(), HTML)),
    )
    with serve_mementos(file) as archive:
        yield archive


@pytest.fixture
def saved_pages(tmp_path: Path) -> Path:
    """Return a WARC file of two pages that a colleague saved."""
    return write_crawl(
        tmp_path / "saved.warc.gz",
        (
            "2017-04-16T09:00:00Z",
            DENIAL,
            http_response(page("A reply", "2017-04-14", *REPLY), HTML),
        ),
        ("2017-04-18T10:00:00Z", APPEAL, http_response(page("Rooms", "2017-04-18", *CALL), HTML)),
    )


def commands() -> list[list[str]]:
    blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    return [shlex.split(line)[1:] for block in blocks for line in block.splitlines()]


def timeline_table() -> list[tuple[str, str, str]]:
    """Return the timeline that the example shows: the last table in it."""
    rows = re.findall(r"^\| (\S+) \| ([^|]+) \| ([^|]+) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    return [row for row in rows if re.fullmatch(r"\d{4}-\d\d-\d\d", row[0])]


def backfill_from(folder: Path, other: MementoServer, arguments: list[str]) -> None:
    """Do what `scrape … --via wayback` does, from a local archive and without its pauses."""
    parameters = COMMANDS.load("scrape").make_context("scrape", list(arguments)).params
    assert parameters["via"] == "wayback"
    stats_by_source: list[RunStats] = []
    context = Context(folder)
    backfill(
        context,
        [context.sources[name] for name in parameters["names"]],
        other.as_set,
        CrawlScope(since=parameters["since"].date(), until=parameters["until"].date()),
        lambda _, stats: stats_by_source.append(stats),
        clock=SteppingClock(),
    )
    assert [(stats.statements, stats.problems) for stats in stats_by_source] == [(1, [])]


def statement_ids(run: Run) -> dict[str, str]:
    """Return the ids of the generic reader's statements, by their placeholder in the example."""
    export = run("export", "-").output
    return {
        name: re.findall(rf'"statement":"([^"]*{re.escape(host)}[^"]*)"', export)[0]
        for name, host in (("DENIED", "press.authority.example"), ("APPEALED", "relief.example"))
    }


def test_the_example_runs_and_gives_the_timeline_it_shows(
    run: Run,
    archive_folder: Path,
    other: MementoServer,
    saved_pages: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "article.txt").write_text("They said: “Everyone held … must be released.”\n")
    replacements = {"DENIAL": DENIAL, "APPEAL": APPEAL, "STATEMENT": STATEMENT}
    for arguments in commands():
        arguments = [replacements.get(word, word) for word in arguments]
        if "--via" in arguments:
            backfill_from(archive_folder, other, arguments[1:])
            continue
        result = run(*arguments)
        assert result.exit_code == 0, (arguments, result.output, result.stderr)
        if arguments[0] == "add":
            replacements |= statement_ids(run)

    with serve_archive(archive_folder) as room:
        statements = [STATEMENT, replacements["DENIED"], replacements["APPEALED"]]
        timeline = requests.get(
            f"{room.url}/timeline", params={"id": statements, "form": "json"}, timeout=30
        ).json()
    rows = [
        (item["when"][:10], item["what"] + f": {item['detail']}" * (item["what"] == "linked"))
        for item in timeline
    ]
    assert [(when, what) for when, what, _ in timeline_table()] == rows
    assert [who for _, _, who in timeline_table()] == [item["issuer"] for item in timeline]
