"""A query as frozen values: words, phrases, fields, dates, and how they are combined."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Run:
    """Words that follow one another; with `open_end`, the last is the beginning of a word."""

    words: tuple[str, ...]
    open_end: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """A verbatim phrase. Several runs are one phrase with ellipses: each run after the one before.

    `slop`: at most so many other words in all among the words, which keep their order unless
    `unordered`. Slop is for a single run.
    """

    runs: tuple[Run, ...]
    slop: int = 0
    unordered: bool = False


@dataclass(frozen=True, slots=True)
class Stem:
    """A word outside quotation marks: any word with the same stem, by the statement's language."""

    words: tuple[str, ...]  # more than one where what was typed is (`don't`): a run of stems


@dataclass(frozen=True, slots=True)
class Prefix:
    """Any word that begins so: `detain*`."""

    start: str


@dataclass(frozen=True, slots=True)
class Field:
    """A statement whose source, issuer, lang or kind is `value`, whatever the case.

    `lang:en` is also true of en-GB; an issuer or source also matches by its words.
    """

    name: str  # source, issuer, lang, kind
    value: str


@dataclass(frozen=True, slots=True)
class Dates:
    """A statement issued on or after `after` and before `before`: yyyymmdd, half-open.

    What was printed less precisely (2017) matches where it may be so.
    """

    after: int = 0
    before: int = 99999999


@dataclass(frozen=True, slots=True)
class And:
    """All of `parts`."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of `parts`."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Not `part`."""

    part: "Node"


Node: TypeAlias = Phrase | Stem | Prefix | Field | Dates | And | Or | Not


@dataclass(frozen=True, slots=True)
class Query:
    """A query as typed and as understood."""

    text: str
    root: Node
