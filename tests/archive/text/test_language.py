"""Languages as data: one file each."""

import pytest

from archive.text.language import Language, language_of, languages

SOURCES_AND_NEIGHBOURS = [
    "en",
    "fr",
    "es",
    "de",
    "it",
    "pt",
    "nl",
    "sv",
    "pl",
    "cs",
    "hr",
    "ru",
    "uk",
    "tr",
    "ar",
    "fa",
    "he",
    "ko",
    "zh",
    "ja",
]


@pytest.mark.parametrize("code", SOURCES_AND_NEIGHBOURS)
def test_languages_of_the_sources_lack_no_judgement(code: str) -> None:
    language = language_of(code)

    assert language.lacking == ()
    assert language.saying
    assert language.quotes


@pytest.mark.parametrize(
    ("tag", "name"), [("pt-BR", "Portuguese"), ("zh_Hant", "Chinese"), ("no", "Norwegian Bokmål")]
)
def test_a_tag_leads_to_its_language(tag: str, name: str) -> None:
    assert language_of(tag).name == name


@pytest.mark.parametrize(
    ("tag", "decimal"),
    [
        *[(f"es-{region}", ".") for region in ("MX", "US", "GT", "PR", "419")],
        *[(f"es-{region}", ",") for region in ("ES", "AR", "CO")],
        *[(f"{code}-CH", ".") for code in ("de", "fr", "it")],
        *[("de-LI", "."), ("de-AT", ","), ("en-ZA", ","), ("en-GB", "."), ("pt-BR", ",")],
        *[("es-Latn-mx", "."), ("es_MX", "."), ("en-x-za", "."), ("de-CH-1996", ".")],
    ],
)
def test_the_region_of_a_tag_decides_the_decimal_mark(tag: str, decimal: str) -> None:
    assert language_of(tag).decimal == decimal


def test_a_region_changes_nothing_else_of_a_language() -> None:
    assert language_of("es-MX").negation == language_of("es").negation
    assert language_of("es-MX") is language_of("es-GT")


@pytest.mark.parametrize("tag", ["tlh", "und", "", "../en", "x-private"])
def test_an_unknown_language_says_what_it_lacks(tag: str) -> None:
    language = language_of(tag)

    assert language.name == ""
    assert "negation" in language.lacking


@pytest.mark.parametrize("language", languages(), ids=lambda language: language.code)
def test_a_languages_file_is_well_formed(language: Language) -> None:
    lists = (language.negation, language.modals, language.qualifiers, language.number_words)

    assert language.code in language.tags
    assert language.decimal in (".", ",")
    assert language.decimal not in language.grouping
    assert len(language.months) in (0, 12)
    assert len(language.weekdays) == 7
    assert all(len(pair) == 2 for pair in language.quotes)
    for entries in lists:
        assert all(entry == entry.strip() and entry.lower() == entry for entry in entries)
        assert not any(entry.startswith("/") or entry.endswith("/") for entry in entries)
