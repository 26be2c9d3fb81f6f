"""Build a hit from a document: passages of the text that match, verified against the text."""

from bisect import bisect_left
from collections.abc import Iterable

import numpy as np

from archive.errors import FormatError
from archive.text.number_format import decimal_mark
from index.engine_interface import Document, Hit
from index.hits.combine_segments import RankedDocument
from index.hits.plain_words import find_plain_words
from index.match_field_value import matches_field
from index.optional_signs import names_figure
from index.phrases.format.array_file import view
from index.phrases.match.query_evaluator import Leaf, LeafMatches
from index.phrases.match.segment_reader import Segment
from index.phrases.match.slot_positions import Slot, matches_slot
from index.query_tree import Field, Phrase
from index.stems import stemming_language
from index.text_to_words import NormalisedText, normalise

_MIN_PASSAGES_FOR_WHOLE = 32  # number of passages from which on the whole text is normalised


def build_hit(ranked: RankedDocument, limit: int) -> Hit:
    """Return the hit of a ranked document with its first `limit` passages, its title's last.

    Raises:
        FormatError: the text does not have the words that the index has for it.

    """
    segment, leaves = ranked.matches.view.segment, ranked.matches.leaves
    document = segment.document(ranked.document)
    document_start, title_start, end = segment.document_span(ranked.document)
    # Of two leaves that match the same span, the first in the query is shown.
    spans = {
        span: leaf
        for leaf in reversed(leaves)
        for span in _find_spans(segment, leaf, document_start, end, document, limit)
    }
    if len(leaves) > 1:
        spans = dict(sorted(spans.items(), key=lambda item: item[0])[:limit])
    text_spans, title_spans = _split_spans(spans, title_start)
    names = [leaf.leaf for leaf in leaves if isinstance(leaf.leaf, Field)]
    return Hit(
        key=document.key,
        version=document.version,
        statement=document.statement,
        source=document.source,
        issuer=document.issuer,
        lang=document.lang,
        kind=document.kind,
        issued=document.issued,
        title=document.title,
        layer=document.layer,
        current=document.current,
        text=document.text,
        passages=_verify_passages(segment, ranked.document, document, text_spans),
        title_passages=_verify_title_passages(segment, title_start, document, title_spans)
        if title_spans
        else (),
        named_by=_matching_names(names, document) if names else (),
        score=ranked.score,
    )


_Spans = dict[tuple[int, int], LeafMatches]


def _split_spans(spans: _Spans, title_start: int) -> tuple[_Spans, _Spans]:
    """Return those of `spans`, which ascend, that are in the text, and those in the title."""
    if not spans or next(reversed(spans))[0] < title_start:
        return spans, {}
    first = next(i for i, (start, _) in enumerate(spans) if start >= title_start)
    pairs = list(spans.items())
    return dict(pairs[:first]), dict(pairs[first:])


def _matching_names(names: Iterable[Field], document: Document) -> tuple[str, ...]:
    """Return the fields, symbol and url, by which a query names this document."""
    return tuple(
        dict.fromkeys(name.name for name in names if matches_field(name.name, document, name.value))
    )


def _find_spans(
    segment: Segment, leaf: LeafMatches, first: int, last: int, document: Document, limit: int
) -> Iterable[tuple[int, int]]:
    """Return the spans of the first `limit` matches of a leaf in a document, from `first` on."""
    if leaf.spans is not None:
        # A few steps of bisect cost less than one call of numpy.
        starts = view(leaf.spans.starts)
        first_span = bisect_left(starts, first)
        last_span = bisect_left(starts, last, first_span, min(len(starts), first_span + limit))
        return zip(
            leaf.spans.starts[first_span:last_span].tolist(),
            leaf.spans.ends[first_span:last_span].tolist(),
            strict=True,
        )
    slots = leaf.slots.get("") or leaf.slots.get(stemming_language(document.lang) or "-", ())
    return _match_slots(segment, slots, first, last, limit)


