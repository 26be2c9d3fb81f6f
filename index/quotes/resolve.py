"""Find the statement that a quotation comes from, and say what became of its words."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from index.engine import Document, Engine, Layer
from index.quotes.candidates import Candidate, find_candidates, weights
from index.quotes.compare.align import align
from index.quotes.compare.verdicts import CLEAN, Judgement, MatchedPart, Verdict, judge, verbatim
from index.quotes.nearest import find_nearest
from index.quotes.words.source_text import StoredText, windows
from index.quotes.words.tokenize_quote import TokenizedQuote, tokenize_quote

_ALIGNED = 12  # documents compared word by word
_WORTH_SHOWING = 0.35  # of its words in the nearest statement
_PLACES = 400  # of one run of words: more tell nothing
_FEW = 3  # documents: worth asking which they are
_EACH_OF_FEW = 50
_APART = 12  # words
_EQUAL = 40  # documents looked at in all, where many are as likely
LONGEST = 40_000  # characters of a quotation that are compared; the answer says so


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceMatch:
    """A document that a quotation is, more or less, from."""

    document: Document
    judged: Judgement


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """What was found of one quotation; without a match, nothing in the archive has it."""

    quote: str
    cut: TokenizedQuote
    verdict: Verdict
    match: SourceMatch | None
    also: tuple[SourceMatch, ...] = ()  # others that fit as well, the earliest first
    nearest: SourceMatch | None = None  # for what was not found: offered, not asserted
    in_other_words: bool = False  # the nearest shares what is told, not a run of words

    @property
    def words(self) -> int:
        return len(self.cut.words)


class Resolver:
    """Answers for one archive; keeps what it read between quotations."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._document = lru_cache(maxsize=256)(engine.get)
        self._stored = lru_cache(maxsize=64)(lambda key: StoredText(self._document(key).text))

    def resolve(
        self, quote: str, *, without: Collection[str] = (), offer: bool = False
    ) -> Resolution:
        """Return what is found of `quote`, its outer marks off, in all statements but `without`.

        A statement that quotes is not its own source: name it there. `offer` looks for what comes
        near to a quotation that nothing has, by its content words: as slow as a search.
        """
        pieces = tokenize_quote(quote[:LONGEST])
        if not pieces.words:
            return _nothing(quote, pieces)
        nearest: SourceMatch | None = None
        best: list[SourceMatch] = []
        for layer in ("statement", "page"):
            found = self._in_layer(pieces, layer, frozenset(without))
            if found and found[0].judged.verdict is Verdict.NOT_FOUND:
                nearest = nearest or found[0]
            elif found and (not best or found[0].judged.price < best[0].judged.price):
                best = found
            # What a reader of pages dropped may still stand in the page.
            if best and best[0].judged.verdict in CLEAN:
                break
        if best:
            first, *others = best
            return Resolution(
                quote=quote,
                cut=pieces,
                verdict=first.judged.verdict,
                match=first,
                also=tuple(others),
            )
        nothing = _nothing(quote, pieces)
        if nearest is not None and nearest.judged.score >= _WORTH_SHOWING:
            return replace(nothing, nearest=nearest)
        return self._offered(nothing, frozenset(without)) if offer else nothing

    def _offered(self, nothing: Resolution, without: frozenset[str]) -> Resolution:
        """Return the answer with the nearest statement: perhaps a translation, or a paraphrase."""
        told = weights(self.engine, nothing.cut.words)
        found = find_nearest(
            self.engine,
            nothing.cut,
            told,
            layer="statement",
            keep=lambda statement: statement not in without,
        )
        if found is None:
            return nothing
        part = MatchedPart(0, len(nothing.cut.text), found.start, found.end)
        judged = replace(verbatim(part), verdict=Verdict.NOT_FOUND, score=found.share)
        return replace(
            nothing,
            verdict=Verdict.TRANSLATED if found.translated else Verdict.NOT_FOUND,
            nearest=SourceMatch(document=found.document, judged=judged),
            in_other_words=True,
        )

    def _in_layer(
        self, pieces: TokenizedQuote, layer: Layer, without: frozenset[str]
    ) -> list[SourceMatch]:
        """Return the matches that differ least, the best of them first."""
        archive = _Layer(self, layer, without)
        if not (pieces.omissions or pieces.loose):
            keys = archive.having(pieces.words, _PLACES)
            if pieces.asides:
                keys = [key for key in keys if self._prints(pieces, key)]
            if keys:
                return [self._verbatim(pieces, each) for each in self._one_each(keys)[:_EQUAL]]
        told = weights(self.engine, pieces.words)
        return _best(self._aligned(pieces, find_candidates(archive, pieces, told)))

    def document(self, key: str) -> Document:
        return self._document(key)

    def _prints(self, pieces: TokenizedQuote, key: str) -> bool:
        """Say whether a document has the words in a row with the brackets that the quote has."""
        stored = self._stored(key)
        start, end = stored.places(pieces.words)[0]
        printed, quoted = stored.text[start:end], pieces.text[pieces.starts[0] : pieces.ends[-1]]
        return all(printed.count(mark) == quoted.count(mark) for mark in "[]")

    def _verbatim(self, pieces: TokenizedQuote, document: Document) -> SourceMatch:
        """Return the match with a document that has all words in a row."""
        start, end = self._stored(document.key).places(pieces.words)[0]
        part = MatchedPart(pieces.starts[0], pieces.ends[-1], start, end)
        return SourceMatch(document=document, judged=verbatim(part))

    def _one_each(self, keys: Iterable[str]) -> list[Document]:
        """Return one version a statement, the current one if it is among them, by date."""
        best: dict[str, Document] = {}
        for key in keys:
            document = self._document(key)
            held = best.get(document.statement)
            if held is None or (document.current and not held.current):
                best[document.statement] = document
        return sorted(best.values(), key=_age)

    def _aligned(self, pieces: TokenizedQuote, likely: list[Candidate]) -> list[SourceMatch]:
        found: list[SourceMatch] = []
        clean = False
        for number, candidate in enumerate(likely):
            top = likely[0].weight
            enough = number >= _EQUAL or (number >= _ALIGNED and candidate.weight < top)
            if enough or candidate.weight < (0.7 if clean else 0.4) * top:
                break
            found.append(self._match(pieces, candidate))
            clean = clean or found[-1].judged.verdict is not Verdict.NOT_FOUND
        return found

    def _match(self, pieces: TokenizedQuote, candidate: Candidate) -> SourceMatch:
        """Align with what lies around the stretches found; around all of them if some do not do."""
        document = self._document(candidate.key)
        some = spread(candidate.stretches)
        judged = self._judged(pieces, candidate.key, some)
        if judged.verdict is Verdict.NOT_FOUND and len(candidate.stretches) > len(some):
            judged = self._judged(pieces, candidate.key, candidate.stretches)
        return SourceMatch(document=document, judged=judged)

    def _judged(
        self, pieces: TokenizedQuote, key: str, stretches: list[tuple[int, int]]
    ) -> Judgement:
        stored = self._stored(key)
        places = [
            place
            for first, last in stretches
            for place in stored.places(pieces.words[first:last])[:20]
        ]
        source = windows(stored.text, places, len(pieces.text) + 400) if places else stored.whole
        return judge(align(pieces.against(source), source))


