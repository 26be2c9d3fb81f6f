"""Find the statement that a quotation comes from, and judge how it was changed."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from archive.text.number_format import decimal_mark
from index.engine_interface import Document, Engine, Layer
from index.quotes.compare.align_words import align
from index.quotes.compare.decide_verdict import (
    FAITHFUL,
    Judgement,
    MatchedPart,
    Verdict,
    judge,
    verbatim_judgement,
)
from index.quotes.compare.sign_changes import is_printed_so
from index.quotes.find_candidates import Candidate, find_candidates, word_weights
from index.quotes.nearest_statement import find_nearest
from index.quotes.typed_otherwise import move_to, other_typings
from index.quotes.words.quotation_marks import OMISSION
from index.quotes.words.quote_readings import QuoteReadings, read_quote
from index.quotes.words.source_text import SourceText, StoredText, source_windows
from index.quotes.words.tokenize_quote import TokenizedQuote
from index.text_to_words import normalise

_MAX_ALIGNED_DOCUMENTS = 12  # aligned word by word
_MIN_NEAREST_SCORE = 0.35  # share of words: less is not offered as nearest
_MIN_WORDS_OF_EARLIER_SOURCE = 6  # dots between fewer can be read into any text
_MAX_VERBATIM_HITS = 400  # of one run of words: more give no information
_EXACT_COUNT_DOCUMENTS = 3  # up to this many, their exact number is looked up
_EXACT_COUNT_HITS = 50
_MIN_STRETCH_DISTANCE_WORDS = 12  # between two stretches
_MAX_EQUAL_DOCUMENTS = 40  # aligned, where many are equally likely
MAX_QUOTE_CHARS = 40_000  # of a quotation are compared; a flag reports the rest


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceMatch:
    """A document and how a quotation compares with it."""

    document: Document
    judgement: Judgement


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """The result for one quotation; without `match`, nothing in the archive has it."""

    quote: str
    tokenized: TokenizedQuote
    verdict: Verdict
    match: SourceMatch | None
    other_matches: tuple[SourceMatch, ...] = ()  # as good, the earliest first
    nearest: SourceMatch | None = None  # if not found: offered, not asserted
    nearest_is_paraphrase: bool = False  # it shares content words, not a run

    @property
    def word_count(self) -> int:
        return len(self.tokenized.words)


class Resolver:
    """Resolves quotations against one archive; caches documents between quotations."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._document = lru_cache(maxsize=256)(engine.get)
        self._stored = lru_cache(maxsize=64)(self._read_stored)

    def _read_stored(self, key: str) -> StoredText:
        document = self._document(key)
        return StoredText(document.text, decimal_mark(document.lang))

    def resolve(
        self, quote: str, *, excluded: Collection[str] = (), with_nearest: bool = False
    ) -> Resolution:
        """Return the resolution of `quote`, without its outer marks, in all but `excluded`.

        `excluded` are statement ids: a quoting statement is not its own source. `with_nearest`
        searches for the nearest statement to a quotation that nothing has, by its content words:
        as slow as a search.
        """
        resolution = self._resolve_typed(quote, excluded, with_nearest=with_nearest)
        if resolution.verdict in FAITHFUL:
            return resolution
        for typed in other_typings(quote[:MAX_QUOTE_CHARS], self._is_known):
            other = self._resolve_typed(typed, excluded, with_nearest=False)
            if other.verdict in FAITHFUL and other.match is not None:
                judgement = move_to(other.match.judgement, typed, quote)
                return replace(other, quote=quote, match=replace(other.match, judgement=judgement))
        return resolution

    def _is_known(self, word: str) -> bool:
        return self.engine.frequency((word,)).documents > 0

    def _resolve_typed(
        self, quote: str, excluded: Collection[str], *, with_nearest: bool
    ) -> Resolution:
        """Return the resolution of `quote` with its white space as it is."""
        readings = read_quote(quote[:MAX_QUOTE_CHARS])
        tokenized = readings.point
        if not tokenized.words:
            return _unresolved(quote, tokenized)
        nearest: SourceMatch | None = None
        best: list[SourceMatch] = []
        for layer in ("statement", "page"):
            matches = self._match_in_layer(readings, layer, frozenset(excluded))
            if matches and matches[0].judgement.verdict is Verdict.NOT_FOUND:
                nearest = nearest or matches[0]
            elif matches and (not best or matches[0].judgement.cost < best[0].judgement.cost):
                best = matches
            # What the layout's reader dropped may still be in the page.
            if best and best[0].judgement.verdict in FAITHFUL:
                break
        if best:
            first, *others = best
            return Resolution(
                quote=quote,
                tokenized=readings.of(first.document),
                verdict=first.judgement.verdict,
                match=first,
                other_matches=tuple(others),
            )
        unresolved = _unresolved(quote, tokenized)
        if nearest is not None and nearest.judgement.score >= _MIN_NEAREST_SCORE:
            return replace(unresolved, nearest=nearest)
        return self._with_nearest(unresolved, frozenset(excluded)) if with_nearest else unresolved

    def _with_nearest(self, unresolved: Resolution, excluded: frozenset[str]) -> Resolution:
        """Return the resolution with the nearest statement: maybe a translation or paraphrase."""
        weights = word_weights(self.engine, unresolved.tokenized.words)
        nearest = find_nearest(
            self.engine,
            unresolved.tokenized,
            weights,
            layer="statement",
            is_allowed=lambda statement: statement not in excluded,
        )
        if nearest is None:
            return unresolved
        part = MatchedPart(0, len(unresolved.tokenized.text), nearest.start, nearest.end)
        judgement = replace(
            verbatim_judgement(part), verdict=Verdict.NOT_FOUND, score=nearest.share
        )
        return replace(
            unresolved,
            verdict=Verdict.TRANSLATED if nearest.translated else Verdict.NOT_FOUND,
            nearest=SourceMatch(document=nearest.document, judgement=judgement),
            nearest_is_paraphrase=True,
        )

    def _match_in_layer(
        self, readings: QuoteReadings, layer: Layer, excluded: frozenset[str]
    ) -> list[SourceMatch]:
        """Return the matches in one layer that differ least, the best first."""
        finder = _LayerFinder(self, layer, excluded)
        verbatim = self._find_verbatim(readings, finder)
        is_short = len(readings.point.words) < _MIN_WORDS_OF_EARLIER_SOURCE
        if verbatim and (is_short or not _has_marks(readings.point)):
            return verbatim
        matches: list[SourceMatch] = []
        for tokenized, mark in readings.distinct():
            candidates = find_candidates(
                finder, tokenized, word_weights(self.engine, tokenized.words)
            )
            matches += self._align_candidates(
                tokenized, [item for item in candidates if self._has_mark(item.key, mark)]
            )
        return _unmarked_first(_best_matches(matches), verbatim)

    def _find_verbatim(self, readings: QuoteReadings, finder: "_LayerFinder") -> list[SourceMatch]:
        """Return the documents that have all words of the quotation in sequence, as it stands.

        Brackets and dots are taken as the source's own here: it must have the same ones.
        """
        has_marks = _has_marks(readings.point)
        if has_marks:
            readings = read_quote(readings.point.text, join_brackets=False)
        matches: list[SourceMatch] = []
        for tokenized, mark in readings.distinct():
            spans = {
                key: span
                for key in finder.documents_with(tokenized.words, _MAX_VERBATIM_HITS)
                if self._has_mark(key, mark)
                and (span := self._find_span(tokenized, key, has_marks=has_marks))
            }
            for document in self._one_version_each(spans)[:_MAX_EQUAL_DOCUMENTS]:
                start, end = spans[document.key]
                part = MatchedPart(tokenized.starts[0], tokenized.ends[-1], start, end)
                judgement = verbatim_judgement(part)
                matches.append(SourceMatch(document=document, judgement=judgement))
        return sorted(matches, key=lambda match: _date_order(match.document))

    def _find_span(
        self, tokenized: TokenizedQuote, key: str, *, has_marks: bool
    ) -> tuple[int, int] | None:
        """Return the first characters of a document that have the words, printed as quoted.

        With `has_marks`, they have the quotation's brackets and dots too.
        """
        stored = self._stored(key)
        marks = _editors_marks(tokenized.text[tokenized.starts[0] : tokenized.ends[-1]])
        for start, end in stored.occurrences(tokenized.words):
            words = normalise(stored.text, stored.decimal, start, end)
            source = SourceText(stored.text, words.words, words.starts, words.ends)
            if not is_printed_so(source, 0, tokenized):
                continue
            if not has_marks or _editors_marks(stored.text[start:end]) == marks:
                return start, end
        return None

    def _has_mark(self, key: str, mark: str) -> bool:
        """Return whether the language of a document has the decimal mark `mark`; "" is any."""
        return not mark or decimal_mark(self._document(key).lang) == mark

    def document(self, key: str) -> Document:
        return self._document(key)

    def _one_version_each(self, keys: Iterable[str]) -> list[Document]:
        """Return one version per statement, by date; the current one if it is among them."""
        documents: dict[str, Document] = {}
        for key in keys:
            document = self._document(key)
            known = documents.get(document.statement)
            if known is None or (document.current and not known.current):
                documents[document.statement] = document
        return sorted(documents.values(), key=_date_order)

    def _align_candidates(
        self, tokenized: TokenizedQuote, candidates: list[Candidate]
    ) -> list[SourceMatch]:
        matches: list[SourceMatch] = []
        has_match = False
        for n, candidate in enumerate(candidates):
            top = candidates[0].weight
            is_enough = n >= _MAX_EQUAL_DOCUMENTS or (
                n >= _MAX_ALIGNED_DOCUMENTS and candidate.weight < top
            )
            if is_enough or candidate.weight < (0.7 if has_match else 0.4) * top:
                break
            matches.append(self._align_candidate(tokenized, candidate))
            has_match = has_match or matches[-1].judgement.verdict is not Verdict.NOT_FOUND
        return matches

    def _align_candidate(self, tokenized: TokenizedQuote, candidate: Candidate) -> SourceMatch:
        """Align with the text around some stretches; around all if that finds nothing."""
        document = self._document(candidate.key)
        sample = thin_stretches(candidate.stretches)
        judgement = self._judge(tokenized, candidate.key, sample)
        if judgement.verdict is Verdict.NOT_FOUND and len(candidate.stretches) > len(sample):
            judgement = self._judge(tokenized, candidate.key, candidate.stretches)
        return SourceMatch(document=document, judgement=judgement)

    def _judge(
        self, tokenized: TokenizedQuote, key: str, stretches: list[tuple[int, int]]
    ) -> Judgement:
        stored = self._stored(key)
        spans = [
            span
            for first, last in stretches
            for span in stored.occurrences(tokenized.words[first:last])[:20]
        ]
        source = (
            source_windows(stored.text, spans, len(tokenized.text) + 400, stored.decimal)
            if spans
            else stored.whole
        )
        return judge(align(tokenized.drop_insertions(source), source))


