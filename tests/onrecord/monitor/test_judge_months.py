"""Months have the same days as the days judged one by one."""

import random
from datetime import date, timedelta

import pytest

from archive.catalogue.coverage.counts_by_day import DayRecord
from onrecord.monitor.judge_day_coverage import Certainty, judge_days, judge_months

BEGIN = date(2024, 2, 20)


def invented_days(seed: int) -> list[DayRecord]:
    chance = random.Random(seed)
    return [
        DayRecord(
            day=(BEGIN + timedelta(days=number)).isoformat(),
            held=chance.choice([0, 0, 1, 3]),
            listed=chance.choice([0, 0, 2]),
            listing_captures=chance.choice([0, 0, 0, 4]) if seed % 2 else 0,
            failed=chance.choice([(), (), (("blocked", 2),)]) if seed % 2 else (),
            new=chance.choice([0, 1]),
        )
        for number in sorted(chance.sample(range(200), 40))
    ]


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize(
    ("first", "last"),
    [(None, None), (date(2024, 3, 5), date(2024, 5, 9)), (None, date(2024, 4, 1))],
)
def test_months_are_made_of_the_days(seed: int, first: date | None, last: date | None) -> None:
    days = judge_days(invented_days(seed), first, last)
    by_month: dict[str, dict[int, Certainty]] = {day.day[:7]: {} for day in days}
    for day in days:
        if day.certainty is not Certainty.UNSEEN:
            by_month[day.day[:7]][int(day.day[8:])] = day.certainty

    months = judge_months(invented_days(seed), first, last)

    assert {month.month: month.certainties for month in months} == by_month
    assert [month.held for month in months] == [
        sum(day.held for day in days if day.day[:7] == month) for month in by_month
    ]


def test_no_days_have_no_months() -> None:
    assert judge_months(invented_days(1), date(2024, 3, 5), date(2024, 3, 4)) == []
    assert judge_months([]) == []
