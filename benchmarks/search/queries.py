"""The questions asked: phrases cut from the documents at random, and what is made of them."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from index.engine_interface import Document
from index.text_to_words import words_of

LENGTHS = (2, 3, 5, 8, 15, 30)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of every engine, each in its own language.

    kind: phrase, page, date, slop, ellipsis, boolean, top.
    """

    kind: str
    words: tuple[str, ...]
    operator: str = ""  # of boolean and top: AND, OR, NOT
    after: str = ""
    before: str = ""
    slop: int = 0
    cut: int = 0  # of ellipsis: where the second part begins


def ask(documents: Sequence[Document], seed: int, phrase_count: int = 204) -> list[Question]:
    """Return the questions: `phrase_count` phrases, and of each other kind a quarter as many."""
    random_ = random.Random(seed)
    phrases = [
        _cut(documents, random_, LENGTHS[n % len(LENGTHS)]) for n in range(phrase_count * 5 // 6)
    ]
    phrases += _common(documents, random_, phrase_count - len(phrases))
    quarter = max(1, phrase_count // 4)
    short_phrases = [_cut(documents, random_, LENGTHS[n % 3 + 1]) for n in range(quarter)]
    questions = [Question("phrase", words) for words in phrases]
    questions += [Question("page", words) for words in phrases]
    for words in [*short_phrases[: quarter // 2], *phrases[-quarter // 2 :]]:
        year = int(random_.choice(documents).issued[:4] or 2005)
        questions.append(Question("date", words, after=f"{year}-01-01", before=f"{year + 1}-07-01"))
    for _ in range(quarter):
        words = _cut(documents, random_, random_.choice((3, 4, 5, 6)))
        slop_words = [
            words[0],
            *(word for word in words[1:-1] if random_.random() < 0.6),
            words[-1],
        ]
        questions.append(Question("slop", tuple(slop_words), slop=random_.choice((1, 2, 3, 5))))
    for _ in range(quarter):
        words = _cut(documents, random_, 12)
        questions.append(Question("ellipsis", words[:4] + words[8:], cut=4))
    for number in range(quarter):
        words = tuple(dict.fromkeys(_cut(documents, random_, 40)))
        chosen = tuple(random_.sample(words, 2 + number % 2))
        questions.append(Question("boolean", chosen, ("AND", "OR", "NOT")[number % 3]))
        questions.append(Question("top", chosen[: 1 + number % 3], ("AND", "OR")[number % 2]))
    return questions


def _cut(documents: Sequence[Document], random_: random.Random, length: int) -> tuple[str, ...]:
    """Return `length` words that follow one another somewhere, read alike by all engines."""
    while True:
        text = random_.choice(documents).text
        start = random_.randrange(max(1, len(text) - length * 12))
        piece = text[start : start + length * 14 + 40]
        if not piece.isascii() or "." in piece.replace(". ", "  "):
            continue  # initials are one word to us, two to others
        words = words_of(piece)[1 : length + 1]
        # So is `$5`: one figure to us, the number to others.
        if len(words) == length and all(map(str.isalnum, words)):
            return tuple(words)


def _common(
    documents: Sequence[Document], random_: random.Random, limit: int
) -> list[tuple[str, ...]]:
    """Return the phrases of two and three words that are most frequent in a sample."""
    counts: dict[tuple[str, ...], int] = {}
    for document in random_.sample(list(documents), min(300, len(documents))):
        words = words_of(document.text)
        for length in (2, 3):
            for start in range(len(words) - length):
                phrase = tuple(words[start : start + length])
                if not all(map(str.isalnum, phrase)):
                    continue
                counts[phrase] = counts.get(phrase, 0) + 1
    return sorted(counts, key=lambda phrase: -counts[phrase])[:limit]
