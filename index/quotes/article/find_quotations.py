"""Find the quotations in an article: between marks, set off as blocks, introduced by a colon."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from index.quotes.article.article_text import Article
from index.quotes.article.attribution import (
    find_attribution,
    introduces_quotation,
    is_question,
    sentence_before,
)
from index.quotes.article.dash_dialogue import find_dialogue, split_at_attributions
from index.quotes.article.pair_marks import QuotedSpan, pair_marks
from index.quotes.words.embedded_posts import author_of, find_signatures, strip_additions
from index.quotes.words.speech_verbs import SAYING_VERB

_MAX_QUOTATIONS = 5000  # quotations an article


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """Words an article attributes to somebody; `start`–`end` exclude the quotation marks."""

    text: str
    start: int
    end: int
    attributed_to: str = ""  # in the article's words
    found_by: str = "marks"  # or "block", "post", "dash", "introduced", "name" (a name or title)
    unclosed: bool = False  # its closing mark is missing
    pieces: tuple[tuple[int, int], ...] = ()  # spans between interrupting attributions


def find_quotations(article: Article) -> list[Quotation]:
    """Return the quotations of an article, in reading order."""
    text = article.text
    paragraphs = list(_split_paragraphs(text, article.block_quotes))
    quotations: list[Quotation] = []
    for quotation in _marked_quotations(text, paragraphs, article.block_quotes):
        quotations.append(quotation)
        if len(quotations) == _MAX_QUOTATIONS:
            break
    quotations += _block_quotations(text, article.block_quotes, quotations)
    quotations = _signed_posts(text, paragraphs, article.block_quotes, quotations)
    quotations += _dialogue_quotations(text, paragraphs, quotations)
    quotations += _introduced_quotations(text, paragraphs, quotations)
    quotations.sort(key=lambda quotation: quotation.start)
    return _attribute_quotations(text, paragraphs, quotations)


def split_pieces(quotation: Quotation) -> list[Quotation]:
    """Return each part of a quotation that attributions interrupt as a quotation."""
    return [
        replace(
            quotation,
            text=quotation.text[start - quotation.start : end - quotation.start],
            start=start,
            end=end,
            pieces=((start, end),),
        )
        for start, end in quotation.pieces
    ]


def _split_paragraphs(
    text: str, block_quotes: tuple[tuple[int, int], ...]
) -> Iterator[tuple[int, int]]:
    """Yield the paragraphs: between blank lines, or each line where there is no blank line."""
    breaks = re.compile(r"\n[ \t\u00a0]*\n\s*" if re.search(r"\n[ \t]*\n", text) else r"\n\s*")
    edges = sorted(edge for block in block_quotes for edge in block)
    start = 0
    for match in (*breaks.finditer(text), None):
        end = match.start() if match else len(text)
        for edge in edges[bisect_right(edges, start) :]:
            if edge >= end:
                break
            if text[start:edge].strip():
                yield start, edge
            start = edge
        if text[start:end].strip():
            yield start, end
        if match:
            start = match.end()


def _marked_quotations(
    text: str, paragraphs: list[tuple[int, int]], block_quotes: tuple[tuple[int, int], ...]
) -> Iterator[Quotation]:
    """Yield quotations between marks, joined across paragraphs and attributions."""
    unclosed: QuotedSpan | None = None  # not closed at its paragraph's end
    pending: Quotation | None = None
    for start, end in paragraphs:
        if any(first <= start and end <= quotation for first, quotation in block_quotes):
            continue
        spans = pair_marks(text, start, end)
        if unclosed is not None:
            is_continued = (
                bool(spans) and spans[0].mark == unclosed.mark and spans[0].outer == start
            )
            if is_continued:
                spans[0] = replace(spans[0], start=unclosed.start, outer=unclosed.outer)
            else:
                spans.insert(0, unclosed)
            unclosed = None
        if spans and not spans[-1].closed and spans[-1].mark not in "\"'":
            unclosed = spans.pop()
        for span in spans:
            quotation = _quotation(text, span)
            if quotation is None:
                continue
            if (
                pending is not None
                and (joined := _join_across_attribution(text, pending, quotation)) is not None
            ):
                pending = joined
                continue
            if pending is not None:
                yield pending
            pending = quotation
        if pending is not None and not spans:
            yield pending
            pending = None
    if pending is not None:
        yield pending
    if unclosed is not None and (quotation := _quotation(text, unclosed)) is not None:
        yield quotation


def _quotation(text: str, span: QuotedSpan) -> Quotation | None:
    start, end = span.start, span.end
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if not re.search(r"\w", text[start:end]):
        return None
    return Quotation(
        text=_strip_paragraph_marks(text[start:end], span.mark),
        start=start,
        end=end,
        unclosed=not span.closed,
        pieces=split_at_attributions(text, start, end) or ((start, end),),
        found_by="name" if _is_name(text[start:end]) else "marks",
    )


def _is_name(text: str) -> bool:
    """Return whether marks enclose a name or a title: few words, capitalised as in titles."""
    words = re.findall(r"[^\W\d_][\w’'-]*", text)
    long_words = [word for word in words if len(word) > 3]
    return (
        bool(long_words)
        and 1 < len(words) <= 6
        and words[0][0].isupper()
        and all(word[0].isupper() for word in long_words)
        and text[-1] not in ".,!?…;:"
    )


def _strip_paragraph_marks(text: str, mark: str) -> str:
    return re.sub(rf"(\n\s*){re.escape(mark)}", r"\1", text)


_SENTENCE_END = re.compile(r"[.!?]\s+[A-ZÀ-ÞА-ЯΑ-Ω]|[。！？।؟]\s*\S")


_MARKS_BETWEEN = "”’\"'»“‘«„‚‹›<>`」「』『 \n\u00a0"


_ENDS_LINE = re.compile(rf"[.!?…。！？:][{re.escape(_MARKS_BETWEEN.strip())}]*[ \t\u00a0]*\n")


def _join_across_attribution(text: str, first: Quotation, second: Quotation) -> Quotation | None:
    """Return both quotations as one if only an attribution stands between them.

    Not where a paragraph ends between them: a line without blank lines around it may be one.
    """
    between = text[first.end : second.start]
    if "\n\n" in between or len(between) > 260 or first.unclosed:
        return None
    if _ENDS_LINE.search(text[first.end - 1 : second.start]):
        return None
    line = text.rfind("\n", 0, first.start) + 1
    if is_question(sentence_before(text, line, first.start)):
        return None
    words = between.strip(_MARKS_BETWEEN)
    if not words or len(words.split()) > 25 or _SENTENCE_END.search(words):
        return None
    interrupts = text[first.end - 1] in ",.?!…—–-，。？！" or between.lstrip(_MARKS_BETWEEN)[
        :1
    ] in (
        ",",
        "，",
    )
    if not interrupts or not (SAYING_VERB.search(words) or words.endswith((",", "，"))):
        return None
    if not SAYING_VERB.search(words) and len(words.split()) > 8:
        return None
    return replace(
        first,
        text=text[first.start : second.end],
        end=second.end,
        unclosed=second.unclosed,
        pieces=(*first.pieces, *second.pieces),
    )


def _block_quotations(
    text: str, block_quotes: tuple[tuple[int, int], ...], quotations: list[Quotation]
) -> Iterator[Quotation]:
    """Yield the quotations of each block: those between marks if there are any, else the block.

    Of an embedded post its words alone, without links and signature.
    """
    for start, end in block_quotes:
        author = author_of(text[start:end])
        spans = [item for item in pair_marks(text, start, end) if item.closed]
        quoted_chars = sum(item.end - item.start for item in spans)
        if spans and quoted_chars * 2 > end - start:
            for item in spans:
                if (quotation := _quotation(text, item)) is not None:
                    yield replace(quotation, found_by="block", attributed_to=author)
        elif not any(item.start < end and start < item.end for item in quotations):
            quotation = _post(text, start, end, author)
            if quotation is not None:
                yield replace(quotation, found_by="post" if author else "block")


def _post(text: str, start: int, end: int, author: str) -> Quotation | None:
    """Return characters start–end as a quotation, without what a post adds to its words."""
    quotation = _quotation(text, QuotedSpan(start=start, end=end, outer=start, mark=""))
    words = strip_additions(quotation.text) if quotation is not None else ""
    if quotation is None or not re.search(r"\w", words):
        return None
    return replace(quotation, text=words, attributed_to=author)


def _signed_posts(
    text: str,
    paragraphs: list[tuple[int, int]],
    block_quotes: tuple[tuple[int, int], ...],
    quotations: list[Quotation],
) -> list[Quotation]:
    """Return the quotations with the posts that are signed “— Name (@handle)”.

    The signature of a quotation between marks is its attribution; a paragraph without marks is
    quoted as a whole.
    """
    starts = [start for start, _ in paragraphs]
    for signature_start, signature_end, author in find_signatures(text):
        if any(start <= signature_start < end for start, end in block_quotes):
            continue
        n = bisect_right(starts, signature_start) - 1
        start = paragraphs[n][0] if n >= 0 else 0
        if not text[start:signature_start].strip() and n > 0:
            start = paragraphs[n - 1][0]
        overlapping = [
            item for item in quotations if item.start < signature_start and start < item.end
        ]
        if overlapping:
            last = max(overlapping, key=lambda item: item.end)
            signed = replace(last, attributed_to=author)
            quotations = [signed if item is last else item for item in quotations]
        elif (quotation := _post(text, start, signature_end, author)) is not None:
            quotations = [*quotations, replace(quotation, found_by="post")]
    return quotations


def _dialogue_quotations(
    text: str, paragraphs: list[tuple[int, int]], quotations: list[Quotation]
) -> Iterator[Quotation]:
    """Yield lines of dialogue that a dash opens, where no marks enclose them."""
    quoted_spans = [(quotation.start, quotation.end) for quotation in quotations]
    for line in find_dialogue(text, paragraphs):
        start, end = line.pieces[0][0], line.pieces[-1][1]
        if not any(first < end and start < last for first, last in quoted_spans):
            yield Quotation(
                text=text[start:end], start=start, end=end, found_by="dash", pieces=line.pieces
            )


def _introduced_quotations(
    text: str, paragraphs: list[tuple[int, int]], quotations: list[Quotation]
) -> Iterator[Quotation]:
    """Yield paragraphs without marks that a saying verb and a colon introduce."""
    quoted_spans = [(quotation.start, quotation.end) for quotation in quotations]
    for (start, end), (next_start, next_end) in pairwise(paragraphs):
        if not introduces_quotation(text[start:end]):
            continue
        if pair_marks(text, next_start, next_end) or any(
            a < next_end and next_start < b for a, b in quoted_spans
        ):
            continue
        if len(text[next_start:next_end].split()) >= 8 and not introduces_quotation(
            text[next_start:next_end]
        ):
            yield Quotation(
                text=text[next_start:next_end].strip(),
                start=next_start,
                end=next_end,
                found_by="introduced",
                pieces=((next_start, next_end),),
            )


def _attribute_quotations(
    text: str, paragraphs: list[tuple[int, int]], quotations: list[Quotation]
) -> list[Quotation]:
    starts = [start for start, _ in paragraphs]
    attributed: list[Quotation] = []
    for quotation in quotations:
        n = max(0, bisect_right(starts, quotation.start) - 1)
        previous = paragraphs[n - 1] if n else None
        previous_text = text[max(previous[0], previous[1] - 600) : previous[1]] if previous else ""
        if quotation.found_by == "name" or quotation.attributed_to:
            attributed.append(quotation)
            continue
        name = find_attribution(text, quotation.pieces, paragraphs[n], previous_text)
        is_asked = is_question(sentence_before(text, paragraphs[n][0], quotation.start))
        if not name and attributed and not is_asked and _continues(text, attributed[-1], quotation):
            name = attributed[-1].attributed_to
        attributed.append(replace(quotation, attributed_to=name))
    return attributed


_STOP = re.compile(r"[.!?…][”»’\"]*\s|[。！？।؟]")


def _continues(text: str, first: Quotation, second: Quotation) -> bool:
    """Return whether `second` continues `first` after a sentence with a saying verb.

    Between them no other sentence begins, unless it says that somebody goes on: “He added:”.
    """
    between = text[first.end : second.start]
    if "\n\n" in between or _ENDS_LINE.search(text[first.end - 1 : second.start]):
        return False
    if len(between) >= 200 or not SAYING_VERB.search(between):
        return False
    ends = [stop.end() for stop in _STOP.finditer(between)]
    sentence = between[ends[-1] :].strip(_MARKS_BETWEEN) if ends else ""
    return not sentence or SAYING_VERB.search(sentence) is not None
