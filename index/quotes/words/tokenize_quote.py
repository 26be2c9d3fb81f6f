"""Cut a printed quotation into words, marks of omission and an editor's additions.

What stands in square brackets, and who-said-it between two quoted parts, may be the source's own
words: both are kept as asides, for `Cut.against` to try literally first.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from index.normalise import normalise
from index.quotes.words.quotation_marks import (
    BRACKET,
    BROKEN,
    NOTE,
    NOTE_IN_PARENTHESES,
    OMISSION,
    SAYING,
)
from index.quotes.words.sentences import sentence_starts
from index.quotes.words.source_text import SourceText


class OmissionMark(StrEnum):
    """Why words of the source may be missing at a place of the quotation."""

    OMISSION = "omission"  # dots
    BRACKET = "bracket"  # [an editor's words] in place of, or beside, the source's
    ATTRIBUTION = "attribution"  # the quotation is interrupted to say whose it is
    NOTE = "note"  # [sic]


@dataclass(frozen=True, slots=True)
class Insertion:
    """Words `first` up to `last` that may be the source's or somebody else's."""

    first: int
    last: int
    kind: OmissionMark


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenizedQuote:
    """A quotation as words; the n-th was printed as `text[starts[n]:ends[n]]`."""

    text: str
    words: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    asides: tuple[Insertion, ...]
    omissions: frozenset[int]  # a mark of omission stands before these words
    loose: frozenset[int]  # an editor's bracket is inside the word: [T]he, walk[ed]
    sentences: frozenset[int]  # these words begin a sentence
    turns: frozenset[int]  # and these may: behind a title's full stop, a colon, a dash

    def runs(self) -> Iterator[tuple[int, int]]:
        """Yield the stretches of words that nothing interrupts, asides not among them."""
        aside = {n for each in self.asides for n in range(each.first, each.last)}
        first: int | None = None
        for n in range(len(self.words) + 1):
            ends = n == len(self.words) or n in aside or n in self.omissions
            if first is not None and (ends or n - 1 in aside):
                yield first, n
                first = None
            if n < len(self.words) and n not in aside and first is None:
                first = n

    def against(self, source: SourceText) -> "ComparableQuote":
        """Return the words to be aligned: asides that the source has are words like any other.

        What stands in brackets is the source's only where the source has the brackets too.
        """
        dropped: dict[int, OmissionMark] = {}
        for aside in self.asides:
            if not self._literal(aside, source):
                dropped.update(dict.fromkeys(range(aside.first, aside.last), aside.kind))
        kept = [n for n in range(len(self.words)) if n not in dropped]
        joints: dict[int, OmissionMark] = {}
        for aside in self.asides:
            if aside.first == aside.last or aside.first in dropped:
                joints[bisect_left(kept, aside.last)] = aside.kind
        for n in self.omissions:
            joints[bisect_left(kept, n)] = OmissionMark.OMISSION
        return ComparableQuote(
            cut=self,
            kept=tuple(kept),
            words=tuple(self.words[n] for n in kept),
            joints=joints,
            sentences=frozenset(bisect_left(kept, n) for n in self.sentences),
            turns=frozenset(bisect_left(kept, n) for n in self.turns),
            loose=frozenset(bisect_left(kept, n) for n in self.loose if n not in dropped),
        )

    def _literal(self, aside: Insertion, source: SourceText) -> bool:
        """Tell whether the source has the words of `aside` beside one of those next to it."""
        if aside.first == aside.last:
            return False
        before, after = max(0, aside.first - 2), min(len(self.words), aside.last + 2)
        for first, last in ((before, aside.last), (aside.first, after)):
            if last - first == aside.last - aside.first < len(self.words):
                continue
            for place in source.places(self.words[first:last]):
                at = place + aside.first - first
                low = source.ends[at - 1] if at else 0
                if (
                    aside.kind is OmissionMark.ATTRIBUTION
                    or "[" in source.text[low : source.starts[at]]
                ):
                    return True
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparableQuote:
    """The words of a quotation that are said to be the source's, and the joints between them."""

    cut: TokenizedQuote
    kept: tuple[int, ...]  # which of the cut's words these are
    words: tuple[str, ...]
    joints: dict[int, OmissionMark]  # a mark stands before this word
    sentences: frozenset[int]
    turns: frozenset[int]  # a sentence may begin with these
    loose: frozenset[int]

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Return the offsets in the quotation of words `first` up to, not with, `last`."""
        return self.cut.starts[self.kept[first]], self.cut.ends[self.kept[last - 1]]


def tokenize_quote(text: str) -> TokenizedQuote:
    """Cut a quotation, its outer marks taken off or not.

    >>> [text for text in tokenize_quote("[T]he dots … hide [much]").words]
    ['the', 'dots', 'hide', 'much']
    """
    normal = normalise(text)
    words, starts, ends = list(normal.words), list(normal.starts), list(normal.ends)
    loose = _join_brackets(text, words, starts, ends)
    brackets = [match for match in BRACKET.finditer(text) if not OMISSION.fullmatch(match[0])]
    asides = list(_asides(text, brackets, starts, ends))
    omissions = {
        _at(starts, match.start())
        for match in OMISSION.finditer(text)
        if not any(a.start() < match.start() < a.end() for a in brackets)
    }
    return TokenizedQuote(
        text=text,
        words=tuple(words),
        starts=tuple(starts),
        ends=tuple(ends),
        asides=tuple(asides),
        omissions=frozenset(n for n in omissions if 0 < n < len(words)),
        loose=frozenset(loose),
        sentences=frozenset(_at(starts, start) for start in sentence_starts(text)),
        turns=frozenset(
            _at(starts, start)
            for start in (
                *sentence_starts(text, lenient=True),
                *(match.end() for match in _CAPITAL.finditer(text)),
            )
        ),
    )


def _at(starts: list[int], offset: int) -> int:
    return bisect_left(starts, offset)


_CAPITAL = re.compile(r"[—–:;-][\"'”’»)\]]*\s+[\"'“‘«(\[]*(?=[A-ZÀ-ÞА-Я])")
_INNER = re.compile(r"(?<=\w)\[\w{1,6}\]|\[\w{1,6}\](?=\w)")


def _join_brackets(text: str, words: list[str], starts: list[int], ends: list[int]) -> list[int]:
    """Make one word of `[T]he` and of `walk[ed]`; return which words these are."""
    found: list[int] = []
    for match in _INNER.finditer(text):
        n = _at(starts, match.start() + 1)
        if n >= len(words) or match[0][1:-1].isdigit():
            continue
        first = n - 1 if n and ends[n - 1] == match.start() else n
        last = n + 1 if n + 1 < len(words) and starts[n + 1] == match.end() else n
        if first == last:
            continue
        words[first : last + 1] = ["".join(words[first : last + 1])]
        ends[first : last + 1] = [ends[last]]
        del starts[first + 1 : last + 1]
        found = [was if was < first else was - (last - first) for was in found]
        found.append(first)
    return found


def _asides(
    text: str, brackets: list[re.Match[str]], starts: list[int], ends: list[int]
) -> Iterator[Insertion]:
    taken: list[tuple[int, int]] = []
    for match in brackets:
        first, last = _at(starts, match.start()), _at(starts, match.end())
        inner = first and ends[first - 1] > match.start()
        if inner or (first < last and starts[first] <= match.start() < ends[first]):
            continue
        if first < len(starts) and ends[first] > match.end() and first < last:
            continue  # [T]he: one word already
        kind = OmissionMark.NOTE if NOTE.fullmatch(match[1]) else OmissionMark.BRACKET
        taken.append((match.start(), match.end()))
        yield Insertion(first, last, kind)
    for match in NOTE_IN_PARENTHESES.finditer(text):
        yield Insertion(_at(starts, match.start()), _at(starts, match.end()), OmissionMark.NOTE)
    for match in BROKEN.finditer(text):
        middle = match["middle"]
        said = match["before"] or middle[0] in ",;:" or SAYING.search(middle)
        overlaps = any(a < match.end() and match.start() < b for a, b in taken)
        if said and not overlaps and len(middle.split()) <= 25:
            first, last = _at(starts, match.start("middle")), _at(starts, match.end("middle"))
            if first < last:
                yield Insertion(first, last, OmissionMark.ATTRIBUTION)
