"""What became of a statement's words in a quotation, and the verdict on it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

from index.quotes.aligning import Alignment
from index.quotes.cutting import Mark
from index.quotes.links import Link
from index.quotes.sentences import whole_sentences
from index.quotes.spelling import alike, same_but_damaged, same_spelt_otherwise

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Words of the source that the quotation has otherwise, and shows no mark of it.

    `before` is characters start–end of the source, `after` characters of the quotation.
    """

    before: str
    after: str
    start: int
    end: int
    quote_start: int
    quote_end: int
    spelling: bool  # the same words, spelt otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Elision:
    """Words of the source, characters start–end, that the quotation skips."""

    text: str
    start: int
    end: int
    words: int
    sentences: int  # of them whole
    mark: Mark | None  # None: nothing shows it
    quote_at: int  # where in the quotation
    instead: str = ""  # the editor's words in brackets


@dataclass(frozen=True, slots=True)
class Part:
    """Characters of the quotation, and those of the source that they are, in one go."""

    quote_start: int
    quote_end: int
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A quotation against one text."""

    verdict: Verdict
    parts: tuple[Part, ...]
    edits: tuple[Edit, ...]
    elisions: tuple[Elision, ...]
    reversed: bool
    score: float  # share of the quotation's words that are the source's, 0 to 1
    price: float  # what is unlike the source: the best source has the least


@dataclass
class _Walk:
    """What has been met on the way through an alignment."""

    alignment: Alignment
    edits: list[Edit] = field(default_factory=list)
    elisions: list[Elision] = field(default_factory=list)
    turns: list[int] = field(default_factory=list)  # quotation words where the source goes back
    quote: list[int] = field(default_factory=list)  # pending words that differ
    source: list[int] = field(default_factory=list)

    def flush(self, place: int) -> None:
        """Make one edit of the pending words; `place` is the source word they stand before."""
        if not self.quote and not self.source:
            return
        plain, source = self.alignment.plain, self.alignment.source
        if self.source:
            start, end = source.starts[self.source[0]], source.ends[self.source[-1]]
        else:
            start = end = source.starts[place] if place < len(source.words) else len(source.text)
        if self.quote:
            quote_start, quote_end = plain.span(self.quote[0], self.quote[-1] + 1)
        else:
            after = self.quote_place
            quote_start = quote_end = plain.span(after, after + 1)[0]
        before, after_text = source.text[start:end], plain.cut.text[quote_start:quote_end]
        ours = [plain.words[n] for n in self.quote]
        theirs = [source.words[n] for n in self.source]
        if not _ignorable(theirs, ours, before, after_text):
            self.edits.append(
                Edit(
                    before=before,
                    after=after_text,
                    start=start,
                    end=end,
                    quote_start=quote_start,
                    quote_end=quote_end,
                    spelling=_spelling(theirs, ours),
                )
            )
        self.quote, self.source = [], []

    quote_place: int = 0

    def elide(self, last: int, first: int, at: int, mark: Mark | None) -> None:
        """Note the skipped source words behind word `last` and before word `first`."""
        plain, source = self.alignment.plain, self.alignment.source
        start, end = _bounds(source.text, source.ends[last], source.starts[first])
        self.elisions.append(
            Elision(
                text=source.text[start:end],
                start=start,
                end=end,
                words=source.between(last, first),
                sentences=whole_sentences(source.text, source.ends[last], source.starts[first]),
                mark=mark,
                quote_at=plain.span(at, at + 1)[0],
                instead=_instead(self.alignment, at) if mark is Mark.BRACKET else "",
            )
        )


_LEFT_OVER = " \t\r\n\u00a0.,;:!?…”’»)]—–-"
_OPENING = " \t\r\n\u00a0“‘«„([—–-"


def _bounds(text: str, start: int, end: int) -> tuple[int, int]:
    """Cut what belongs to the words kept off a gap: the stop before, the opening mark behind."""
    while start < end and text[start] in _LEFT_OVER:
        start += 1
    while end > start and text[end - 1] in _OPENING:
        end -= 1
    return start, end


def _instead(alignment: Alignment, at: int) -> str:
    """Return the bracketed words that stand before word `at` of the plain quotation."""
    plain = alignment.plain
    low = plain.cut.ends[plain.kept[at - 1]] if at else 0
    high = plain.cut.starts[plain.kept[at]] if at < len(plain.kept) else len(plain.cut.text)
    return plain.cut.text[low:high].strip()


def _spelling(theirs: list[str], ours: list[str]) -> bool:
    if "".join(theirs) == "".join(ours):
        return True
    return len(theirs) == len(ours) and all(
        one == two or same_spelt_otherwise(one, two) for one, two in zip(theirs, ours, strict=True)
    )


_HYPHENS = "-‐‑‒–—\u00ad"


def _ignorable(theirs: list[str], ours: list[str], before: str, after: str) -> bool:
    """Tell whether only a dash differs, co-operate and cooperate, or a broken mark."""
    if theirs and ours and same_but_damaged("".join(theirs), "".join(ours)):
        return True
    if not theirs or not ours or "".join(theirs) != "".join(ours):
        return False
    parted = before if len(theirs) > len(ours) else after
    return any(hyphen in parted for hyphen in _HYPHENS) and " " not in parted


def walk(alignment: Alignment) -> _Walk:
    """Go through the links and note every edit, elision and turn."""
    plain, source, links = alignment.plain, alignment.source, alignment.links
    noted = _Walk(alignment)
    noted.quote = list(range(links[0].quote))
    previous: Link | None = None
    for link in links:
        if previous is not None:
            _between(noted, previous, link)
        noted.quote_place = link.quote
        if link.same:
            noted.flush(link.source)
        elif link.quote in plain.loose:
            noted.flush(link.source)
            _loose(noted, link)
        else:
            noted.quote.append(link.quote)
            noted.source.append(link.source)
        previous = link
    last = links[-1]
    noted.quote_place = last.quote
    noted.quote += range(last.quote + 1, len(plain.words))
    noted.flush(min(last.source + 1, len(source.words)))
    for n, link in ((0, links[0]), (len(plain.words), last)):
        if plain.joints.get(n) is Mark.BRACKET:
            _at_an_end(noted, n, link)
    for n in sorted(plain.loose):
        _capital(noted, n)
    return noted


def _between(noted: _Walk, one: Link, two: Link) -> None:
    plain, source = noted.alignment.plain, noted.alignment.source
    inserted = list(range(one.quote + 1, two.quote))
    if two.source <= one.source:
        noted.quote += inserted
        noted.quote_place = two.quote
        noted.flush(one.source + 1)
        noted.turns.append(two.quote)
        return
    skipped = source.between(one.source, two.source)
    marks = [(n, plain.joints[n]) for n in range(one.quote + 1, two.quote + 1) if n in plain.joints]
    shown = next((pair for pair in marks if pair[1] in (Mark.OMISSION, Mark.BRACKET)), None)
    if not skipped:
        noted.quote += inserted
        if shown and shown[1] is Mark.BRACKET:
            noted.quote_place = two.quote
            noted.flush(two.source)
            noted.elide(one.source, two.source, shown[0], Mark.BRACKET)
        return
    whole = whole_sentences(source.text, source.ends[one.source], source.starts[two.source])
    if shown or whole:
        place = shown[0] if shown else two.quote
        noted.quote += [n for n in inserted if n < place]
        noted.quote_place = two.quote
        noted.flush(one.source + 1)
        noted.elide(one.source, two.source, place, shown[1] if shown else None)
        noted.quote += [n for n in inserted if n >= place]
        return
    noted.quote += inserted
    noted.source += range(one.source + 1, two.source)


def _at_an_end(noted: _Walk, n: int, link: Link) -> None:
    """Note a bracket at an end of the quotation: that it replaces one word is a guess."""
    source = noted.alignment.source
    word = link.source - 1 if n == 0 else link.source + 1
    if not 0 <= word < len(source.words):
        return
    start, end = source.span(word, word + 1)
    plain = noted.alignment.plain
    noted.elisions.append(
        Elision(
            text=source.text[start:end],
            start=start,
            end=end,
            words=1,
            sentences=0,
            mark=Mark.BRACKET,
            quote_at=plain.span(n, n + 1)[0] if n == 0 else len(plain.cut.text),
            instead=_instead(noted.alignment, n),
        )
    )


def _loose(noted: _Walk, link: Link) -> None:
    """Note a word that an editor's bracket changes: walk[ed]."""
    plain, source = noted.alignment.plain, noted.alignment.source
    start, end = source.starts[link.source], source.ends[link.source]
    quote_start, quote_end = plain.span(link.quote, link.quote + 1)
    noted.elisions.append(
        Elision(
            text=source.text[start:end],
            start=start,
            end=end,
            words=1,
            sentences=0,
            mark=Mark.BRACKET,
            quote_at=quote_start,
            instead=plain.cut.text[quote_start:quote_end],
        )
    )


