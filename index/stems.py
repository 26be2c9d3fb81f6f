"""Stem words by language, with Snowball."""

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
_MAX_WORD_CHARACTERS = 64  # characters; a longer string is not a word, and may fill a page


def stemming_language(tag: str) -> str:
    """Return the language of a BCP 47 tag for which there is a stemmer; "" for none."""
    primary = tag.lower().replace("_", "-").split("-", 1)[0]
    return primary if primary in ALGORITHMS else ""


@cache
def _stemmer(name: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer(ALGORITHMS[name], 0)


def stem_words(name: str, words: Sequence[str]) -> list[str]:
    """Return the stems of normalised `words` in language `name`; "" returns them unchanged."""
    if not name:
        return list(words)
    short = [word if len(word) <= _MAX_WORD_CHARACTERS else "" for word in words]
    stems = _stemmer(name).stemWords(short)
    return [stem or word for stem, word in zip(stems, words, strict=True)]
