"""Spellings of one word, and words that only look like it."""

import pytest

from index.quotes.compare.spelling import same_spelt_otherwise


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("labour", "labor"),
        ("centre", "center"),
        ("recognise", "recognize"),
        ("defence", "defense"),
        ("programme", "program"),
        ("fuelled", "fueled"),
        ("travelling", "traveling"),
        ("fulfil", "fulfill"),
        ("paediatric", "pediatric"),
        ("catalogue", "catalog"),
        ("organisations", "organizations"),
        ("judgement", "judgment"),
        ("grey", "gray"),
        ("august", "aug"),
        ("ageing", "aging"),
        ("centrepiece", "centerpiece"),
        ("bogotá", "bogota"),
        ("analysed", "analyzed"),
        ("five", "5"),
    ],
)
def test_variants_are_one_word(one: str, two: str) -> None:
    assert same_spelt_otherwise(one, two)
    assert same_spelt_otherwise(two, one)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("our", "or"),
        ("four", "for"),
        ("mourning", "morning"),
        ("filled", "filed"),
        ("hopped", "hoped"),
        ("fourth", "forth"),
        ("will", "wil"),
        ("not", "no"),
        ("advice", "advise"),
        ("all", "al"),
        ("prise", "prize"),
        ("hour", "hor"),
        ("may", "must"),
        ("1", "11"),
    ],
)
def test_other_words_are_not(one: str, two: str) -> None:
    assert not same_spelt_otherwise(one, two)
