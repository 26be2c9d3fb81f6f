"""Go through an alignment and note what became of the words: edits, elisions, turns."""

from dataclasses import dataclass, field

from index.quotes.compare.align import Alignment
from index.quotes.compare.spelling import same_but_damaged, same_spelt_otherwise
from index.quotes.compare.word_links import WordLink
from index.quotes.words.sentences import whole_sentences
from index.quotes.words.tokenize_quote import OmissionMark


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
    mark: OmissionMark | None  # None: nothing shows it
    quote_at: int  # where in the quotation
    instead: str = ""  # the editor's words in brackets


@dataclass
class EditScan:
    """What has been met on the way through an alignment."""

    alignment: Alignment
    edits: list[Edit] = field(default_factory=list)
    elisions: list[Elision] = field(default_factory=list)
    turns: list[int] = field(default_factory=list)  # quotation words where the source goes back
    quote: list[int] = field(default_factory=list)  # pending words that differ
    source: list[int] = field(default_factory=list)
    quote_place: int = 0  # the quotation's word that has been reached

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

    def elide(self, last: int, first: int, at: int, mark: OmissionMark | None) -> None:
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
                instead=_instead(self.alignment, at) if mark is OmissionMark.BRACKET else "",
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


_IGNORED = "-‐‑‒–—\u00ad,"


def _ignorable(theirs: list[str], ours: list[str], before: str, after: str) -> bool:
    """Tell whether only a dash or comma differs (co-operate, 3,000), or a mark is broken."""
    if theirs and ours and same_but_damaged("".join(theirs), "".join(ours)):
        return True
    if not theirs or not ours or "".join(theirs) != "".join(ours):
        return False
    parted = before if len(theirs) > len(ours) else after
    return any(mark in parted for mark in _IGNORED) and " " not in parted


def classify_edits(alignment: Alignment) -> EditScan:
    """Go through the links and note every edit, elision and turn."""
    plain, source, links = alignment.plain, alignment.source, alignment.links
    noted = EditScan(alignment)
    noted.quote = list(range(links[0].quote))
    previous: WordLink | None = None
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
        if plain.joints.get(n) is OmissionMark.BRACKET:
            _at_an_end(noted, n, link)
    for n in sorted(plain.loose):
        _capital(noted, n)
    return noted


def _between(noted: EditScan, one: WordLink, two: WordLink) -> None:
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
    shown = next(
        (pair for pair in marks if pair[1] in (OmissionMark.OMISSION, OmissionMark.BRACKET)), None
    )
    if not skipped:
        noted.quote += inserted
        if shown and shown[1] is OmissionMark.BRACKET:
            noted.quote_place = two.quote
            noted.flush(two.source)
            noted.elide(one.source, two.source, shown[0], OmissionMark.BRACKET)
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


def _at_an_end(noted: EditScan, n: int, link: WordLink) -> None:
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
            mark=OmissionMark.BRACKET,
            quote_at=plain.span(n, n + 1)[0] if n == 0 else len(plain.cut.text),
            instead=_instead(noted.alignment, n),
        )
    )


def _loose(noted: EditScan, link: WordLink) -> None:
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
            mark=OmissionMark.BRACKET,
            quote_at=quote_start,
            instead=plain.cut.text[quote_start:quote_end],
        )
    )


def _capital(noted: EditScan, n: int) -> None:
    """Note a word of which a bracket changes no more than a capital: [T]he."""
    link = next((each for each in noted.alignment.links if each.quote == n), None)
    if link is not None and link.same:
        _loose(noted, link)
