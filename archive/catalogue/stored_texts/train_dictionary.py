"""Train a compression dictionary on texts, of runs of words that many of them have. Pure.

A dictionary outlives the texts that it was made of, so it must hold nothing that is one text's own:
each run of words in it is in at least MIN_TEXTS of them, and is divided from the next.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

import zstandard

MIN_TEXTS = 8  # that have a run of words, for it to be in the dictionary
_MAX_RUN_WORDS = 3  # measured: 0.34 of the text; 5 words: the same; whole texts: 0.33
_DICTIONARY_BYTES = 1 << 16
_DIVIDER = "\0"
_WORD = re.compile(r"\S+\s*")

_Run = tuple[str, ...]


def train_dictionary(texts: Sequence[str]) -> bytes:
    """Return a Zstandard dictionary for texts like these; b"" where they have too little alike."""
    word_lists = [_WORD.findall(text) for text in texts]
    common = _common_runs(word_lists)
    samples = [
        _DIVIDER.join("".join(run) for run in _split_runs(words, common)).encode()
        for words in word_lists
    ]
    try:
        dictionary = zstandard.train_dictionary(_DICTIONARY_BYTES, [s for s in samples if s])
    except (zstandard.ZstdError, ValueError):
        return b""
    return dictionary.as_bytes()


def _common_runs(word_lists: Sequence[Sequence[str]]) -> set[_Run]:
    """Return the runs of up to _MAX_RUN_WORDS words that MIN_TEXTS of the texts have."""
    common: set[_Run] = {()}
    for length in range(1, _MAX_RUN_WORDS + 1):
        counts: Counter[_Run] = Counter()
        for words in word_lists:
            counts.update(
                {
                    run
                    for run in _runs(words, length)
                    if run[:-1] in common and (length == 1 or run[1:] in common)
                }
            )
        common |= {run for run, count in counts.items() if count >= MIN_TEXTS}
    return common - {()}


def _runs(words: Sequence[str], length: int) -> Iterable[_Run]:
    return zip(*(words[offset:] for offset in range(length)), strict=False)


def _split_runs(words: Sequence[str], common: set[_Run]) -> Iterable[_Run]:
    """Yield the common runs of a text, the longest from each word on; no word is in two."""
    start = 0
    while start < len(words):
        for length in range(_MAX_RUN_WORDS, 0, -1):
            run = tuple(words[start : start + length])
            if run in common:
                yield run
                break
        start += length
