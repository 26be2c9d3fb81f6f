"""The query tree as frozen values: words, phrases, fields, dates, and operators."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Run:
    """Words that follow one another; with `open_end`, the last is a prefix of a word."""

    words: tuple[str, ...]
    open_end: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """A verbatim phrase. Several runs are a phrase with ellipses: each run after the previous one.

    `slop`: at most so many other words in total between the words, which keep their order unless
    `unordered`. Slop applies only to a single run.
    """

    runs: tuple[Run, ...]
    slop: int = 0
    unordered: bool = False

    @property
    def exact_run(self) -> Run | None:
        """The words that must follow one another, None if others may stand between or around."""
        is_exact = len(self.runs) == 1 and not self.slop and not self.unordered
        return self.runs[0] if is_exact else None


@dataclass(frozen=True, slots=True)
class Stem:
    """A word outside quotation marks: any word with that stem, in the language of the statement."""

    words: tuple[str, ...]  # more than one where the typed word is (`don't`): a run of stems


@dataclass(frozen=True, slots=True)
class Prefix:
    """Any word that begins with `start`: `detain*`."""

    start: str


@dataclass(frozen=True, slots=True)
class Field:
    """Statements whose source, issuer, lang, kind, symbol or url is `value`, ignoring case.

    `lang:en` also matches en-GB; an issuer or source also matches by some of its words, a symbol
    and an address in the forms of `index.symbol_and_address`.
    """

    name: str  # source, issuer, lang, kind, symbol, url
    value: str
    offset: int = field(default=0, compare=False)  # of the field in the query


@dataclass(frozen=True, slots=True)
class InTitle:
    """Statements whose title matches `part`."""

    part: "Phrase | Stem | Prefix"


@dataclass(frozen=True, slots=True)
class Dates:
    """Statements issued on or after `after` and before `before`: yyyymmdd, half-open.

    A date printed less precisely (2017) matches if it may be in the range.
    """

    after: int = 0
    before: int = 99999999
    offset: int = field(default=0, compare=False)  # of the date in the query


@dataclass(frozen=True, slots=True)
class DecimalMark:
    """Statements in a language whose decimal mark is `mark`: a full stop or a comma."""

    mark: str


@dataclass(frozen=True, slots=True)
class And:
    """Statements that match all of `parts`."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Statements that match any of `parts`."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Statements that do not match `part`."""

    part: "Node"


Node: TypeAlias = Phrase | Stem | Prefix | InTitle | Field | Dates | DecimalMark | And | Or | Not


@dataclass(frozen=True, slots=True)
class Query:
    """A query as typed and as parsed."""

    text: str
    root: Node


def flatten(parts: Sequence[Node]) -> Iterator[Node]:
    """Yield the nodes that `parts` require all, those of nested And nodes too."""
    for part in parts:
        if isinstance(part, And):
            yield from flatten(part.parts)
        else:
            yield part


def has_day(dates: Sequence[Dates]) -> bool:
    """Return whether a day is within all of `dates`."""
    return max(part.after for part in dates) < min(part.before for part in dates)
