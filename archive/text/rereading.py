"""A version that was read anew: its former id, and how the words of the two readings differ.

New rules of what an edit is, or a better reader, give the same capture another fingerprint or other
words. The former id stays an alias of the new version.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from archive.errors import FormatError


@dataclass(frozen=True, slots=True)
class WordChange:
    """Words of the former reading, and those that it has now; "" for none."""

    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rereading:
    """Version `former` of a capture became version `version` when the capture was read anew."""

    former: str  # version id
    version: str  # version id
    capture: str
    when: datetime
    rules: int  # version of the rules by which the former fingerprint was made
    reader: str  # of the former reading
    changes: tuple[WordChange, ...]  # the first ones, shortened
    change_count: int  # of all changes


def encode_changes(changes: Iterable[WordChange]) -> str:
    """Return changes as a JSON array of [before, after]."""
    pairs = [[change.before, change.after] for change in changes]
    return json.dumps(pairs, ensure_ascii=False)


def decode_changes(text: str) -> tuple[WordChange, ...]:
    """Return the changes in a JSON array of [before, after]; FormatError where it is none."""
    try:
        return tuple(WordChange(str(before), str(after)) for before, after in json.loads(text))
    except (ValueError, TypeError) as error:
        raise FormatError(f"rereading: expected pairs of words, found {text[:60]!r}") from error


def describe_rereading(rereading: Rereading) -> str:
    """Say in one line that a version was read anew and how its words differ."""
    pairs = [f"“{change.before}” is “{change.after}”" for change in rereading.changes]
    more = rereading.change_count - len(pairs)
    words = "; ".join([*pairs, *([f"and {more} changes more"] if more else [])])
    return (
        f"{rereading.former} was read anew on {rereading.when:%Y-%m-%d} and is now "
        f"{rereading.version}: {words or 'no word differs'}"
    )
