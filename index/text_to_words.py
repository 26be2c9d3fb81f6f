"""Normalise text to words, and map each word to its offsets in the text.

Offsets count code points of the text given, so `text[start:end]` is what the publisher printed. The
words are those of `index.token_pattern`, folded, except where `archive.text.figures` and
`index.word_spans` find others. `decimal` is the decimal mark of the text's language.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from operator import attrgetter, itemgetter

from archive.text.figures import (
    BESIDE_ASCII_FIGURE,
    BESIDE_FIGURE,
    SIGN_CHARS,
    WordSpan,
    find_figures,
)
from archive.text.number_format import POINT
from index.fold_spelling import fold
from index.token_pattern import replace_typography, token_pattern
from index.word_spans import SPECIAL_LETTERS, find_word_spans


@dataclass(frozen=True, slots=True)
class NormalisedText:
    """The words of a text in order; the n-th was printed as `text[starts[n]:ends[n]]`."""

    words: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.words)

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Return the offsets in the text of words `first` up to, not including, `last`."""
        return self.starts[first], self.ends[last - 1]

    def slice(self, first: int, last: int) -> "NormalisedText":
        """Return words `first` up to, not including, `last`."""
        return NormalisedText(
            self.words[first:last], self.starts[first:last], self.ends[first:last]
        )


def special_spans(
    text: str, decimal: str = POINT, start: int = 0, end: int | None = None
) -> list[WordSpan]:
    """Return the spans of characters `start`–`end` whose words are not their tokens, ascending.

    None overlaps another; of two that would, the first is kept.
    """
    stop = len(text) if end is None else end
    if not _MAY_BE_SPECIAL[text.isascii()].search(text, start, stop + SIGN_CHARS):
        return []
    found = [*find_figures(text, decimal, start, stop), *find_word_spans(text, start, stop)]
    spans: list[WordSpan] = []
    for span in sorted(found, key=attrgetter("start")):
        if not spans or span.start >= spans[-1].end:
            spans.append(span)
    return spans


# What a figure, initials, a broken word, a note mark, a Vietnamese tone or a Persian affix has. The
# expressions begin with a class of characters, so that most stretches of text are passed fast.
_PLAIN_END = r"(?:(?<![.\n])|(?<=\.)(?=[ \u00a0\u202f][^\W\d_]\.)|(?<=[-‐\u00ad]\n)|(?<=[\t \r]\n))"
_MAY_BE_SPECIAL = {
    True: re.compile(rf"[0-9\[\n.](?:{BESIDE_ASCII_FIGURE}|(?<![0-9]){_PLAIN_END})"),
    False: re.compile(rf"[\d\[\n.{SPECIAL_LETTERS}](?:{BESIDE_FIGURE}|(?<!\d){_PLAIN_END})"),
}


def blank(text: str, spans: Sequence[WordSpan], start: int = 0, end: int | None = None) -> str:
    """Return characters `start`–`end` of `text`, with as many spaces in place of each span."""
    pieces: list[str] = []
    offset = start
    for span in spans:
        pieces += (text[offset : span.start], " " * (span.end - max(offset, span.start)))
        offset = span.end
    pieces.append(text[offset : len(text) if end is None else max(end, offset)])
    return "".join(pieces)


def normalise(
    text: str,
    decimal: str = POINT,
    start: int = 0,
    end: int | None = None,
    limit: int | None = None,
) -> NormalisedText:
    """Return the words of characters `start`–`end` of `text`, with their offsets in `text`.

    With `limit`, the first so many words, and perhaps some of the next. Two words printed as one
    character share its offsets.
    """
    spans = special_spans(text, decimal, start, end)
    if not spans:
        whole = end is None and not start
        return normalise_tokens(text if whole else text[start:end], start, 0, limit)
    plain = normalise_tokens(blank(text, spans, start, end), start, 0, limit)
    plain_words = zip(plain.starts, plain.ends, plain.words, strict=True)
    special_words = [(span.start, span.end, word) for span in spans for word in span.words]
    # Fast, of two ascending runs; two words of one character stay in order.
    words = sorted([*plain_words, *special_words], key=itemgetter(0))
    return NormalisedText(
        tuple([word for _, _, word in words]),
        tuple([first for first, _, _ in words]),
        tuple([last for _, last, _ in words]),
    )


def words_of(text: str, decimal: str = POINT) -> list[str]:
    """Return the normalised words of `text`, in the form in which they are compared."""
    if text.isascii() and not special_spans(text, decimal):
        return [raw.replace(".", "") for raw in token_pattern(text).findall(text.lower())]
    return list(normalise(text, decimal).words)


def normalise_tokens(
    text: str, shift: int = 0, first: int = 0, last: int | None = None
) -> NormalisedText:
    """Return tokens `first` up to `last` of `text`, folded, and their offsets plus `shift`.

    Two words printed as one character share its offsets.
    """
    text = replace_typography(text)
    if text.isascii():
        matches = list(islice(token_pattern(text).finditer(text.lower()), first, last))
        words = [match.group().replace(".", "") for match in matches]
    else:
        # A token may be two words, or none (ʹ, which is an apostrophe in its other form).
        matches = list(islice(token_pattern(text).finditer(text), last))
        forms = [_split_forms(match.group()) for match in matches]
        if last is not None and not all(forms):
            matches = list(token_pattern(text).finditer(text))
            forms = [_split_forms(match.group()) for match in matches]
        if any(len(form) != 1 for form in forms):
            matches = [match for match, form in zip(matches, forms, strict=True) for _ in form]
        words = [word for form in forms for word in form][first:last]
        matches = matches[first:last]
    return NormalisedText(
        tuple(words),
        tuple([match.start() + shift for match in matches]),
        tuple([match.end() + shift for match in matches]),
    )


@lru_cache(maxsize=1 << 15)
def _split_forms(raw: str) -> tuple[str, ...]:
    """Return the words printed as `raw`: one, unless its compatibility form has separators."""
    folded = fold(raw)
    if folded.isascii() and folded.isalnum():
        return (folded,)
    return tuple(token_pattern(folded).findall(folded))
