"""A block that comes or goes on many pages of a visit is one news item, and one alert."""

import pytest

from archive.catalogue import version_queries
from archive.catalogue.monitoring import alert_queue, news_items, watch_list
from archive.news_item import NewsItem
from archive.watch_and_alert import Watch
from onrecord.monitor.gather_health import record_health_news
from onrecord.watch.channels.messages import alert_body, news_json
from tests.conftest import Run
from tests.onrecord.conftest import PANEL, Collecting

LETTER = "Sign up to our weekly letter."
MONTH = 24 * 31


def text(number: int) -> str:
    return f"The keeper of lock {number} waits.\nNobody was held at the mill."


def publish_all(collecting: Collecting, count: int, letters: int = 0) -> None:
    """Publish statements 1 to `count`, the first `letters` of them with the block."""
    for number in range(1, count + 1):
        block = f"\n{LETTER}" if number <= letters else ""
        collecting.publisher.publish(number, text(number) + block)


def changes(collecting: Collecting) -> list[NewsItem]:
    with collecting.connect() as connection:
        return news_items.news(connection, kinds=["edit", "template"])


def kinds(collecting: Collecting) -> list[str]:
    return [item.kind for item in changes(collecting)]


def watch(collecting: Collecting, kind: str, wanted: str, held_by: str = "") -> None:
    with collecting.connect() as connection:
        added = Watch(kind=kind, wanted=wanted, held_by=held_by, added=collecting.clock())
        watch_list.add_watch(connection, added)


def alerts(collecting: Collecting) -> list[tuple[str, str]]:
    with collecting.connect() as connection:
        return [
            (alert.watch.kind, alert.news.kind)
            for alert in alert_queue.alerts(connection)
            if alert.news.kind in ("edit", "template")
        ]


def test_a_block_added_to_all_pages_is_one_item_that_lists_them(collecting: Collecting) -> None:
    publish_all(collecting, 5)
    collecting.every(MONTH, 1)
    publish_all(collecting, 5, letters=5)
    collecting.every(MONTH, 1)

    (item,) = changes(collecting)

    assert (item.kind, item.source, item.statement) == ("template", PANEL, "")
    assert [(block.op, block.text) for block in item.blocks] == [("insert", LETTER)]
    assert sorted(page.statement for page in item.pages) == [
        f"{PANEL}:PD_2024_{number}" for number in range(1, 6)
    ]
    assert "5 of 5 pages" in item.detail
    assert len(news_json(item)["pages"]) == 5


def test_each_version_is_recorded_as_ever(collecting: Collecting) -> None:
    publish_all(collecting, 4)
    collecting.every(MONTH, 1)
    publish_all(collecting, 4, letters=4)
    collecting.every(MONTH, 1)

    with collecting.connect() as connection:
        versions = version_queries.versions(connection, f"{PANEL}:PD_2024_2")

    assert [LETTER in version.reading.text for version in versions] == [False, True]


def test_a_block_that_goes_is_a_template_change_too(collecting: Collecting) -> None:
    publish_all(collecting, 4, letters=4)
    collecting.every(MONTH, 1)
    publish_all(collecting, 4)
    collecting.every(MONTH, 1)

    (item,) = changes(collecting)

    assert [(block.op, block.text) for block in item.blocks] == [("delete", LETTER)]


@pytest.mark.parametrize(
    ("letters", "count", "expected"),
    [
        (2, 2, ["edit", "edit"]),
        (2, 4, ["edit", "edit"]),
        (3, 7, ["edit", "edit", "edit"]),
        (3, 6, ["template"]),
        (3, 3, ["template"]),
    ],
)
def test_three_pages_and_half_of_those_read_are_a_template(
    collecting: Collecting, letters: int, count: int, expected: list[str]
) -> None:
    publish_all(collecting, count)
    collecting.every(MONTH, 1)
    publish_all(collecting, count, letters=letters)
    collecting.every(MONTH, 1)

    assert kinds(collecting) == expected


