"""Which later statements quote a statement: their quotations, looked for in it alone."""

from collections.abc import Iterator
from dataclasses import dataclass

from index.engine import Document, Engine
from index.quotes.article.article_text import Article
from index.quotes.article.find_quotations import Quotation, find_quotations, pieces_of
from index.quotes.compare.align import align
from index.quotes.compare.verdicts import CLEAN, SHORT, Judgement, Verdict, judge
from index.quotes.words.source_text import SourceText, whole
from index.quotes.words.tokenize_quote import tokenize_quote

_WINDOW = 4  # words looked up together
_COMMON = 200  # documents: words in a row that so many have tell of no quoting
_MOST = 2000  # documents looked into


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedBy:
    """One quotation that another statement makes of this one."""

    document: Document
    quotation: Quotation
    judged: Judgement


def find_quoting(engine: Engine, statement: Document) -> Iterator[QuotedBy]:
    """Yield each quotation that statements issued no earlier make of `statement`, by date.

    Words of it that stand between no marks are no quotation and do not count. Quotations of fewer
    than five words are passed over: they prove too little to be found by.
    """
    own = whole(statement.text)
    seen: dict[str, Document] = {}
    for key in _sharing(engine, own):
        document = engine.get(key)
        later = not document.issued or not statement.issued or document.issued >= statement.issued
        if document.statement == statement.statement or not later:
            continue
        held = seen.get(document.statement)
        if held is None or (document.current and not held.current):
            seen[document.statement] = document
    for document in sorted(seen.values(), key=lambda each: (each.issued or "9", each.statement)):
        for quotation in find_quotations(Article(document.text)):
            if quotation.way == "name":
                continue
            for one, judged in _judged(own, quotation):
                if judged.verdict is not Verdict.NOT_FOUND:
                    yield QuotedBy(document=document, quotation=one, judged=judged)


def _judged(own: SourceText, quotation: Quotation) -> Iterator[tuple[Quotation, Judgement]]:
    """Yield a quotation as one, or its pieces if all of them are clean and it is not."""
    pieces = tokenize_quote(quotation.text)
    if len(pieces.words) < SHORT:
        return
    judged = judge(align(pieces.against(own), own))
    if judged.verdict not in CLEAN and len(quotation.pieces) > 1:
        apart = [
            (one, judge(align(tokenize_quote(one.text).against(own), own)))
            for one in pieces_of(quotation)
        ]
        if all(each.verdict in CLEAN for _, each in apart):
            yield from apart
            return
    yield quotation, judged


def _sharing(engine: Engine, own: SourceText) -> dict[str, None]:
    """Return the documents that have a stretch of these words, unless too many have it."""
    found: dict[str, None] = {}
    asked: set[tuple[str, ...]] = set()
    step = max(1, _WINDOW // 2, len(own) // 3000)
    for at in range(0, max(1, len(own) - _WINDOW + 1), step):
        words = own.words[at : at + _WINDOW]
        if not words or words in asked:
            continue
        asked.add(words)
        if 1 < engine.frequency(words).documents <= _COMMON:
            found.update(dict.fromkeys(place.key for place in engine.find(words)))
        if len(found) > _MOST:
            break
    return found
