"""Tell whether figures written in two ways have one value: 1.5 and 1,5, 20% and 20 per cent."""

import re
from fractions import Fraction
from unicodedata import numeric

from archive.text.figures import OPTIONAL, find_figures
from archive.text.language import Language
from archive.text.number_format import COMMA, OTHER_MARKS, POINT, read_number

_WHOLE_NUMBER = re.compile(r"(?<!\w)\d+(?!\w)")
_KEY = re.compile(
    r"(?P<sign>[-+±≤≥≈<>]?)(?P<number>\d+(?:\.\d+)?)?(?P<fraction>\D)?(?:\^(?P<power>-?\d+))?"
)
_MAX_POWER = 400


def has_same_value(source: str, quote: str, language: Language) -> bool:
    """Return whether `quote` writes the figures of `source` otherwise, and with the same value.

    The figures of `source` are read by its `language`, those of `quote` by either decimal mark.
    What is not a figure must be the same in both.
    """
    of_source = _values(source, language.decimal or POINT, language)
    if of_source is None:
        return False
    return any(_values(quote, mark, language) == of_source for mark in (POINT, COMMA))


_Value = tuple[str, Fraction, str]  # its sign, its amount, the signs beside it


def _values(text: str, decimal: str, language: Language) -> tuple[list[_Value], list[str]] | None:
    """Return the values in `text` and its other words; None where a figure has no plain value."""
    if language.percent:
        names = "|".join(map(re.escape, sorted(language.percent, key=len, reverse=True)))
        text = re.sub(rf"(?<=\d)\s*(?:{names})\b\.?", "%", text, flags=re.IGNORECASE)
    spans = [
        (span.start, span.end, span.words[0]) for span in find_figures(text, decimal, 0, len(text))
    ]
    covered = [range(start, end) for start, end, _ in spans]
    for match in _WHOLE_NUMBER.finditer(text):
        if not any(match.start() in span for span in covered):
            spans.append((*match.span(), read_number(match.group(), decimal).digits))
    values, rest, offset = [], [], 0
    for start, end, key in sorted(spans):
        value = _value_of(key)
        if value is None:
            return None
        values.append(value)
        rest.append(text[offset:start])
        offset = end
    rest.append(text[offset:])
    return (values, " ".join(rest).casefold().split()) if values else None


def _value_of(key: str) -> _Value | None:
    required, _, signs = key.partition(OPTIONAL)
    match = _KEY.fullmatch(required)
    if match is None or not (match["number"] or match["fraction"]):
        return None
    amount = Fraction(match["number"] or 0)
    if match["fraction"]:
        try:
            amount += Fraction(numeric(match["fraction"])).limit_denominator(10)
        except ValueError:
            return None  # joined to another figure, an ordinal
    power = int(match["power"] or 0)
    if abs(power) > _MAX_POWER:
        return None
    return match["sign"], amount**power if match["power"] else amount, signs.strip(OTHER_MARKS)