class _Layer:
    """One layer of the archive, what is to be left out of it left out."""

    def __init__(self, resolver: Resolver, layer: Layer, without: frozenset[str]) -> None:
        self._resolver, self._layer, self._without = resolver, layer, without

    def often(self, words: Sequence[str]) -> int:
        """Return how many documents have `words` in a row; about, where they are many."""
        documents = self._resolver.engine.frequency(words).documents
        if 0 < documents <= _FEW:
            return len(self.having(words, _EACH_OF_FEW))
        return documents

    def having(self, words: Sequence[str], limit: int) -> list[str]:
        """Return the keys of documents in which `words` follow one another."""
        places = self._resolver.engine.find(words, layer=self._layer, limit=limit)
        keys = dict.fromkeys(place.key for place in places)
        if not self._without:
            return list(keys)
        return [key for key in keys if self._resolver.document(key).statement not in self._without]


def spread(stretches: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return enough of the stretches to know where in a text to look: one in so many words."""
    taken: list[tuple[int, int]] = []
    for stretch in sorted(stretches):
        if not taken or stretch[0] - taken[-1][0] >= _APART:
            taken.append(stretch)
    return taken


def _age(document: Document) -> tuple[str, str]:
    """Sort by date of issue, the earliest first; what has none comes last."""
    return document.issued or "9", document.statement


def _best(found: list[SourceMatch]) -> list[SourceMatch]:
    """Return the match that differs least, then the others that have the quotation too.

    A statement that prints the same dots and brackets is quoting as well: one that has the words
    themselves is listed with it, though it differs by the marks.
    """
    held = [each for each in found if each.judged.verdict is not Verdict.NOT_FOUND]
    if not held:
        return sorted(found, key=lambda each: (-each.judged.score, _age(each.document)))[:1]
    least = min(each.judged.price for each in held)
    best: dict[str, SourceMatch] = {}
    for each in sorted(held, key=lambda each: (each.judged.price, not each.document.current)):
        if _as_good(each.judged, least):
            best.setdefault(each.document.statement, each)
    return sorted(
        best.values(), key=lambda each: (each.judged.price > least + _SAME, *_age(each.document))
    )


_SAME = 1e-9


def _as_good(judged: Judgement, least: float) -> bool:
    return judged.price <= least + _SAME or (judged.verdict in CLEAN and judged.score == 1.0)


def _nothing(quote: str, pieces: TokenizedQuote) -> Resolution:
    return Resolution(quote=quote, cut=pieces, verdict=Verdict.NOT_FOUND, match=None)