def _capital(noted: _Walk, n: int) -> None:
    """Note a word of which a bracket changes no more than a capital: [T]he."""
    link = next((each for each in noted.alignment.links if each.quote == n), None)
    if link is not None and link.same:
        _loose(noted, link)


def verbatim(part: Part) -> Judged:
    """Return the verdict on a quotation all of whose words are the source's, in a row."""
    return Judged(
        verdict=Verdict.VERBATIM,
        parts=(part,),
        edits=(),
        elisions=(),
        reversed=False,
        score=1.0,
        price=0.0,
    )


def judge(alignment: Alignment) -> Judged:
    """Return the verdict that an alignment with one text leads to."""
    if not alignment.links:
        return Judged(
            verdict=Verdict.NOT_FOUND,
            parts=(),
            edits=(),
            elisions=(),
            reversed=False,
            score=0.0,
            price=float(len(alignment.plain.words)),
        )
    noted = walk(alignment)
    score = _score(alignment)
    return Judged(
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


def _verdict(alignment: Alignment, noted: _Walk, score: float) -> Verdict:
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
    if longest >= _LONGEST:
        return True
    edges = sorted({0, len(known), *(n for n in plain.turns if 0 < n < len(known))})
    return any(
        two - one >= SHORT and 2 * sum(strange[one:two]) > two - one for one, two in pairwise(edges)
    ) or any(sum(strange[n : n + _STRETCH]) >= _UNKNOWN for n in range(len(known)))


def _price(noted: _Walk) -> float:
    price = 2.5 * len(noted.turns)
    for edit in noted.edits:
        longest = max(len(edit.before.split()), len(edit.after.split()))
        price += 0.3 if edit.spelling else min(longest, 4) + 0.25 * max(0, longest - 4)
    for each in noted.elisions:
        price += (0.2 if each.mark else 1.5) + min(0.5, 0.001 * each.words)
    return round(price, 6)


def _parts(alignment: Alignment, noted: _Walk) -> Iterator[Part]:
    """Yield the stretches of the quotation between its marks, skips and turns."""
    plain = alignment.plain
    breaks = {each.quote_at for each in noted.elisions}
    breaks |= {
        plain.span(n, n + 1)[0] for n in {*plain.joints, *noted.turns} if n < len(plain.words)
    }
    run: list[Link] = []
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


def _part(alignment: Alignment, run: list[Link]) -> Part:
    quote = alignment.plain.span(run[0].quote, run[-1].quote + 1)
    source = alignment.source
    return Part(*quote, source.starts[run[0].source], source.ends[run[-1].source])