class _LayerFinder:
    """Finds phrases in one layer of the archive, without the excluded statements."""

    def __init__(self, resolver: Resolver, layer: Layer, excluded: frozenset[str]) -> None:
        self._resolver, self._layer, self._excluded = resolver, layer, excluded
        self._complete: dict[tuple[str, ...], list[str]] = {}  # of phrases with few hits, all keys

    def document_frequency(self, words: Sequence[str]) -> int:
        """Return how many documents have the phrase `words`; an estimate where they are many."""
        documents = self._resolver.engine.frequency(words).documents
        if 0 < documents <= _EXACT_COUNT_DOCUMENTS:
            return len(self.documents_with(words, _EXACT_COUNT_HITS))
        return documents

    def documents_with(self, words: Sequence[str], limit: int) -> list[str]:
        """Return the keys of documents that have the phrase `words`, from `limit` hits at most."""
        phrase = tuple(words)
        if phrase in self._complete:
            return self._complete[phrase]
        hits = self._resolver.engine.find(words, layer=self._layer, limit=limit)
        keys = list(dict.fromkeys(hit.key for hit in hits))
        if self._excluded:
            keys = [
                key for key in keys if self._resolver.document(key).statement not in self._excluded
            ]
        if len(hits) < limit:
            self._complete[phrase] = keys
        return keys


