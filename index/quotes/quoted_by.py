"""Find later statements that quote a statement: their quotations, compared with it alone."""

from collections.abc import Iterator
from dataclasses import dataclass

from index.engine_interface import Document, Engine
from index.quotes.article.article_text import Article
from index.quotes.article.find_quotations import Quotation, find_quotations, split_pieces
from index.quotes.compare.align_words import align
from index.quotes.compare.decide_verdict import (
    FAITHFUL,
    SHORT_QUOTE_WORDS,
    Judgement,
    Verdict,
    judge,
)
from index.quotes.words.source_text import SourceText, full_source
from index.quotes.words.tokenize_quote import tokenize_quote

_WINDOW_WORDS = 4  # looked up together
_MAX_WINDOW_DOCUMENTS = 200  # a window that more documents have is no evidence of quoting
_MAX_DOCUMENTS = 2000  # searched for quotations


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedBy:
    """One quotation that another statement makes of this one."""

    document: Document
    quotation: Quotation
    judgement: Judgement


def find_quoting(engine: Engine, statement: Document) -> Iterator[QuotedBy]:
    """Yield each quotation of `statement` in statements issued no earlier, by date.

    Words of it outside quotation marks do not count. Quotations of fewer than five words are
    skipped, because they prove too little.
    """
    source = full_source(statement.text)
    engine.save_memory()
    documents: dict[str, Document] = {}
    for key in _documents_sharing_words(engine, source):
        document = engine.get(key)
        is_later = (
            not document.issued
            or not statement.issued
            or document.issued[:10] >= statement.issued[:10]
        )
        if document.statement == statement.statement or not is_later:
            continue
        known = documents.get(document.statement)
        if known is None or (document.current and not known.current):
            documents[document.statement] = document
    for document in sorted(
        documents.values(), key=lambda document: (document.issued or "9", document.statement)
    ):
        for quotation in find_quotations(Article(document.text)):
            if quotation.found_by == "name":
                continue
            for part, judgement in _judge_quotation(source, quotation):
                if judgement.verdict is not Verdict.NOT_FOUND:
                    yield QuotedBy(document=document, quotation=part, judgement=judgement)


def _judge_quotation(
    source: SourceText, quotation: Quotation
) -> Iterator[tuple[Quotation, Judgement]]:
    """Yield a quotation as one, or its pieces if all of them are faithful and it is not."""
    tokenized = tokenize_quote(quotation.text)
    if len(tokenized.words) < SHORT_QUOTE_WORDS:
        return
    judgement = judge(align(tokenized.drop_insertions(source), source))
    if judgement.verdict not in FAITHFUL and len(quotation.pieces) > 1:
        parts = [
            (part, judge(align(tokenize_quote(part.text).drop_insertions(source), source)))
            for part in split_pieces(quotation)
        ]
        if all(part_judgement.verdict in FAITHFUL for _, part_judgement in parts):
            yield from parts
            return
    yield quotation, judgement


def _documents_sharing_words(engine: Engine, source: SourceText) -> dict[str, None]:
    """Return the keys of documents that share a window of words, unless too many share it."""
    keys: dict[str, None] = {}
    looked_up: set[tuple[str, ...]] = set()
    step = max(1, _WINDOW_WORDS // 2, len(source) // 3000)
    for start in range(0, max(1, len(source) - _WINDOW_WORDS + 1), step):
        words = source.words[start : start + _WINDOW_WORDS]
        if not words or words in looked_up:
            continue
        looked_up.add(words)
        if 1 < engine.frequency(words).documents <= _MAX_WINDOW_DOCUMENTS:
            keys.update(dict.fromkeys(hit.key for hit in engine.find(words)))
        if len(keys) > _MAX_DOCUMENTS:
            break
    return keys
