"""What a reader should be told of a quotation besides its verdict."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from archive.text.diff import ChangeKind, classify_change
from index.quotes.compare.classify_edits import Edit, Elision
from index.quotes.compare.verdicts import SHORT, Verdict
from index.quotes.resolve import LONGEST, Resolution, SourceMatch
from index.quotes.words.sentences import sentence_starts
from index.quotes.words.tokenize_quote import OmissionMark


@dataclass(frozen=True, slots=True)
class Flag:
    """One remark: `kind` is one of a few names, `detail` says it to people."""

    kind: str
    detail: str


_MODAL = frozenset(
    ["will", "would", "shall", "should", "may", "might", "can", "could", "must", "ought", "need"]
)
_QUALIFIER = re.compile(
    r"\b(?:reportedly|allegedly|alleged|apparently|purportedly|supposedly|presumably|possibly|"
    r"perhaps|probably|likely|unlikely|unconfirmed|suspected|some|many|most|nearly|almost|"
    r"approximately|about|around|up to|at least|if|unless|except|only|until|provided that|"
    r"according to|appears?|seems?|said to be|in part|partly|generally|mainly|in principle)\b",
    re.I,
)
_SPEAKER = re.compile(
    r"(?:^|\n)\s*(?:(?:[A-Z][A-Z.'’-]+\s+){0,5}[A-Z][A-Z.'’-]{2,}(?:\s*\([^)\n]{1,60}\))?:"
    r"|(?:[Q]|QUESTION|THE PRESS)(?:\s{1,6}|:\s))"
)


def flags(answer: Resolution) -> list[Flag]:
    """Return the remarks that follow from the words alone."""
    found: list[Flag] = []
    if 0 < answer.words < SHORT:
        found.append(Flag("short", f"{_words(answer.words)}: so few prove little"))
    if len(answer.quote) > LONGEST:
        found.append(Flag("cut-short", f"only its first {LONGEST:,} characters were compared"))
    if answer.match is None:
        if answer.verdict is Verdict.TRANSLATED:
            found.append(Flag("translated", "perhaps translated from the nearest: not asserted"))
        elif answer.in_other_words:
            note = "the nearest tells the same in other words, perhaps before translation"
            found.append(Flag("other-words", f"{note}: not asserted"))
        return found
    judged = answer.match.judged
    for edit in judged.edits:
        found += _of_edit(edit)
    for elision in judged.elisions:
        found += _of_elision(elision, answer.match)
    if judged.edits and all(edit.spelling for edit in judged.edits):
        found.append(Flag("spelling-only", "every change is one of spelling"))
    if judged.reversed:
        found.append(Flag("order", "the parts stand in another order in the statement"))
    if _speakers(answer.match):
        found.append(Flag("speaker", "goes on over a change of speaker"))
    return found + list(_of_place(answer.match))


def _of_edit(edit: Edit) -> Iterator[Flag]:
    change = f"“{edit.before}” printed as “{edit.after}”"
    if not edit.after:
        change = f"“{edit.before}” left out without a mark"
    if not edit.before:
        change = f"“{edit.after}” added"
    touched = classify_change(edit.before, edit.after)
    if ChangeKind.NEGATION in touched:
        yield Flag("negation", change)
    if ChangeKind.NUMBERS in touched and not edit.spelling:
        yield Flag("number", change)
    ours, theirs = _modals(edit.after), _modals(edit.before)
    if ours != theirs:
        yield Flag("modality", change)
    if dropped := _qualifiers(edit.before) - _qualifiers(edit.after):
        yield Flag("qualifier", f"{_quoted(dropped)} dropped")
    if edit.spelling:
        yield Flag("spelling", change)


def _of_elision(elision: Elision, match: SourceMatch) -> Iterator[Flag]:
    hidden = {
        OmissionMark.OMISSION: "the dots hide",
        OmissionMark.BRACKET: "the brackets stand for",
    }
    how = (
        hidden.get(elision.mark, "left out without a mark:")
        if elision.mark
        else ("left out without a mark:")
    )
    if ChangeKind.NEGATION in classify_change(elision.text, elision.instead):
        yield Flag("negation", f"{how} a negation: “{_short(elision.text)}”")
    if dropped := _qualifiers(elision.text) - _qualifiers(elision.instead):
        yield Flag("qualifier", f"{how} {_quoted(dropped)}")
    text = match.document.text
    gap = text[elision.start : elision.end]
    if elision.sentences:
        count = "a sentence" if elision.sentences == 1 else f"{elision.sentences} sentences"
        yield Flag("sentence-skipped", f"{count} left out between the parts")
    elif any(True for _ in sentence_starts(text, elision.start + 1, elision.end)):
        yield Flag("sentence-boundary", "what is left out reaches over the end of a sentence")
    if "\n" in gap.strip() or "\n" in text[elision.end : elision.end + 2]:
        yield Flag("paragraph-boundary", "what is left out reaches over the end of a paragraph")


def _of_place(match: SourceMatch) -> Iterator[Flag]:
    if match.document.layer == "page":
        yield Flag("page", "in the page, outside what we read as the statement")
    if match.judged.verdict is Verdict.SPLICED and not match.judged.reversed:
        unmarked = [each for each in match.judged.elisions if each.sentences and not each.mark]
        if unmarked:
            yield Flag("unmarked", "nothing in the quotation shows that something is left out")


def _speakers(match: SourceMatch) -> bool:
    """Tell whether words of two speakers are quoted as one's."""
    text = match.document.text
    parts = match.judged.parts
    if not parts:
        return False
    start, end = min(part.start for part in parts), max(part.end for part in parts)
    if end - start > 100_000:
        return False
    return any(match_.start() > start for match_ in _SPEAKER.finditer(text, start, end))


def _modals(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z]+", text.lower())) & _MODAL


def _qualifiers(text: str) -> set[str]:
    return {found.lower() for found in _QUALIFIER.findall(text)}


def _quoted(words: set[str]) -> str:
    return ", ".join(f"“{word}”" for word in sorted(words))


def _short(text: str, most: int = 120) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[:most].rsplit(' ', 1)[0]} …"


def _words(count: int) -> str:
    return "one word" if count == 1 else f"{count} words"