def thin_stretches(stretches: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return stretches at least 12 words apart: enough to know where in a text to look."""
    thinned: list[tuple[int, int]] = []
    for stretch in sorted(stretches):
        if not thinned or stretch[0] - thinned[-1][0] >= _MIN_STRETCH_DISTANCE_WORDS:
            thinned.append(stretch)
    return thinned


def _date_order(document: Document) -> tuple[str, str]:
    """Return a sort key: the earliest date of issue first, undated documents last."""
    return document.issued or "9", document.statement


def _best_matches(matches: list[SourceMatch]) -> list[SourceMatch]:
    """Return the match of least cost, then the other statements that have the quotation.

    A statement that prints the same dots and brackets is itself quoting: a faithful match that has
    all the words is listed with it, though it differs by the marks.
    """
    confirmed = [match for match in matches if match.judgement.verdict is not Verdict.NOT_FOUND]
    if not confirmed:
        return sorted(
            matches, key=lambda match: (-match.judgement.score, _date_order(match.document))
        )[:1]
    min_cost = min(match.judgement.cost for match in confirmed)
    by_statement: dict[str, SourceMatch] = {}
    for match in sorted(
        confirmed, key=lambda match: (match.judgement.cost, not match.document.current)
    ):
        if _is_as_good(match.judgement, min_cost):
            by_statement.setdefault(match.document.statement, match)
    return sorted(
        by_statement.values(),
        key=lambda match: (
            match.judgement.cost > min_cost + _COST_TOLERANCE,
            *_date_order(match.document),
        ),
    )


def _has_marks(tokenized: TokenizedQuote) -> bool:
    """Return whether a quotation has brackets, dots, or an attribution between its parts."""
    return bool(tokenized.omissions or tokenized.bracketed or tokenized.insertions)


def _unmarked_first(unmarked: list[SourceMatch], marked: list[SourceMatch]) -> list[SourceMatch]:
    """Return the matches by date: who has the words without the marks may be quoted by the others.

    `marked` have the same brackets and dots as the quotation. Within one statement, its own marks
    are its words.
    """
    statements = {match.document.statement for match in marked}
    originals = [
        match
        for match in unmarked
        if match.document.statement not in statements
        and match.judgement.verdict in FAITHFUL
        and match.judgement.score == 1.0
    ]
    if not marked:
        return unmarked
    return sorted([*originals, *marked], key=lambda match: _date_order(match.document))


def _editors_marks(text: str) -> list[str]:
    """Return the brackets and marks of omission of a text, in order."""
    return [match[0][:1] for match in _EDITORS_MARKS.finditer(text)]


_EDITORS_MARKS = re.compile(rf"{OMISSION.pattern}|[\[\]]")
_COST_TOLERANCE = 1e-9


def _is_as_good(judgement: Judgement, min_cost: float) -> bool:
    return judgement.cost <= min_cost + _COST_TOLERANCE or (
        judgement.verdict in FAITHFUL and judgement.score == 1.0
    )


def _unresolved(quote: str, tokenized: TokenizedQuote) -> Resolution:
    return Resolution(quote=quote, tokenized=tokenized, verdict=Verdict.NOT_FOUND, match=None)
