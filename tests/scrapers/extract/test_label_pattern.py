import re

import pytest

from scrapers.extract.page_dates import date_labels
from scrapers.extract.page_dates.label_pattern import LabelPattern, split_alternatives

PATTERNS = [value for value in vars(date_labels).values() if isinstance(value, LabelPattern)]
TEXTS = [
    "Last Updated: 4 May 2024",
    "PUBLISHED on 4 May 2024, revised 5 May",
    "Yayin tarihi, GUNCELLE, yayIn",
    "This entry was posted on 4 May 2024 by A. Reeve",
    "3 Comments",
    "Latest news",
    "Letzte Aenderung, zuletzt bearbeitet",
    "Termine: bis 4 May; copyright (c) 2024; today",
    "By A. Reeve",
    "Veröffentlicht am 4. Mai 2024, zuletzt geändert am 5. Mai",
    "Дата публикации: 04.05.2024, обновлено",
    "2024年3月4日更新",
    "no label at all",
    "",
]


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("text", TEXTS)
def test_labels_stand_where_a_search_without_case_finds_them(
    pattern: LabelPattern, text: str
) -> None:
    places = [match.span() for match in re.finditer(pattern.pattern, text, re.IGNORECASE)]

    assert [match.span() for match in pattern.finditer(text)] == places
    match = pattern.search(text)
    assert (match.span() if match else None) == next(iter(places), None)


@pytest.mark.parametrize("text", ["yayin", "YAYIN", "yayın", "Yayın"])
def test_a_letter_without_a_dot_is_an_i_in_a_text_of_ascii(text: str) -> None:
    assert LabelPattern("yayın").search(text)


def test_a_pattern_without_labels_of_ascii_matches_no_text_of_ascii() -> None:
    assert LabelPattern("更新|修改").search("updated") is None


def test_a_letter_that_may_be_missing_is_not_required() -> None:
    assert LabelPattern("publiée?é?").search("publi") is None
    assert LabelPattern("vué?s").search("vus")


def test_alternatives_in_groups_and_classes_stay_together() -> None:
    assert split_alternatives(r"a(?:b|c)|[d|e]|\|f") == ["a(?:b|c)", "[d|e]", r"\|f"]
