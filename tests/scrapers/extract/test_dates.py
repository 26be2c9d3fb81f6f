import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.extract.dates import read_date
from scrapers.extract.month_names import MONTHS


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("2017", "2017"),
        ("April 2017", "2017-04"),
        ("2017-04", "2017-04"),
        ("2017-04-13", "2017-04-13"),
        ("13 April 2017", "2017-04-13"),
        ("April 13, 2017", "2017-04-13"),
        ("Thursday, 13th April, 2017", "2017-04-13"),
        ("13-Apr-2017", "2017-04-13"),
        ("2017.04.13", "2017-04-13"),
        ("2017. 4. 13.", "2017-04-13"),
        ("13.4.2017", "2017-04-13"),
        ("le 1er mai 2017", "2017-05-01"),
        ("13 août 2017", "2017-08-13"),
        ("13 de abril de 2017", "2017-04-13"),
        ("13. März 2017", "2017-03-13"),
        ("5. Jänner 2017", "2017-01-05"),
        ("13 aprile 2017", "2017-04-13"),
        ("13 de março de 2017", "2017-03-13"),
        ("13 maart 2017", "2017-03-13"),
        ("den 13 augusti 2017", "2017-08-13"),
        ("13 апреля 2017 года", "2017-04-13"),
        ("13 квітня 2017", "2017-04-13"),
        ("13 kwietnia 2017 r.", "2017-04-13"),
        ("13 Nisan 2017", "2017-04-13"),
        ("13 Kasım 2017", "2017-11-13"),
        ("١٣ أبريل ٢٠١٧", "2017-04-13"),
        ("13 تشرين الأول 2017", "2017-10-13"),
        ("2017年4月13日", "2017-04-13"),
        ("２０１７年４月", "2017-04"),
        ("2017년 4월 13일", "2017-04-13"),
        ("https://www.example.org/news/2017/04/13/story", "2017-04-13"),
        ("Thu, 13 Apr 2017 10:02:33 +0000", "2017-04-13T10:02Z"),
        ("Thu, 13 Apr 2017 20:02:33 -0500", "2017-04-14T01:02Z"),
        ("Thu, 13 Apr 2017 10:02 EDT", "2017-04-13T14:02Z"),
        ("2017-04-13T10:02:03.123+02:00", "2017-04-13T08:02Z"),
        ("2017-04-13T10:02:03Z", "2017-04-13T10:02Z"),
        ("April 13, 2017, 4:05 p.m. GMT", "2017-04-13T16:05Z"),
        ("Updated: 13 April 2017 (April 2017)", "2017-04-13"),
    ],
)
def test_dates_are_read_as_printed(printed: str, value: str) -> None:
    assert read_date(printed) == value


@pytest.mark.parametrize(
    "printed",
    [
        "",
        "yesterday",
        "13 Apr 17",
        "04/05/2017",
        "31 February 2017",
        "2017-13-45",
        "Issued 13 April 2017, updated 2 May 2018",
        "Resolution 2017 may be revised",
        "12345678",
        "page 3 of 12",
        "13 April 2017" + " " * 2_000_000,
    ],
)
def test_what_is_not_one_certain_day_is_no_date(printed: str) -> None:
    assert read_date(printed) is None


@pytest.mark.parametrize(
    ("order", "value"), [("dmy", "2017-05-04"), ("mdy", "2017-04-05"), ("", None)]
)
def test_an_ambiguous_date_needs_an_order(order: str, value: str | None) -> None:
    assert read_date("04/05/2017", order=order) == value


def test_numbers_that_can_only_be_one_day_need_no_order() -> None:
    assert read_date("13/04/2017") == read_date("04/13/2017") == "2017-04-13"
    assert read_date("04/04/2017") == "2017-04-04"


def test_a_time_without_a_zone_is_not_kept() -> None:
    assert read_date("2024-12-17T13:17:00") == "2024-12-17"
    assert read_date("13 April 2017 10:02 BST") == "2017-04-13"  # British, or Bangladesh?


def test_a_sources_zone_makes_its_times_utc_in_winter_and_summer() -> None:
    assert read_date("2024-12-17T13:17:00", zone="Europe/Brussels") == "2024-12-17T12:17Z"
    assert read_date("2023-07-11T13:36:00", zone="Europe/Brussels") == "2023-07-11T11:36Z"


def test_precision_truncates_before_a_zone_changes_the_day() -> None:
    assert read_date("2018-01-07T01:00:00+04:00", precision="day") == "2018-01-07"
    assert read_date("13 April 2017", precision="month") == "2017-04"
    assert read_date("13 April 2017", precision="year") == "2017"


def test_an_hour_no_clock_has_is_no_date() -> None:
    assert read_date("2017-04-13T25:61:00Z") is None


@given(st.dates(min_value=date(1000, 1, 1), max_value=date(2999, 12, 31)))
def test_every_day_is_read_in_every_language(day: date) -> None:
    names = [name for name, number in MONTHS.items() if number == day.month]

    for name in names:
        assert read_date(f"{day.day} {name} {day.year:04}") == day.isoformat(), name


@given(st.text(max_size=60))
def test_any_text_gives_an_iso_date_or_none(text: str) -> None:
    value = read_date(text)

    assert value is None or re.fullmatch(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\dZ)?)?)?", value)
