"""Compare a text with its source's baseline of lengths and duplicates. Pure.

A block page without a known marker, a "moved" note in the publisher's own layout or a page
truncated by its server reads as a statement. A text far from its source's baseline becomes no
version until a person has reviewed it (`onrecord quarantine`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

MIN_STATEMENTS = 20  # of a source, for its lengths to be a baseline
SHORT_TEXT_CHARS = 300  # a longer text is never too short
MIN_DUPLICATES = 3  # other statements with the very same text
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