def _match_slots(
    segment: Segment, slots: tuple[Slot, ...], first: int, last: int, limit: int
) -> list[tuple[int, int]]:
    """Return the spans of the first `limit` matches of `slots` between two positions."""
    if not slots or not all(slots):
        return []
    positions = np.arange(first, last - len(slots) + 1)
    for i, slot in enumerate(slots):
        positions = positions[matches_slot(segment, slot, positions + i)]
    return [(position, position + len(slots)) for position in positions[:limit].tolist()]


def _verify_passages(
    segment: Segment, number: int, document: Document, spans: _Spans
) -> tuple[tuple[int, int], ...]:
    """Return spans of the token stream as offsets in the text, each verified."""
    document_start = segment.token_span(number)[0]
    whole_text = _read_whole(document) if len(spans) >= _MIN_PASSAGES_FOR_WHOLE else None
    passages: list[tuple[int, int]] = []
    for (start, end), leaf in spans.items():
        first, last = start - document_start, end - document_start
        passage = None
        if whole_text is None:
            passage = _find_plain(segment, number, document, leaf.leaf, first, last)
        if passage is None:
            words = (
                segment.printed_words(number, first, last, document.text)
                if whole_text is None
                else whole_text.slice(first, last)
            )
            if whole_text is None and not _matches_text(segment, leaf, words, start, end):
                # A part may begin inside a character of two words: then only the whole tells.
                whole_text = _read_whole(document)
                words = whole_text.slice(first, last)
            if not _matches_text(segment, leaf, words, start, end):
                raise _other_words(segment, document)
            passage = words.starts[0], words.ends[-1]
        if not passages or passage[1] > passages[-1][1]:
            passages.append(passage)
    return tuple(passages)


def _read_whole(document: Document) -> NormalisedText:
    return normalise(document.text, decimal_mark(document.lang))


def _find_plain(
    segment: Segment, number: int, document: Document, leaf: Leaf, first: int, last: int
) -> tuple[int, int] | None:
    """Return the offsets of the words of an exact phrase that the text prints plainly and once."""
    run = leaf.exact_run if isinstance(leaf, Phrase) else None
    if run is None or run.open_end:
        return None
    start, end, has_special = segment.stretch(number, first, last, document.text)
    return find_plain_words(document.text, start, end, run.words, has_figures=has_special)


def _verify_title_passages(
    segment: Segment, title_start: int, document: Document, spans: _Spans
) -> tuple[tuple[int, int], ...]:
    """Return spans of the token stream as offsets in the title, each verified."""
    passages: list[tuple[int, int]] = []
    title = normalise(document.title, decimal_mark(document.lang))
    for (start, end), leaf in spans.items():
        words = title.slice(start - title_start, end - title_start)
        if not _matches_text(segment, leaf, words, start, end):
            raise _other_words(segment, document)
        passage = words.starts[0], words.ends[-1]
        if not passages or passage[1] > passages[-1][1]:
            passages.append(passage)
    return tuple(passages)


def _other_words(segment: Segment, document: Document) -> FormatError:
    return FormatError(
        f"{segment.name}: {document.key} has other words in its text than in the index; "
        "rebuild the index"
    )


def _matches_text(
    segment: Segment, matched: LeafMatches, printed: NormalisedText, start: int, end: int
) -> bool:
    """Return whether the printed words are those of the query, or of the index at the span."""
    leaf = matched.leaf
    run = leaf.exact_run if isinstance(leaf, Phrase) else None
    if run is not None:
        if printed.words == run.words:
            return True
        complete = run.words[:-1] if run.open_end else run.words
        return (
            len(printed) == len(run.words)
            and all(map(names_figure, complete, printed.words))
            and (not run.open_end or printed.words[-1].startswith(run.words[-1]))
        )
    tokens = segment.tokens[start:end].tolist()
    return len(printed) == len(tokens) and all(
        min(segment.term_id(word), 0xFFFF) == token
        for word, token in zip(printed.words, tokens, strict=True)
    )
