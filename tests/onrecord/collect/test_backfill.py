"""Backfill from another web archive: each date is attributed to the archive that gave it."""

import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from archive.citations import STYLES
from archive.errors import ArchiveFolderError
from archive.models import Capture, Role, Version
from onrecord.collect.backfill import backfill
from onrecord.collect.crawl import CrawlScope
from onrecord.collect.ingest import RunStats
from onrecord.command_context import Context
from scrapers.webarchives.web_archive import WAYBACK, WebArchive, load_web_archives
from tests.conftest import Run
from tests.support.changing_publisher import SAMPLE, SITE, page
from tests.support.http_publisher import SteppingClock
from tests.support.memento_server import (
    MementoServer,
    listing_requests,
    requested_captures,
    serve_mementos,
    write_crawl,
)
from tests.support.warc_files import http_response

SEVEN, EIGHT = f"{SITE}pd-2024-7.html", f"{SITE}pd-2024-8.html"
BEFORE, AFTER = "They were refused entry.", "They were not refused entry."


@pytest.fixture
def other(tmp_path: Path) -> Iterator[MementoServer]:
    """Yield an archive that captured one page three times, edited between, and another once."""
    file = write_crawl(
        tmp_path / "crawl.warc.gz",
        ("2024-03-05T10:00:00Z", SEVEN, http_response(page(7, BEFORE).encode())),
        ("2024-03-09T11:00:00Z", SEVEN, http_response(page(7, BEFORE).encode())),
        ("2024-04-01T12:00:00Z", SEVEN, http_response(page(7, AFTER).encode())),
        ("2024-04-02T13:00:00Z", EIGHT, http_response(page(8, "Open the file.").encode())),
        ("2024-04-02T13:00:00Z", f"{SITE}pd-index.html", http_response(b"<p>Write to us.</p>")),
    )
    with serve_mementos(file) as archive:
        yield archive


class Past:
    """An archive of ours that backfills from another one."""

    def __init__(self, folder: Path, other: MementoServer) -> None:
        self.folder, self.other, self.clock = folder, other, SteppingClock()

    @property
    def context(self) -> Context:
        return Context(self.folder)

    def backfill(
        self, *, archive: WebArchive | None = None, source: str = "meridian_panel", **scope: object
    ) -> RunStats:
        stats_by_source: list[RunStats] = []
        context = self.context
        backfill(
            context,
            [context.sources[source]],
            archive or self.other.as_set,
            CrawlScope(**scope),  # type: ignore[arg-type]
            lambda _, stats: stats_by_source.append(stats),
            clock=self.clock,
        )
        return stats_by_source[0]

    def versions(self, statement: str = "meridian_panel:PD_2024_7") -> list[Version]:
        from archive.catalogue import version_queries

        with self.context.catalogue() as connection:
            return version_queries.versions(connection, statement)

    def captures(self) -> list[Capture]:
        from archive.catalogue import capture_queries

        with self.context.catalogue() as connection:
            names = [version.capture for version in self.versions()]
            return [capture_queries.capture(connection, name) for name in names]


@pytest.fixture
def past(run: Run, archive_folder: Path, other: MementoServer) -> Past:
    assert run("init").exit_code == 0
    shutil.copy(SAMPLE / "meridian_panel.toml", archive_folder / "sources")
    return Past(archive_folder, other)


def days(version: Version) -> tuple[str, str]:
    return version.first_seen.date().isoformat(), version.last_seen.date().isoformat()


def test_a_past_edit_is_two_versions_with_the_other_archives_dates(past: Past) -> None:
    stats = past.backfill()

    before, after = past.versions()
    assert (before.reading.text, after.reading.text) == (BEFORE, AFTER)
    assert days(before) == ("2024-03-05", "2024-03-09")
    assert days(after) == ("2024-04-01", "2024-04-01")
    assert (stats.statements, stats.versions, stats.problems) == (2, 3, [])


def test_a_statement_is_known_by_the_publishers_address_and_the_capture_by_the_copys(
    past: Past,
) -> None:
    past.backfill()

    (capture, _) = past.captures()
    assert past.versions()[0].reading.url == SEVEN
    assert capture.url == past.other.url(f"/web/20240305100000id_/{SEVEN}")
    assert capture.captured.date() == past.clock.now().date()
    assert capture.memento is not None
    assert capture.memento.original == SEVEN
    assert capture.memento.archive == "127.0.0.1"


def test_pages_that_are_not_the_sources_are_not_fetched(past: Past) -> None:
    past.backfill()

    assert len(requested_captures(past.other)) == 4


def test_a_list_in_pages_is_read_to_its_end(past: Past) -> None:
    past.backfill()

    assert len(listing_requests(past.other.paths)) == 3


