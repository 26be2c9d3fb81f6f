"""Tokenize a printed quotation into words, marks of omission and an editor's insertions.

Words in square brackets, and an attribution between two quoted parts, may be the source's own:
both are kept as insertions, and `TokenizedQuote.drop_insertions` looks for them in the source.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from archive.text.number_format import POINT
from index.quotes.words.embedded_posts import find_additions
from index.quotes.words.inner_attributions import find_inner_attributions
from index.quotes.words.quotation_marks import (
    BRACKET,
    EDITOR_NOTE,
    EDITOR_NOTE_IN_PARENTHESES,
    INTERRUPTION,
    OMISSION,
)
from index.quotes.words.sentences import sentence_starts
from index.quotes.words.source_text import SourceText
from index.quotes.words.speech_verbs import SAYING_VERB
from index.text_to_words import normalise


class OmissionMark(StrEnum):
    """Why words of the source may be missing at a position of the quotation."""

    OMISSION = "omission"  # dots
    BRACKET = "bracket"  # [an editor's words] in place of, or beside, the source's
    ATTRIBUTION = "attribution"  # the quotation is interrupted to name its speaker
    NOTE = "note"  # [sic]


@dataclass(frozen=True, slots=True)
class Insertion:
    """Words `first` up to, but excluding, `last`: the source's, or somebody else's."""

    first: int
    last: int
    kind: OmissionMark


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenizedQuote:
    """A quotation as normalised words; word n is printed as `text[starts[n]:ends[n]]`."""

    text: str
    words: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    insertions: tuple[Insertion, ...]
    omissions: frozenset[int]  # words preceded by a mark of omission
    bracketed: frozenset[int]  # words with an editor's bracket inside: [T]he, walk[ed]
    sentence_starts: frozenset[int]  # words that begin a sentence
    possible_starts: frozenset[int]  # words that may: after a title's full stop, a colon, a dash

    def uninterrupted_runs(self) -> Iterator[tuple[int, int]]:
        """Yield (first, last) of each stretch of words without a mark or an insertion."""
        inserted = {
            n for insertion in self.insertions for n in range(insertion.first, insertion.last)
        }
        first: int | None = None
        for n in range(len(self.words) + 1):
            is_break = n == len(self.words) or n in inserted or n in self.omissions
            if first is not None and (is_break or n - 1 in inserted):
                yield first, n
                first = None
            if n < len(self.words) and n not in inserted and first is None:
                first = n

    def drop_insertions(self, source: SourceText) -> "ComparableQuote":
        """Return the words to align: insertions are dropped unless the source has them.

        Bracketed words are the source's only where the source has the brackets too.
        """
        dropped: dict[int, OmissionMark] = {}
        for insertion in self.insertions:
            if not self._is_in_source(insertion, source):
                dropped.update(
                    dict.fromkeys(range(insertion.first, insertion.last), insertion.kind)
                )
        retained = [n for n in range(len(self.words)) if n not in dropped]
        marks: dict[int, OmissionMark] = {}
        for insertion in self.insertions:
            if insertion.first == insertion.last or insertion.first in dropped:
                marks[bisect_left(retained, insertion.last)] = insertion.kind
        for n in self.omissions:
            marks[bisect_left(retained, n)] = OmissionMark.OMISSION
        return ComparableQuote(
            tokenized=self,
            word_indexes=tuple(retained),
            words=tuple(self.words[n] for n in retained),
            marks=marks,
            sentence_starts=frozenset(bisect_left(retained, n) for n in self.sentence_starts),
            possible_starts=frozenset(bisect_left(retained, n) for n in self.possible_starts),
            bracketed=frozenset(
                bisect_left(retained, n) for n in self.bracketed if n not in dropped
            ),
        )

    def _is_in_source(self, insertion: Insertion, source: SourceText) -> bool:
        """Return whether the source has the words of `insertion` next to a neighbouring word."""
        if insertion.first == insertion.last:
            return False
        before, after = max(0, insertion.first - 2), min(len(self.words), insertion.last + 2)
        for first, last in ((before, insertion.last), (insertion.first, after)):
            if last - first == insertion.last - insertion.first < len(self.words):
                continue
            for occurrence in source.occurrences(self.words[first:last]):
                n = occurrence + insertion.first - first
                previous_end = source.ends[n - 1] if n else 0
                if (
                    insertion.kind is OmissionMark.ATTRIBUTION
                    or "[" in source.text[previous_end : source.starts[n]]
                ):
                    return True
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparableQuote:
    """The words of a quotation attributed to the source, and the marks between them."""

    tokenized: TokenizedQuote
    word_indexes: tuple[int, ...]  # their indexes in `tokenized.words`
    words: tuple[str, ...]
    marks: dict[int, OmissionMark]  # by the word that the mark precedes
    sentence_starts: frozenset[int]
    possible_starts: frozenset[int]  # words that may begin a sentence
    bracketed: frozenset[int]

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Return the character offsets of words `first` up to, but excluding, `last`."""
        return self.tokenized.starts[self.word_indexes[first]], self.tokenized.ends[
            self.word_indexes[last - 1]
        ]


