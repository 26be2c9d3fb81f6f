"""Decide which figures of a text a figure of a query names: signs at its edge may be left off.

Search only: quotations, watches and citations compare keys (archive/text/figures.py) for equality.
"""

import re
from collections.abc import Iterator
from itertools import combinations

from archive.text.figures import OPTIONAL

_NUMERAL = re.compile("[0-9¼-¾⅐-⅞↉]")
JOINED_SIGNS = "–:/×"  # in a figure's key, on the side on which it is joined to another


def is_figure(word: str) -> bool:
    """Return whether a normalised word may be a figure with signs: it has a digit or a fraction."""
    return not word.isalpha() and _NUMERAL.search(word) is not None


def required_part(word: str) -> str:
    """Return a figure's key without the signs that search may leave off."""
    return word.partition(OPTIONAL)[0]


def names_figure(query_word: str, word: str) -> bool:
    """Return whether `query_word` names the figure `word`, which may have more signs."""
    if query_word == word:
        return True
    required, _, signs = word.partition(OPTIONAL)
    query_required, _, query_signs = query_word.partition(OPTIONAL)
    return bool(signs) and required == query_required and set(query_signs) <= set(signs)


def names_of_figure(word: str) -> Iterator[str]:
    """Yield every query word that names `word`: with all its signs, with some, with none."""
    required, _, signs = word.partition(OPTIONAL)
    for size in range(len(signs) + 1):
        for kept in combinations(signs, size):
            yield f"{required}{OPTIONAL}{''.join(kept)}" if kept else required


def loose_forms(word: str) -> list[str]:
    """Return the required parts of the figures that `word`, outside quotation marks, names.

    A whole number names a figure of a range, a time or a ratio too: 2010 names 2004–2010.
    """
    required = required_part(word)
    if not required.isalnum():
        return [required]
    joined = [f"{sign}{required}" for sign in JOINED_SIGNS]
    joined += [f"{required}{sign}" for sign in JOINED_SIGNS]
    return [required, *joined, *(f"{sign}{required}{sign}" for sign in JOINED_SIGNS)]


def loose_name(word: str) -> str:
    """Return the whole number that names the figure `word` outside quotation marks, or `word`."""
    number, bar, signs = word.partition(OPTIONAL)
    stripped = number.strip(JOINED_SIGNS)
    return f"{stripped}{bar}{signs}" if stripped.isalnum() else word
