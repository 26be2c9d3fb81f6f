"""Figures written otherwise that have the same value are told from those that have another."""

import pytest

from archive.text.figure_value import has_same_value
from archive.text.language import language_of


@pytest.mark.parametrize(
    ("source", "quote", "lang"),
    [
        ("1.5", "1,5", "en"),
        ("1,5", "1.5", "fr"),
        ("12,500", "12.500", "en"),
        ("12.500", "12,500", "es"),
        ("20%", "20 per cent", "en"),
        ("20 per cent", "20%", "en"),
        ("20 pour cent", "20 %", "fr"),
        ("20 процентов", "20%", "ru"),
        ("2½", "2.5", "en"),
        ("2.50", "2.5", "en"),
        ("10⁶", "1,000,000", "en"),
    ],
)
def test_the_value_is_the_same(source: str, quote: str, lang: str) -> None:
    assert has_same_value(source, quote, language_of(lang))


@pytest.mark.parametrize(
    ("source", "quote", "lang"),
    [
        ("1,5", "15", "fr"),
        ("$5", "€5", "en"),
        ("20%", "20", "en"),
        ("20%", "20‰", "en"),
        ("−3", "3", "en"),
        ("5–10", "510", "en"),
        ("3 dead", "3 hurt", "en"),
        ("dead", "dead", "en"),
    ],
)
def test_the_value_differs(source: str, quote: str, lang: str) -> None:
    assert not has_same_value(source, quote, language_of(lang))
