import pytest

from benchmarks.reading.measure import score, summed_up

TRUE = "one two three four five six"


def test_the_same_words_are_exactly_right_whatever_the_marks_between_them() -> None:
    assert score(TRUE, "One, two, three, four!".lower() + " five\nsix").exact


def test_a_word_too_many_breaks_the_runs_that_it_stands_in() -> None:
    result = score(TRUE, TRUE + " seven")

    assert (result.both, result.extra, result.missing) == (3, 1, 0)
    assert not result.exact


def test_a_repeated_run_counts_as_often_as_it_occurs() -> None:
    assert score("a b c d", "a b c d a b c d").extra == 4


def test_fewer_words_than_a_run_are_one_run() -> None:
    assert score("one two", "one two").exact
    assert score("one two", "one").missing == 1


def test_each_page_weighs_the_same_and_an_empty_one_counts_for_recall() -> None:
    scores = summed_up([score(TRUE, TRUE), score(TRUE * 10, "")])

    assert scores.precision == 1.0
    assert scores.recall == 0.5
    assert scores.f1 == pytest.approx(2 / 3)
    assert scores.exact == 0.5
    assert scores.empty == 1
