"""Figures are read with their marks and signs, by the language of their text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.text.figures import figure_keys
from archive.text.number_format import COMMA, POINT, decimal_mark, read_number


def keys(text: str, decimal: str = POINT) -> list[str]:
    return figure_keys(text, decimal, 0, len(text))


@pytest.mark.parametrize(
    ("printed", "in_english", "in_french"),
    [
        ("1.5", "1.5", "1.5|,"),
        ("1,5", "1.5|,", "1.5"),
        ("3.125", "3.125", "3125"),
        ("3,125", "3125", "3.125"),
        ("0.125", "0.125", "0.125|,"),
        ("0,125", "0.125|,", "0.125"),
        ("12,500", "12500", "12.500"),
        ("1,234.5", "1234.5", "1234.5|,"),
        ("1.234,5", "1234.5|,", "1234.5"),
        ("1,000,000", "1000000", "1000000|,"),
        ("1.000.000", "1000000|,", "1000000"),
        ("12,34,567", "1234567", "1234567|,"),
        ("12 500", "12500", "12500"),
        ("1 00 000", "100000", "100000"),
        ("1,00,000", "100000", "100000|,"),
        ("12\u202f500,75", "12500.75|,", "12500.75"),
        ("12’500", "12500", "12500"),
        ("13.04.2017", "13.04.2017", "13.04.2017"),
        ("3.2.1", "3.2.1", "3.2.1"),
        ("1٬234٫5", "1234.5", "1234.5"),
        ("٣٫١٤", "3.14", "3.14"),
    ],
)
def test_marks_are_read_by_the_language(printed: str, in_english: str, in_french: str) -> None:
    assert keys(printed, POINT) == [in_english]
    assert keys(printed, COMMA) == [in_french]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$5 million and 5 € and £ 7", ["5|$", "5|€", "7|£"]),
        ("US$5, 5$ and ＄5", ["5|$", "5|$", "5|$"]),
        ("20%, 20 %, 20 ‰ and ٢٠٪", ["20|%", "20|%", "20|‰", "20|%"]),
        ("5°C, 5 ℃, 5 °F and 5° N", ["5|℃", "5|℃", "5|℉", "5|°"]),
        ("%5, % 5 and 5%", ["5|%", "5|%", "5|%"]),
        (".75 and −.25, a 5,– €", [".75", "-.25", "5,–|€"]),
        ("5—7, 5～7 and 10–\n15", ["5–", "–7"] * 2 + ["10–", "–15"]),
        ("in 2019¹ and 10²", ["2019", "10^2"]),
        ("ปี ๒๕๖๒", ["2562"]),
        ("−3 -3 –3 +3 ±3 ≤3 <3", ["-3", "-3", "-3", "+3", "±3", "≤3", "<3"]),
        ("-$5 and $-5", ["-5|$", "-5|$"]),
        ("2½, 2 ½ and ½", ["2½", "2½", "½"]),
        ("10⁶ 10^6 10⁻⁶", ["10^6", "10^6", "10^-6"]),
        ("5-10, 5–10 and 5−10", ["5–", "–10"] * 3),
        ("20–30% or $5-$10", ["20–", "–30|%", "5–|$", "–10|$"]),
        ("at 10:30, 1/2, 3×10⁶", ["10:", ":30", "1/", "/2", "3×", "×10^6"]),
        ("18+, 1º and 1st of $5m", ["18+", "1º", "1st", "5m|$"]),
        ("a 5-year plan, COVID-19, A4, 5.", ["5", "19", "A4", "5"]),
        ("把1,200名囚犯在5月10日", ["1200", "5", "10"]),
        ("약1,200명, ב1.5 מיליון, بـ1.5", ["1200", "1.5", "1.5"]),
        ("in 2019 340 people", ["2019", "340"]),
        ("2004 – 15 killed", ["2004", "15"]),
    ],
)
def test_signs_and_joins_belong_to_the_figure(text: str, expected: list[str]) -> None:
    assert keys(text) == expected


def test_a_language_that_is_not_known_has_a_decimal_point() -> None:
    assert [decimal_mark(tag) for tag in ("en", "fr-CA", "es_AR", "und", "")] == [
        POINT,
        COMMA,
        COMMA,
        POINT,
        POINT,
    ]


@given(st.integers(0, 10**12), st.sampled_from([(POINT, ","), (COMMA, ".")]))
def test_a_whole_number_is_one_figure_however_it_is_grouped(
    number: int, marks: tuple[str, str]
) -> None:
    decimal, group = marks
    grouped = f"{number:,}"
    for mark in (group, " ", "\u00a0", "\u202f", "’", ""):
        printed = grouped.replace(",", mark)
        assert read_number(printed, decimal).digits == str(number)


@given(st.decimals(0, 10**6, allow_nan=False, places=3), st.sampled_from([POINT, COMMA]))
def test_a_decimal_is_not_the_number_without_its_mark(value: object, decimal: str) -> None:
    printed = str(value).replace(".", decimal)

    assert read_number(printed, decimal).digits == str(value)
    assert keys(printed, decimal) != keys(printed.replace(decimal, ""), decimal)
