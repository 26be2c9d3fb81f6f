"""Pages unlike their source are stored, listed, and read only when a person accepts them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.catalogue import version_queries
from archive.catalogue.monitoring import news_items
from onrecord.quarantine.decisions import decide
from onrecord.quarantine.rules import (
    MIN_DUPLICATES,
    MIN_PREVIOUS_CHARS,
    MIN_STATEMENTS,
    Baseline,
    shares_nothing,
    suspicion,
)
from tests.conftest import Run
from tests.onrecord.conftest import Collecting

LONG = "The Panel recalls that every person who is held has the right to a lawyer. " * 20
RIGHT = "The Panel recalls that every person has the right to a lawyer."
MOVED = "This content is being moved. Please come back later."
STATEMENT = "meridian_panel:PD_2024_7"


def texts(collecting: Collecting, statement: str = STATEMENT) -> list[str]:
    with collecting.connect() as connection:
        return [version.reading.text for version in version_queries.versions(connection, statement)]


def kinds(collecting: Collecting) -> list[str]:
    with collecting.connect() as connection:
        return [str(item.kind) for item in news_items.news(connection) if item.statement]


def quarantined(run: Run) -> list[dict[str, str]]:
    return [json.loads(line) for line in run("quarantine", "list", "--json").stdout.splitlines()]


@pytest.fixture
def shrunk(collecting: Collecting) -> Collecting:
    """Return an archive whose publisher put a line in the place of a long statement."""
    collecting.publisher.publish(7, LONG)
    collecting.every(24, 1)
    collecting.publisher.publish(7, MOVED)
    collecting.every(24, 1)
    return collecting


def test_a_page_whose_text_shrank_to_a_fraction_is_quarantined(
    shrunk: Collecting, run: Run
) -> None:
    assert texts(shrunk) == [LONG.strip()]
    assert kinds(shrunk) == ["new"]
    (suspect,) = quarantined(run)
    assert suspect["why"] == f"{len(MOVED)} characters: it had {len(LONG.strip()):,} before"


def test_a_text_that_several_other_statements_have_is_quarantined(
    collecting: Collecting, run: Run
) -> None:
    for number in range(1, MIN_DUPLICATES + 3):
        collecting.publisher.publish(number, MOVED)
    collecting.every(24, 1)

    assert len(quarantined(run)) == 2
    assert {suspect["why"] for suspect in quarantined(run)} == {
        f"the very words of {MIN_DUPLICATES} other statements"
    }


def test_a_text_far_shorter_than_any_other_is_quarantined(collecting: Collecting, run: Run) -> None:
    for number in range(1, MIN_STATEMENTS + 1):
        collecting.publisher.publish(number, f"{LONG} Case {number}.")
    collecting.every(24, 1)
    collecting.publisher.publish(99, "Please wait.")
    collecting.every(24, 1)

    (suspect,) = quarantined(run)
    assert suspect["url"].endswith("pd-2024-99.html")
    assert "12 characters: a statement of this source has" in suspect["why"]


def test_a_correction_of_some_words_is_an_edit(collecting: Collecting, run: Run) -> None:
    collecting.publisher.publish(7, LONG)
    collecting.every(24, 1)
    collecting.publisher.publish(7, LONG.replace("lawyer", "doctor"))
    collecting.every(24, 1)

    assert quarantined(run) == []
    assert kinds(collecting) == ["new", "edit"]


def test_a_quarantined_page_is_no_removal_however_long_it_stays(
    shrunk: Collecting, run: Run
) -> None:
    shrunk.every(24, 20)

    assert kinds(shrunk) == ["new"]


def test_an_accepted_page_is_a_version_and_an_edit(shrunk: Collecting, run: Run) -> None:
    (suspect,) = quarantined(run)

    result = run(
        "quarantine", "accept", suspect["capture"], "--reason", "they took the statement down"
    )

    assert result.exit_code == 0, result.output
    assert texts(shrunk) == [LONG.strip(), MOVED]
    assert kinds(shrunk) == ["new", "edit"]
    assert quarantined(run) == []


def test_a_rejected_page_stays_unread_and_is_listed_no_more(shrunk: Collecting, run: Run) -> None:
    (suspect,) = quarantined(run)

    assert run("quarantine", "reject", suspect["capture"], "--reason", "maintenance").exit_code == 0

    assert quarantined(run) == []
    assert texts(shrunk) == [LONG.strip()]


@pytest.mark.parametrize("between", [[], ["rebuild"]], ids=["at once", "after a rebuild"])
def test_a_rejected_capture_may_be_accepted_later(
    shrunk: Collecting, run: Run, between: list[str]
) -> None:
    (suspect,) = quarantined(run)
    run("quarantine", "reject", suspect["capture"], "--reason", "maintenance")
    if between:
        assert run(*between).exit_code == 0
    listing = run("quarantine", "list", "--rejected", "--json").output
    assert [json.loads(line)["capture"] for line in listing.splitlines()] == [suspect["capture"]]

    assert run("quarantine", "accept", suspect["capture"], "--reason", "it is so").exit_code == 0
    assert run("rebuild").exit_code == 0

    assert texts(shrunk) == [LONG.strip(), MOVED]
    assert run("quarantine", "list", "--rejected").exit_code == 1


def test_an_accepted_capture_that_a_crash_left_unread_is_still_listed(
    shrunk: Collecting, run: Run
) -> None:
    (suspect,) = quarantined(run)
    decide(shrunk.context, suspect["capture"], accept=True, reason="x", when=shrunk.clock())

    assert quarantined(run) == [suspect]
    assert run("quarantine", "accept", suspect["capture"], "--reason", "x").exit_code == 0
    assert texts(shrunk) == [LONG.strip(), MOVED]


@pytest.mark.parametrize("decision", ["accept", "reject"])
def test_a_decision_outlives_a_rebuild(shrunk: Collecting, run: Run, decision: str) -> None:
    (suspect,) = quarantined(run)
    run("quarantine", decision, suspect["capture"], "--reason", "looked at it")
    previous_length = texts(shrunk)

    assert run("rebuild").exit_code == 0

    assert texts(shrunk) == previous_length
    assert quarantined(run) == []


def test_without_a_decision_a_rebuild_quarantines_it_again(shrunk: Collecting, run: Run) -> None:
    previous_length = quarantined(run)

    assert run("rebuild").exit_code == 0

    assert quarantined(run) == previous_length
    assert run("verify").exit_code == 0


def test_a_capture_that_is_not_in_quarantine_cannot_be_decided_on(
    shrunk: Collecting, run: Run
) -> None:
    result = run("quarantine", "accept", "urn:uuid:none", "--reason", "x")

    assert result.exit_code == 4
    assert "no such capture in quarantine" in result.stderr


def test_nothing_in_quarantine_is_said_and_is_exit_code_1(collecting: Collecting, run: Run) -> None:
    result = run("quarantine", "list")

    assert result.exit_code == 1
    assert "nothing is in quarantine" in result.stderr


lengths = st.integers(1, 10_000)


@given(lengths, st.lists(lengths, max_size=60))
def test_a_text_as_long_as_the_shortest_is_never_too_short(length: int, others: list[int]) -> None:
    if others and length >= min(others):
        assert suspicion(length, Baseline(lengths=others)) == ""


@given(lengths, lengths)
def test_a_text_that_grew_is_never_suspected(previous_length: int, more: int) -> None:
    assert suspicion(previous_length + more, Baseline(previous_length=previous_length)) == ""


@given(st.integers(1, MIN_PREVIOUS_CHARS - 1), lengths)
def test_the_shrinking_of_a_short_text_is_an_edit(previous_length: int, length: int) -> None:
    assert suspicion(length, Baseline(previous_length=previous_length)) == ""


_BEFORE = (
    "The ministry regrets the delay in the delivery of seed. It will report again in May.\n"
    "The minister visited the three valleys on Monday."
)


@pytest.mark.parametrize(
    "text",
    [
        "The ministry regrets the delay in the delivery of seed. It will not report again.",
        "The ministry regrets the long delay in the delivery of the seed.",
        "The minister visited the three valleys on Monday. Nothing else is left of it.",
    ],
)
def test_a_page_that_was_edited_shares_something_with_what_it_said_before(text: str) -> None:
    assert not shares_nothing(text, _BEFORE)


@pytest.mark.parametrize(
    "text",
    [
        "You are in line. Many people want to read this site today.",
        "Das Ministerium bedauert die Verzögerung bei der Lieferung des Saatguts.",
        "このページは見つかりませんでした。最初からやり直してください。",
        "",
    ],
)
def test_a_page_with_other_words_altogether_shares_nothing(text: str) -> None:
    assert shares_nothing(text, _BEFORE)


def test_a_page_of_a_source_with_another_title_and_other_words_is_quarantined(
    collecting: Collecting, run: Run
) -> None:
    collecting.publisher.publish(
        7, "The Panel recalls that every person has the right to a lawyer."
    )
    collecting.every(24, 1)
    collecting.publisher.publish(7, "We are at work on this site tonight.", "Back soon")
    collecting.every(24, 1)

    (suspect,) = quarantined(run)
    assert suspect["why"].startswith("it shares no sentence with what it said before")


def test_a_statement_whose_words_the_publisher_withdraws_is_edited(
    collecting: Collecting, run: Run
) -> None:
    collecting.publisher.publish(
        7, "The Panel recalls that every person has the right to a lawyer."
    )
    collecting.every(24, 1)
    collecting.publisher.publish(7, "This text was withdrawn on 9 April.")
    collecting.every(24, 1)

    assert quarantined(run) == []
    assert kinds(collecting) == ["new", "edit"]