def test_days_bound_what_the_other_archive_captured(past: Past) -> None:
    past.backfill(since=date(2024, 3, 6), until=date(2024, 4, 1))

    assert requested_captures(past.other) == ["20240309110000", "20240401120000"]


def test_no_more_than_twenty_four_requests_a_minute_are_made(past: Past) -> None:
    start = past.clock.now()

    past.backfill()

    requests = len(past.other.requests)
    assert (past.clock.now() - start).total_seconds() >= (requests - 1) * 2.5


def test_a_copy_fetched_before_is_not_requested_again(past: Past) -> None:
    past.backfill(limit=3)
    assert len(requested_captures(past.other)) == 3

    stats = past.backfill()

    assert requested_captures(past.other)[3:] == ["20240402130000"]
    assert stats.statements == 1


@pytest.mark.parametrize("when", ["59", "Mon, 13 Apr 2026 12:01:00 GMT"])
def test_an_archive_that_is_busy_is_asked_again_when_it_says(past: Past, when: str) -> None:
    path = f"/web/20240309110000id_/{SEVEN}"
    busy = http_response(b"x", f"Retry-After: {when}".encode(), status=429)
    past.other.trouble[path] = [busy]

    stats = past.backfill()

    assert stats.versions == 3
    assert max(past.clock.slept) > 40


def test_an_archive_that_asks_for_an_hour_is_left_alone(past: Past) -> None:
    path = f"/web/20240309110000id_/{SEVEN}"
    past.other.trouble[path] = [http_response(b"x", b"Retry-After: 3599", status=503)]

    stats = past.backfill()

    assert "3 of 4 copies not fetched" in stats.stopped
    assert max(past.clock.slept) < 60
    requested = len(requested_captures(past.other))
    assert "asks for no request before 2026-04-13" in past.backfill().problems[0]
    assert len(requested_captures(past.other)) == requested


@pytest.mark.parametrize("status", [429, 503])
def test_an_archive_that_stays_busy_is_left_alone_and_asked_for_the_rest_later(
    past: Past, status: int
) -> None:
    path = f"/web/20240309110000id_/{SEVEN}"
    past.other.trouble[path] = [http_response(b"x", b"Retry-After: 5", status=status)] * 3

    stats = past.backfill()

    assert "3 of 4 copies not fetched" in stats.stopped
    assert not stats.captured_nothing
    assert set(requested_captures(past.other)) == {"20240305100000", "20240309110000"}
    assert past.backfill().versions == 2
    assert len(past.versions()) == 2


def test_a_copy_of_another_time_keeps_its_own_date(past: Past) -> None:
    past.other.elsewhere["20240305100000"] = "20240401120000"

    stats = past.backfill(until=date(2024, 3, 6))

    (version,) = past.versions()
    assert version.reading.text == AFTER
    assert days(version) == ("2024-04-01", "2024-04-01")
    assert "expected the copy of 20240305100000, found that of 20240401120000" in stats.problems[0]


def test_a_copy_that_is_listed_and_not_there_is_an_outcome(past: Past) -> None:
    past.other.lost.add("20240309110000")

    stats = past.backfill()

    assert stats.captures["gone"] == 1
    assert stats.versions == 3


def test_a_page_that_was_gone_when_it_was_archived_is_gone_and_stops_nothing(
    past: Past, tmp_path: Path
) -> None:
    gone = http_response(b"<p>Not here.</p>", status=404)
    file = write_crawl(tmp_path / "gone.warc.gz", ("2024-05-01T10:00:00Z", SEVEN, gone))
    past.other.captures += [(*record_fields(file),)]  # type: ignore[list-item]

    stats = past.backfill(since=date(2024, 4, 20))

    assert stats.captures["gone"] == 1
    assert not stats.stopped


def record_fields(file: Path) -> tuple[object, ...]:
    from archive.warc.record_reader import read_records

    (record,) = read_records(file)
    return record.header.date, record.header.url, record.block


@pytest.mark.parametrize(
    "broken",
    [
        http_response(b"<html>Sorry</html>"),
        http_response(b'[["timestamp"],["x","y"]]'),
        http_response(status=500),
    ],
)
def test_a_list_that_cannot_be_read_is_a_failure_and_not_an_empty_one(
    past: Past, broken: bytes
) -> None:
    past.other.trouble["/cdx"] = [broken] * 3

    stats = past.backfill()

    assert stats.captured_nothing or stats.failed_listings
    assert requested_captures(past.other) == []
    assert stats.problems


