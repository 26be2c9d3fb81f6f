"""Tell which language a BCP 47 tag names, by the tables of CLDR that Babel has."""

from difflib import get_close_matches
from functools import cache

# What is typed for a language by those who know its country's code.
_COUNTRY_CODES = {"ua": "uk", "cn": "zh", "jp": "ja", "cz": "cs", "gr": "el", "dk": "da"}
_SPECIAL_CODES = ("und", "mul", "mis", "zxx")  # no language, or no single one
_MIN_SIMILARITY = 0.75  # of a language's name to one that is typed
_MEMBERS = {"nb": "no", "nn": "no"}  # languages that are found by the code of their group too


@cache
def _tables() -> tuple[frozenset[str], dict[str, str], dict[str, str]]:
    """Return the codes that exist, those that stand for another, and the codes by English name."""
    from babel.core import Locale, get_global

    names = {code: name for code, name in Locale("en").languages.items() if "_" not in code}
    aliases = {
        str(code): str(target).partition("_")[0]
        for code, target in get_global("language_aliases").items()
        if "_" not in code
    }
    codes = {str(code).partition("_")[0] for code in get_global("likely_subtags")}
    codes.update(names, aliases, aliases.values(), _SPECIAL_CODES)
    return frozenset(codes), aliases, {name.casefold(): code for code, name in names.items()}


def primary_language(tag: str) -> str:
    """Return the code of the language of a tag, its short one: `eng` is `en`; "" for no language.

    >>> primary_language("EN-gb"), primary_language("fra"), primary_language("xx")
    ('en', 'fr', '')
    """
    codes, aliases, _ = _tables()
    primary = tag.strip().lower().replace("_", "-").partition("-")[0]
    return aliases.get(primary, primary) if primary in codes else ""


def is_language_of(asked: str, stored: str) -> bool:
    """Return whether a text with the tag `stored` is in the language that the tag `asked` names.

    Subtags of `asked` have to be those of `stored`: `en-GB` does not find `en`.
    """
    asked_primary, stored_primary = primary_language(asked), primary_language(stored)
    if not asked_primary or asked_primary not in (stored_primary, _MEMBERS.get(stored_primary)):
        return False
    asked_subtags = asked.strip().lower().replace("_", "-").split("-")[1:]
    stored_subtags = stored.lower().replace("_", "-").split("-")[1:]
    return stored_subtags[: len(asked_subtags)] == asked_subtags


def suggest_language(tag: str) -> str:
    """Return the code that is meant by a language's English name or a country's code; "" for none.

    >>> suggest_language("Georgian"), suggest_language("ua"), suggest_language("Germann")
    ('ka', 'uk', 'de')
    """
    name = tag.strip().casefold()
    codes = {**_tables()[2], **_COUNTRY_CODES}
    nearest = get_close_matches(name, codes, 1, _MIN_SIMILARITY) if len(name) > 3 else []
    return codes.get(name) or (codes[nearest[0]] if nearest else "")
