"""Evaluate a query on one segment: which documents match, and the frequencies to rank them by."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from archive.text.figures import OPTIONAL
from archive.text.number_format import decimal_mark
from index.match_field_value import LINE_FIELDS, form_pattern, matches_value
from index.optional_signs import is_figure, loose_forms, names_figure, required_part
from index.phrases.format.array_file import view
from index.phrases.format.postings import Postings
from index.phrases.match import exact_phrase, near_words
from index.phrases.match.segment_reader import NO_INTS, IntArray, Segment
from index.phrases.match.slot_positions import NO_SPANS, Slot, Spans
from index.query_tree import (
    And,
    Dates,
    DecimalMark,
    Field,
    InTitle,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Run,
    Stem,
)
from index.stems import stem_words
from index.stems import stemming_language as language_of

# A set of documents: a mask of all the documents of the segment, or ascending numbers of a few.
DocumentSet = NDArray[Any]
Mask = NDArray[np.bool_]
Leaf = Phrase | Stem | Prefix | Field
_MAX_COMPARED_SPANS = 8  # spans up to which they are compared one by one
_NAMING_FREQUENCY = (
    255  # of a symbol or an address: its statement ranks above those that mention it
)


def count_documents(documents: DocumentSet) -> int:
    """Return how many documents are in a set."""
    return int(np.count_nonzero(documents)) if documents.dtype == np.bool_ else len(documents)


@dataclass(slots=True)
class LeafMatches:
    """The matches of a word, phrase, symbol or address of the query in one segment."""

    leaf: Leaf
    documents: DocumentSet
    count_frequencies: Callable[[], tuple[IntArray, NDArray[Any]]]  # documents, their frequencies
    spans: Spans | None  # None where only documents are known
    slots: dict[str, tuple[Slot, ...]]  # by language; "" for all
    postings: Postings | None = None  # of a single common term

    def __len__(self) -> int:
        """Return the document frequency."""
        return count_documents(self.documents) if self.postings is None else len(self.postings)


@dataclass(slots=True)
class Evaluation:
    """A query on one segment. `leaves` fills as nodes are evaluated, those under Not left out."""

    segment: Segment
    leaves: list[LeafMatches] = field(default_factory=list)

    def evaluate(self, node: Node) -> DocumentSet:
        """Return the documents that match `node`, deleted ones among them."""
        match node:
            case Phrase() | Stem() | Prefix():
                matches = self._match_leaf(node)
                self.leaves.append(matches)
                return matches.documents
            case And(parts):
                return self._intersect(parts)
            case Or(parts):
                return self._unite(parts)
            case Not(part):
                return ~self.mask(Evaluation(self.segment).evaluate(part))
            case InTitle(part):
                matches = self._match_in_titles(part)
                self.leaves.append(matches)
                return matches.documents
            case Field(name, value) if name in LINE_FIELDS:
                matches = self._match_names(node)
                self.leaves.append(matches)
                return matches.documents
            case Field(name, value):
                return match_field(self.segment, name, value)
            case Dates(after, before):
                return match_dates(self.segment, after, before)
            case DecimalMark(mark):
                return match_decimal_mark(self.segment, mark)

    def mask(self, documents: DocumentSet) -> Mask:
        """Return a set of documents as a mask of all documents of the segment."""
        if documents.dtype == np.bool_:
            return documents
        mask = np.zeros(self.segment.document_count, dtype=np.bool_)
        mask[documents] = True
        return mask

    def _intersect(self, parts: tuple[Node, ...]) -> DocumentSet:
        # Exclusions are evaluated last; they cost nothing where no documents are left.
        documents: DocumentSet | None = None
        for part in sorted(parts, key=lambda part: isinstance(part, Not)):
            part_documents = self.evaluate(part)
            if documents is None:
                documents = part_documents
            elif documents.dtype == np.bool_ and part_documents.dtype == np.bool_:
                documents = documents & part_documents
            elif documents.dtype == np.bool_:
                documents = part_documents[documents[part_documents]]
            else:
                documents = documents[self.mask(part_documents)[documents]]
        return NO_INTS if documents is None else documents

    def _unite(self, parts: tuple[Node, ...]) -> DocumentSet:
        mask = np.zeros(self.segment.document_count, dtype=np.bool_)
        for part in parts:
            documents = self.evaluate(part)
            if documents.dtype == np.bool_:
                mask |= documents
            else:
                mask[documents] = True
        return mask

    def _match_leaf(self, leaf: Phrase | Stem | Prefix) -> LeafMatches:
        match leaf:
            case Phrase():
                return self._match_phrase(leaf)
            case Prefix(prefix):
                return self._match_words(
                    leaf, {"": (tuple(self.segment.terms_with_prefix(prefix)),)}
                )
            case Stem(words):
                return self._match_words(leaf, _stem_slots(self.segment, words))

    def _match_phrase(self, phrase: Phrase) -> LeafMatches:
        segment = self.segment
        runs = [run_slots(segment, run) for run in phrase.runs]
        if len(runs) == 1 and len(runs[0]) == 1:
            return self._match_words(phrase, {"": runs[0]})
        return self._match_spans(phrase, find_phrase(segment, phrase, runs), {})

    def _match_in_titles(self, part: Phrase | Stem | Prefix) -> LeafMatches:
        """Return the matches of a word or phrase in titles."""
        segment = self.segment
        if isinstance(part, Phrase):
            runs = [run_slots(segment, run) for run in part.runs]
            return self._match_spans(
                part, _in_titles(segment, find_phrase(segment, part, runs)), {}
            )
        slots = (
            _stem_slots(segment, part.words)
            if isinstance(part, Stem)
            else {"": (tuple(segment.terms_with_prefix(part.start)),)}
        )
        starts = [NO_INTS]
        for language, run in slots.items():
            positions = _in_titles(segment, exact_phrase.find_exact(segment, run)).starts
            if language:
                mask = language_mask(segment, language)
                positions = positions[mask[segment.documents_at(positions)]]
            starts.append(positions)
        positions = np.unique(np.concatenate(starts))
        length = len(part.words) if isinstance(part, Stem) else 1
        return self._match_spans(part, Spans(positions, positions + length), {})

    def _match_names(self, named: Field) -> LeafMatches:
        """Return the documents that a symbol or an address names."""
        documents = find_forms(self.segment, named.name, named.value)
        frequencies = np.full(len(documents), _NAMING_FREQUENCY)
        return LeafMatches(named, documents, lambda: (documents, frequencies), None, {})

    def _match_spans(
        self, leaf: Leaf, spans: Spans, slots: dict[str, tuple[Slot, ...]]
    ) -> LeafMatches:
        frequencies = self.segment.count_by_document(self.segment.documents_at(spans.starts))
        return LeafMatches(leaf, frequencies[0], lambda: frequencies, spans, slots)

    def _match_words(self, leaf: Leaf, slots: dict[str, tuple[Slot, ...]]) -> LeafMatches:
        """Return the matches of a word or a run of words with alternatives, by language."""
        if list(slots) == [""] and len(slots[""]) == 1 and len(slots[""][0]) == 1:
            return self._match_term(leaf, slots)
        mask = np.zeros(self.segment.document_count, dtype=np.bool_)
        frequencies = np.zeros(self.segment.document_count, dtype=np.int64)
        for documents, part_frequencies in self._iterate_frequencies(slots):
            mask[documents] = True
            frequencies[documents] += part_frequencies
        return LeafMatches(
            leaf, mask, lambda: (np.flatnonzero(mask), frequencies[mask]), None, slots
        )

    def _iterate_frequencies(
        self, slots: dict[str, tuple[Slot, ...]]
    ) -> Iterator[tuple[IntArray, NDArray[Any]]]:
        """Yield documents that hold a word or run of `slots` in its language, with frequencies.

        Most words are their own stem in every language: each term is looked up once.
        """
        languages: dict[tuple[Slot, ...], list[str]] = {}
        for language, run in slots.items():
            alternatives = [run] if len(run) > 1 else [((term_id,),) for term_id in run[0]]
            for alternative in alternatives:
                if all(alternative):
                    languages.setdefault(alternative, []).append(language)
        for run, run_languages in languages.items():
            if len(run) == 1:
                documents, frequencies = self.segment.term_frequencies(run[0][0])
            else:
                positions = exact_phrase.find_exact(self.segment, run).starts
                documents, frequencies = self.segment.count_by_document(
                    self.segment.documents_at(positions)
                )
            if len(run_languages) < len(slots):
                is_in_languages = np.logical_or.reduce(
                    [language_mask(self.segment, language) for language in run_languages]
                )
                is_chosen = is_in_languages[documents]
                documents, frequencies = documents[is_chosen], frequencies[is_chosen]
            yield documents, frequencies

    def _match_term(self, leaf: Leaf, slots: dict[str, tuple[Slot, ...]]) -> LeafMatches:
        term_id = slots[""][0][0]
        if term_id <= self.segment.common_count:
            postings = self.segment.postings(term_id)
            mask = postings.document_mask()
            return LeafMatches(
                leaf, mask, lambda: self.segment.term_frequencies(term_id), None, slots, postings
            )
        positions = self.segment.positions(term_id)
        return self._match_spans(leaf, Spans(positions, positions + 1), slots)


def run_slots(segment: Segment, run: Run) -> tuple[Slot, ...]:
    """Return a slot of term ids for each word of `run`; empty where the segment lacks the word."""
    *complete_words, last_word = run.words
    slots: list[Slot] = [_term_slot(segment, word) for word in complete_words]
    slots.append(
        tuple(segment.terms_with_prefix(last_word))
        if run.open_end
        else _term_slot(segment, last_word)
    )
    return tuple(slots)


def _term_slot(segment: Segment, word: str) -> Slot:
    term_id = segment.term_id(word)
    slot: Slot = (term_id,) if term_id else ()
    return slot + _signed_terms(segment, word) if is_figure(word) else slot


def _signed_terms(segment: Segment, figure: str) -> Slot:
    """Return the ids of the terms that are `figure` with more signs at its edge."""
    return tuple(
        term_id
        for name, term_id in segment.named_terms_with_prefix(f"{required_part(figure)}{OPTIONAL}")
        if name != figure and names_figure(figure, name)
    )


def _loose_slot(segment: Segment, figure: str) -> Slot:
    """Return the ids of the terms that a figure outside quotation marks names."""
    signs = figure[len(required_part(figure)) :]
    forms = [f"{form}{signs}" for form in loose_forms(figure)]
    return tuple(dict.fromkeys(i for form in forms for i in _term_slot(segment, form)))


def find_phrase(segment: Segment, phrase: Phrase, runs: list[tuple[Slot, ...]]) -> Spans:
    """Return the spans of `phrase`, whose runs have the slots `runs` in this segment."""
    if not all(all(slots) for slots in runs):
        return NO_SPANS
    if len(runs) > 1:
        return _within_text_or_title(segment, exact_phrase.find_sequence(segment, runs))
    if not phrase.slop:
        return (
            exact_phrase.find_exact(segment, runs[0])
            if not phrase.unordered
            else near_words.find_near_unordered(segment, runs[0], 0)
        )
    find_near = near_words.find_near_unordered if phrase.unordered else near_words.find_near
    return find_near(segment, runs[0], phrase.slop)


def _in_titles(segment: Segment, spans: Spans) -> Spans:
    """Return the spans that are in titles."""
    is_in_title = spans.starts >= segment.title_starts[segment.documents_at(spans.starts)]
    return Spans(spans.starts[is_in_title], spans.ends[is_in_title])


def _within_text_or_title(segment: Segment, spans: Spans) -> Spans:
    """Return the spans that do not begin in a text and end in its title."""
    if len(spans.starts) <= _MAX_COMPARED_SPANS and not any(
        segment.has_title_start_between(start, end)
        for start, end in zip(spans.starts.tolist(), spans.ends.tolist(), strict=True)
    ):
        return spans
    # No title begins between: the next one after the span's start is after its end.
    next_titles = np.searchsorted(segment.title_starts, spans.starts, "right")
    is_within = segment.title_starts.take(next_titles, mode="clip") >= spans.ends
    is_within |= next_titles == segment.document_count
    return spans if is_within.all() else Spans(spans.starts[is_within], spans.ends[is_within])


def _stem_slots(segment: Segment, words: tuple[str, ...]) -> dict[str, tuple[Slot, ...]]:
    """Return, for each language of the segment, the slots of terms that share stems with `words`.

    "-" stands for documents in languages without stems: their words match as they are.
    """
    slots: dict[str, tuple[Slot, ...]] = {}
    figure_slots = {word: _loose_slot(segment, word) for word in words if is_figure(word)}
    for language in segment.languages:
        roots = stem_words(language, words)
        slots[language] = tuple(
            figure_slots.get(word) or tuple(segment.terms_with_stem(language, root))
            for word, root in zip(words, roots, strict=True)
        )
    slots["-"] = tuple(figure_slots.get(word) or _term_slot(segment, word) for word in words)
    return slots


def language_mask(segment: Segment, language: str) -> Mask:
    """Return the mask of documents in `language`; "-" stands for languages without stems."""
    mask = segment.language_masks.get(language)
    if mask is None:
        names = segment.names_of["lang"]
        is_match = [(language_of(name) or "-") == language for name in names]
        mask = np.array(is_match, dtype=np.bool_)[segment.column("lang")]
        segment.language_masks[language] = mask
    return mask


def match_field(segment: Segment, name: str, value: str) -> Mask:
    """Return the mask of documents whose source, issuer, lang or kind is `value`."""
    is_match = np.array(
        [matches_value(name, stored, value) for stored in segment.names_of[name]], dtype=np.bool_
    )
    mask: Mask = is_match[segment.column(name)]
    return mask


def match_decimal_mark(segment: Segment, mark: str) -> Mask:
    """Return the mask of documents in a language whose decimal mark is `mark`."""
    name = f"decimal {mark}"
    mask = segment.language_masks.get(name)
    if mask is None:
        is_match = [decimal_mark(lang) == mark for lang in segment.names_of["lang"]]
        mask = np.array(is_match, dtype=np.bool_)[segment.column("lang")]
        segment.language_masks[name] = mask
    return mask


def find_forms(segment: Segment, name: str, value: str) -> IntArray:
    """Return the documents, ascending, of which a symbol or address has a form that `value` names.

    The forms of a document are a line `|form|form|`: see `index.phrases.format.document_columns`.
    """
    pattern = form_pattern(name, value, end=r"\|").pattern
    lines = segment.column(name)
    matches = re.finditer(b"\\|" + pattern.encode("utf-8", "surrogatepass"), view(lines))
    offsets = np.array([match.start() for match in matches], dtype=np.int64)
    if not len(offsets):
        return NO_INTS
    line_starts = np.flatnonzero(lines == ord("\n"))
    return np.unique(np.searchsorted(line_starts, offsets, "right") - 1)


def match_dates(segment: Segment, after: int, before: int) -> Mask:
    """Return the mask of documents possibly issued on or after `after` and before `before`."""
    first_days, last_days = segment.first_days, segment.column("until")
    mask: Mask = (first_days > 0) & (last_days >= after) & (first_days < before)
    return mask
