import pytest

from archive.models import Issued


@pytest.mark.parametrize(
    ("value", "instant"),
    [
        ("2024-12-31T23:30-05:00", "2025-01-01T04:30Z"),
        ("2024-12-31T23:30Z", "2024-12-31T23:30Z"),
        ("2024-12-31", ""),
        ("2024", ""),
    ],
)
def test_a_local_time_has_an_instant_and_a_day_has_none(value: str, instant: str) -> None:
    assert Issued(value, value, "time").instant == instant


@pytest.mark.parametrize(
    ("read_from", "is_guess"), [("time", False), ("url", True), ("guessed by htmldate 1.9", True)]
)
def test_what_the_page_does_not_print_is_a_guess(read_from: str, is_guess: bool) -> None:
    assert Issued("2024", "2024", read_from).is_guess == is_guess
