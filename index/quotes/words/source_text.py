"""The stored text a quotation is compared with: only as much of it as may hold the quotation."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from index.normalise import normalise

_LETTERS_A_WORD = 6
_OFTEN = 60  # a word that stands more often is no quick way to a place


@dataclass(frozen=True)
class SourceText:
    """Words of `text`, in order; the n-th was printed as `text[starts[n]:ends[n]]`.

    Where words were left out, `parted` says before which word.
    """

    text: str
    words: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    parted: tuple[int, ...] = ()

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Return the offsets in the text of words `first` up to, not with, `last`."""
        return self.starts[first], self.ends[last - 1]

    def between(self, last: int, first: int) -> int:
        """Return how many words stand between two words; about, where some were left out."""
        if bisect_right(self.parted, first) == bisect_right(self.parted, last):
            return first - last - 1
        return max(first - last - 1, (self.starts[first] - self.ends[last]) // _LETTERS_A_WORD)

    def __len__(self) -> int:
        return len(self.words)

    def places(self, words: Sequence[str]) -> Iterator[int]:
        """Yield each word at which `words` begin to follow one another."""
        wanted, at = tuple(words), -1
        while True:
            try:
                at = self.words.index(wanted[0], at + 1)
            except ValueError:
                return
            if self.words[at : at + len(wanted)] == wanted:
                yield at


def whole(text: str) -> SourceText:
    """Return all of a text."""
    normal = normalise(text)
    return SourceText(text, normal.words, normal.starts, normal.ends)


def windows(text: str, places: Iterable[tuple[int, int]], reach: int) -> SourceText:
    """Return the words of `text` that stand within `reach` characters of any of `places`."""
    ranges: list[list[int]] = []
    for start, end in sorted(places):
        start, end = _widened(text, start - reach, end + reach)
        if ranges and start <= ranges[-1][1]:
            ranges[-1][1] = max(end, ranges[-1][1])
        else:
            ranges.append([start, end])
    if not ranges or sum(end - start for start, end in ranges) * 2 > len(text):
        return whole(text)
    words: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    parted: list[int] = []
    for start, end in ranges:
        normal = normalise(text[start:end])
        if words:
            parted.append(len(words))
        words += normal.words
        starts += (start + at for at in normal.starts)
        ends += (start + at for at in normal.ends)
    return SourceText(text, tuple(words), tuple(starts), tuple(ends), tuple(parted))


def _widened(text: str, start: int, end: int) -> tuple[int, int]:
    """Move two offsets outwards to white space, so that no word is cut."""
    start, end = max(0, start), min(len(text), end)
    while start and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    return start, end


class StoredText:
    """One stored text, and where runs of words stand in it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._low = text.lower()
        self._exact = len(self._low) == len(text)

    @cached_property
    def whole(self) -> SourceText:
        return whole(self.text)

    def places(self, words: Sequence[str], known: int | None = None) -> list[tuple[int, int]]:
        """Return the characters of every place where normalised `words` follow one another."""
        found = list(self._quickly(words))
        if found and (known is None or len(found) >= known):
            return found
        return list(self._slowly(words))

    def _quickly(self, words: Sequence[str]) -> Iterable[tuple[int, int]]:
        """Look for the longest word as it is printed most often, and read around it."""
        if not self._exact:
            return
        longest = sorted(range(len(words)), key=lambda n: -len(words[n]))[:4]
        count, pivot = min((self._low.count(words[n]), n) for n in longest)
        if count > _OFTEN:
            return
        wanted = tuple(words)
        before = 12 * pivot + sum(map(len, words[:pivot])) + 40
        after = 12 * (len(words) - pivot) + sum(map(len, words[pivot:])) + 40
        at, done = self._low.find(words[pivot]), -1
        while at >= 0:
            start, end = _widened(self.text, at - before, at + after)
            around = normalise(self.text[start:end])
            first = bisect_left(around.starts, at - start) - pivot
            if first >= 0 and around.words[first : first + len(words)] == wanted and first > done:
                one, two = around.span(first, first + len(words))
                yield start + one, start + two
            at = self._low.find(words[pivot], at + len(words[pivot]))

    def _slowly(self, words: Sequence[str]) -> Iterable[tuple[int, int]]:
        source = self.whole
        for at in source.places(words):
            yield source.span(at, at + len(words))
