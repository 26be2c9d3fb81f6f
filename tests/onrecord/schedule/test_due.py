"""When a source is visited next."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from archive.runs import ScheduleEntry
from onrecord.schedule.due import LATEST, after_failure, after_good, is_due
from tests.support.builders import START, day

HOUR = timedelta(hours=1)


def line(**said: object) -> ScheduleEntry:
    return ScheduleEntry(**{"source": "panel", "next_due": START, "rhythm": HOUR, **said})  # type: ignore[arg-type]


def test_a_good_visit_is_followed_by_the_next_after_one_rhythm_give_or_take_a_tenth() -> None:
    waits = [after_good(line(), START, HOUR, chance).next_due - START for chance in (0, 0.5, 1)]

    assert waits == [0.9 * HOUR, HOUR, 1.1 * HOUR]


@given(st.integers(0, 60), st.floats(0, 1))
def test_after_failures_the_wait_doubles_and_is_never_above_a_day(
    times: int, chance: float
) -> None:
    due = line()
    for _ in range(times):
        due = after_failure(due, START, "503", chance)

    assert due.failures == times
    assert due.next_due - START <= LATEST


def test_a_good_visit_forgets_the_failures_before_it() -> None:
    failed = after_failure(after_failure(line(), START, "503", 1), START, "503", 1)

    good = after_good(failed, day(1), HOUR, 0.5)

    assert (good.failures, good.problem, good.last_good) == (0, "", day(1))


def test_however_many_visits_were_missed_one_makes_up_for_them() -> None:
    due = line()
    assert is_due(due, day(3))

    assert not is_due(after_good(due, day(3), HOUR, 0.5), day(3))


def test_a_time_written_while_the_clock_was_wrong_is_due() -> None:
    assert is_due(line(next_due=day(400)), START)
    assert not is_due(line(next_due=day(1)), START)


def test_a_paused_source_is_never_due() -> None:
    assert not is_due(line(paused=True), day(3))
