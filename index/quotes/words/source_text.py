"""Tokenize the stored text a quotation is compared with, restricted to likely windows."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from archive.text.number_format import POINT
from index.optional_signs import is_figure
from index.text_to_words import normalise

_CHARS_PER_WORD = 6
_MAX_PIVOT_OCCURRENCES = 60  # above this, scanning all words is faster


@dataclass(frozen=True)
class SourceText:
    """Normalised words of `text`, in order; word n is printed as `text[starts[n]:ends[n]]`.

    `breaks` holds the indexes of words before which a part of the text is left out.
    """

    text: str
    words: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    breaks: tuple[int, ...] = ()

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Return the character offsets of words `first` up to, but excluding, `last`."""
        return self.starts[first], self.ends[last - 1]

    def words_between(self, before: int, after: int) -> int:
        """Return the number of words between two words; an estimate across a break."""
        if bisect_right(self.breaks, after) == bisect_right(self.breaks, before):
            return after - before - 1
        return max(after - before - 1, (self.starts[after] - self.ends[before]) // _CHARS_PER_WORD)

    def __len__(self) -> int:
        return len(self.words)

    def occurrences(self, words: Sequence[str]) -> Iterator[int]:
        """Yield the index of each word at which the run `words` begins."""
        run, n = tuple(words), -1
        while True:
            try:
                n = self.words.index(run[0], n + 1)
            except ValueError:
                return
            if self.words[n : n + len(run)] == run:
                yield n


def full_source(text: str, decimal: str = POINT) -> SourceText:
    """Return all words of `text`; `decimal` is the decimal mark of its language."""
    normalised = normalise(text, decimal)
    return SourceText(text, normalised.words, normalised.starts, normalised.ends)


def source_windows(
    text: str, spans: Iterable[tuple[int, int]], margin_chars: int, decimal: str = POINT
) -> SourceText:
    """Return the words of `text` within `margin_chars` characters of any of `spans`."""
    ranges: list[list[int]] = []
    for start, end in sorted(spans):
        start, end = _widen_to_whitespace(text, start - margin_chars, end + margin_chars)
        if ranges and start <= ranges[-1][1]:
            ranges[-1][1] = max(end, ranges[-1][1])
        else:
            ranges.append([start, end])
    if not ranges or sum(end - start for start, end in ranges) * 2 > len(text):
        return full_source(text, decimal)
    words: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    breaks: list[int] = []
    for start, end in ranges:
        normalised = normalise(text, decimal, start, end)
        if words:
            breaks.append(len(words))
        words += normalised.words
        starts += normalised.starts
        ends += normalised.ends
    return SourceText(text, tuple(words), tuple(starts), tuple(ends), tuple(breaks))


def _widen_to_whitespace(text: str, start: int, end: int) -> tuple[int, int]:
    """Move two offsets outwards to white space, so that no word is split."""
    start, end = max(0, start), min(len(text), end)
    while start and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    return start, end


class StoredText:
    """One stored text, searchable for runs of words."""

    def __init__(self, text: str, decimal: str = POINT) -> None:
        self.text = text
        self.decimal = decimal
        self._lowercase = text.lower()
        self._offsets_agree = len(self._lowercase) == len(text)

    @cached_property
    def whole(self) -> SourceText:
        return full_source(self.text, self.decimal)

    def occurrences(
        self, words: Sequence[str], expected_count: int | None = None
    ) -> list[tuple[int, int]]:
        """Return the character spans of every run of the normalised `words`.

        All words are scanned where the fast search finds none, or fewer than `expected_count`.
        """
        spans = list(self._find_by_rarest_word(words))
        if spans and (expected_count is None or len(spans) >= expected_count):
            return spans
        return list(self._find_in_all_words(words))

    def _find_by_rarest_word(self, words: Sequence[str]) -> Iterable[tuple[int, int]]:
        """Search for the rarest of the longest words, and normalise only what surrounds it."""
        if not self._offsets_agree:
            return
        plain_words = [n for n, word in enumerate(words) if not is_figure(word)]
        if not plain_words:
            return
        longest_words = sorted(plain_words, key=lambda n: -len(words[n]))[:4]
        count, pivot = min((self._lowercase.count(words[n]), n) for n in longest_words)
        if count > _MAX_PIVOT_OCCURRENCES:
            return
        run = tuple(words)
        chars_before = 12 * pivot + sum(map(len, words[:pivot])) + 40
        chars_after = 12 * (len(words) - pivot) + sum(map(len, words[pivot:])) + 40
        offset, last_match = self._lowercase.find(words[pivot]), -1
        while offset >= 0:
            start, end = _widen_to_whitespace(
                self.text, offset - chars_before, offset + chars_after
            )
            nearby = normalise(self.text, self.decimal, start, end)
            first = bisect_left(nearby.starts, offset) - pivot
            if (
                first >= 0
                and nearby.words[first : first + len(words)] == run
                and first > last_match
            ):
                span_start, span_end = nearby.span(first, first + len(words))
                yield span_start, span_end
            offset = self._lowercase.find(words[pivot], offset + len(words[pivot]))

    def _find_in_all_words(self, words: Sequence[str]) -> Iterable[tuple[int, int]]:
        source = self.whole
        for first in source.occurrences(words):
            yield source.span(first, first + len(words))
