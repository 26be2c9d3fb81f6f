"""Month names by the page's language, from archive/languages.

*listopada* is October in Croatian and November in Polish: a name of two months is read only on a
page whose language says which.
"""

from functools import lru_cache

from archive.text.language import Language, language_of, languages

# Languages whose short names too ("set", "okt") are read on a page of any language.
_COMMON = frozenset(
    {"en", "fr", "es", "de", "it", "pt", "nl", "sv", "ru", "uk", "pl", "tr", "ar", "fa"}
)
_SHORT = 4  # letters; shorter names of other languages are words of too many


@lru_cache(maxsize=64)
def months_of(code: str) -> dict[str, int]:
    """Return the month of each name, on a page in the language `code`; "" if it is not known."""
    months = dict(_months_of_all())
    if code:
        months.update(_names(language_of(code)) or _names_of_cldr(code))
    return months


@lru_cache(maxsize=1)
def _months_of_all() -> dict[str, int]:
    """Return each name's month in any language; a name of two months is omitted."""
    months: dict[str, set[int]] = {}
    for language in languages():
        for name, month in _names(language):
            months.setdefault(name, set()).add(month)
            if language.code not in _COMMON and len(name) < _SHORT:
                months[name].add(0)
    common = {name for code in _COMMON for name, _ in _names(language_of(code))}
    numbers = {name: found - {0} if name in common else found for name, found in months.items()}
    return {
        name: next(iter(found))
        for name, found in numbers.items()
        if len(found) == 1 and 0 not in found
    }


def _names_of_cldr(code: str) -> list[tuple[str, int]]:
    """Return the month names of a language without a file of its own, from the Unicode CLDR."""
    from babel import Locale, UnknownLocaleError  # some MiB, which most pages do not need

    try:
        locale = Locale.parse(code)
    except (UnknownLocaleError, ValueError):
        return []
    return [
        (name.rstrip(".").casefold(), month)
        for form in ("format", "stand-alone")
        for width in ("wide", "abbreviated")
        for month, name in locale.months[form][width].items()
        if not any(character.isdigit() for character in name)
    ]


def _names(language: Language) -> list[tuple[str, int]]:
    return [
        (name.casefold(), month)
        for month, names in enumerate(language.months, start=1)
        for name in names
    ]


MONTHS = months_of("")