def test_an_empty_list_says_what_was_asked(past: Past) -> None:
    stats = past.backfill(since=date(2019, 1, 1), until=date(2019, 2, 1))

    assert stats.failed_listings == [
        "other lists no copy of panel.meridian.example/statements/pd-* "
        "from 2019-01-01 to 2019-02-01"
    ]


def test_robots_of_the_archive_are_obeyed(past: Past) -> None:
    past.other.trouble["/robots.txt"] = [http_response(b"User-agent: *\nDisallow: /web/")]

    stats = past.backfill()

    assert requested_captures(past.other) == []
    assert "robots" in stats.stopped


def test_timemaps_list_the_copies_of_known_pages(past: Past) -> None:
    past.backfill(limit=1)

    stats = past.backfill(archive=past.other.by_timemaps)

    assert len(listing_requests(past.other.paths)) == 3 + 2
    assert stats.versions == 1
    assert len(past.versions()) == 2


def test_both_archives_dates_are_shown_with_a_statement(past: Past, run: Run) -> None:
    past.backfill()

    name = past.versions()[0].id
    shown = " ".join(run("show", name).stdout.split())
    shown_json = json.loads(run("show", name, "--json").stdout)

    assert f"{SEVEN}, as held by 127.0.0.1 on 2024-03-05T10:00:00Z" in shown
    assert "2024-03-05T10:00:00Z (as held by 127.0.0.1)" in shown
    assert shown_json["first_seen"] == "2024-03-05T10:00:00Z"
    assert shown_json["seen_by"] == {"first": "127.0.0.1", "last": "127.0.0.1"}
    assert shown_json["provenance"]["archived"] == "2024-03-05T10:00:00Z"
    assert shown_json["provenance"]["captured"].startswith("2026-04-13T12:")
    assert shown_json["provenance"]["original"] == SEVEN


@pytest.mark.parametrize("style", STYLES.names())
def test_a_citation_names_both_archives_and_both_dates(past: Past, run: Run, style: str) -> None:
    past.backfill()

    citation = run("cite", past.versions()[0].id, "--style", style).stdout

    assert "127.0.0.1" in citation
    assert "5 March 2024, 10:00:00 UTC" in citation or "2024-03-05T10:00:00Z" in citation
    assert "13 April 2026, 12:" in citation or "2026-04-13T12:" in citation


def test_a_rebuilt_catalogue_has_the_other_archives_dates(past: Past, run: Run) -> None:
    past.backfill()
    before, captures = past.versions(), past.captures()

    assert run("rebuild").exit_code == 0

    assert past.versions() == before
    assert past.captures() == captures


def test_the_evidence_verifies(past: Past, run: Run) -> None:
    past.backfill()

    assert run("verify").exit_code == 0


def test_an_archive_that_nobody_named_is_not_asked(past: Past, run: Run) -> None:
    result = run("scrape", "meridian_panel", "--via", "nobody")

    assert result.exit_code == 4
    assert "no such web archive: nobody (known: wayback)" in result.stderr


def test_settings_name_further_archives(past: Past) -> None:
    settings = past.folder / "onrecord.toml"
    more = (
        '[archives.other]\nreplay = "https://old.example/web/"\ncdx = "https://old.example/cdx"\n'
    )
    settings.write_text(settings.read_text() + "\n" + more)

    assert set(past.context.settings.archives) == {"wayback", "other"}


@pytest.mark.parametrize(
    "settings",
    [
        {"cdx": "https://a.example/cdx"},
        {"replay": "https://a.example/"},
        {"replay": "a.example", "cdx": "https://a.example/cdx"},
        {"replay": "https://a.example/", "cdx": "https://a.example/cdx", "colour": "https://b/"},
        "https://a.example/",
    ],
)
def test_an_archive_that_is_set_wrongly_is_refused(settings: object) -> None:
    with pytest.raises(ArchiveFolderError, match=r"archives\.a"):
        load_web_archives({"a": settings})


def test_wayback_is_asked_for_pages_as_they_were_received() -> None:
    when, url = WAYBACK.parse_copy_url(
        "https://web.archive.org/web/20170413100200/http://a.example/b"
    ) or (
        None,
        "",
    )

    assert when is not None
    assert WAYBACK.raw_copy_url(when, url) == (
        "https://web.archive.org/web/20170413100200id_/http://a.example/b"
    )


def test_every_source_says_what_of_it_a_web_archive_can_be_asked() -> None:
    from scrapers.source_format.load_source import load_sources
    from scrapers.webarchives.archive_scope import archive_scope

    for source in load_sources().values():
        assert archive_scope(source, {"reliefweb_appname": "x", "appname": "x"}), source.name


def test_a_copy_is_stored_as_a_page_of_its_source(past: Past) -> None:
    past.backfill()

    assert {version.role for version in past.captures()} == {Role.PAGE}
