"""A page that eats time or memory, or makes a parser crash, is a problem; the next page is read."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from archive.catalogue import event_queries, version_queries
from archive.event import EventKind
from archive.models import Role
from archive.sandbox import pool
from archive.sandbox.sandbox import Sandbox, SandboxLimits
from onrecord.collect.crawl import CrawlScope, crawl
from onrecord.collect.ingest import RunStats
from onrecord.web.replay.sanitise import sanitise_page
from scrapers.fetch.fetcher import FetchedResponse
from scrapers.read.page_content import extract, extract_in_sandbox
from scrapers.source_format.extraction_rule import Rule
from scrapers.source_format.source import Source
from tests.conftest import Run
from tests.support.builders import make_capture
from tests.support.changing_publisher import SITE, Publisher, page, panel
from tests.support.paths import ROOT

GOOD = "Release them."
SLOW_RULE = Rule(select=".statement h1", pattern="^(?:a|a)+$")  # twice as long for each letter
LONG_TITLE = "a" * 60 + "b"
MANY_TAGS = "<i>x</i> " * 45_000  # below the number that is refused before parsing


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """Yield the one sandbox of this process, with limits that a test has time for."""
    with Sandbox(SandboxLimits(seconds=4, memory_bytes=96 << 20)) as sandbox:
        monkeypatch.setattr(pool, "_sandboxes", [sandbox])
        yield sandbox


def source_with_slow_rule() -> Source:
    """Return a source whose pattern needs exponential time on the wrong title."""
    (layout,) = panel().layouts
    return panel().model_copy(
        update={"layouts": (layout.model_copy(update={"title": (SLOW_RULE, *layout.title)}),)}
    )


def collect(catalogue: Connection, publisher: Publisher, source: Source) -> RunStats:
    return crawl(catalogue, publisher.on(0), source, CrawlScope(), [SITE])


def stored_texts(catalogue: Connection) -> list[str]:
    return [version.reading.text for _, version in version_queries.all_versions(catalogue)]


@pytest.mark.slow
def test_a_page_that_takes_for_ever_is_a_problem_and_the_next_is_read(
    catalogue: Connection, sandbox: Sandbox
) -> None:
    publisher = Publisher()
    url = publisher.publish(1, "Anything.", title=LONG_TITLE)
    publisher.publish(2, GOOD, title="aaa")

    stats = collect(catalogue, publisher, source_with_slow_rule())

    problem = f"{url}: page: expected what can be read in 4 s and 96 MiB, found more time"
    assert stats.problems == [problem]
    assert stats.unread == 1
    assert [event.detail for event in event_queries.events(catalogue, kind=EventKind.READING)] == [
        problem
    ]
    assert stored_texts(catalogue) == [GOOD]


@pytest.mark.slow
def test_a_page_that_eats_memory_is_a_problem_and_the_next_is_read(
    catalogue: Connection, sandbox: Sandbox
) -> None:
    sandbox.limits = SandboxLimits(seconds=20, memory_bytes=64 << 20)
    publisher = Publisher()
    url = publisher.publish(1, MANY_TAGS)
    publisher.publish(2, GOOD)

    stats = collect(catalogue, publisher, panel())

    assert stats.problems == [
        f"{url}: page: expected what can be read in 20 s and 64 MiB, found more memory"
    ]
    assert stored_texts(catalogue) == [GOOD]


@pytest.mark.slow
def test_a_listing_that_exceeds_the_time_limit_is_a_problem(
    catalogue: Connection, sandbox: Sandbox
) -> None:
    publisher = Publisher()
    publisher.publish(1, GOOD)
    (listing,) = panel().listings
    address = Rule(select="a @href", pattern=r"^(?:\w+\W*)+!$")
    source = panel().model_copy(
        update={"listings": (listing.model_copy(update={"address": address}),)}
    )

    stats = collect(catalogue, publisher, source)

    assert stats.problems == [
        f"{SITE}: page: expected what can be read in 4 s and 96 MiB, found more time"
    ]
    assert stored_texts(catalogue) == []


def test_a_killed_sandbox_process_loses_no_page(catalogue: Connection, sandbox: Sandbox) -> None:
    publisher = Publisher()
    publisher.publish(1, GOOD)
    collect(catalogue, publisher, panel())
    assert sandbox.pid is not None
    os.kill(sandbox.pid, signal.SIGKILL)
    publisher.publish(2, "Let them go.")

    stats = crawl(catalogue, publisher.on(3), panel(), CrawlScope(), [SITE])

    assert stats.problems == []
    assert stored_texts(catalogue) == [GOOD, "Let them go."]


@pytest.mark.parametrize("role", [Role.PAGE, Role.LISTING])
def test_the_sandbox_extracts_what_this_process_would(role: Role) -> None:
    url = f"{SITE}pd-2024-1.html" if role is Role.PAGE else SITE
    body = page(1, "One.\nTwo.") if role is Role.PAGE else Publisher({"a": "b"}).answer(SITE)[1]
    response = FetchedResponse(
        capture=make_capture(url, role=role, source="meridian_panel"),
        headers=(("Content-Type", "text/html; charset=utf-8"),),
        body=body.encode() if isinstance(body, str) else body,
    )

    with Sandbox() as sandbox:
        for source in (panel(), None):
            assert extract_in_sandbox(sandbox, response, source) == extract(response, source)


def test_an_article_to_check_that_takes_too_long_is_one_line(
    panel_archive: Run, tmp_path: Path, sandbox: Sandbox
) -> None:
    sandbox.limits = SandboxLimits(seconds=0.01)  # much less than this takes
    path = tmp_path / "article.html"
    path.write_text("<p>They said: “Release them now, all of them.”</p>" * 20_000)

    result = panel_archive("check", path)

    assert result.exit_code == 10
    assert "expected what can be read in 0.01 s and 1024 MiB, found more time" in result.stderr


def test_an_archived_page_is_sanitised_in_the_sandbox(sandbox: Sandbox) -> None:
    shown = sandbox.call(sanitise_page, "<title>A</title><p onclick='x()'>B", SITE, "2024")

    assert (shown.title, shown.body.strip()) == ("A", "<p>B</p>")


def test_collecting_loads_no_parser_into_its_own_process() -> None:
    code = (
        "import sys, onrecord.collect.run_sources, onrecord.collect.rebuild,"
        " onrecord.collect.imports.import_archives, onrecord.collect.backfill,"
        " onrecord.run.run_due\n"
        "print({'bs4', 'lxml', 'nh3', 'trafilatura'} & set(sys.modules))"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)

    assert (result.stdout.strip(), result.stderr) == ("set()", "")
