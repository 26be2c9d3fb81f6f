"""Each watch is alerted of the news that concern it, and of no other."""

from archive.catalogue.monitoring import alert_queue, watch_list
from archive.watch_and_alert import Alert, Watch
from onrecord.watch.alerts import match_alerts
from tests.conftest import Run
from tests.onrecord.conftest import PANEL, Collecting

EDITED = "meridian_panel:PD_2024_7"


def add_watch(collecting: Collecting, kind: str, wanted: str, held_by: str = "") -> None:
    with collecting.connect() as connection:
        watch = Watch(kind=kind, wanted=wanted, held_by=held_by, added=collecting.clock())
        watch_list.add_watch(connection, watch)


def alerts(collecting: Collecting) -> list[Alert]:
    with collecting.connect() as connection:
        return alert_queue.alerts(connection)


def kinds_and_details(collecting: Collecting) -> list[tuple[str, str]]:
    return [(alert.news.kind, alert.detail) for alert in alerts(collecting)]


def test_a_new_statement_that_matches_a_saved_query_is_an_alert(collecting: Collecting) -> None:
    add_watch(collecting, "query", '"held without charge"')
    collecting.publisher.publish(7, "Release every person held without charge.")
    collecting.publisher.publish(8, "Release every person held.")

    collecting.every(24, 2)

    assert [alert.news.statement for alert in alerts(collecting)] == [EDITED]
    assert kinds_and_details(collecting) == [("new", "a new statement")]


def test_a_statement_captured_before_a_watch_was_added_is_no_alert(collecting: Collecting) -> None:
    collecting.publisher.publish(7, "Release every person held without charge.")
    collecting.every(24, 1)
    add_watch(collecting, "query", "charge")

    collecting.every(24, 1)

    assert alerts(collecting) == []


def test_an_edit_that_removes_the_words_is_an_alert(collecting: Collecting) -> None:
    add_watch(collecting, "query", "entry")
    collecting.publisher.publish(7, "They were refused entry.")
    collecting.every(24, 1)
    collecting.publisher.publish(7, "They left.")
    collecting.every(24, 2)

    assert kinds_and_details(collecting) == [
        ("new", "a new statement"),
        ("edit", "edited: matches no longer"),
    ]


def test_a_watched_quotation_is_an_alert_when_it_disappears_and_when_it_returns(
    collecting: Collecting,
) -> None:
    relied_on = "They were refused entry."
    collecting.publisher.publish(7, f"On Monday we went. {relied_on} We left.")
    collecting.every(24, 1)
    add_watch(collecting, "quote", relied_on, EDITED)
    collecting.publisher.publish(7, f"On Tuesday we went. {relied_on} We left.")
    collecting.every(24 * 31, 1)
    collecting.publisher.publish(7, "On Tuesday we went. They were shown in. We left.")
    collecting.every(24 * 31, 1)
    collecting.publisher.publish(7, f"On Tuesday we went. {relied_on} We left.")
    collecting.every(24 * 31, 1)

    assert [detail for _, detail in kinds_and_details(collecting)] == [
        "the words are no longer there",
        "the words are there again",
    ]
    first = alerts(collecting)[0].news
    assert first.capture_before
    assert first.capture_after
    assert first.capture_before != first.capture_after


def test_a_watched_quotation_whose_statement_is_removed_is_an_alert(collecting: Collecting) -> None:
    collecting.publisher.publish(7, "They were refused entry.")
    collecting.publisher.publish(8, "We regret.")
    collecting.every(24, 2)
    add_watch(collecting, "quote", "refused entry", EDITED)
    collecting.publisher.withdraw(7)
    collecting.every(24, 20)

    assert [kind for kind, _ in kinds_and_details(collecting)] == ["missing", "gone"]


def test_a_watched_source_is_an_alert_when_it_is_blocked_and_when_it_is_well_again(
    collecting: Collecting,
) -> None:
    collecting.every(24, 1)
    add_watch(collecting, "source", PANEL)
    collecting.site.blocked = True
    collecting.every(24, 5)
    collecting.site.blocked = False
    collecting.every(24, 3)

    assert [kind for kind, _ in kinds_and_details(collecting)] == ["blocked", "well"]


def test_each_alert_is_made_once_however_often_news_are_matched(collecting: Collecting) -> None:
    add_watch(collecting, "source", PANEL)
    collecting.publisher.publish(7, "Release them.")
    collecting.every(24, 1)

    with collecting.connect() as connection:
        assert [match_alerts(connection) for _ in range(3)] == [0, 0, 0]

    assert len(alerts(collecting)) == 1


def test_a_watch_may_name_a_source_by_its_title_and_words_of_a_title(
    collecting: Collecting,
) -> None:
    title = collecting.context.sources[PANEL].title
    add_watch(collecting, "query", f'source:"{title}" title:urges')
    collecting.publisher.publish(7, "Release every person held without charge.")

    collecting.every(24, 2)

    assert [alert.news.statement for alert in alerts(collecting)] == [EDITED]


def test_a_saved_query_that_cannot_be_asked_any_more_is_listed_with_the_reason(
    collecting: Collecting, run: Run
) -> None:
    add_watch(collecting, "query", '"we * release"')
    add_watch(collecting, "query", "release")
    collecting.publisher.publish(7, "Release them.")

    collecting.every(24, 2)

    assert [alert.watch.wanted for alert in alerts(collecting)] == ["release"]
    listed = run("watch", "list").stdout.splitlines()
    assert ["matches nothing: a lone * is not a word" in line for line in listed] == [True, False]
