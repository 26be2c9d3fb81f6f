"""Find words that are printed in pieces, and the marks of an apparatus, which are no words.

In pieces are printed: initials with spaces (`U. S.` is the word `us`, as `U.S.` is), a word broken
at the end of a line (`deten-` and `tion`), Persian prefixes and endings after a space instead of a
zero-width non-joiner, the Thai vowel sara am in two parts. `nº` and `n°` are `no`. Vietnamese
syllables with the tone on either vowel (`Hòa`, `Hoà`) are one word. Note marks are `[1]`, `[2, 3]`,
`[a]` after a word, and raised digits that are no exponent.
"""

import re
from collections.abc import Iterator

from archive.text.figures import FRACTIONS, SUPERSCRIPTS, WordSpan
from index.fold_spelling import fold, fold_letters
from index.token_pattern import token_pattern

_INITIAL = "[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff\u0386-\u03ce\u0400-\u045f\u0531-\u0587]"
_INITIALS = re.compile(rf"(?<![\w.]){_INITIAL}\.(?:[ \u00a0\u202f]{_INITIAL}\.)+(?!\w)")
# A search that begins with a letter or a class of them is fast: it finds where to look closer.
_BEFORE_INITIAL = re.compile(rf"\.(?=[ \u00a0\u202f]{_INITIAL}\.)")
_LINE_BREAK = re.compile(r"(?<=[^\W\d_])[-‐\u00ad][ \t]*\r?\n[ \t]*(?=[^\W\d_])")
_ANY_LINE_BREAK = re.compile("\n(?:(?<=[-‐\u00ad]\n)|(?<=[-‐\u00ad][ \t\r]\n))")
# After these, a hyphen at the end of a line is a hyphen: self-defence.
_COMPOUNDING = frozenset(["self", "non", "well", "long", "short", "high", "low", "half", "ill"])
_NOTE = re.compile(
    r"\[\s?\d{1,3}(?:\s?[,;–-]\s?\d{1,3})*\s?\]|(?<=[^\s\[(“\"'‘«])\[(?:[a-z]|[ivx]{1,4})\](?!\w)"
)
_RAISED_LETTERS = "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ"
_RAISED = re.compile(
    rf"\u2060[{SUPERSCRIPTS}⁽⁾]+|(?<![\d{SUPERSCRIPTS}⁺⁻])[{SUPERSCRIPTS}⁽⁾]+"
    rf"|(?<=[\w.,;:!?)\]”’\"»])(?<![\d{_RAISED_LETTERS}])[{_RAISED_LETTERS}](?![^\W\d_])"
)
# nº, n°, n.º: one word for “number”, and its plural.
_NUMBER_SIGN = re.compile(r"[º°˚](?:(?<=[nN].)|(?<=[nN]\..))s?\.?(?=[ \u00a0\u202f]?\d)")
# Thai and Lao sara am in two parts, with a tone mark before, between or after.
_SARA_AM_IN_PARTS = re.compile(
    r"(?P<thai>[ก-ฮ])(?P<tone>[่-๋]?)\u0e4d(?P<later>[่-๋]?)\u0e32"
    r"|(?P<lao>[ກ-ຮ])(?P<lao_tone>[່-໋]?)\u0ecd(?P<lao_later>[່-໋]?)\u0eb2"
)
_TONED = "òóỏõọùúủũụÒÓỎÕỌÙÚỦŨỤ\u0300\u0301\u0303\u0309\u0323"
_ANY_SPECIAL = re.compile(f"[{SUPERSCRIPTS}⁽{_RAISED_LETTERS}{_TONED}]")
# After these, a raised 2 or 3 is a unit of area or volume.
_UNITS = frozenset(["m", "km", "cm", "mm", "ft", "yd", "in", "mi", "м", "км", "см", "мм"])
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_TONED_VOWEL = re.compile(rf"(?:[òóỏõọùúủũụÒÓỎÕỌÙÚỦŨỤ]|[oOuU][{_TONES}])(?=\w)")
_PERSIAN = re.compile(
    r"(?:(?<=(?<!\w)م[یي])|(?<=(?<!\w)نم[یي])|(?<=(?<!\w)ب[یي]))[ \u200c]+(?=\w)"
    r"|(?<=\w)[ \u200c]+(?=(?:ها(?:[یي](?:[یي]|م|ت|ش|شان|تان|مان)?)?|تر(?:[یي]ن)?|ام|اند|"
    r"ا[یي][مد]?)(?!\w))"
)
_PERSIAN_LETTERS = re.compile("[یکي]")
# Besides digits, brackets, full stops and line breaks, what a word span may begin with.
SPECIAL_LETTERS = f"{SUPERSCRIPTS}⁽{_RAISED_LETTERS}{_TONED}{FRACTIONS}یکيهاترº°˚\u0e4d\u0ecd"
_WORD_CHAR = r"(?:[^\W¼-¾⅐-⅞↉⁰¹²³⁴-⁹]|[\u0300-\u036f\u00ad\u200c\u200d])"
_WORD = re.compile(rf"{_WORD_CHAR}+")
_WORD_BEFORE = re.compile(rf"(?!\W){_WORD_CHAR}+\Z")
_MAX_WORD_CHARS = 64


