from datetime import date

import pytest

from scrapers.extract.date_parts.calendars import jalali_to_gregorian
from scrapers.extract.dates import read_date


@pytest.mark.parametrize(
    ("lang", "printed", "value"),
    [
        ("fa", "۱۴۰۳/۰۲/۱۵", "2024-05-04"),
        ("", "۱۴۰۳/۰۲/۱۵", "2024-05-04"),
        ("fa", "15/2/1403", "2024-05-04"),
        ("fa", "۱۵ اردیبهشت ۱۴۰۳", "2024-05-04"),
        ("fa-AF", "۲۹ اسد ۱۴۰۲", "2023-08-20"),
        ("fa", "۳۰ اسفند ۱۴۰۲", None),
        ("fa", "1445/10/21", None),
        ("ar", "1445-10-21", None),
        ("ar", "3 رمضان 1445هـ الموافق 13 مارس 2024م", "2024-03-13"),
        ("ar", "3 رمضان 1445هـ", None),
    ],
)
def test_persian_dates_are_converted_and_islamic_ones_are_not(
    lang: str, printed: str, value: str | None
) -> None:
    assert read_date(printed, lang=lang) == value


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("2567-05-13", "2024-05-13"),
        ("13/05/2567", "2024-05-13"),
        ("๑๓ พฤษภาคม พ.ศ. ๒๕๖๗", "2024-05-13"),
        ("13 พ.ค. 2567", "2024-05-13"),
        ("2024-05-13", "2024-05-13"),
    ],
)
def test_buddhist_years_are_converted_on_a_thai_page(printed: str, value: str) -> None:
    assert read_date(printed, lang="th") == value


@pytest.mark.parametrize(
    ("lang", "printed", "value"),
    [
        ("zh-TW", "民國113年5月3日", "2024-05-03"),
        ("zh-Hant", "中華民國一一三年五月三日", "2024-05-03"),
        ("zh-TW", "113年5月3日", "2024-05-03"),
        ("zh-TW", "民國一百一十三年五月三日", "2024-05-03"),
        ("zh-TW", "民國一百年十月十日", "2011-10-10"),
        ("zh-TW", "113/05/03", "2024-05-03"),
        ("zh-CN", "113年5月3日", None),
    ],
)
def test_years_of_the_republic_are_converted_where_they_are_used(
    lang: str, printed: str, value: str | None
) -> None:
    assert read_date(printed, lang=lang) == value


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("令和8年2月6日", "2026-02-06"),
        ("令和８年２月６日", "2026-02-06"),
        ("㋿8年2月6日", "2026-02-06"),
        ("令和元年五月一日", "2019-05-01"),
        ("平成三十一年四月三十日", "2019-04-30"),
        ("平成31年5月1日", None),
        ("昭和64年1月7日", "1989-01-07"),
        ("2026年(令和8年)2月6日", "2026-02-06"),
        ("令和8年(2026年)2月6日", "2026-02-06"),
        ("令和8年(2025年)2月6日", None),
        ("令和8年2月", "2026-02"),
        ("R6.2.6", "2024-02-06"),
        ("二〇二六年二月六日", "2026-02-06"),
    ],
)
def test_japanese_eras_are_converted_within_their_days(printed: str, value: str | None) -> None:
    assert read_date(printed, lang="ja") == value


# New Year's days as the Calendar Center of the University of Tehran announced them.
@pytest.mark.parametrize(
    ("year", "day"),
    [
        (1300, date(1921, 3, 21)),
        (1375, date(1996, 3, 20)),
        (1399, date(2020, 3, 20)),
        (1400, date(2021, 3, 21)),
        (1403, date(2024, 3, 20)),
        (1404, date(2025, 3, 21)),
    ],
)
def test_a_persian_year_begins_at_the_equinox(year: int, day: date) -> None:
    assert jalali_to_gregorian(year, 1, 1) == day


def test_a_persian_day_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(ValueError, match="no day 1402-12-30"):
        jalali_to_gregorian(1402, 12, 30)
