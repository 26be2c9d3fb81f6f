"""Stems of words, by language: Snowball's algorithms."""

from collections.abc import Sequence
from functools import cache

import Stemmer

ALGORITHMS = {
    "ar": "arabic",
    "ca": "catalan",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "nb": "norwegian",
    "ne": "nepali",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}
VERSION: str = Stemmer.version()
_LONGEST = 64  # letters; what is longer is no word, and may be a page long


def language(tag: str) -> str:
    """Return the language of a BCP 47 tag by which to stem; "" where there is no way to."""
    primary = tag.lower().replace("_", "-").split("-", 1)[0]
    return primary if primary in ALGORITHMS else ""


@cache
def _stemmer(name: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer(ALGORITHMS[name], 0)


def stem(name: str, words: Sequence[str]) -> list[str]:
    """Return the stems of normalised `words` in language `name`; "" leaves them as they are."""
    if not name:
        return list(words)
    short = [word if len(word) <= _LONGEST else "" for word in words]
    stems = _stemmer(name).stemWords(short)
    return [done or word for done, word in zip(stems, words, strict=True)]
