"""A crawl makes statements and versions of what a publisher's site says."""

import pytest
from sqlalchemy import Connection

from archive.catalogue import event_queries, version_queries
from archive.errors import UnknownNameError
from archive.event import EventKind
from archive.models import Outcome
from onrecord.collect.crawl import CrawlScope, crawl
from onrecord.collect.ingest import RunStats
from tests.support.changing_publisher import SITE, Publisher, PublisherVisit, panel


def collect(
    catalogue: Connection, visit: PublisherVisit, scope: CrawlScope | None = None
) -> RunStats:
    return crawl(catalogue, visit, panel(), scope or CrawlScope(), [SITE])


def test_what_a_listing_names_is_captured_and_read(catalogue: Connection) -> None:
    publisher = Publisher()
    publisher.publish(7, "Release them.\nAll of them.")

    stats = collect(catalogue, publisher.on(0))

    assert (stats.statements, stats.versions, stats.problems) == (1, 1, [])
    version = version_queries.version(catalogue, "meridian_panel:PD_2024_7")
    assert version.reading.text == "Release them.\nAll of them."
    assert version.reading.issued is not None
    assert version.reading.issued.value == "2024-03-04"


def test_the_same_text_on_another_day_is_no_new_version(catalogue: Connection) -> None:
    publisher = Publisher()
    publisher.publish(7, "Release them.")

    collect(catalogue, publisher.on(0))
    second = collect(catalogue, publisher.on(3))

    assert (second.statements, second.versions, second.readings) == (0, 0, 1)


def test_an_edited_page_is_a_new_version_of_the_old_statement(catalogue: Connection) -> None:
    publisher = Publisher()
    publisher.publish(7, "Release them. They were refused entry.")
    collect(catalogue, publisher.on(0))
    publisher.publish(7, "Release them.")

    second = collect(catalogue, publisher.on(3))

    assert (second.statements, second.versions) == (0, 1)
    assert len(version_queries.versions(catalogue, "meridian_panel:PD_2024_7")) == 2


_NO_TROUBLE = (Outcome.OK, Outcome.REDIRECT, Outcome.WITHHELD)  # the last: nothing is stored


@pytest.mark.parametrize("trouble", [o for o in Outcome if o not in _NO_TROUBLE])
def test_whatever_is_not_a_page_is_an_outcome_and_never_a_version(
    catalogue: Connection, trouble: Outcome
) -> None:
    publisher = Publisher()
    url = publisher.publish(7, "Release them.")
    publisher.trouble[url] = trouble

    stats = collect(catalogue, publisher.on(0))

    assert stats.captures[trouble.value] == 1
    with pytest.raises(UnknownNameError):
        version_queries.versions(catalogue, "meridian_panel:PD_2024_7")


def test_a_withdrawn_page_leaves_its_versions_as_they_were(catalogue: Connection) -> None:
    publisher = Publisher()
    url = publisher.publish(7, "Release them.")
    collect(catalogue, publisher.on(0))
    publisher.trouble[url] = Outcome.GONE

    stats = collect(catalogue, publisher.on(3))

    assert stats.problems == [f"{url}: gone: "]
    assert len(version_queries.versions(catalogue, "meridian_panel:PD_2024_7")) == 1


def test_a_page_that_does_not_fit_its_sources_layout_is_a_recorded_problem(
    catalogue: Connection,
) -> None:
    publisher = Publisher()
    url = publisher.publish(7, "Release them.")
    publisher.pages[url] = publisher.pages[url].replace("<h1>", "<h1>One</h1><h1>")

    stats = collect(catalogue, publisher.on(0))

    assert stats.versions == 0
    (event,) = event_queries.events(catalogue, kind=EventKind.READING)
    assert event.outcome == "failed"
    assert "title" in event.detail
    assert url in event.detail


def test_a_page_captured_this_hour_is_not_requested_again(catalogue: Connection) -> None:
    publisher = Publisher()
    publisher.publish(7, "Release them.")
    collect(catalogue, publisher.on(0))
    visit = publisher.on(0)

    collect(catalogue, visit)

    assert visit.requests == [SITE]


def test_only_pages_issued_within_the_scope_are_fetched(catalogue: Connection) -> None:
    from datetime import date

    publisher = Publisher()
    publisher.publish(7, "Release them.")

    stats = collect(catalogue, publisher.on(0), CrawlScope(since=date(2024, 3, 5)))

    assert stats.statements == 0


def test_a_run_without_a_good_capture_captured_nothing(catalogue: Connection) -> None:
    publisher = Publisher(trouble={SITE: Outcome.SERVER_ERROR})

    assert collect(catalogue, publisher.on(0)).captured_nothing
