"""Show a document as a hit: where in its text the query's words stand, verified against it."""

from bisect import bisect_left
from collections.abc import Iterable

import numpy as np

from archive.errors import FormatError
from index.engine import Document, Hit
from index.hits.collect import RankedDocument
from index.normalise import Normal, normalise
from index.phrases.format.array_file import view
from index.phrases.match.query_evaluator import Unit
from index.phrases.match.segment_reader import Segment
from index.phrases.match.slot_positions import Slot, stands
from index.query_tree import Phrase
from index.stems import language

_WHOLE = 32  # passages from which on the text is read as a whole


def build_hit(place: RankedDocument, most: int) -> Hit:
    """Return the hit at `place` with its first `most` passages.

    Raises:
        FormatError: the text does not have the words that the index says it has.

    """
    segment, units = place.answer.part.segment, place.answer.units
    document = segment.document(place.document)
    # Of two units that stand at one place, the first in the query is the one to be shown.
    spans = {
        span: unit
        for unit in reversed(units)
        for span in _spans(segment, unit, place.document, document, most)
    }
    if len(units) > 1:
        spans = dict(sorted(spans.items(), key=lambda found: found[0])[:most])
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
        passages=_passages(segment, place.document, document, spans),
        score=place.score,
    )


def _spans(
    segment: Segment, unit: Unit, number: int, document: Document, most: int
) -> Iterable[tuple[int, int]]:
    """Return where in the token stream a unit stands first in a document, `most` times at most."""
    first, last = segment.span(number)
    if unit.spans is not None:
        # A few looks from Python cost less than one call of numpy's.
        starts = view(unit.spans.starts)
        a = bisect_left(starts, first)
        b = bisect_left(starts, last, a, min(len(starts), a + most))
        return zip(unit.spans.starts[a:b].tolist(), unit.spans.ends[a:b].tolist(), strict=True)
    slots = unit.slots.get("") or unit.slots.get(language(document.lang) or "-", ())
    return _standing(segment, slots, first, last, most)


def _standing(
    segment: Segment, slots: tuple[Slot, ...], first: int, last: int, most: int
) -> list[tuple[int, int]]:
    if not slots or not all(slots):
        return []
    places = np.arange(first, last - len(slots) + 1)
    for i, slot in enumerate(slots):
        places = places[stands(segment, slot, places + i)]
    return [(place, place + len(slots)) for place in places[:most].tolist()]


def _passages(
    segment: Segment, number: int, document: Document, spans: dict[tuple[int, int], Unit]
) -> tuple[tuple[int, int], ...]:
    """Return spans of the token stream as offsets in the text, each verified."""
    base = segment.span(number)[0]
    whole = normalise(document.text) if len(spans) >= _WHOLE else None
    passages: list[tuple[int, int]] = []
    for (start, end), unit in spans.items():
        first, last = start - base, end - base
        if whole is not None:
            origin, cut = 0, _cut(whole, first, last)
        else:
            origin, cut = segment.printed(number, first, last, document.text)
        if not _agrees(segment, unit, cut, start, end):
            raise FormatError(
                f"{segment.name}: {document.key} has other words in its text than in the index; "
                "rebuild the index"
            )
        passage = origin + cut.starts[0], origin + cut.ends[-1]
        if not passages or passage[1] > passages[-1][1]:
            passages.append(passage)
    return tuple(passages)


def _cut(normal: Normal, first: int, last: int) -> Normal:
    return Normal(normal.words[first:last], normal.starts[first:last], normal.ends[first:last])


def _agrees(segment: Segment, unit: Unit, printed: Normal, start: int, end: int) -> bool:
    """Tell whether the words printed are the words looked for, or those the index found there."""
    leaf = unit.leaf
    if isinstance(leaf, Phrase) and len(leaf.runs) == 1 and not leaf.slop and not leaf.unordered:
        run = leaf.runs[0]
        if not run.open_end:
            return printed.words == run.words
        return (
            len(printed) == len(run.words)
            and printed.words[:-1] == run.words[:-1]
            and printed.words[-1].startswith(run.words[-1])
        )
    codes = segment.tokens[start:end].tolist()
    return len(printed) == len(codes) and all(
        min(segment.number(word), 0xFFFF) == code
        for word, code in zip(printed.words, codes, strict=True)
    )