def test_a_real_edit_beside_the_template_stays_an_edit(collecting: Collecting) -> None:
    publish_all(collecting, 4)
    collecting.every(MONTH, 1)
    publish_all(collecting, 4, letters=4)
    collecting.publisher.publish(2, f"{text(2).replace('Nobody', 'Somebody')}\n{LETTER}")
    collecting.every(MONTH, 1)

    template, edit = changes(collecting)

    assert (template.kind, edit.kind, edit.statement) == ("template", "edit", f"{PANEL}:PD_2024_2")
    assert [page.statement for page in template.pages if page.is_edited] == [edit.statement]
    assert len(template.pages) == 4


def test_different_edits_of_many_pages_are_no_template(collecting: Collecting) -> None:
    publish_all(collecting, 4)
    collecting.every(MONTH, 1)
    for number in range(1, 5):
        collecting.publisher.publish(number, f"{text(number)}\nLetter number {number}.")
    collecting.every(MONTH, 1)

    assert kinds(collecting) == ["edit"] * 4


def test_watches_of_the_words_in_the_block_alert_once(collecting: Collecting) -> None:
    publish_all(collecting, 5, letters=5)
    collecting.every(MONTH, 1)
    watch(collecting, "query", '"weekly letter"')
    watch(collecting, "query", "weekly AND keeper")
    watch(collecting, "query", "nobody")
    watch(collecting, "quote", LETTER, f"{PANEL}:PD_2024_3")
    watch(collecting, "quote", "Nobody was held", f"{PANEL}:PD_2024_3")
    watch(collecting, "source", PANEL)
    publish_all(collecting, 5)
    collecting.every(MONTH, 1)

    assert sorted(alerts(collecting)) == [
        ("query", "template"),
        ("query", "template"),
        ("quote", "template"),
        ("source", "template"),
    ]


def test_words_of_a_real_edit_beside_a_template_alert_by_the_edit(collecting: Collecting) -> None:
    publish_all(collecting, 4)
    collecting.every(MONTH, 1)
    watch(collecting, "quote", "Nobody was held", f"{PANEL}:PD_2024_2")
    watch(collecting, "query", "letter")
    watch(collecting, "query", "somebody")
    publish_all(collecting, 4, letters=4)
    collecting.publisher.publish(2, f"{text(2).replace('Nobody', 'Somebody')}\n{LETTER}")
    collecting.every(MONTH, 1)

    assert sorted(alerts(collecting)) == [
        ("query", "edit"),
        ("query", "template"),
        ("quote", "edit"),
    ]


def test_the_message_lists_the_block_and_each_page(collecting: Collecting) -> None:
    publish_all(collecting, 3)
    collecting.every(MONTH, 1)
    watch(collecting, "source", PANEL)
    publish_all(collecting, 3, letters=3)
    collecting.every(MONTH, 1)

    with collecting.connect() as connection:
        (alert,) = [a for a in alert_queue.alerts(connection) if a.news.kind == "template"]
    body = alert_body(alert)

    assert f"added to each page: {LETTER}" in body
    assert body.count("page: ") >= 3
    assert f"{PANEL}:PD_2024_3" in body


def test_a_template_change_is_no_news_of_the_health_of_a_source(collecting: Collecting) -> None:
    publish_all(collecting, 3)
    collecting.every(MONTH, 1)
    publish_all(collecting, 3, letters=3)
    collecting.every(MONTH, 1)

    with collecting.connect() as connection:
        record_health_news(collecting.context, connection, collecting.clock())
        well = news_items.news(connection, kinds=["well"])

    assert [item.detail for item in well if "template" in item.detail] == []


def test_a_rebuild_keeps_the_item_with_its_pages_and_tells_nothing_again(
    collecting: Collecting, run: Run
) -> None:
    publish_all(collecting, 4)
    collecting.every(MONTH, 1)
    publish_all(collecting, 4, letters=4)
    collecting.every(MONTH, 1)
    before = changes(collecting)

    assert run("rebuild").exit_code == 0

    assert changes(collecting) == before
    assert len(before[0].pages) == 4
