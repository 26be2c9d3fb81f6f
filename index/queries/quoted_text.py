"""Find quotation marks in a query: every kind means verbatim.

Marks that are also apostrophes (' ’ ‘ ‛ ＇) quote only where they cannot be apostrophes: an opening
one does not follow a letter, a closing one is not followed by one. `"` and `״` between two Hebrew
letters are part of a word (צה"ל).
"""

from dataclasses import dataclass

from index.token_pattern import SEPARATE, is_within

# For each opening mark, the marks that close it.
_CLOSERS: dict[str, tuple[str, ...]] = {
    '"': ('"',),
    "“": ("”",),
    "„": ("“", "”", "‟"),
    "‟": ("”", "‟"),
    "”": ("”",),
    "«": ("»",),
    "»": ("«", "»"),
    "‹": ("›",),
    "›": ("‹", "›"),
    "「": ("」",),
    "『": ("』",),
    "｢": ("｣",),
    "﹁": ("﹂",),
    "﹃": ("﹄",),
    "《": ("》",),
    "〈": ("〉",),
    "〝": ("〞", "〟"),
    "＂": ("＂",),
    "״": ("״", '"'),
    "❝": ("❞",),
    "❛": ("❜",),
    "<<": (">>",),
    "``": ("''", "”", '"'),
    ",,": ("''", "``", "“", "”", '"'),
    "''": ("''",),
}
# The same of marks that are also apostrophes.
_SINGLE_CLOSERS: dict[str, tuple[str, ...]] = {
    "'": ("'", "’"),
    "＇": ("＇",),
    "‘": ("’", "'"),
    "‛": ("’",),
    "’": ("’",),
    "‚": ("‘", "’", "'"),
    "`": ("'", "`", "´"),
    "´": ("´",),
}
_ANY_CLOSER = ('"', "“", "”", "»", "«")  # closes what has no closing mark of its own kind
_MAX_MARK_CHARACTERS = 2
# Characters at which an unquoted word ends: marks that are never apostrophes.
MARK_CHARACTERS = "".join(mark for mark in _CLOSERS if len(mark) == 1 and mark not in '"״')
_HEBREW = ("\u05d0", "\u05ea")


@dataclass(frozen=True, slots=True)
class QuotedText:
    """A text in quotation marks: `text[start:end]` of the query; the query goes on at `after`."""

    start: int
    end: int
    after: int


def find_quoted(text: str, offset: int) -> QuotedText | None:
    """Return the text quoted from `offset`; None where no quotation begins there, or it has no end.

    `opens_quotation` tells these two apart.
    """
    mark = _mark_at(text, offset)
    if mark in _CLOSERS:
        start = offset + len(mark)
        closing = _first_closer(text, start, _CLOSERS[mark]) or _first_closer(
            text, start, _ANY_CLOSER
        )
        return QuotedText(start, closing[0], closing[0] + closing[1]) if closing else None
    if mark in _SINGLE_CLOSERS:
        return _find_single_quoted(text, offset, mark)
    return None


def opens_quotation(text: str, offset: int) -> bool:
    """Return whether a mark that is never an apostrophe opens a quotation at `offset`."""
    return _mark_at(text, offset) in _CLOSERS


def _mark_at(text: str, offset: int) -> str:
    """Return the opening mark at `offset`, the longest; "" for none."""
    for length in range(_MAX_MARK_CHARACTERS, 0, -1):
        mark = text[offset : offset + length]
        if mark in _CLOSERS and not is_hebrew_sign(text, offset):
            return mark
        if mark in _SINGLE_CLOSERS and not _is_letter(text, offset - 1):
            return mark
    return ""


def _first_closer(text: str, start: int, closers: tuple[str, ...]) -> tuple[int, int] | None:
    """Return the offset and the length of the first of `closers` from `start` on."""
    offsets_and_lengths = []
    for closer in closers:
        offset = text.find(closer, start)
        while offset >= 0 and is_hebrew_sign(text, offset):
            offset = text.find(closer, offset + 1)
        if offset >= 0:
            offsets_and_lengths.append((offset, len(closer)))
    return min(offsets_and_lengths, default=None)


def _find_single_quoted(text: str, offset: int, mark: str) -> QuotedText | None:
    """Return the text between `mark` and the last mark that may close it before another opens.

    So an apostrophe at a word's end (the workers' rights) does not end the quotation.
    """
    start = offset + len(mark)
    if not _begins_quotation(text, start):
        return None
    closing = None
    for i in range(start, len(text)):
        follows_word = (_is_word if mark in _SINGLE_CLOSERS[mark] else _is_letter)(text, i - 1)
        if text[i] == mark and not follows_word and _begins_quotation(text, i + 1):
            if closing is not None:
                break
        elif (
            text[i] in _SINGLE_CLOSERS[mark]
            and not text[i - 1].isspace()
            and not _is_letter(text, i + 1)
        ):
            closing = i
    return None if closing is None else QuotedText(start, closing, closing + 1)


def _begins_quotation(text: str, start: int) -> bool:
    """Return whether a word follows an opening mark: none does in the '90s."""
    return start < len(text) and not text[start].isspace() and not text[start : start + 2].isdigit()


def _is_word(text: str, offset: int) -> bool:
    return 0 <= offset < len(text) and text[offset].isalnum()


def _is_letter(text: str, offset: int) -> bool:
    """Return whether a letter or digit of a script with spaces between words is at `offset`."""
    return _is_word(text, offset) and not is_within(ord(text[offset]), SEPARATE)


def is_hebrew_sign(text: str, offset: int) -> bool:
    """Return whether `"` or `״` at `offset` is between two Hebrew letters: part of a word."""
    return (
        text[offset] in '"״'
        and 0 < offset < len(text) - 1
        and _HEBREW[0] <= text[offset - 1] <= _HEBREW[1]
        and _HEBREW[0] <= text[offset + 1] <= _HEBREW[1]
    )
