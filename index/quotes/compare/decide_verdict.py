"""Judge a quotation against one text: verdict, score and cost of its alignment."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from index.quotes.compare.align_words import Alignment
from index.quotes.compare.classify_edits import Edit, EditScan, Elision, classify_edits
from index.quotes.compare.spelling import is_same_word
from index.quotes.compare.word_links import WordLink

SHORT_QUOTE_WORDS = 5  # a quotation of fewer words proves little


class Verdict(StrEnum):
    """Where several apply, the first of: not-found, spliced, altered, elided, verbatim."""

    VERBATIM = "verbatim"
    ELIDED = "elided"
    SPLICED = "spliced"
    ALTERED = "altered"
    TRANSLATED = "translated"
    NOT_FOUND = "not-found"


FAITHFUL = (Verdict.VERBATIM, Verdict.ELIDED)  # every change is marked


@dataclass(frozen=True, slots=True)
class MatchedPart:
    """Characters of the quotation, and the characters of the source they match."""

    quote_start: int
    quote_end: int
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The result of comparing a quotation with one text."""

    verdict: Verdict
    parts: tuple[MatchedPart, ...]
    edits: tuple[Edit, ...]
    elisions: tuple[Elision, ...]
    reversed: bool
    score: float  # share of the quotation's words that match the source, 0 to 1
    cost: float  # weighted differences: the best source has the least


def verbatim_judgement(part: MatchedPart) -> Judgement:
    """Return the judgement on a quotation whose words all match the source in sequence."""
    return Judgement(
        verdict=Verdict.VERBATIM,
        parts=(part,),
        edits=(),
        elisions=(),
        reversed=False,
        score=1.0,
        cost=0.0,
    )


def judge(alignment: Alignment) -> Judgement:
    """Return the judgement on an alignment with one text."""
    if not alignment.links:
        return Judgement(
            verdict=Verdict.NOT_FOUND,
            parts=(),
            edits=(),
            elisions=(),
            reversed=False,
            score=0.0,
            cost=float(len(alignment.quote.words)),
        )
    scan = classify_edits(alignment)
    score = _score(alignment)
    return Judgement(
        verdict=_verdict(alignment, scan, score),
        parts=tuple(_split_parts(alignment, scan)),
        edits=tuple(scan.edits),
        elisions=tuple(sorted(scan.elisions, key=lambda elision: elision.quote_at)),
        reversed=bool(scan.reversals),
        score=score,
        cost=_cost(scan),
    )


def _score(alignment: Alignment) -> float:
    quote, source = alignment.quote, alignment.source
    matched_count = sum(
        1.0
        if link.same
        or link.quote_word in quote.bracketed
        or is_same_word(quote.words[link.quote_word], source.words[link.source_word])
        else 0.0
        for link in alignment.links
    )
    return round(matched_count / len(quote.words), 4)


def _verdict(alignment: Alignment, scan: EditScan, score: float) -> Verdict:
    if score < _min_score(len(alignment.quote.words)) or _has_foreign_words(alignment):
        return Verdict.NOT_FOUND
    if scan.reversals or any(elision.sentences for elision in scan.elisions):
        return Verdict.SPLICED
    if scan.edits:
        return Verdict.ALTERED
    return Verdict.ELIDED if scan.elisions else Verdict.VERBATIM


def _min_score(word_count: int) -> float:
    """Return the least score at which a quotation of so many words counts as found."""
    if word_count < SHORT_QUOTE_WORDS:
        return 1.0
    if word_count < 8:
        return 0.8
    return 0.7 if word_count < 16 else 0.6


# A quotation is somebody else's if it has a run of this many words that are not the source's,
_MIN_FOREIGN_RUN = 6
_MIN_FOREIGN_END = 3  # or this many at either end, if they are a fifth of it,
_MIN_FOREIGN_IN_WINDOW, _FOREIGN_WINDOW_WORDS = 8, 12  # or this many in a window of so many.


def _has_foreign_words(alignment: Alignment) -> bool:
    """Return whether a sentence or a stretch of the quotation is somebody else's words."""
    quote, source = alignment.quote, alignment.source
    is_matched = [False] * len(quote.words)
    for link in alignment.links:
        is_matched[link.quote_word] = link.same or is_same_word(
            quote.words[link.quote_word], source.words[link.source_word]
        )
    # A single match among foreign words is a chance match.
    is_foreign = [
        not matched
        or (0 < n < len(is_matched) - 1 and not is_matched[n - 1] and not is_matched[n + 1])
        for n, matched in enumerate(is_matched)
    ]
    run = longest_run = 0
    for foreign in is_foreign:
        run = run + 1 if foreign else 0
        longest_run = max(longest_run, run)
    longest_end = max(_leading_run(is_foreign), _leading_run(is_foreign[::-1]))
    if longest_run >= _MIN_FOREIGN_RUN or (
        longest_end >= _MIN_FOREIGN_END and 5 * longest_end >= len(is_foreign)
    ):
        return True
    edges = sorted(
        {0, len(is_matched), *(n for n in quote.possible_starts if 0 < n < len(is_matched))}
    )
    return any(
        end - start >= SHORT_QUOTE_WORDS and 2 * sum(is_foreign[start:end]) > end - start
        for start, end in pairwise(edges)
    ) or any(
        sum(is_foreign[n : n + _FOREIGN_WINDOW_WORDS]) >= _MIN_FOREIGN_IN_WINDOW
        for n in range(len(is_matched))
    )


def _leading_run(is_foreign: list[bool]) -> int:
    """Return how many words at the beginning are foreign."""
    return next((n for n, foreign in enumerate(is_foreign) if not foreign), len(is_foreign))


def _cost(scan: EditScan) -> float:
    cost = 2.5 * len(scan.reversals)
    for edit in scan.edits:
        word_count = max(len(edit.before.split()), len(edit.after.split()))
        cost += 0.3 if edit.spelling else min(word_count, 4) + 0.25 * max(0, word_count - 4)
    for elision in scan.elisions:
        cost += (0.2 if elision.mark else 1.5) + min(0.5, 0.001 * elision.words)
    return round(cost, 6)


def _split_parts(alignment: Alignment, scan: EditScan) -> Iterator[MatchedPart]:
    """Yield the stretches of the quotation between its marks, elisions and reversals."""
    quote = alignment.quote
    break_offsets = {elision.quote_at for elision in scan.elisions}
    break_offsets |= {
        quote.span(n, n + 1)[0] for n in {*quote.marks, *scan.reversals} if n < len(quote.words)
    }
    run: list[WordLink] = []
    for link in alignment.links:
        if run and (
            any(
                quote.span(n, n + 1)[0] in break_offsets
                for n in range(run[-1].quote_word + 1, link.quote_word + 1)
            )
            or link.source_word <= run[-1].source_word
        ):
            yield _matched_part(alignment, run)
            run = []
        run.append(link)
    if run:
        yield _matched_part(alignment, run)


def _matched_part(alignment: Alignment, run: list[WordLink]) -> MatchedPart:
    quote_span = alignment.quote.span(run[0].quote_word, run[-1].quote_word + 1)
    source = alignment.source
    return MatchedPart(
        *quote_span, source.starts[run[0].source_word], source.ends[run[-1].source_word]
    )
