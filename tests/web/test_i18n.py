"""The reading room's languages: each catalogue has every message of the templates."""

import re
from io import BytesIO

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from onrecord.web.i18n import DEFAULT_LANGUAGE, LOCALE_FOLDER, choose_language, languages

TRANSLATED_LANGUAGES = [language for language in languages() if language != DEFAULT_LANGUAGE]


def template_messages() -> set[str]:
    messages = extract_from_dir(
        LOCALE_FOLDER.parent,
        [("templates/**.html", "jinja2")],
        {"templates/**.html": {"trimmed": "true"}},
    )
    return {text[0] if isinstance(text, tuple) else text for _, _, text, _, _ in messages}


@pytest.mark.parametrize("language", TRANSLATED_LANGUAGES)
def test_every_string_has_its_translation(language: str) -> None:
    with (LOCALE_FOLDER / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalogue = read_po(file)
    translated = {
        message.id[0] if isinstance(message.id, tuple) else message.id
        for message in catalogue
        if message.id and not message.fuzzy and all(
            [message.string] if isinstance(message.string, str) else message.string
        )
    }  # fmt: skip

    assert translated == template_messages()


@pytest.mark.parametrize("language", TRANSLATED_LANGUAGES)
def test_a_translation_keeps_the_placeholders(language: str) -> None:
    with (LOCALE_FOLDER / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        for message in read_po(file):
            if message.id and isinstance(message.id, str) and isinstance(message.string, str):
                placeholders = re.findall(r"%\(\w+\)s", message.id)
                assert sorted(placeholders) == sorted(re.findall(r"%\(\w+\)s", message.string))


@pytest.mark.parametrize("language", TRANSLATED_LANGUAGES)
def test_the_compiled_catalogue_equals_its_source(language: str) -> None:
    folder = LOCALE_FOLDER / language / "LC_MESSAGES"
    compiled = read_mo(BytesIO((folder / "messages.mo").read_bytes()))
    with (folder / "messages.po").open("rb") as file:
        source = read_po(file)

    assert message_pairs(compiled) == message_pairs(source)


def message_pairs(catalogue: Catalog) -> set[str]:
    return {
        f"{_join_plurals(message.id)}={_join_plurals(message.string)}"
        for message in catalogue
        if message.id
    }


def _join_plurals(text: str | tuple[str, ...] | list[str]) -> str:
    return text if isinstance(text, str) else "|".join(text)


def test_the_language_is_the_one_requested_else_stored_else_accepted() -> None:
    assert choose_language("ru", "en", "en") == "ru"
    assert choose_language("", "ru", "en") == "ru"
    assert choose_language("", "", "de;q=0.9, ru-RU;q=0.8, en;q=0.1") == "ru"
    assert choose_language("xx", "../..", ";;;q=x") == "en"
