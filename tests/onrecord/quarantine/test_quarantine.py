"""Pages that are not like their source are kept, named, and read only when a person says so."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.catalogue import version_queries
from archive.catalogue.monitoring import news_items
from onrecord.quarantine.baseline import ENOUGH, TWINS, WORTH, Baseline, suspicion
from onrecord.quarantine.decisions import decide
from tests.conftest import Run
from tests.onrecord.conftest import Collecting

LONG = "The Panel recalls that every person who is held has the right to a lawyer. " * 20
MOVED = "This content is being moved. Please come back later."
STATEMENT = "meridian_panel:PD_2024_7"


def texts(collecting: Collecting, statement: str = STATEMENT) -> list[str]:
    with collecting.asking() as connection:
        return [version.reading.text for version in version_queries.versions(connection, statement)]


def kinds(collecting: Collecting) -> list[str]:
    with collecting.asking() as connection:
        return [str(each.kind) for each in news_items.news(connection) if each.statement]


def waiting(run: Run) -> list[dict[str, str]]:
    return [json.loads(line) for line in run("quarantine", "list", "--json").stdout.splitlines()]


@pytest.fixture
def shrunk(collecting: Collecting) -> Collecting:
    """Return an archive whose publisher put a line in the place of a long statement."""
    collecting.publisher.publish(7, LONG)
    collecting.every(24, 1)
    collecting.publisher.publish(7, MOVED)
    collecting.every(24, 1)
    return collecting


def test_a_page_that_says_a_fraction_of_what_it_said_is_set_aside(
    shrunk: Collecting, run: Run
) -> None:
    assert texts(shrunk) == [LONG.strip()]
    assert kinds(shrunk) == ["new"]
    (one,) = waiting(run)
    assert one["why"] == f"{len(MOVED)} characters: it had {len(LONG.strip()):,} before"


def test_words_that_several_others_say_too_are_set_aside(collecting: Collecting, run: Run) -> None:
    for number in range(1, TWINS + 3):
        collecting.publisher.publish(number, MOVED)
    collecting.every(24, 1)

    assert len(waiting(run)) == 2
    assert {one["why"] for one in waiting(run)} == {f"the very words of {TWINS} other statements"}


def test_a_text_far_shorter_than_any_other_is_set_aside(collecting: Collecting, run: Run) -> None:
    for number in range(1, ENOUGH + 1):
        collecting.publisher.publish(number, f"{LONG} Case {number}.")
    collecting.every(24, 1)
    collecting.publisher.publish(99, "Please wait.")
    collecting.every(24, 1)

    (one,) = waiting(run)
    assert one["url"].endswith("pd-2024-99.html")
    assert "12 characters: a statement of this source has" in one["why"]


def test_a_correction_of_some_words_is_an_edit_as_ever(collecting: Collecting, run: Run) -> None:
    collecting.publisher.publish(7, LONG)
    collecting.every(24, 1)
    collecting.publisher.publish(7, LONG.replace("lawyer", "doctor"))
    collecting.every(24, 1)

    assert waiting(run) == []
    assert kinds(collecting) == ["new", "edit"]


def test_what_is_set_aside_is_no_removal_however_long_it_stays(
    shrunk: Collecting, run: Run
) -> None:
    shrunk.every(24, 20)

    assert kinds(shrunk) == ["new"]


def test_what_a_person_accepts_is_a_version_and_an_edit(shrunk: Collecting, run: Run) -> None:
    (one,) = waiting(run)

    done = run("quarantine", "accept", one["capture"], "--reason", "they took the statement down")

    assert done.exit_code == 0, done.output
    assert texts(shrunk) == [LONG.strip(), MOVED]
    assert kinds(shrunk) == ["new", "edit"]
    assert waiting(run) == []


def test_what_a_person_rejects_stays_unread_and_is_listed_no_more(
    shrunk: Collecting, run: Run
) -> None:
    (one,) = waiting(run)

    assert run("quarantine", "reject", one["capture"], "--reason", "maintenance").exit_code == 0

    assert waiting(run) == []
    assert texts(shrunk) == [LONG.strip()]


@pytest.mark.parametrize("again", [[], ["rebuild"]], ids=["at once", "after a rebuild"])
def test_who_rejected_a_capture_may_think_again(
    shrunk: Collecting, run: Run, again: list[str]
) -> None:
    (one,) = waiting(run)
    run("quarantine", "reject", one["capture"], "--reason", "maintenance")
    if again:
        assert run(*again).exit_code == 0
    listed = run("quarantine", "list", "--rejected", "--json").output
    assert [json.loads(line)["capture"] for line in listed.splitlines()] == [one["capture"]]

    assert run("quarantine", "accept", one["capture"], "--reason", "it is so").exit_code == 0
    assert run("rebuild").exit_code == 0

    assert texts(shrunk) == [LONG.strip(), MOVED]
    assert run("quarantine", "list", "--rejected").exit_code == 1


def test_what_was_accepted_and_not_read_for_a_crash_is_listed_still(
    shrunk: Collecting, run: Run
) -> None:
    (one,) = waiting(run)
    decide(shrunk.context, one["capture"], accept=True, reason="x", when=shrunk.clock())

    assert waiting(run) == [one]
    assert run("quarantine", "accept", one["capture"], "--reason", "x").exit_code == 0
    assert texts(shrunk) == [LONG.strip(), MOVED]


@pytest.mark.parametrize("decision", ["accept", "reject"])
def test_a_decision_outlives_a_rebuild(shrunk: Collecting, run: Run, decision: str) -> None:
    (one,) = waiting(run)
    run("quarantine", decision, one["capture"], "--reason", "looked at it")
    before = texts(shrunk)

    assert run("rebuild").exit_code == 0

    assert texts(shrunk) == before
    assert waiting(run) == []


def test_without_a_decision_a_rebuild_sets_it_aside_again(shrunk: Collecting, run: Run) -> None:
    before = waiting(run)

    assert run("rebuild").exit_code == 0

    assert waiting(run) == before
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
def test_a_text_that_grew_is_never_suspected(before: int, more: int) -> None:
    assert suspicion(before + more, Baseline(before=before)) == ""


@given(st.integers(1, WORTH - 1), lengths)
def test_the_shrinking_of_a_short_text_is_an_edit(before: int, length: int) -> None:
    assert suspicion(length, Baseline(before=before)) == ""
