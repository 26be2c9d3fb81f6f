"""Compare a text with its source's baseline of lengths and duplicates. Pure.

A block page without a known marker, a "moved" note in the publisher's own layout or a page
truncated by its server reads as a statement. A text far from its source's baseline becomes no
version until a person has reviewed it (`onrecord quarantine`). A page that no source reads has no
baseline but its own history: where it shares nothing with what it said before, it is set aside too.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

MIN_STATEMENTS = 20  # of a source, for its lengths to be a baseline
SHORT_TEXT_CHARS = 300  # a longer text is never too short
MIN_DUPLICATES = 3  # other statements with the very same text
_RUN_CHARACTERS = 12
_MIN_SHARED_RUNS = 0.1  # of the runs of the shorter text
_SENTENCE_END = re.compile(r"[.!?。！？؟۔।…\n]+")
_WORD = re.compile(r"[^\W_]+")
_MAX_FRAME = 200  # characters of a menu and an address
SHRINK_FACTOR = 5  # a text this many times shorter than before is suspect
MIN_PREVIOUS_CHARS = 500  # below this length, shrinking is no suspicion


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """A source's other statements, to compare one just read with; lengths in characters."""

    lengths: Sequence[int] = ()  # of the other statements' texts; () where not needed
    duplicates: int = 0  # other statements with the very same text
    previous_length: int = 0  # length of this statement's latest text; 0 where it is new


def needs_lengths(length: int) -> bool:
    """Say whether a text is so short that the lengths of the other texts are needed."""
    return length < SHORT_TEXT_CHARS


def suspicion(length: int, baseline: Baseline) -> str:
    """Return why a text of `length` characters is suspect; "" where it is not.

    >>> suspicion(40, Baseline(lengths=[2000] * 30))
    '40 characters: a statement of this source has 2,000 (median) and never less than 2,000'
    >>> suspicion(1900, Baseline(lengths=[2000] * 30))
    ''
    """
    if (
        baseline.previous_length >= MIN_PREVIOUS_CHARS
        and length * SHRINK_FACTOR < baseline.previous_length
    ):
        return f"{length:,} characters: it had {baseline.previous_length:,} before"
    if baseline.duplicates >= MIN_DUPLICATES:
        return f"the very words of {baseline.duplicates:,} other statements"
    if needs_lengths(length) and len(baseline.lengths) >= MIN_STATEMENTS:
        typical, shortest = median(baseline.lengths), min(baseline.lengths)
        if length * 10 < typical and length * 2 < shortest:
            return (
                f"{length:,} characters: a statement of this source has {typical:,.0f} (median)"
                f" and never less than {shortest:,}"
            )
    return ""


def shares_nothing(text: str, previous: str) -> bool:
    """Return whether `text` has no sentence of `previous`, and hardly a run of its characters.

    A paragraph dropped, added or rewritten is an edit; other words altogether are a wall, a
    waiting page, an error in the site's own layout, another language, or another statement.

    >>> shares_nothing("You are in line. Do not close this.", "The ministry regrets the delay.")
    True
    """
    if _sentences(text) & _sentences(previous):
        return False
    runs, previous_runs = _runs(text), _runs(previous)
    smaller = min(len(runs), len(previous_runs))
    return len(runs & previous_runs) < _MIN_SHARED_RUNS * max(1, smaller)


def shares_only_frame(text: str, previous: str) -> bool:
    """Return whether all that two texts share stands at their ends, and is the lesser part.

    So are a menu before the words and an address after them, which a reader may have taken for
    words: of a page with another title as well, they do not make an edit.

    >>> shares_only_frame("Home News We are closed. © Fen", "Home News The fen is flooded. © Fen")
    True
    """
    words, previous_words = text.split(), previous.split()
    shortest = min(len(words), len(previous_words))
    start = _common_length(words, previous_words, shortest)
    end = _common_length(words[::-1], previous_words[::-1], shortest - start)
    frame = " ".join([*words[:start], *words[len(words) - end :]])
    if not frame or len(frame) > _MAX_FRAME or 2 * len(frame) > min(len(text), len(previous)):
        return False
    rest, previous_rest = words[start : len(words) - end], previous_words[start:]
    previous_rest = previous_rest[: len(previous_rest) - end]
    return shares_nothing(" ".join(rest), " ".join(previous_rest))


def _common_length(words: Sequence[str], others: Sequence[str], limit: int) -> int:
    pairs = zip(words[:limit], others[:limit], strict=True)
    return next((i for i, (word, other) in enumerate(pairs) if word != other), limit)


def _sentences(text: str) -> set[str]:
    sentences = (_letters(part) for part in _SENTENCE_END.split(text))
    return {sentence for sentence in sentences if len(sentence) >= _RUN_CHARACTERS}


def _runs(text: str) -> set[str]:
    """Return the runs of letters and digits of one length, over the spaces and marks between."""
    letters = _letters(text)
    last = max(1, len(letters) - _RUN_CHARACTERS + 1)
    return {letters[start : start + _RUN_CHARACTERS] for start in range(last)}


def _letters(text: str) -> str:
    return "".join(_WORD.findall(text.casefold()))
