"""Is what was read from a page like what its source says? Pure: judged from lengths and twins.

A wall that no marker gives away, a "moved" note in the publisher's own layout or a page cut short
by its server reads as a statement. What is far from a source's own norm is no version until a
person has looked at it (`onrecord quarantine`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

ENOUGH = 20  # statements of a source from which on it has a norm
SHORT = 300  # characters: a longer text is never too short
TWINS = 3  # statements that say the very same words
SHRUNK = 5  # times as long as now, before
WORTH = 500  # characters: how long a text was whose shrinking is worth a look


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What a source's statements are like, beside one that was just read; lengths in characters."""

    lengths: Sequence[int] = ()  # of the other statements' texts; () where not needed
    twins: int = 0  # other statements with the very same text
    before: int = 0  # length of what this statement said last; 0 where it is new


def needs_lengths(length: int) -> bool:
    """Say whether a text is short enough for the others' lengths to matter."""
    return length < SHORT


def suspicion(length: int, norm: Baseline) -> str:
    """Return why a text of `length` characters is not taken for its source's; "" where it is.

    >>> suspicion(40, Norm(lengths=[2000] * 30))
    '40 characters: a statement of this source has 2,000 (median) and never less than 2,000'
    >>> suspicion(1900, Norm(lengths=[2000] * 30))
    ''
    """
    if norm.before >= WORTH and length * SHRUNK < norm.before:
        return f"{length:,} characters: it had {norm.before:,} before"
    if norm.twins >= TWINS:
        return f"the very words of {norm.twins:,} other statements"
    if needs_lengths(length) and len(norm.lengths) >= ENOUGH:
        usual, shortest = median(norm.lengths), min(norm.lengths)
        if length * 10 < usual and length * 2 < shortest:
            return (
                f"{length:,} characters: a statement of this source has {usual:,.0f} (median)"
                f" and never less than {shortest:,}"
            )
    return ""