def find_word_spans(text: str, start: int, end: int) -> Iterator[WordSpan]:
    """Yield words in pieces, and marks that are no words, within characters `start`–`end`."""
    yield from _find_initials(text, start, end)
    if _ANY_LINE_BREAK.search(text, start, end):
        yield from _find_joined(text, _LINE_BREAK, start, end)
    if text.find("[", start, end) >= 0:
        yield from (WordSpan(*match.span(), ()) for match in _NOTE.finditer(text, start, end))
    if not text.isascii():
        if _ANY_SPECIAL.search(text, start, end):
            yield from _find_raised_marks(text, start, end)
            yield from _find_moved_tones(text, start, end)
        yield from _find_number_signs(text, start, end)
        if "\u0e4d" in text or "\u0ecd" in text:
            yield from _find_sara_am(text, start, end)
        if _PERSIAN_LETTERS.search(text, start, end):
            yield from _find_joined(text, _PERSIAN, start, end)


def _find_initials(text: str, start: int, end: int) -> Iterator[WordSpan]:
    offset = start
    while stop := _BEFORE_INITIAL.search(text, offset, end):
        match = _INITIALS.match(text, stop.start() - 1, end) if stop.start() > start else None
        offset = match.end() if match else stop.end()
        if match is None:
            continue
        letters = "".join(filter(str.isalpha, match.group()))
        yield WordSpan(*match.span(), (fold(letters),))


def _find_joined(text: str, gap: re.Pattern[str], start: int, end: int) -> Iterator[WordSpan]:
    """Yield the words that one or more matches of `gap` print in pieces."""
    pieces: list[str] = []
    first = last = -1
    for match in gap.finditer(text, start, end):
        following = token_pattern(text).match(text, match.end(), end)
        before = _word_before(text, match.start())
        if following is None or before is None or before.group().lower() in _COMPOUNDING:
            continue
        if match.start() != last:
            if pieces:
                yield WordSpan(first, last, (fold("".join(pieces)),))
            pieces, first = [before.group()], before.start()
        pieces.append(following.group())
        last = following.end()
    if pieces:
        yield WordSpan(first, last, (fold("".join(pieces)),))


def _find_raised_marks(text: str, start: int, end: int) -> Iterator[WordSpan]:
    for match in _RAISED.finditer(text, start, end):
        before = _word_before(text, match.start())
        is_unit = before is not None and before.group().lower() in _UNITS
        if not (is_unit and match.group() in "²³"):
            yield WordSpan(*match.span(), ())


def _find_moved_tones(text: str, start: int, end: int) -> Iterator[WordSpan]:
    for match in _TONED_VOWEL.finditer(text, start, end):
        before = _word_before(text, match.start())
        word = _WORD.match(text, before.start() if before else match.start(), end)
        if word is None or word.end() <= match.end():
            continue
        folded = fold(word.group())
        if folded != fold_letters(word.group()):
            yield WordSpan(*word.span(), (folded,))


def _find_number_signs(text: str, start: int, end: int) -> Iterator[WordSpan]:
    for match in _NUMBER_SIGN.finditer(text, start, end):
        first = match.start() - (2 if text[match.start() - 1] == "." else 1)
        if first >= start and not text[first - 1 : first].isalnum():
            yield WordSpan(first, match.end(), ("no",))


def _find_sara_am(text: str, start: int, end: int) -> Iterator[WordSpan]:
    for match in _SARA_AM_IN_PARTS.finditer(text, start, end):
        base, tone, later = (part for part in match.groups() if part is not None)
        letter = "\u0e33" if match["thai"] else "\u0eb3"
        yield WordSpan(*match.span(), (fold(base + tone + later), letter))


def _word_before(text: str, end: int) -> re.Match[str] | None:
    """Return the word that ends at `end`, as far as it is not unduly long."""
    return _WORD_BEFORE.search(text, max(0, end - _MAX_WORD_CHARS), end)
