"""How well a text was read: four-word shingles, and exactly right or not.

After the measure of the article extraction benchmark (Zyte, 2020): shingles are counted as often
as they occur; each page weighs the same; precision and recall are means over pages.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

_WORD = re.compile(r"\w+")
SHINGLE = 4


@dataclass(frozen=True, slots=True)
class Score:
    """One page: shingles in both texts, only in what was read, only in what is true."""

    both: int
    extra: int
    missing: int

    @property
    def exact(self) -> bool:
        """Say whether every word is right, and no other is there."""
        return not self.extra and not self.missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """All pages."""

    precision: float
    recall: float
    f1: float
    exact: float
    empty: int


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """Count the runs of four words in `text`; a shorter text is one run."""
    words = _WORD.findall(text)
    if not words:
        return Counter()
    last = max(1, len(words) - SHINGLE + 1)
    return Counter(tuple(words[start : start + SHINGLE]) for start in range(last))


def score(true: str, read: str) -> Score:
    """Compare what was read with what a person says is the text."""
    expected, found = shingles(true), shingles(read)
    both = sum((expected & found).values())
    return Score(both, sum(found.values()) - both, sum(expected.values()) - both)


def summed_up(scores: Iterable[Score]) -> Scores:
    """Return means over pages; a page that gave no words counts for recall alone."""
    pages = list(scores)
    precisions = [s.both / (s.both + s.extra) for s in pages if s.both + s.extra]
    recalls = [s.both / (s.both + s.missing) for s in pages if s.both + s.missing]
    precision, recall = sum(precisions) / len(precisions), sum(recalls) / len(recalls)
    return Scores(
        precision=precision,
        recall=recall,
        f1=2 * precision * recall / (precision + recall),
        exact=sum(s.exact for s in pages) / len(pages),
        empty=sum(not (s.both + s.extra) for s in pages),
    )
