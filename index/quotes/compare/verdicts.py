"""The verdict on a quotation, from what became of the source's words in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from index.quotes.compare.align import Alignment
from index.quotes.compare.classify_edits import Edit, EditScan, Elision, classify_edits
from index.quotes.compare.spelling import alike
from index.quotes.compare.word_links import WordLink

SHORT = 5  # a quotation of fewer words proves little


class Verdict(StrEnum):
    """Where several apply, the first: not-found, spliced, altered, elided, verbatim."""

    VERBATIM = "verbatim"
    ELIDED = "elided"
    SPLICED = "spliced"
    ALTERED = "altered"
    TRANSLATED = "translated"
    NOT_FOUND = "not-found"


CLEAN = (Verdict.VERBATIM, Verdict.ELIDED)  # nothing was changed but by a mark


@dataclass(frozen=True, slots=True)
class MatchedPart:
    """Characters of the quotation, and those of the source that they are, in one go."""

    quote_start: int
    quote_end: int
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A quotation against one text."""

    verdict: Verdict
    parts: tuple[MatchedPart, ...]
    edits: tuple[Edit, ...]
    elisions: tuple[Elision, ...]
    reversed: bool
    score: float  # share of the quotation's words that are the source's, 0 to 1
    price: float  # what is unlike the source: the best source has the least


def verbatim(part: MatchedPart) -> Judgement:
    """Return the verdict on a quotation all of whose words are the source's, in a row."""
    return Judgement(
        verdict=Verdict.VERBATIM,
        parts=(part,),
        edits=(),
        elisions=(),
        reversed=False,
        score=1.0,
        price=0.0,
    )


def judge(alignment: Alignment) -> Judgement:
    """Return the verdict that an alignment with one text leads to."""
    if not alignment.links:
        return Judgement(
            verdict=Verdict.NOT_FOUND,
            parts=(),
            edits=(),
            elisions=(),
            reversed=False,
            score=0.0,
            price=float(len(alignment.plain.words)),
        )
    noted = classify_edits(alignment)
    score = _score(alignment)
    return Judgement(
        verdict=_verdict(alignment, noted, score),
        parts=tuple(_parts(alignment, noted)),
        edits=tuple(noted.edits),
        elisions=tuple(sorted(noted.elisions, key=lambda each: each.quote_at)),
        reversed=bool(noted.turns),
        score=score,
        price=_price(noted),
    )


def _score(alignment: Alignment) -> float:
    plain, source = alignment.plain, alignment.source
    like = sum(
        1.0
        if link.same
        or link.quote in plain.loose
        or alike(plain.words[link.quote], source.words[link.source])
        else 0.0
        for link in alignment.links
    )
    return round(like / len(plain.words), 4)


def _verdict(alignment: Alignment, noted: EditScan, score: float) -> Verdict:
    if score < _least(len(alignment.plain.words)) or _foreign(alignment):
        return Verdict.NOT_FOUND
    if noted.turns or any(each.sentences for each in noted.elisions):
        return Verdict.SPLICED
    if noted.edits:
        return Verdict.ALTERED
    return Verdict.ELIDED if noted.elisions else Verdict.VERBATIM


def _least(count: int) -> float:
    """Return how much of a quotation of so many words has to be the source's."""
    return 1.0 if count < SHORT else 0.8 if count < 8 else 0.7 if count < 16 else 0.6


_LONGEST = 6  # words in a row that are not the source's make a quotation somebody else's
_AT_AN_END = 3  # at either end so many do, if they are a fifth of it
_STRETCH, _UNKNOWN = 12, 8  # and so do so many, of so many


def _foreign(alignment: Alignment) -> bool:
    """Tell whether a sentence or a stretch of the quotation is somebody else's words."""
    plain, source = alignment.plain, alignment.source
    known = [False] * len(plain.words)
    for link in alignment.links:
        known[link.quote] = link.same or alike(plain.words[link.quote], source.words[link.source])
    # A word alone among strangers fits by chance.
    strange = [
        not each or (0 < n < len(known) - 1 and not known[n - 1] and not known[n + 1])
        for n, each in enumerate(known)
    ]
    run = longest = 0
    for each in strange:
        run = run + 1 if each else 0
        longest = max(longest, run)
    ends = max(_run(strange), _run(strange[::-1]))
    if longest >= _LONGEST or (ends >= _AT_AN_END and 5 * ends >= len(strange)):
        return True
    edges = sorted({0, len(known), *(n for n in plain.turns if 0 < n < len(known))})
    return any(
        two - one >= SHORT and 2 * sum(strange[one:two]) > two - one for one, two in pairwise(edges)
    ) or any(sum(strange[n : n + _STRETCH]) >= _UNKNOWN for n in range(len(known)))


def _run(strange: list[bool]) -> int:
    """Return how many words at the beginning are strange."""
    return next((n for n, each in enumerate(strange) if not each), len(strange))


def _price(noted: EditScan) -> float:
    price = 2.5 * len(noted.turns)
    for edit in noted.edits:
        longest = max(len(edit.before.split()), len(edit.after.split()))
        price += 0.3 if edit.spelling else min(longest, 4) + 0.25 * max(0, longest - 4)
    for each in noted.elisions:
        price += (0.2 if each.mark else 1.5) + min(0.5, 0.001 * each.words)
    return round(price, 6)


def _parts(alignment: Alignment, noted: EditScan) -> Iterator[MatchedPart]:
    """Yield the stretches of the quotation between its marks, skips and turns."""
    plain = alignment.plain
    breaks = {each.quote_at for each in noted.elisions}
    breaks |= {
        plain.span(n, n + 1)[0] for n in {*plain.joints, *noted.turns} if n < len(plain.words)
    }
    run: list[WordLink] = []
    for link in alignment.links:
        if run and (
            any(plain.span(n, n + 1)[0] in breaks for n in range(run[-1].quote + 1, link.quote + 1))
            or link.source <= run[-1].source
        ):
            yield _part(alignment, run)
            run = []
        run.append(link)
    if run:
        yield _part(alignment, run)


def _part(alignment: Alignment, run: list[WordLink]) -> MatchedPart:
    quote = alignment.plain.span(run[0].quote, run[-1].quote + 1)
    source = alignment.source
    return MatchedPart(*quote, source.starts[run[0].source], source.ends[run[-1].source])
