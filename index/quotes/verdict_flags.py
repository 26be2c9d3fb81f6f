"""Derive flags from a resolution: what a reader should know besides the verdict."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from archive.text.diff import ChangeKind, classify_change
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


_MODAL_VERBS = frozenset(
    ["will", "would", "shall", "should", "may", "might", "can", "could", "must", "ought", "need"]
)
_QUALIFIER = re.compile(
    r"\b(?:reportedly|allegedly|alleged|apparently|purportedly|supposedly|presumably|possibly|"
    r"perhaps|probably|likely|unlikely|unconfirmed|suspected|some|many|most|nearly|almost|"
    r"approximately|about|around|up to|at least|if|unless|except|only|until|provided that|"
    r"according to|appears?|seems?|said to be|in part|partly|generally|mainly|in principle)\b",
    re.I,
)
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
    judgement = resolution.match.judgement
    for edit in judgement.edits:
        flags += _edit_flags(edit)
    for elision in judgement.elisions:
        flags += _elision_flags(elision, resolution.match)
    if judgement.edits and all(edit.spelling for edit in judgement.edits):
        flags.append(Flag("spelling-only", "every change is a change of spelling"))
    if judgement.reversed:
        flags.append(Flag("order", "the parts are in another order in the statement"))
    if _crosses_speakers(resolution.match):
        flags.append(Flag("speaker", "continues past a change of speaker"))
    return flags + list(_context_flags(resolution.match))


def _edit_flags(edit: Edit) -> Iterator[Flag]:
    change = f"“{edit.before}” printed as “{edit.after}”"
    if not edit.after:
        change = f"“{edit.before}” left out without a mark"
    if not edit.before:
        change = f"“{edit.after}” added"
    kinds = classify_change(edit.before, edit.after)
    if ChangeKind.NEGATION in kinds:
        yield Flag("negation", change)
    if ChangeKind.NUMBERS in kinds and not edit.spelling:
        yield Flag("number", change)
    quote_modals, source_modals = _find_modals(edit.after), _find_modals(edit.before)
    if quote_modals != source_modals:
        yield Flag("modality", change)
    if dropped := _find_qualifiers(edit.before) - _find_qualifiers(edit.after):
        yield Flag("qualifier", f"{_quote_words(dropped)} dropped")
    if edit.spelling:
        yield Flag("spelling", change)


def _elision_flags(elision: Elision, match: SourceMatch) -> Iterator[Flag]:
    introductions: dict[OmissionMark | None, str] = {
        OmissionMark.OMISSION: "the dots hide",
        OmissionMark.BRACKET: "the brackets stand for",
    }
    introduction = introductions.get(elision.mark, "left out without a mark:")
    if ChangeKind.NEGATION in classify_change(elision.text, elision.instead):
        yield Flag("negation", f"{introduction} a negation: “{_shorten(elision.text)}”")
    if dropped := _find_qualifiers(elision.text) - _find_qualifiers(elision.instead):
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


def _find_modals(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z]+", text.lower())) & _MODAL_VERBS


def _find_qualifiers(text: str) -> set[str]:
    return {qualifier.lower() for qualifier in _QUALIFIER.findall(text)}


def _quote_words(words: set[str]) -> str:
    return ", ".join(f"“{word}”" for word in sorted(words))


def _shorten(text: str, max_chars: int = 120) -> str:
    text = " ".join(text.split())
    return text if len(text) <= max_chars else f"{text[:max_chars].rsplit(' ', 1)[0]} …"


def _count_words(count: int) -> str:
    return "one word" if count == 1 else f"{count} words"
