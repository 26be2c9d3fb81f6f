"""Who is told what."""

from archive.catalogue.monitoring import alert_queue, watch_list
from archive.news import Alert, Watch
from onrecord.watch.alerts import match_alerts
from tests.onrecord.conftest import PANEL, Collecting

EDITED = "meridian_panel:PD_2024_7"


def watch(collecting: Collecting, kind: str, wanted: str, held_by: str = "") -> None:
    with collecting.asking() as connection:
        new = Watch(kind=kind, wanted=wanted, held_by=held_by, added=collecting.clock())
        watch_list.add_watch(connection, new)


def alerts(collecting: Collecting) -> list[Alert]:
    with collecting.asking() as connection:
        return alert_queue.alerts(connection)


def said(collecting: Collecting) -> list[tuple[str, str]]:
    return [(each.news.kind, each.detail) for each in alerts(collecting)]


def test_a_saved_query_is_told_of_a_new_statement_that_matches(collecting: Collecting) -> None:
    watch(collecting, "query", '"held without charge"')
    collecting.publisher.publish(7, "Release every person held without charge.")
    collecting.publisher.publish(8, "Release every person held.")

    collecting.every(24, 2)

    assert [each.news.statement for each in alerts(collecting)] == [EDITED]
    assert said(collecting) == [("new", "a new statement")]


def test_what_was_held_before_a_watch_was_added_is_no_news_to_it(collecting: Collecting) -> None:
    collecting.publisher.publish(7, "Release every person held without charge.")
    collecting.every(24, 1)
    watch(collecting, "query", "charge")

    collecting.every(24, 1)

    assert alerts(collecting) == []


def test_an_edit_that_takes_the_words_out_is_told(collecting: Collecting) -> None:
    watch(collecting, "query", "entry")
    collecting.publisher.publish(7, "They were refused entry.")
    collecting.every(24, 1)
    collecting.publisher.publish(7, "They left.")
    collecting.every(24, 2)

    assert said(collecting) == [("new", "a new statement"), ("edit", "edited: matches no longer")]


def test_a_sentence_that_someone_relies_on_is_told_when_it_changes_and_when_it_is_back(
    collecting: Collecting,
) -> None:
    relied_on = "They were refused entry."
    collecting.publisher.publish(7, f"On Monday we went. {relied_on} We left.")
    collecting.every(24, 1)
    watch(collecting, "quote", relied_on, EDITED)
    collecting.publisher.publish(7, f"On Tuesday we went. {relied_on} We left.")
    collecting.every(24 * 31, 1)
    collecting.publisher.publish(7, "On Tuesday we went. They were shown in. We left.")
    collecting.every(24 * 31, 1)
    collecting.publisher.publish(7, f"On Tuesday we went. {relied_on} We left.")
    collecting.every(24 * 31, 1)

    assert [detail for _, detail in said(collecting)] == [
        "the words are not there any more",
        "the words are there again",
    ]
    first = alerts(collecting)[0].news
    assert first.capture_before
    assert first.capture_after
    assert first.capture_before != first.capture_after


def test_a_sentence_whose_statement_goes_is_told(collecting: Collecting) -> None:
    collecting.publisher.publish(7, "They were refused entry.")
    collecting.publisher.publish(8, "We regret.")
    collecting.every(24, 2)
    watch(collecting, "quote", "refused entry", EDITED)
    collecting.publisher.withdraw(7)
    collecting.every(24, 20)

    assert [kind for kind, _ in said(collecting)] == ["missing", "gone"]


def test_who_watches_a_source_is_told_when_it_stands_behind_a_wall_and_when_it_is_well_again(
    collecting: Collecting,
) -> None:
    collecting.every(24, 1)
    watch(collecting, "source", PANEL)
    collecting.site.blocked = True
    collecting.every(24, 5)
    collecting.site.blocked = False
    collecting.every(24, 3)

    assert [kind for kind, _ in said(collecting)] == ["blocked", "well"]


def test_each_alert_is_made_once_however_often_it_is_asked_for(collecting: Collecting) -> None:
    watch(collecting, "source", PANEL)
    collecting.publisher.publish(7, "Release them.")
    collecting.every(24, 1)

    with collecting.asking() as connection:
        assert [match_alerts(connection) for _ in range(3)] == [0, 0, 0]

    assert len(alerts(collecting)) == 1
