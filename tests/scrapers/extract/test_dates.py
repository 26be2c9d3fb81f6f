import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.extract.date_parts.month_names import MONTHS
from scrapers.extract.dates import interpret_date, read_date


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
        ("Thu, 13 Apr 2017 20:02:33 -0500", "2017-04-13T20:02-05:00"),
        ("Thu, 13 Apr 2017 10:02 EDT", "2017-04-13T10:02-04:00"),
        ("2017-04-13T10:02:03.123+02:00", "2017-04-13T10:02+02:00"),
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


def test_a_sources_zone_gives_its_times_an_offset_in_winter_and_summer() -> None:
    assert read_date("2024-12-17T13:17:00", zone="Europe/Brussels") == "2024-12-17T13:17+01:00"
    assert read_date("2023-07-11T13:36:00", zone="Europe/Brussels") == "2023-07-11T13:36+02:00"


def test_precision_truncates_before_a_zone_changes_the_day() -> None:
    assert read_date("2018-01-07T01:00:00+04:00", precision="day") == "2018-01-07"
    assert read_date("13 April 2017", precision="month") == "2017-04"
    assert read_date("13 April 2017", precision="year") == "2017"


def test_an_hour_no_clock_has_is_no_date() -> None:
    assert read_date("2017-04-13T25:61:00Z") is None


@given(st.dates(min_value=date(1800, 1, 1), max_value=date(2099, 12, 31)))
def test_every_day_is_read_in_every_language(day: date) -> None:
    names = [name for name, number in MONTHS.items() if number == day.month]

    for name in names:
        assert read_date(f"{day.day} {name} {day.year:04}") == day.isoformat(), name


@given(st.text(max_size=60))
def test_any_text_gives_an_iso_date_or_none(text: str) -> None:
    value = read_date(text)

    assert value is None or re.fullmatch(
        r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(Z|[+-]\d\d:\d\d))?)?)?", value
    )


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("Thu Apr 13 2017 01:00:00 GMT+0300 (Eastern European Summer Time)", "T01:00+03:00"),
        ("13 April 2017 10:00 UTC+3", "T10:00+03:00"),
        ("13 April 2017 10:00 UTC+5:30", "T10:00+05:30"),
        ("13 April 2017 10:00 GMT-0300", "T10:00-03:00"),
        ("2017-04-13T10:00:00+03", "T10:00+03:00"),
        ("20170413T100000Z", "T10:00Z"),
        ("13 April 2017 10:00 (JST)", "T10:00+09:00"),
        ("13.04.2017 10:00 MESZ", "T10:00+02:00"),
        ("13 April 2017, 10:00-12:00", ""),
        ("2017-04-13T24:00:00Z", ""),
        ("13 April 2017 10:00 IST", ""),
    ],
)
def test_a_zone_is_read_whole_or_not_at_all(printed: str, value: str) -> None:
    assert read_date(printed) == f"2017-04-13{value}"


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("Wed, 01 Jan 2025 04:30:00 +0000", "2024-12-31T23:30-05:00"),
        ("2025-01-01T04:30:00Z", "2024-12-31T23:30-05:00"),
        ("2025-01-01T04:30:00", "2025-01-01T04:30-05:00"),
        ("2025-01-01T04:30:00+02:00", "2025-01-01T04:30+02:00"),
        ("2025-01-02T24:00:00Z", "2025-01-02T19:00-05:00"),
    ],
)
def test_a_source_shows_utc_in_its_zone_and_keeps_other_offsets(printed: str, value: str) -> None:
    assert read_date(printed, zone="America/New_York") == value


@pytest.mark.parametrize(
    ("lang", "printed", "value"),
    [
        ("hr", "13. listopada 2023.", "2023-10-13"),
        ("pl", "13 listopada 2023", "2023-11-13"),
        ("cs", "13. listopadu 2023", "2023-11-13"),
        ("", "13 listopada 2023", None),
        ("en-US", "2/6/2026", "2026-02-06"),
        ("en-GB", "2/6/2026", "2026-06-02"),
        ("fr", "2/6/2026", "2026-06-02"),
        ("en", "2/6/2026", None),
        ("vi", "ngày 5 tháng 3 năm 2024", "2024-03-05"),
        ("ar", "5 آذار/مارس 2024", "2024-03-05"),
        ("ru", "13 марта 2024г.", "2024-03-13"),
        ("lt", "2024 m. kovo 5 d.", "2024-03-05"),
        ("lv", "2024. gada 5. marts", "2024-03-05"),
        ("et", "5. märts 2024", "2024-03-05"),
        ("pt", "1º de março de 2024", "2024-03-01"),
    ],
)
def test_the_pages_language_says_what_names_and_orders_mean(
    lang: str, printed: str, value: str | None
) -> None:
    assert read_date(printed, lang=lang) == value


def test_an_unknown_order_names_both_days() -> None:
    assert interpret_date("2/6/2026").alternatives == ("2026-06-02", "2026-02-06")


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("3–5 March 2024", "2024-03"),
        ("1 and 2 March 2024", "2024-03"),
        ("Friday 1 - Sunday 3 March 2024", "2024-03"),
        ("March 3-5, 2024", "2024-03"),
        ("28 February – 3 March 2024", "2024"),
        ("February 28 – March 3, 2024", "2024"),
        ("30 December 2023 – 2 January 2024", None),
        ("Dec. 31–Jan. 2, 2024", None),
        ("3.–5. März 2024", "2024-03"),
        ("03.-05.03.2024", "2024-03"),
        ("del 3 al 5 de marzo de 2024", "2024-03"),
        ("с 3 по 5 марта 2024", "2024-03"),
        ("2024年3月3日至5日", "2024-03"),
        ("2024-03-03/2024-03-05", "2024-03"),
        ("May–June 2024", "2024"),
        ("May/June 2024", "2024"),
        ("mai–juin 2024", "2024"),
        ("mars et avril 2024", "2024"),
        ("de mayo a junio de 2024", "2024"),
        ("December 2023 – January 2024", None),
        ("January 2024 – March 2024", "2024"),
        ("۵ تا ۷ بهمن ۱۴۰۲", "2024-01"),
        ("۱۱ تا ۱۳ بهمن ۱۴۰۲", "2024"),
        ("Week of 6 May 2024", "2024-05"),
        ("Week of 29 April 2024", "2024"),
        ("Week ending 3 May 2024", "2024"),
        ("Semaine du 6 mai 2024", "2024-05"),
        ("17 كانون الثاني/يناير 2024", "2024-01-17"),
        ("12:30, 5 March 2024", "2024-03-05"),
    ],
)
def test_a_range_is_dated_by_what_its_ends_share(printed: str, value: str | None) -> None:
    assert read_date(printed) == value


@pytest.mark.parametrize("printed", ["budget-2011-12", "2024年度", "1403/02/15", "2567-05-13"])
def test_what_is_no_year_of_ours_or_no_month_is_no_date(printed: str) -> None:
    assert read_date(printed) is None
