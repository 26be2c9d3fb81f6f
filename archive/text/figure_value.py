"""Tell whether figures written in two ways have one value: 1.5 and 1,5, 20% and 20 per cent."""

import re
from fractions import Fraction
from unicodedata import normalize, numeric

from archive.text.figures import FRACTIONS, OPTIONAL, figure_keys, find_figures
from archive.text.language import Language
from archive.text.number_format import COMMA, OTHER_MARKS, POINT, read_number
from archive.text.signs import tighten_joins

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


def is_same_figure(source: str, quote: str) -> bool:
    """Return whether only typography differs: spaces beside a joining sign, ⅖ and 2⁄5 (U+2044).

    All figures are the same by either decimal mark, and so are the words.
    """
    source, quote = tighten_joins(source), tighten_joins(quote)
    if _plain_fractions(source).split() == _plain_fractions(quote).split():
        return True
    if _WORDS.findall(source) != _WORDS.findall(quote):
        return False
    return all(
        figure_keys(source, mark, 0, len(source)) == figure_keys(quote, mark, 0, len(quote))
        for mark in (POINT, COMMA)
    )


_WORDS = re.compile(r"[^\W\d]+")
_FRACTION = re.compile(f"(?P<whole>(?<=\\d)[ \u00a0]?)?(?P<fraction>[{FRACTIONS}])")
_TYPED_FRACTION = re.compile(
    r"(?<![\d/⁄.,])(?:(\d+)[ \u00a0])?(\d{1,3})[/⁄](\d{1,3})(?![\d/⁄]|[.,]\d)"
)
_VULGAR = {Fraction(numeric(char)).limit_denominator(10): char for char in FRACTIONS}


def _plain_fractions(text: str) -> str:
    """Return `text` with ½ as 1⁄2, its compatibility form; 1½ as 1 1⁄2."""
    return _FRACTION.sub(
        lambda match: (
            f"{' ' if match['whole'] is not None else ''}{normalize('NFKC', match['fraction'])}"
        ),
        text,
    )


def _vulgar_fractions(text: str) -> str:
    """Return `text` with 1 1/2 as 1½, and 1/3 as ⅓, where there is such a character."""
    return _TYPED_FRACTION.sub(_vulgar, text)


def _vulgar(match: re.Match[str]) -> str:
    whole, upper, lower = match.groups()
    fraction = _VULGAR.get(Fraction(int(upper), int(lower))) if int(lower) else None
    return match.group() if fraction is None else f"{whole or ''}{fraction}"


_Value = tuple[str, Fraction, str]  # its sign, its amount, the signs beside it


def _values(text: str, decimal: str, language: Language) -> tuple[list[_Value], list[str]] | None:
    """Return the values in `text` and its other words; None where a figure has no plain value."""
    if language.percent:
        names = "|".join(map(re.escape, sorted(language.percent, key=len, reverse=True)))
        text = re.sub(rf"(?<=\d)\s*(?:{names})\b\.?", "%", text, flags=re.IGNORECASE)
    text = _vulgar_fractions(text)
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
