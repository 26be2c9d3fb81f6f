"""Derive flags from a resolution: what a reader should know besides the verdict."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from archive.text.changed_words import changes_listed, changes_negation
from archive.text.diff import ChangeKind, classify_spans
from archive.text.figure_value import has_same_value
from archive.text.language import Language
from archive.text.listed_words import Span, WordKind, judging_language, words_touched
from index.quotes.compare.classify_edits import Edit, Elision
from index.quotes.compare.decide_verdict import SHORT_QUOTE_WORDS, Verdict
from index.quotes.resolve_quotation import MAX_QUOTE_CHARS, Resolution, SourceMatch
from index.quotes.words.sentences import sentence_starts
from index.quotes.words.tokenize_quote import OmissionMark


@dataclass(frozen=True, slots=True)
class Flag:
    """One remark: `kind` is one of a few names, `detail` a sentence for people."""

    kind: str
    detail: str


_SPEAKER_LABEL = re.compile(
    r"(?:^|\n)\s*(?:(?:[A-Z][A-Z.'’-]+\s+){0,5}[A-Z][A-Z.'’-]{2,}(?:\s*\([^)\n]{1,60}\))?:"
    r"|(?:[Q]|QUESTION|THE PRESS)(?:\s{1,6}|:\s))"
)


def derive_flags(resolution: Resolution) -> list[Flag]:
    """Return the flags that follow from the words alone, without the catalogue."""
    flags: list[Flag] = []
    if 0 < resolution.word_count < SHORT_QUOTE_WORDS:
        flags.append(Flag("short", f"{_count_words(resolution.word_count)}: too few to prove much"))
    if len(resolution.quote) > MAX_QUOTE_CHARS:
        flags.append(
            Flag("cut-short", f"only its first {MAX_QUOTE_CHARS:,} characters were compared")
        )
    if resolution.match is None:
        if resolution.verdict is Verdict.TRANSLATED:
            flags.append(
                Flag("translated", "perhaps a translation of the nearest statement: not asserted")
            )
        elif resolution.nearest_is_paraphrase:
            note = "the nearest statement says the same in other words, perhaps before translation"
            flags.append(Flag("other-words", f"{note}: not asserted"))
        return flags
    judgement, document = resolution.match.judgement, resolution.match.document
    language = judging_language(document.lang, document.text)
    for edit in judgement.edits:
        flags += _edit_flags(edit, document.text, resolution.quote, language)
    for elision in judgement.elisions:
        flags += _elision_flags(elision, resolution.match, language)
    if language.lacking and (judgement.edits or judgement.elisions):
        flags.append(Flag("not-judged", f"{language.title}: {', '.join(language.lacking)}"))
    if judgement.edits and all(edit.spelling for edit in judgement.edits):
        flags.append(Flag("spelling-only", "every change is a change of spelling"))
    if judgement.reversed:
        flags.append(Flag("order", "the parts are in another order in the statement"))
    if _crosses_speakers(resolution.match):
        flags.append(Flag("speaker", "continues past a change of speaker"))
    return flags + list(_context_flags(resolution.match))


def _edit_flags(edit: Edit, source: str, quote: str, language: Language) -> Iterator[Flag]:
    change = f"“{edit.before}” printed as “{edit.after}”"
    if not edit.after:
        change = f"“{edit.before}” left out without a mark"
    if not edit.before:
        change = f"“{edit.after}” added"
    old_span, new_span = (edit.start, edit.end), (edit.quote_start, edit.quote_end)
    spans = (source, old_span, quote, new_span, language)
    kinds = classify_spans(*spans)
    if ChangeKind.NEGATION in kinds:
        yield Flag("negation", change)
    if ChangeKind.NUMBERS in kinds and not edit.spelling:
        is_equal = has_same_value(edit.before, edit.after, language)
        yield Flag("number", f"{change}: same value" if is_equal else change)
    if changes_listed(*spans, WordKind.MODAL):
        yield Flag("modality", change)
    if dropped := _dropped_qualifiers(*spans):
        yield Flag("qualifier", f"{_quote_words(dropped)} dropped")
    if edit.spelling:
        yield Flag("spelling", change)


def _elision_flags(elision: Elision, match: SourceMatch, language: Language) -> Iterator[Flag]:
    introductions: dict[OmissionMark | None, str] = {
        OmissionMark.OMISSION: "the dots hide",
        OmissionMark.BRACKET: "the brackets stand for",
    }
    introduction = introductions.get(elision.mark, "left out without a mark:")
    instead_span = (0, len(elision.instead))
    span = (elision.start, elision.end)
    spans = (match.document.text, span, elision.instead, instead_span, language)
    if changes_negation(*spans):
        yield Flag("negation", f"{introduction} a negation: “{_shorten(elision.text)}”")
    if dropped := _dropped_qualifiers(*spans):
        yield Flag("qualifier", f"{introduction} {_quote_words(dropped)}")
    text = match.document.text
    gap = text[elision.start : elision.end]
    if elision.sentences:
        count = "a sentence" if elision.sentences == 1 else f"{elision.sentences} sentences"
        yield Flag("sentence-skipped", f"{count} left out between the parts")
    elif any(True for _ in sentence_starts(text, elision.start + 1, elision.end)):
        yield Flag("sentence-boundary", "the omission crosses the end of a sentence")
    if "\n" in gap.strip() or "\n" in text[elision.end : elision.end + 2]:
        yield Flag("paragraph-boundary", "the omission crosses the end of a paragraph")


def _context_flags(match: SourceMatch) -> Iterator[Flag]:
    if match.document.layer == "page":
        yield Flag("page", "in the page, outside what was read as the statement")
    if match.judgement.verdict is Verdict.SPLICED and not match.judgement.reversed:
        unmarked = [
            elision
            for elision in match.judgement.elisions
            if elision.sentences and not elision.mark
        ]
        if unmarked:
            yield Flag("unmarked", "no mark in the quotation shows the omission")


def _crosses_speakers(match: SourceMatch) -> bool:
    """Return whether a speaker label stands between the quoted parts."""
    text = match.document.text
    parts = match.judgement.parts
    if not parts:
        return False
    start, end = min(part.start for part in parts), max(part.end for part in parts)
    if end - start > 100_000:
        return False
    return any(label.start() > start for label in _SPEAKER_LABEL.finditer(text, start, end))


def _dropped_qualifiers(
    before: str, old_span: Span, after: str, new_span: Span, language: Language
) -> set[str]:
    """Return the qualifiers, as printed, at a span of one text that are not at that of another."""
    remaining = {word.key for word in words_touched(after, new_span, language)}
    return {
        " … ".join(before[start:end].lower() for start, end in word.spans)
        for word in words_touched(before, old_span, language)
        if word.kind is WordKind.QUALIFIER and word.key not in remaining
    }


def _quote_words(words: set[str]) -> str:
    return ", ".join(f"“{word}”" for word in sorted(words))


def _shorten(text: str, max_chars: int = 120) -> str:
    text = " ".join(text.split())
    return text if len(text) <= max_chars else f"{text[:max_chars].rsplit(' ', 1)[0]} …"


def _count_words(count: int) -> str:
    return "one word" if count == 1 else f"{count} words"
