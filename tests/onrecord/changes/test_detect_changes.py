"""News of statements follows from their captures."""

from archive.catalogue import capture_queries
from archive.catalogue.monitoring import news_items
from archive.news_item import NewsItem
from tests.onrecord.conftest import PANEL, Collecting
from tests.support.changing_publisher import SITE

EDITED = "meridian_panel:PD_2024_7"


def statement_news(collecting: Collecting) -> list[NewsItem]:
    with collecting.connect() as connection:
        return [item for item in news_items.news(connection) if item.statement]


def kinds(collecting: Collecting) -> list[str]:
    return [item.kind for item in statement_news(collecting)]


def test_a_new_statement_is_news_once(collecting: Collecting) -> None:
    collecting.publisher.publish(7, "Release them.")

    collecting.every(24, 3)

    assert kinds(collecting) == ["new"]


def test_an_edit_is_news_with_the_captures_before_and_after(collecting: Collecting) -> None:
    collecting.publisher.publish(7, "They were refused entry.")
    collecting.every(24, 2)
    collecting.publisher.publish(7, "They were not refused entry.")
    collecting.every(24, 4)

    edit = statement_news(collecting)[1]

    assert (edit.kind, edit.statement) == ("edit", EDITED)
    with collecting.connect() as connection:
        before, after = (
            capture_queries.sightings(connection, version) for version in (edit.before, edit.after)
        )
    assert before[-1][0] == edit.capture_before
    assert after[0][0] == edit.capture_after


def test_a_text_that_returns_is_another_edit(collecting: Collecting) -> None:
    for text in ("One.", "Two.", "One."):
        collecting.publisher.publish(7, text)
        collecting.every(24 * 31, 1)

    assert kinds(collecting) == ["new", "edit", "edit"]


def test_typography_and_white_space_are_no_news(collecting: Collecting) -> None:
    for text in ('He said "no" - twice.', "He said “no” – twice. ", "He said\n“no” – twice."):
        collecting.publisher.publish(7, text)
        collecting.every(24 * 31, 1)

    assert kinds(collecting) == ["new"]


def test_a_page_that_no_listing_names_any_more_is_looked_at_again_and_is_no_removal(
    collecting: Collecting,
) -> None:
    url = collecting.publisher.publish(7, "Release them.")
    collecting.every(24, 1)
    collecting.publisher.unlist(7)
    collecting.site.requested_urls.clear()

    collecting.every(24, 20)

    assert url in collecting.site.requested_urls
    assert kinds(collecting) == ["new"]


def test_a_withdrawn_page_is_missing_at_first_and_gone_after_fourteen_days(
    collecting: Collecting,
) -> None:
    collecting.publisher.publish(7, "Release them.")
    collecting.publisher.publish(8, "We regret.")
    collecting.every(24, 2)
    collecting.publisher.withdraw(7)

    collecting.every(24, 10)
    assert kinds(collecting) == ["new", "new", "missing"]
    collecting.every(24, 10)

    assert kinds(collecting) == ["new", "new", "missing", "gone"]
    with collecting.connect() as connection:
        assert [item.statement for item in news_items.absent_statements(connection)] == [EDITED]


def test_a_statement_that_returns_is_back(collecting: Collecting) -> None:
    collecting.publisher.publish(7, "Release them.")
    collecting.publisher.publish(8, "We regret.")
    collecting.every(24, 2)
    collecting.publisher.withdraw(7)
    collecting.every(24, 3)
    collecting.publisher.publish(7, "Release them.")
    collecting.every(24, 3)

    assert kinds(collecting) == ["new", "new", "missing", "back"]
    with collecting.connect() as connection:
        assert news_items.absent_statements(connection) == []


def test_a_redirect_to_the_home_page_is_an_absence(collecting: Collecting) -> None:
    url = collecting.publisher.publish(7, "Release them.")
    collecting.publisher.publish(8, "We regret.")
    collecting.every(24, 2)
    collecting.site.moved[url] = SITE
    collecting.every(24, 20)

    assert kinds(collecting) == ["new", "new", "missing", "gone"]


def test_a_page_that_moved_is_not_missing(collecting: Collecting) -> None:
    url = collecting.publisher.publish(7, "Release them.")
    collecting.publisher.publish(8, "We regret.")
    collecting.every(24, 2)
    collecting.site.moved[url] = collecting.publisher.move(7, 700)
    collecting.every(24, 30)

    assert "missing" not in kinds(collecting)


def test_a_block_page_is_no_removal_however_long_it_stays(collecting: Collecting) -> None:
    collecting.publisher.publish(7, "Release them.")
    collecting.every(24, 2)
    collecting.site.blocked = True
    collecting.every(24, 30)

    assert kinds(collecting) == ["new"]


def test_when_most_pages_vanish_at_once_it_is_the_site_that_changed(
    collecting: Collecting,
) -> None:
    for number in range(1, 9):
        collecting.publisher.publish(number, f"Statement {number}.")
    collecting.every(24, 2)
    for number in range(1, 8):
        collecting.publisher.withdraw(number)
    collecting.every(24, 20)

    assert set(kinds(collecting)) == {"new"}


def test_news_outlives_a_rebuild_and_is_not_repeated_by_it(
    collecting: Collecting, run: object
) -> None:
    collecting.publisher.publish(7, "One.")
    collecting.every(24, 2)
    collecting.publisher.publish(7, "Two.")
    collecting.every(24 * 31, 1)
    before = statement_news(collecting)

    assert run("rebuild").exit_code == 0  # type: ignore[operator]
    collecting.every(24, 1)

    assert statement_news(collecting) == before
    assert PANEL in collecting.run(only=[PANEL]).visited
