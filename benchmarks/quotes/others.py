"""Baselines: four other methods to find the text that a quotation comes from."""

import random
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher

from index.text_to_words import words_of


class Fts5:
    """SQLite's full-text index, searched for the quotation as one phrase."""

    name = "FTS5 phrase"
    sample = 1000

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._db = sqlite3.connect(":memory:")
        self._db.execute("CREATE VIRTUAL TABLE said USING fts5(id UNINDEXED, text)")
        self._db.executemany("INSERT INTO said VALUES (?, ?)", texts.items())

    def find(self, quote: str) -> str | None:
        phrase = '"' + quote.replace('"', '""') + '"'
        sql = "SELECT id FROM said WHERE text MATCH ? ORDER BY rank LIMIT 1"
        row = self._db.execute(sql, ("text : " + phrase,)).fetchone()
        return row[0] if row else None


class PartialRatio:
    """rapidfuzz's partial_ratio over every text; 90 of 100 is a find."""

    name = "rapidfuzz partial_ratio"
    sample = 26

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._names, self._texts = list(texts), [text.lower() for text in texts.values()]

    def find(self, quote: str) -> str | None:
        from rapidfuzz import fuzz, process

        match = process.extractOne(
            quote.lower(), self._texts, scorer=fuzz.partial_ratio, score_cutoff=90
        )
        return self._names[match[2]] if match else None


class Difflib:
    """difflib's matching blocks over the words of texts; 6 in 10 words is a find.

    Over all texts it takes minutes per quotation, so it gets the right text and 60 others.
    """

    name = "difflib (among 61 texts)"
    sample = 26

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts_by_name = texts
        self._sampled = random.Random(5).sample(sorted(texts), 60)

    def find(self, quote: str, statement: str | None = None) -> str | None:
        words = words_of(quote)
        best: tuple[float, str | None] = (0.6, None)
        for name in {*self._sampled, *((statement,) if statement else ())}:
            matcher = SequenceMatcher(
                None, words, words_of(self._texts_by_name[name]), autojunk=False
            )
            same = sum(block.size for block in matcher.get_matching_blocks() if block.size > 1)
            best = max(best, (same / max(1, len(words)), name), key=lambda pair: pair[0])
        return best[1]


class Trigrams:
    """Runs of three words vote for the texts that have them; 6 in 10 is a find."""

    name = "word trigrams"
    sample = 1000

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts_with: defaultdict[int, list[int]] = defaultdict(list)
        self._names = list(texts)
        for number, text in enumerate(texts.values()):
            for gram in {hash(gram) for gram in _grams(words_of(text))}:
                self._texts_with[gram].append(number)

    def find(self, quote: str) -> str | None:
        grams = {hash(gram) for gram in _grams(words_of(quote))}
        votes = Counter(number for gram in grams for number in self._texts_with.get(gram, ()))
        if not votes:
            return None
        number, count = votes.most_common(1)[0]
        return self._names[number] if count >= 0.6 * len(grams) else None


def _grams(words: list[str]) -> Iterator[tuple[str, str, str]]:
    yield from zip(words, words[1:], words[2:], strict=False)
