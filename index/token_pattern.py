"""Define what a token is in each script: the regular expressions that find the words of a text.

A token is one of: a run of letters, digits and their marks; initials joined by full stops (`U.S.`
is one word, the same as `US`); one Chinese or Japanese character; one Thai, Lao, Khmer or Myanmar
cluster. Everything else separates words, including apostrophes and hyphens of every form: `don't`,
`don’t` and `donʼt` are the words `don` and `t`. Soft hyphens, zero-width characters, the optional
marks of Arabic and Hebrew, and the marks inside Armenian words are ignored.

These rules are authoritative; `index.phrases.build.bulk_tokenizer` applies them to many texts at
once. A change to the form or boundaries of a word must change `ANALYSIS`, so that an index made
before it is rebuilt.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import cache
from unicodedata import category, decomposition

ANALYSIS = f"4/{unicodedata.unidata_version}"

# Letters in Unicode, apostrophes in use: ʹ ʺ ʻ ʼ ʽ ʾ ʿ ˈ ꞌ.
_APOSTROPHES = "\u02b9\u02ba\u02bb\u02bc\u02bd\u02be\u02bf\u02c8\ua78b\ua78c"
IGNORED = (
    (0x00AD, 0x00AD),  # soft hyphen
    (0x034F, 0x034F),  # combining grapheme joiner
    (0x055B, 0x055C),  # Armenian marks of stress, exclamation and question, inside a word
    (0x055E, 0x055E),
    (0x0591, 0x05BD),  # Hebrew accents and points
    (0x05BF, 0x05BF),
    (0x05C1, 0x05C2),
    (0x05C4, 0x05C5),
    (0x05C7, 0x05C7),
    (0x0610, 0x061A),  # Arabic marks
    (0x061C, 0x061C),
    (0x0640, 0x0640),  # tatweel
    (0x064B, 0x065F),
    (0x0670, 0x0670),
    (0x06D6, 0x06DC),
    (0x06DF, 0x06E4),
    (0x06E7, 0x06E8),
    (0x06EA, 0x06ED),
    (0x08D3, 0x08E1),
    (0x08E3, 0x08FF),
    (0x180B, 0x180E),
    (0x200B, 0x200F),  # zero-width space, joiners, direction marks
    (0x202A, 0x202E),
    (0x2060, 0x2064),
    (0x2066, 0x206F),
    (0xFE00, 0xFE0F),  # variation selectors
    (0xFEFF, 0xFEFF),
)
# One token a character: Han, kana, bopomofo, Yi.
_SINGLE = (
    (0x2E80, 0x2FDF),
    (0x3005, 0x3007),
    (0x3021, 0x302F),
    (0x3031, 0x3035),
    (0x3038, 0x303C),
    (0x3041, 0x312F),
    (0x31A0, 0x31BF),
    (0x31F0, 0x31FF),
    (0x3300, 0x33FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xA000, 0xA4CF),
    (0xF900, 0xFAFF),
    (0xFF65, 0xFF9F),
    (0x1AFF0, 0x1B16F),
    (0x20000, 0x3FFFF),
)
# One token a cluster: a base with its marks. Thai, Lao, Myanmar, Khmer.
_CLUSTERED = (
    (0x0E00, 0x0E7F),
    (0x0E80, 0x0EFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0x19E0, 0x19FF),
    (0xA9E0, 0xA9FF),
    (0xAA60, 0xAA7F),
)
SEPARATE = _SINGLE + _CLUSTERED + IGNORED
_STACKERS = "\u17d2\u1039"  # the next consonant is written below: part of the same cluster
_VOICED = "\u3099\u309a\uff9e\uff9f"


@cache
def _sorted_bounds(ranges: tuple[tuple[int, int], ...]) -> list[int]:
    return sorted(bound for first, last in ranges for bound in (first, last + 1))


def is_within(point: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return bisect_right(_sorted_bounds(ranges), point) % 2 == 1


def is_initial(char: str) -> bool:
    """Return whether `char` can be one of the letters of `U.S.`; composed ones cannot."""
    # Hangul syllables are composed by a rule, not by a table (Unicode, 3.12).
    return char.isalpha() and not decomposition(char) and not "가" <= char <= "힣"


def _character_class(points: Iterable[int]) -> str:
    """Return the body of a regular expression character class for `points`, which ascend."""
    ranges: list[list[int]] = []
    for point in points:
        if ranges and point == ranges[-1][1] + 1:
            ranges[-1][1] = point
        else:
            ranges.append([point, point])
    return _join_ranges(ranges)


def _join_ranges(ranges: Iterable[Sequence[int]]) -> str:
    """Return the body of a regular expression character class for `ranges`."""
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges)


def _build_pattern() -> str:
    # Above are only ideographs. Looking up categories is slow: only ranges that can have marks.
    """Return the regular expression of a token of any script."""
    chars = "".join(map(chr, range(0x20000)))
    separate = re.compile(f"[_{_APOSTROPHES}{_join_ranges(SEPARATE)}]")
    spaced_chars = separate.sub(" ", chars)
    mark_ranges = (0x300, 0x3400), (0xA480, 0xAC00), (0xFB00, 0x12000), (0x16A00, 0x20000)
    marks = {
        point
        for first, last in mark_ranges
        for point in range(first, last)
        if category(spaced_chars[point])[0] == "M"
    }
    word_points = sorted(marks.union(match.start() for match in re.finditer(r"\w", spaced_chars)))
    # Python uses a table for a class only below U+10000: hence two classes of each.
    bmp_word = _character_class(point for point in word_points if point < 0x10000)
    astral_word = _character_class(point for point in word_points if point >= 0x10000)
    bmp_base = _character_class(
        point for point in word_points if point < 0x10000 and point not in marks
    )
    astral_base = _character_class(
        point for point in word_points if point >= 0x10000 and point not in marks
    )
    is_astral = r"(?=[\U00010000-\U0001ffff])"
    run = rf"(?:[{bmp_word}]+|{is_astral}[{astral_word}]+)"
    letter = _character_class(
        point for point in word_points if point < 0x10000 and is_initial(spaced_chars[point])
    )
    single, clustered, ignored = map(_join_ranges, (_SINGLE, _CLUSTERED, IGNORED))
    mark = _character_class(
        point
        for first, last in _CLUSTERED
        for point in range(first, last + 1)
        if category(chars[point])[0] == "M"
    )
    return (
        rf"[{letter}](?:\.[{letter}])+(?![{bmp_word}])"
        rf"|(?:[{bmp_base}]|{is_astral}[{astral_base}])(?:[{ignored}]*{run})*"
        rf"|[{single}][{_VOICED}]*"
        rf"|(?=\w)[{clustered}](?:[{_STACKERS}][{clustered}]|[{mark}{ignored}])*"
    )


_ASCII_PATTERN = re.compile(r"[A-Za-z](?:\.[A-Za-z])+(?![A-Za-z0-9])|[A-Za-z0-9]+")


@cache
def _unicode_pattern() -> re.Pattern[str]:
    return re.compile(_build_pattern())


def token_pattern(text: str) -> re.Pattern[str]:
    """Return the expression that matches each token of `text`; the one for ASCII is faster."""
    return _ASCII_PATTERN if text.isascii() else _unicode_pattern()


# Typographic characters that only separate words: no-break space, dashes, quotation marks,
# bullet, ellipsis.
TYPOGRAPHY = "\u00a0‐‑‒–—―‘’‚“”„•…"
_TYPOGRAPHY_TO_SPACE = dict.fromkeys(map(ord, TYPOGRAPHY), " ")


def replace_typography(text: str) -> str:
    """Return `text` with typography replaced by spaces, if the result is ASCII; else `text` itself.

    Words and offsets stay the same. The expression for ASCII is some ten times as fast.
    """
    if text.isascii():
        return text
    ascii_text = text.translate(_TYPOGRAPHY_TO_SPACE)
    return ascii_text if ascii_text.isascii() else text


def is_word(text: str) -> bool:
    """Return whether the whole of `text` is one token."""
    return token_pattern(text).fullmatch(text) is not None
