"""Find the words of a text that a language lists: negations, modals, qualifiers, words of number.

docs/languages.md describes how an entry is written and matched.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from unicodedata import category, normalize

from archive.text.language import Language, language_of, languages

Span = tuple[int, int]
_CONTEXT_CHARS = 120  # around changed words: where the other part of a two-part entry may be
_MAX_GAP_WORDS = 6  # between the two parts of an entry: “n’a, selon lui, jamais”
_GUESSED_CHARS = 4000  # of a text whose language is guessed
_MIN_COMMON_WORDS = 3  # different ones, of a text whose language is guessed
_MIN_COMMON_SHARE = 0.15  # of its words


class WordKind(StrEnum):
    """What the words of a list do."""

    NEGATION = "negation"
    MODAL = "modal"
    QUALIFIER = "qualifier"
    NUMBER = "number"
    SET_PHRASE = "set phrase"


@dataclass(frozen=True, slots=True)
class ListedWord:
    """One word, phrase or pair of a list in a text; `key` is the same for its other forms."""

    kind: WordKind
    key: str
    spans: tuple[Span, ...]  # one, or two of a two-part entry

    def touches(self, span: Span) -> bool:
        return any(start < span[1] and span[0] < end for start, end in self.spans)

    def move(self, offset: int) -> "ListedWord":
        spans = tuple((start + offset, end + offset) for start, end in self.spans)
        return ListedWord(self.kind, self.key, spans)


@dataclass(frozen=True, slots=True)
class _Token:
    key: str
    start: int
    end: int
    ends_clause: bool = False  # a mark after it parts it from the next


@dataclass(frozen=True, slots=True)
class _Entry:
    kind: WordKind
    key: str
    words: tuple[str, ...]
    second: tuple[tuple[str, tuple[str, ...]], ...] = ()  # (key, words) of a two-part entry


@dataclass(frozen=True, slots=True)
class _WordList:
    by_first_word: dict[str, tuple[_Entry, ...]]
    wild: tuple[_Entry, ...]  # whose first word has a star


def find_listed_words(text: str, language: Language) -> list[ListedWord]:
    """Return the listed words of `text`, in order.

    A word inside a set phrase, or a longer phrase of its list, is no word of its own; nor is a
    number inside any: “one” of “no one”.
    """
    entries = _word_list(language)
    tokens = list(_tokenize(text, language.spaced))
    matches = dict.fromkeys(
        match
        for n, token in enumerate(tokens)
        for entry in _candidates(token.key, entries, language)
        if (match := _match(entry, tokens, n)) is not None
    )
    phrases = [match for match in matches if len(match.spans) == 1]
    return [
        match
        for match in matches
        if match.kind is not WordKind.SET_PHRASE
        and not any(_hides(phrase, match) for phrase in phrases)
    ]


def words_touched(text: str, span: Span, language: Language) -> list[ListedWord]:
    """Return the listed words of `text` that the characters of `span` belong to.

    “pas” alone belongs to the negation “ne … pas” around it.
    """
    if span[0] >= span[1]:
        return []
    offset, end = _context(text, span)
    words = (word.move(offset) for word in find_listed_words(text[offset:end], language))
    return [word for word in words if word.touches(span)]


def words_of(text: str, span: Span, language: Language) -> list[str]:
    """Return the words of `text`, folded, that the characters of `span` belong to."""
    if span[0] >= span[1]:
        return []
    start, end = _context(text, span)
    return [
        token.key
        for token in _tokenize(text[start:end], language.spaced)
        if token.start + start < span[1] and span[0] < token.end + start
    ]


def judging_language(tag: str, text: str) -> Language:
    """Return the language by which changes of `text`, tagged as `tag`, are judged.

    A text of unknown language ("und" or "") is judged by the language whose commonest words it
    clearly has.
    """
    language = language_of(tag)
    if language.code in ("", "und"):
        return guess_language(text, languages()) or language
    return language


def guess_language(text: str, candidates: Iterable[Language]) -> Language | None:
    """Return the language whose commonest words a text clearly has; None if none is clear."""
    words = [token.key for token in _tokenize(text[:_GUESSED_CHARS], spaced=True)]
    shares = sorted(
        (
            (sum(word in language.common for word in words), language.code, language)
            for language in candidates
            if len(set(words).intersection(language.common)) >= _MIN_COMMON_WORDS
        ),
        reverse=True,
    )
    if not shares or (len(shares) > 1 and shares[0][0] == shares[1][0]):
        return None
    count, _, language = shares[0]
    return language if count >= _MIN_COMMON_SHARE * len(words) else None


@cache
def _marks() -> str:
    r"""Return the body of a character class of combining marks, which `\w` does not match."""
    points = (point for point in range(0x300, 0x1D00) if category(chr(point)) in ("Mn", "Mc"))
    return "".join(map(chr, points))


@cache
def _token_pattern(spaced: bool) -> re.Pattern[str]:
    # An apostrophe stays with the letters before it: n’ accepte, don’ t.
    word = rf"[\w{_marks()}]+(?:['’‘ʼ](?=\w))?" if spaced else rf"\w[{_marks()}]*"
    return re.compile(rf"({word})([^\w'’\s]*)")


_CLAUSE_ENDS = frozenset(".!?;:…。！？")


def _tokenize(text: str, spaced: bool) -> Iterator[_Token]:
    for match in _token_pattern(spaced).finditer(text):
        yield _Token(
            _fold(match[1]), match.start(), match.end(1), not _CLAUSE_ENDS.isdisjoint(match[2])
        )


@lru_cache(maxsize=20_000)
def _fold(word: str) -> str:
    """Return the form in which a word is compared: case folded, without optional marks."""
    folded = normalize("NFKC", word).casefold().replace("’", "'").replace("ʼ", "'")
    if folded.isascii():
        return folded
    letters = (char for char in folded if not _is_optional_mark(char))
    return normalize("NFC", "".join(letters))


def _is_optional_mark(char: str) -> bool:
    """Return whether a mark is optional: vowels of Arabic and Hebrew, tatweel, the dot of İ."""
    return "\u0591" <= char <= "\u05c7" or "\u064b" <= char <= "\u0652" or char in "\u0640\u0307"


_LISTS = {
    "negation": WordKind.NEGATION,
    "modals": WordKind.MODAL,
    "qualifiers": WordKind.QUALIFIER,
    "number_words": WordKind.NUMBER,
    "set_phrases": WordKind.SET_PHRASE,
}


@lru_cache(maxsize=64)
def _word_list(language: Language) -> _WordList:
    by_first_word: dict[str, list[_Entry]] = {}
    wild: list[_Entry] = []
    for name, kind in _LISTS.items():
        for written in getattr(language, name):
            for entry in _parse_entry(written, kind, language.spaced):
                first = entry.words[0]
                (wild if "*" in first else by_first_word.setdefault(first, [])).append(entry)
    return _WordList({word: tuple(found) for word, found in by_first_word.items()}, tuple(wild))


def _parse_entry(written: str, kind: WordKind, spaced: bool) -> Iterator[_Entry]:
    """Yield an entry for every form that `written` lists before and after its ` … `."""
    first, _, second = written.partition(" … ")
    second_parts = tuple(
        (f"{first} … {form}", _entry_words(form, spaced)) for form in second.split("/") if form
    )
    for form in first.split("/"):
        yield _Entry(kind, written, _entry_words(form, spaced), second_parts)


def _entry_words(form: str, spaced: bool) -> tuple[str, ...]:
    """Return the words of an entry as a text has them; a star stays where it is."""
    pattern = _token_pattern(spaced).pattern.replace(r"[\w", "[\ue000\\w").replace(r"(?=\w)", "")
    marked = form.replace("*", "\ue000")
    return tuple(_fold(match[1]).replace("\ue000", "*") for match in re.finditer(pattern, marked))


def _candidates(word: str, entries: _WordList, language: Language) -> Iterator[_Entry]:
    yield from entries.by_first_word.get(word, ())
    for letters in language.attached:
        if word.startswith(letters):
            yield from entries.by_first_word.get(word[len(letters) :], ())
    for entry in entries.wild:
        if _is_word(entry.words[0], word, language):
            yield entry


def _match(entry: _Entry, tokens: list[_Token], n: int) -> ListedWord | None:
    first = _match_run(entry.words[1:], tokens, n + 1)
    if first is None:
        return None
    span = tokens[n].start, tokens[first - 1].end
    if not entry.second:
        return ListedWord(entry.kind, entry.key, (span,))
    for position in range(first, min(len(tokens), first + _MAX_GAP_WORDS + 1)):
        if tokens[position - 1].ends_clause:
            return None
        for key, words in entry.second:
            end = _match_run(words, tokens, position)
            if end is not None:
                second_span = tokens[position].start, tokens[end - 1].end
                return ListedWord(entry.kind, key, (span, second_span))
    return None


def _match_run(words: tuple[str, ...], tokens: list[_Token], n: int) -> int | None:
    """Return the token after a run of `words` that begins at token `n`."""
    end = n + len(words)
    if end > len(tokens):
        return None
    is_match = all(
        _matches_star(word, token.key) for word, token in zip(words, tokens[n:end], strict=True)
    )
    return end if is_match else None


def _is_word(pattern: str, word: str, language: Language) -> bool:
    return _matches_star(pattern, word) or any(
        word.startswith(letters) and _matches_star(pattern, word[len(letters) :])
        for letters in language.attached
    )


def _matches_star(pattern: str, word: str) -> bool:
    if pattern.startswith("*"):
        return len(word) > len(pattern) - 1 and word.endswith(pattern[1:])
    if pattern.endswith("*"):
        return word.startswith(pattern[:-1])
    return word == pattern


def is_form(forms: str, word: str) -> bool:
    """Return whether a folded `word` is one of `forms`, which `/` separates: lawful*/legal*."""
    return any(_matches_star(form, word) for form in forms.split("/"))


def _hides(phrase: ListedWord, word: ListedWord) -> bool:
    start, end = phrase.spans[0]
    is_set_phrase = phrase.kind is WordKind.SET_PHRASE
    if not is_set_phrase and phrase.kind is not word.kind and word.kind is not WordKind.NUMBER:
        return False  # “cannot” is a modal and a negation
    # A modal may be a set phrase, so that no negation in it counts: なければならない.
    hides_itself = is_set_phrase and word.kind is not WordKind.MODAL
    return any(
        start <= span[0] and span[1] <= end and (hides_itself or span != (start, end))
        for span in word.spans
    )


def _context(text: str, span: Span) -> Span:
    """Widen a span by the context, and to white space."""
    start, end = max(0, span[0] - _CONTEXT_CHARS), min(len(text), span[1] + _CONTEXT_CHARS)
    while start and not text[start - 1].isspace() and span[0] - start < 2 * _CONTEXT_CHARS:
        start -= 1
    while end < len(text) and not text[end].isspace() and end - span[1] < 2 * _CONTEXT_CHARS:
        end += 1
    return start, end
