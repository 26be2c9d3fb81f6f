"""Spelling variants of one word, and different words that look similar."""

import pytest

from index.quotes.compare.spelling import is_spelling_variant


@pytest.mark.parametrize(
    ("first", "second"),
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
def test_spelling_variants_are_recognised(first: str, second: str) -> None:
    assert is_spelling_variant(first, second)
    assert is_spelling_variant(second, first)


@pytest.mark.parametrize(
    ("first", "second"),
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
def test_different_words_are_not_variants(first: str, second: str) -> None:
    assert not is_spelling_variant(first, second)
