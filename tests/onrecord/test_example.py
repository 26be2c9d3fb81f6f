"""The example in the documents runs as it stands, on words that we made up."""

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
from onrecord.context import Context
from tests.conftest import Run
from tests.support.http_publisher import JumpingClock
from tests.support.memento_server import OtherArchive, crawled, holding
from tests.support.paths import ROOT
from tests.support.reading_room_server import serve_archive
from tests.support.warc_files import answer

PAGE = ROOT / "docs" / "example-chechnya.md"
EXPERTS = "https://www.ohchr.org/EN/NewsEvents/Pages/DisplayNews.aspx?NewsID=21501&LangID=E"
DENIAL = "https://press.authority.example/2017/reply.html"
APPEAL = "https://relief.example/appeals/7.html"
STATEMENT = "ohchr_2017:NewsID_21501_LangID_E"
HTML = b"Content-Type: text/html; charset=utf-8"


def of_the_experts() -> bytes:
    text = """<p>GENEVA (13 April 2017) – Nobody knows how many people the city of Port Vell
    detains, experts of an invented council said today. “Everyone held must be released.”</p>
    <p>“Everyone held on a list that was drawn up in secret must be released,” they said.</p>
    <p>(*) The experts: Ms. Ada Invented, Special Rapporteur on lists; Mr. Bo Invented, Chair of the
    Working Group on detention in Port Vell.</p>"""
    return f"""<!doctype html><html lang="en"><body><h1>Experts ask Port Vell to free all</h1>
    <div class="ms-rtestate-field">{text}</div></body></html>""".encode()


def page(title: str, day: str, *paragraphs: str) -> bytes:
    text = "".join(f"<p>{each}</p>" for each in paragraphs)
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
def other(tmp_path: Path) -> Iterator[OtherArchive]:
    file = crawled(
        tmp_path / "crawl.warc.gz",
        ("2017-04-14T08:00:00Z", EXPERTS, answer(of_the_experts(), HTML)),
    )
    with holding(file) as archive:
        yield archive


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """Return what a colleague saved."""
    return crawled(
        tmp_path / "saved.warc.gz",
        ("2017-04-16T09:00:00Z", DENIAL, answer(page("A reply", "2017-04-14", *REPLY), HTML)),
        ("2017-04-18T10:00:00Z", APPEAL, answer(page("Rooms", "2017-04-18", *CALL), HTML)),
    )


def commands() -> list[list[str]]:
    blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    return [shlex.split(line)[1:] for block in blocks for line in block.splitlines()]


def table() -> list[tuple[str, str, str]]:
    """Return the time line that the page shows: the last table in it."""
    rows = re.findall(r"^\| (\S+) \| ([^|]+) \| ([^|]+) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    return [row for row in rows if re.fullmatch(r"\d{4}-\d\d-\d\d", row[0])]


def from_the_past(folder: Path, other: OtherArchive, words: list[str]) -> None:
    """Do what `scrape … --via wayback` does, at an archive of ours and without its pauses."""
    asked = COMMANDS.load("scrape").make_context("scrape", list(words)).params
    assert asked["via"] == "wayback"
    tallies: list[RunStats] = []
    context = Context(folder)
    backfill(
        context,
        [context.sources[name] for name in asked["names"]],
        other.as_set,
        CrawlScope(since=asked["since"].date(), until=asked["until"].date()),
        lambda _, tally: tallies.append(tally),
        clock=JumpingClock(),
    )
    assert [(tally.statements, tally.problems) for tally in tallies] == [(1, [])]


def ids(run: Run) -> dict[str, str]:
    """Return the ids of the statements of the generic reader, by what the page calls them."""
    found = run("export", "-").output
    return {
        name: re.findall(rf'"statement":"([^"]*{re.escape(host)}[^"]*)"', found)[0]
        for name, host in (("DENIED", "press.authority.example"), ("APPEALED", "relief.example"))
    }


def test_the_example_runs_and_its_time_line_is_the_one_shown(
    run: Run,
    archive_folder: Path,
    other: OtherArchive,
    saved: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "article.txt").write_text("They said: “Everyone held … must be released.”\n")
    stand_in = {"DENIAL": DENIAL, "APPEAL": APPEAL, "STATEMENT": STATEMENT}
    for words in commands():
        words = [stand_in.get(word, word) for word in words]
        if "--via" in words:
            from_the_past(archive_folder, other, words[1:])
            continue
        done = run(*words)
        assert done.exit_code == 0, (words, done.output, done.stderr)
        if words[0] == "add":
            stand_in |= ids(run)

    with serve_archive(archive_folder) as room:
        asked = [STATEMENT, stand_in["DENIED"], stand_in["APPEALED"]]
        moments = requests.get(
            f"{room.url}/timeline", params={"id": asked, "form": "json"}, timeout=30
        ).json()
    shown = [
        (each["when"][:10], each["what"] + f": {each['detail']}" * (each["what"] == "linked"))
        for each in moments
    ]
    assert [(when, what) for when, what, _ in table()] == shown
    assert [who for _, _, who in table()] == [each["issuer"] for each in moments]
