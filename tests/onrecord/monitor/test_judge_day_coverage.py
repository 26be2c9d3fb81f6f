from datetime import date, timedelta

from archive.catalogue.coverage.counts_by_day import DayRecord
from onrecord.monitor.judge_day_coverage import Certainty, judge_days

VISITS = [
    DayRecord(day="2024-03-05", listing_captures=1),
    DayRecord(day="2024-03-07", listing_captures=2, held=1, listed=1),
]
LATER = [DayRecord(day="2024-05-09", held=3)]
EARLIER = [DayRecord(day="2023-05-02", held=2), DayRecord(day="2023-06-03", held=1)]


def test_every_day_between_two_visits_is_judged() -> None:
    days = judge_days(VISITS)

    assert [day.day for day in days] == ["2024-03-05", "2024-03-06", "2024-03-07"]
    assert [day.certainty for day in days] == [Certainty.NONE, Certainty.NONE, Certainty.HELD]


def test_days_with_statements_before_and_after_all_visits_are_shown() -> None:
    days = judge_days([*EARLIER, *VISITS, *LATER])

    assert [day.day for day in days if day.held] == [
        "2023-05-02",
        "2023-06-03",
        "2024-03-07",
        "2024-05-09",
    ]
    assert len(days) == 6


def test_a_range_limits_the_days_on_its_own_side_only() -> None:
    records = [*EARLIER, *VISITS, *LATER]

    since = judge_days(records, first=date(2024, 1, 1))
    until = judge_days(records, last=date(2023, 5, 31))
    between = judge_days(records, date(2023, 5, 1), date(2023, 5, 3))

    assert since[0].day == "2024-01-01"
    assert [day.day for day in since if day.held] == ["2024-03-07", "2024-05-09"]
    assert [day.day for day in until] == ["2023-05-02"]
    assert [(day.day, day.held) for day in between] == [
        ("2023-05-01", 0),
        ("2023-05-02", 2),
        ("2023-05-03", 0),
    ]


def test_a_collection_that_nobody_visits_has_every_day_from_its_first_text_to_its_last() -> None:
    days = judge_days(EARLIER)

    span = date(2023, 6, 3) - date(2023, 5, 2) + timedelta(days=1)
    assert len(days) == span.days
    assert sum(day.held for day in days) == 3
