"""Decide, by the language of a text, whether changed words change a negation, a number or a date.

Each function compares the words at a span of one text with those at a span of another, in their
sentences: “n’ … pas” is one negation, whichever of its words is missing.
"""

import re
from collections import Counter
from functools import lru_cache

from archive.text.language import Language
from archive.text.listed_words import Span, WordKind, is_form, words_of, words_touched

_DATE_CONTEXT_CHARS = 24  # the longest month, a preposition and a space, on either side
_MIN_STEM_CHARS = 4  # of a word that a prefix negates: “lawful”, not “to”


def changes_negation(
    before: str, old_span: Span, after: str, new_span: Span, language: Language
) -> bool:
    """Return whether a negation is dropped, added or replaced, or a word becomes its opposite."""
    return changes_listed(
        before, old_span, after, new_span, language, WordKind.NEGATION
    ) or _has_opposites(
        words_of(before, old_span, language), words_of(after, new_span, language), language
    )


def changes_listed(
    before: str, old_span: Span, after: str, new_span: Span, language: Language, kind: WordKind
) -> bool:
    """Return whether the listed words of one kind differ between two spans."""
    old_words, new_words = (
        Counter(word.key for word in words_touched(text, span, language) if word.kind is kind)
        for text, span in ((before, old_span), (after, new_span))
    )
    return old_words != new_words


def _has_opposites(old: list[str], new: list[str], language: Language) -> bool:
    removed, added = set(old) - set(new), set(new) - set(old)
    return _negates_by_prefix(removed, added, language) or any(
        any(is_form(first, word) for word in words)
        and any(is_form(second, word) for word in others)
        for first, second in language.opposites
        for words, others in ((removed, added), (added, removed))
    )


def _negates_by_prefix(removed: set[str], added: set[str], language: Language) -> bool:
    return any(
        prefix + word in others
        for words, others in ((removed, added), (added, removed))
        for word in words
        if len(word) >= _MIN_STEM_CHARS
        for prefix in language.negation_prefixes
    )


def changes_date(
    before: str, old_span: Span, after: str, new_span: Span, language: Language
) -> bool:
    """Return whether changed words are part of a date: 13 is a number, “13 April” a date."""
    return _dates_touched(before, old_span, language) != _dates_touched(after, new_span, language)


def _dates_touched(text: str, span: Span, language: Language) -> Counter[str]:
    start, end = span
    window = max(0, start - _DATE_CONTEXT_CHARS), end + _DATE_CONTEXT_CHARS
    return Counter(
        " ".join(match[0].casefold().split())
        for match in _date_pattern(language).finditer(text, *window)
        if match.start() < end and start < match.end()
    )


@lru_cache(maxsize=64)
def _date_pattern(language: Language) -> re.Pattern[str]:
    """Return the expression of a date in print: a figure beside a month, a weekday, a year."""
    months = _alternatives(language.months)
    figure = r"\d{1,4}(?:st|nd|rd|th|er|re|[.ºª°])?"
    link = r"(?:\s+|[.,/-]\s?)(?:of\s+|de\s+|del\s+|of the\s+)?"
    forms = [
        r"\d{4}-\d\d(?:-\d\d)?",
        r"(?:19|20)\d\d",
        r"\d{1,4}\s?(?:[年月日]|년|월|일)",
    ]
    if months:
        forms[:0] = [rf"{figure}{link}(?:{months})", rf"(?:{months})\.?{link}{figure}"]
    if weekdays := _alternatives(language.weekdays):
        forms.append(weekdays)
    pattern = "|".join(forms)
    edges = (r"(?<!\w)", r"(?!\w)") if language.spaced else ("", "")
    return re.compile(rf"{edges[0]}(?:{pattern}){edges[1]}", re.I)


def _alternatives(names: tuple[tuple[str, ...], ...]) -> str:
    every_name = {name for forms in names for name in forms}
    return "|".join(re.escape(name) for name in sorted(every_name, key=len, reverse=True))
