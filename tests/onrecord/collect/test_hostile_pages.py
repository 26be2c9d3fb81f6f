"""A page that eats time or memory, or makes a parser crash, is a problem; the next page is read."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from archive.catalogue import catalogue_facts, version_queries
from archive.models import Role
from archive.sandbox import pool
from archive.sandbox.client import Sandbox, SandboxLimits
from onrecord.collect.crawl import CrawlScope, crawl
from onrecord.collect.ingest import RunStats
from onrecord.web.replay.sanitise import sanitise_page
from scrapers.fetch.visit import FetchedResponse
from scrapers.read.page_content import extract, extract_in_sandbox
from scrapers.source_format.rule import Rule
from scrapers.source_format.source import Source
from tests.conftest import Run
from tests.support.builders import captured
from tests.support.changing_publisher import SITE, Publisher, page, panel
from tests.support.paths import ROOT

GOOD = "Release them."
ENDLESS = Rule(select=".statement h1", pattern="^(?:a|a)+$")  # twice as long for each letter
LONG_TITLE = "a" * 60 + "b"
MANY_TAGS = "<i>x</i> " * 45_000  # fewer than are refused unseen


@pytest.fixture
def confined(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """Let this process read its pages under limits that a test has time for."""
    with Sandbox(SandboxLimits(seconds=4, memory=96 << 20)) as made:
        monkeypatch.setattr(pool, "_processes", [made])
        yield made


def endless() -> Source:
    """Return a source whose pattern takes for ever on the wrong title."""
    (layout,) = panel().layouts
    return panel().model_copy(
        update={"layouts": (layout.model_copy(update={"title": (ENDLESS, *layout.title)}),)}
    )


def collect(catalogue: Connection, publisher: Publisher, source: Source) -> RunStats:
    return crawl(catalogue, publisher.on(0), source, CrawlScope(), [SITE])


def held(catalogue: Connection) -> list[str]:
    return [version.reading.text for _, version in version_queries.all_versions(catalogue)]


def test_a_page_that_takes_for_ever_is_a_problem_and_the_next_is_read(
    catalogue: Connection, confined: Sandbox
) -> None:
    publisher = Publisher()
    url = publisher.publish(1, "Anything.", title=LONG_TITLE)
    publisher.publish(2, GOOD, title="aaa")

    tally = collect(catalogue, publisher, endless())

    said = f"{url}: page: expected what can be read in 4 s and 96 MiB, found more time"
    assert tally.problems == [said]
    assert tally.unread == 1
    assert [event.detail for event in catalogue_facts.events(catalogue, kind="reading")] == [said]
    assert held(catalogue) == [GOOD]


def test_a_page_that_eats_memory_is_a_problem_and_the_next_is_read(
    catalogue: Connection, confined: Sandbox
) -> None:
    confined.limits = SandboxLimits(seconds=20, memory=96 << 20)
    publisher = Publisher()
    url = publisher.publish(1, MANY_TAGS)
    publisher.publish(2, GOOD)

    tally = collect(catalogue, publisher, panel())

    assert tally.problems == [
        f"{url}: page: expected what can be read in 20 s and 96 MiB, found more memory"
    ]
    assert held(catalogue) == [GOOD]


def test_a_listing_that_takes_for_ever_is_a_problem(
    catalogue: Connection, confined: Sandbox
) -> None:
    publisher = Publisher()
    publisher.publish(1, GOOD)
    (listing,) = panel().listings
    address = Rule(select="a @href", pattern=r"^(?:\w+\W*)+!$")
    source = panel().model_copy(
        update={"listings": (listing.model_copy(update={"address": address}),)}
    )

    tally = collect(catalogue, publisher, source)

    assert tally.problems == [
        f"{SITE}: page: expected what can be read in 4 s and 96 MiB, found more time"
    ]
    assert held(catalogue) == []


def test_a_process_that_is_killed_meanwhile_costs_no_page(
    catalogue: Connection, confined: Sandbox
) -> None:
    publisher = Publisher()
    publisher.publish(1, GOOD)
    collect(catalogue, publisher, panel())
    assert confined.pid is not None
    os.kill(confined.pid, signal.SIGKILL)
    publisher.publish(2, "Let them go.")

    tally = crawl(catalogue, publisher.on(3), panel(), CrawlScope(), [SITE])

    assert tally.problems == []
    assert held(catalogue) == [GOOD, "Let them go."]


@pytest.mark.parametrize("role", [Role.PAGE, Role.LISTING])
def test_what_is_read_elsewhere_is_what_would_be_read_here(role: Role) -> None:
    url = f"{SITE}pd-2024-1.html" if role is Role.PAGE else SITE
    body = page(1, "One.\nTwo.") if role is Role.PAGE else Publisher({"a": "b"}).answer(SITE)[1]
    fetched = FetchedResponse(
        capture=captured(url, role=role, source="meridian_panel"),
        headers=(("Content-Type", "text/html; charset=utf-8"),),
        body=body.encode() if isinstance(body, str) else body,
    )

    with Sandbox() as confined:
        for source in (panel(), None):
            assert extract_in_sandbox(confined, fetched, source) == extract(fetched, source)


def test_an_article_to_check_that_takes_too_long_is_one_line(
    panel_archive: Run, tmp_path: Path, confined: Sandbox
) -> None:
    confined.limits = SandboxLimits(seconds=0.01)  # much less than this takes
    path = tmp_path / "article.html"
    path.write_text("<p>They said: “Release them now, all of them.”</p>" * 20_000)

    done = panel_archive("check", path)

    assert done.exit_code == 10
    assert "expected what can be read in 0.01 s and 1024 MiB, found more time" in done.stderr


def test_an_archived_page_is_made_harmless_where_it_can_do_no_harm(confined: Sandbox) -> None:
    shown = confined.call(sanitise_page, "<title>A</title><p onclick='x()'>B", SITE, "2024")

    assert (shown.title, shown.body.strip()) == ("A", "<p>B</p>")


def test_nothing_that_takes_pages_in_brings_a_parser_into_its_own_process() -> None:
    code = (
        "import sys, onrecord.collect.run_sources, onrecord.collect.rebuild,"
        " onrecord.collect.import_files, onrecord.collect.backfill, onrecord.run.run_due\n"
        "print({'bs4', 'lxml', 'nh3', 'trafilatura'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)

    assert (done.stdout.strip(), done.stderr) == ("set()", "")
