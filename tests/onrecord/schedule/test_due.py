"""When a source is visited next."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from archive.run_records import ScheduleEntry
from onrecord.schedule.next_visit import (
    MAX_WAIT,
    is_due,
    schedule_after_failure,
    schedule_after_success,
)
from tests.support.builders import START, day

HOUR = timedelta(hours=1)


def schedule_entry(**fields: object) -> ScheduleEntry:
    return ScheduleEntry(**{"source": "panel", "next_due": START, "rhythm": HOUR, **fields})  # type: ignore[arg-type]


def test_a_good_visit_is_followed_by_the_next_after_one_rhythm_give_or_take_a_tenth() -> None:
    waits = [
        schedule_after_success(schedule_entry(), START, HOUR, fraction).next_due - START
        for fraction in (0, 0.5, 1)
    ]

    assert waits == [0.9 * HOUR, HOUR, 1.1 * HOUR]


@given(st.integers(0, 60), st.floats(0, 1))
def test_after_failures_the_wait_doubles_and_is_never_above_a_day(
    failures: int, fraction: float
) -> None:
    entry = schedule_entry()
    for _ in range(failures):
        entry = schedule_after_failure(entry, START, "503", fraction)

    assert entry.failures == failures
    assert entry.next_due - START <= MAX_WAIT


def test_a_good_visit_forgets_the_failures_before_it() -> None:
    failed = schedule_after_failure(
        schedule_after_failure(schedule_entry(), START, "503", 1), START, "503", 1
    )

    succeeded = schedule_after_success(failed, day(1), HOUR, 0.5)

    assert (succeeded.failures, succeeded.problem, succeeded.last_good) == (0, "", day(1))


def test_however_many_visits_were_missed_one_makes_up_for_them() -> None:
    entry = schedule_entry()
    assert is_due(entry, day(3))

    assert not is_due(schedule_after_success(entry, day(3), HOUR, 0.5), day(3))


def test_a_time_written_while_the_clock_was_wrong_is_due() -> None:
    assert is_due(schedule_entry(next_due=day(400)), START)
    assert not is_due(schedule_entry(next_due=day(1)), START)


def test_a_paused_source_is_never_due() -> None:
    assert not is_due(schedule_entry(paused=True), day(3))
