"""The wait between visits follows the publishing rhythm, and so does an unusual silence."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from onrecord.schedule.publishing_rhythm import learn_rhythm, unusual_silence
from tests.support.builders import START, day

DAILY = timedelta(days=1)


def moments_apart(hours: float, times: int) -> list[datetime]:
    return [START + timedelta(hours=hours) * n for n in range(times)]


def test_a_source_that_publishes_often_is_visited_more_often_within_bounds() -> None:
    first_seen = moments_apart(2, 30)

    assert learn_rhythm(first_seen, timedelta(hours=6), first_seen[-1]) == timedelta(hours=1.5)


def test_a_source_on_holiday_is_visited_less_again() -> None:
    first_seen = moments_apart(24, 10)

    assert learn_rhythm(first_seen, timedelta(hours=12), day(10)) == timedelta(hours=12)
    assert learn_rhythm(first_seen[:2], timedelta(hours=12), day(10)) == timedelta(hours=12)


@given(st.lists(st.integers(0, 10_000), max_size=60), st.floats(0.1, 200))
def test_the_rhythm_is_always_between_a_quarter_of_an_hour_and_a_day(
    minutes: list[int], declared: float
) -> None:
    first_seen = sorted(START + timedelta(minutes=minute) for minute in minutes)

    wait = learn_rhythm(first_seen, timedelta(hours=declared), day(8))

    assert timedelta(minutes=15) <= wait <= DAILY


def test_a_silence_is_unusual_by_the_sources_own_measure() -> None:
    weekly = [day(7 * n) for n in range(12)]

    assert unusual_silence(weekly, DAILY) == timedelta(days=14)
    assert unusual_silence(moments_apart(1, 50), timedelta(hours=1)) == timedelta(days=3)


def test_of_a_source_that_is_hardly_known_no_silence_is_unusual() -> None:
    assert unusual_silence(moments_apart(24, 4), DAILY) is None
