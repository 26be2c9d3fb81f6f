"""Find the statement that a quotation comes from, and say what became of its words."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from index.quotes.aligning import align
from index.quotes.candidates import Candidate, candidates, weights
from index.quotes.cutting import Cut, cut
from index.quotes.source import Stored, windows
from index.quotes.verdicts import Judged, Verdict, judge
from index.search import Document, Engine, Layer

_ALIGNED = 12  # documents compared word by word
_PLACES = 1500  # more of one stretch tell nothing
_EQUAL = 40  # documents looked at in all, where many are as likely
_WORDS = 4000  # of a quotation; a longer one is cut off, and the answer says so


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A document that a quotation is, more or less, from."""

    document: Document
    judged: Judged


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was found of one quotation; without a match, nothing in the archive has it."""

    quote: str
    cut: Cut
    verdict: Verdict
    match: Match | None
    also: tuple[Match, ...] = ()  # others that fit as well, the earliest first
    nearest: Match | None = None  # for what was not found: offered, not asserted

    @property
    def words(self) -> int:
        return len(self.cut.words)


class Resolver:
    """Answers for one archive; keeps what it read between quotations."""

    def __init__(self, engine: Engine, *, leave_out: Collection[str] = ()) -> None:
        """Take the statements `leave_out` for not being there."""
        self.engine = engine
        self._leave_out = frozenset(leave_out)
        self._document = lru_cache(maxsize=256)(engine.get)
        self._stored = lru_cache(maxsize=64)(lambda key: Stored(self._document(key).text))

    def resolve(self, quote: str) -> Answer:
        """Return what is found of `quote`, its outer marks off."""
        pieces = cut(quote)
        if not pieces.words:
            return _nothing(quote, pieces)
        nearest: Match | None = None
        for layer in ("statement", "page"):
            found = self._in_layer(pieces, layer)
            if found and found[0].judged.verdict is not Verdict.NOT_FOUND:
                first, *others = found
                return Answer(
                    quote=quote,
                    cut=pieces,
                    verdict=first.judged.verdict,
                    match=first,
                    also=tuple(others),
                )
            if found and nearest is None:
                nearest = found[0]
        return Answer(
            quote=quote, cut=pieces, verdict=Verdict.NOT_FOUND, match=None, nearest=nearest
        )

    def _in_layer(self, pieces: Cut, layer: Layer) -> list[Match]:
        """Return the matches that differ least, the best of them first."""
        if not pieces.asides and not pieces.omissions:
            whole_ = self._verbatim(pieces, layer)
            if whole_:
                return whole_
        told = weights(self.engine, pieces.words)
        likely = candidates(partial(self._having, layer=layer), pieces, told)
        return _best(self._aligned(pieces, likely))

    def _having(self, words: Sequence[str], *, layer: Layer) -> list[str]:
        """Return the keys of the documents in which `words` follow one another."""
        places = self.engine.find(words, layer=layer, limit=_PLACES)
        keys = dict.fromkeys(place.key for place in places)
        if not self._leave_out:
            return list(keys)
        return [key for key in keys if self._document(key).statement not in self._leave_out]

    def _verbatim(self, pieces: Cut, layer: Layer) -> list[Match]:
        documents = self._documents(self._having(pieces.words, layer=layer))[:_EQUAL]
        return [self._match(pieces, document, [(0, len(pieces.words))]) for document in documents]

    def _documents(self, keys: Iterable[str]) -> list[Document]:
        """Return one version a statement, the current one if it is among them, by date."""
        best: dict[str, Document] = {}
        for key in keys:
            document = self._document(key)
            held = best.get(document.statement)
            if held is None or (document.current and not held.current):
                best[document.statement] = document
        return sorted(best.values(), key=_age)

    def _aligned(self, pieces: Cut, likely: list[Candidate]) -> list[Match]:
        found: list[Match] = []
        top: float | None = None
        for number, candidate in enumerate(likely):
            if top is None:
                top = candidate.weight
            enough = number >= _EQUAL or (number >= _ALIGNED and candidate.weight < top)
            if enough or candidate.weight < 0.3 * top:
                break
            document = self._document(candidate.key)
            found.append(self._match(pieces, document, candidate.stretches))
        return found

    def _match(self, pieces: Cut, document: Document, stretches: list[tuple[int, int]]) -> Match:
        stored = self._stored(document.key)
        places = [
            place
            for first, last in stretches
            for place in stored.places(pieces.words[first:last])[:20]
        ]
        reach = len(pieces.text) + 400
        source = windows(document.text, places, reach) if places else stored.whole
        return Match(document=document, judged=judge(align(pieces.against(source), source)))


def _age(document: Document) -> tuple[str, str]:
    """Sort by date of issue, the earliest first; what has none comes last."""
    return document.issued or "9", document.statement


def _best(found: list[Match]) -> list[Match]:
    """Return the match that differs least, then the others that have the quotation too.

    A statement that prints the same dots and brackets is quoting as well: one that has the words
    themselves is listed with it, though it differs by the marks.
    """
    held = [each for each in found if each.judged.verdict is not Verdict.NOT_FOUND]
    if not held:
        return sorted(found, key=lambda each: (-each.judged.score, _age(each.document)))[:1]
    least = min(each.judged.price for each in held)
    best: dict[str, Match] = {}
    for each in sorted(held, key=lambda each: (each.judged.price, not each.document.current)):
        if _as_good(each.judged, least):
            best.setdefault(each.document.statement, each)
    return sorted(
        best.values(), key=lambda each: (each.judged.price > least + _SAME, *_age(each.document))
    )


_SAME = 1e-9
_CLEAN = (Verdict.VERBATIM, Verdict.ELIDED)


def _as_good(judged: Judged, least: float) -> bool:
    return judged.price <= least + _SAME or (judged.verdict in _CLEAN and judged.score == 1.0)


def _nothing(quote: str, pieces: Cut) -> Answer:
    return Answer(quote=quote, cut=pieces, verdict=Verdict.NOT_FOUND, match=None)
