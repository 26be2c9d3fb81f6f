"""What the program knows of each language, as data: one TOML file a language in archive/languages.

docs/languages.md describes the fields and what each language has.
"""

import tomllib
from dataclasses import dataclass, fields, replace
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from archive.errors import FormatError


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Language:
    """One language. An empty list means that nothing is known, not that there is nothing.

    There is one object of each, and of each decimal mark; they are compared by identity.
    """

    code: str  # its file's name: an ISO 639 code; of an unknown language, what the tag says
    name: str = ""  # in English; "" of a language without a file
    tags: tuple[str, ...] = ()  # primary subtags of BCP 47 that mean it
    decimal: str = ""  # the decimal mark in print: "." or ","; "" if not known
    point_regions: tuple[str, ...] = ()  # ISO 3166-1 or UN M.49: where it is a full stop instead
    comma_regions: tuple[str, ...] = ()  # where it is a comma instead
    grouping: tuple[str, ...] = ()  # marks between groups of three digits, besides spaces
    percent: tuple[str, ...] = ()  # the words that mean the sign %, after a number
    spaced: bool = True  # spaces separate its words
    attached: tuple[str, ...] = ()  # letters that may be written before a word, as one word
    negation: tuple[str, ...] = ()
    negation_prefixes: tuple[str, ...] = ()  # make the opposite of a word: un-, ne-
    opposites: tuple[tuple[str, ...], ...] = ()  # pairs that no prefix makes: lawful, illegal
    modals: tuple[str, ...] = ()
    qualifiers: tuple[str, ...] = ()
    number_words: tuple[str, ...] = ()
    set_phrases: tuple[str, ...] = ()  # whose words count in no list
    saying: tuple[str, ...] = ()  # verbs that introduce speech
    according: tuple[str, ...] = ()
    crediting: tuple[str, ...] = ()  # before the speaker, directly after a quotation: so, aldus
    asking: tuple[str, ...] = ()  # how a sentence begins that quotes a question: “asked whether”
    leads: tuple[str, ...] = ()  # words with which a lead of time or place begins
    months: tuple[tuple[str, ...], ...] = ()  # the names of each, January first
    weekdays: tuple[tuple[str, ...], ...] = ()  # the names of each, Monday first
    quotes: tuple[tuple[str, ...], ...] = ()  # pairs: the opening and the closing mark
    dialogue_dash: bool = False  # a dash at the beginning of a line opens speech
    abbreviations: tuple[str, ...] = ()  # after which a full stop ends no sentence
    common: tuple[str, ...] = ()  # its commonest words, by which a text is recognised

    @property
    def title(self) -> str:
        """Return its name and code for people: “French (fr)”."""
        return f"{self.name} ({self.code})" if self.name else f"language {self.code or 'und'}"

    @property
    def lacking(self) -> tuple[str, ...]:
        """Name the judgements on changed words that this language has no list for."""
        lists = {
            "negation": self.negation,
            "modality": self.modals,
            "qualifier": self.qualifiers,
            "number words": self.number_words,
            "dates": self.months or self.weekdays,
        }
        return tuple(judgement for judgement, entries in lists.items() if not entries)


_FOLDER = files("archive") / "languages"
_SUFFIX = ".toml"


def language_of(tag: str) -> Language:
    """Return the language of a BCP 47 tag, by its primary subtag; an empty one if unknown.

    Where the tag's region writes another decimal mark, the language returned has that one.

    >>> language_of("pt-BR").name, language_of("tlh").lacking[:2]
    ('Portuguese', ('negation', 'modality'))
    >>> language_of("es").decimal, language_of("es-MX").decimal
    (',', '.')
    """
    subtag, *others = tag.replace("_", "-").split("-")
    language = _language_of_subtag(subtag.lower())
    region = _region(others)
    if region in language.point_regions:
        return _with_decimal(language, ".")
    return _with_decimal(language, ",") if region in language.comma_regions else language


def _region(subtags: list[str]) -> str:
    """Return the region among the subtags after the language (RFC 5646, section 2.2.4); or ""."""
    for subtag in subtags:
        if len(subtag) == 1:
            break  # extensions and private use
        if (len(subtag) == 2 and subtag.isalpha()) or (len(subtag) == 3 and subtag.isdecimal()):
            return subtag.upper()
    return ""


@cache
def _with_decimal(language: Language, decimal: str) -> Language:
    return replace(language, decimal=decimal)


@lru_cache(maxsize=512)
def _language_of_subtag(subtag: str) -> Language:
    if subtag.isalpha() and (_FOLDER / f"{subtag}{_SUFFIX}").is_file():
        return _load(subtag)
    for language in languages():
        if subtag in language.tags:
            return language
    return Language(code=subtag)


@cache
def languages() -> tuple[Language, ...]:
    """Return every language that has a file, by code."""
    names = sorted(file.name for file in _FOLDER.iterdir() if file.name.endswith(_SUFFIX))
    return tuple(_load(name.removesuffix(_SUFFIX)) for name in names)


@cache
def _load(code: str) -> Language:
    """Read a language's file. Raises FormatError if it has an unknown key."""
    path = _FOLDER / f"{code}{_SUFFIX}"
    values: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    known = {field.name for field in fields(Language)} - {"code"}
    if unknown := sorted(set(values) - known):
        raise FormatError(f"{path}: unknown key {unknown[0]}")
    return Language(code=code, **{key: _freeze(value) for key, value in values.items()})


def _freeze(value: Any) -> Any:
    return tuple(_freeze(item) for item in value) if isinstance(value, list) else value