def tokenize_quote(
    text: str, decimal: str = POINT, *, join_brackets: bool = True
) -> TokenizedQuote:
    """Tokenize a quotation, with or without its outer marks.

    `decimal` is the decimal mark by which its figures are read: that of the source's language.
    Without `join_brackets`, `[T]he` is two words, as it is in a source that has the brackets.

    >>> [text for text in tokenize_quote("[T]he dots … hide [much]").words]
    ['the', 'dots', 'hide', 'much']
    """
    normalised = normalise(text, decimal)
    words, starts, ends = list(normalised.words), list(normalised.starts), list(normalised.ends)
    bracketed = _join_brackets(text, words, starts, ends) if join_brackets else []
    brackets = [match for match in BRACKET.finditer(text) if not OMISSION.fullmatch(match[0])]
    insertions = list(_find_insertions(text, brackets, starts, ends))
    omissions = {
        _word_index(starts, match.start())
        for match in OMISSION.finditer(text)
        if not any(bracket.start() < match.start() < bracket.end() for bracket in brackets)
    }
    return TokenizedQuote(
        text=text,
        words=tuple(words),
        starts=tuple(starts),
        ends=tuple(ends),
        insertions=tuple(insertions),
        omissions=frozenset(n for n in omissions if 0 < n < len(words)),
        bracketed=frozenset(bracketed),
        sentence_starts=frozenset(_word_index(starts, start) for start in sentence_starts(text)),
        possible_starts=frozenset(
            _word_index(starts, start)
            for start in (
                *sentence_starts(text, lenient=True),
                *(match.end() for match in _CAPITAL_AFTER_MARK.finditer(text)),
            )
        ),
    )


def _word_index(starts: list[int], offset: int) -> int:
    return bisect_left(starts, offset)


_CAPITAL_AFTER_MARK = re.compile(r"[—–:;-][\"'”’»)\]]*\s+[\"'“‘«(\[]*(?=[A-ZÀ-ÞА-Я])")
_BRACKET_IN_WORD = re.compile(r"(?<=\w)\[\w{1,6}\]|\[\w{1,6}\](?=\w)")


def _join_brackets(text: str, words: list[str], starts: list[int], ends: list[int]) -> list[int]:
    """Join `[T]he` and `walk[ed]` to one word each; return the indexes of joined words."""
    joined: list[int] = []
    for match in _BRACKET_IN_WORD.finditer(text):
        n = _word_index(starts, match.start() + 1)
        if n >= len(words) or match[0][1:-1].isdigit():
            continue
        first = n - 1 if n and ends[n - 1] == match.start() else n
        last = n + 1 if n + 1 < len(words) and starts[n + 1] == match.end() else n
        if first == last:
            continue
        words[first : last + 1] = ["".join(words[first : last + 1])]
        ends[first : last + 1] = [ends[last]]
        del starts[first + 1 : last + 1]
        joined = [word if word < first else word - (last - first) for word in joined]
        joined.append(first)
    return joined


def _find_insertions(
    text: str, brackets: list[re.Match[str]], starts: list[int], ends: list[int]
) -> Iterator[Insertion]:
    bracket_spans: list[tuple[int, int]] = []
    for match in brackets:
        first, last = _word_index(starts, match.start()), _word_index(starts, match.end())
        is_in_word = first and ends[first - 1] > match.start()
        if is_in_word or (first < last and starts[first] <= match.start() < ends[first]):
            continue
        if first < len(starts) and ends[first] > match.end() and first < last:
            continue  # [T]he: already one word
        if first == last and re.search(r"\w", match[1]):
            continue  # the mark of a note, [3]: the tokens have no words of it
        kind = OmissionMark.NOTE if EDITOR_NOTE.fullmatch(match[1]) else OmissionMark.BRACKET
        bracket_spans.append((match.start(), match.end()))
        yield Insertion(first, last, kind)
    for match in EDITOR_NOTE_IN_PARENTHESES.finditer(text):
        yield Insertion(
            _word_index(starts, match.start()), _word_index(starts, match.end()), OmissionMark.NOTE
        )
    for match in INTERRUPTION.finditer(text):
        middle = match["middle"]
        is_attribution = match["before"] or middle[0] in ",;:" or SAYING_VERB.search(middle)
        overlaps = any(a < match.end() and match.start() < b for a, b in bracket_spans)
        if is_attribution and not overlaps and len(middle.split()) <= 25:
            first, last = (
                _word_index(starts, match.start("middle")),
                _word_index(starts, match.end("middle")),
            )
            if first < last:
                bracket_spans.append((match.start(), match.end()))
                yield Insertion(first, last, OmissionMark.ATTRIBUTION)
    for start, end in (*find_inner_attributions(text), *find_additions(text)):
        first, last = _word_index(starts, start), _word_index(starts, end)
        if first < last and not any(a < end and start < b for a, b in bracket_spans):
            yield Insertion(first, last, OmissionMark.ATTRIBUTION)
