"""What the rest of the program knows of a search engine: documents in, results out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from index.query_tree import Query

Order = Literal["best", "newest"]
Layer = Literal["statement", "page"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One layer of one version of a statement, as it is indexed."""

    key: str  # unique: version id and layer
    version: str
    statement: str
    source: str
    issuer: str
    lang: str  # BCP 47
    kind: str
    issued: str  # ISO 8601 cut to its precision; "" where unknown
    title: str
    layer: Layer = "statement"
    text: str
    current: bool = True  # the statement's newest version
    seen: str = ""  # ISO 8601: when this version was first captured; later is newer


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One matching version, and where in its text the query's words and phrases stand."""

    key: str
    version: str
    statement: str
    source: str
    issuer: str
    lang: str
    kind: str
    issued: str
    title: str
    layer: Layer
    current: bool
    text: str
    passages: tuple[tuple[int, int], ...]  # [start, end) in code points of `text`, ascending
    score: float  # BM25; 0 where the query has nothing to rank by


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """A page of hits, and what all of the answer is made of."""

    total: int  # statements (versions, where not collapsed), exact
    hits: tuple[Hit, ...]
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    # source, issuer, year, lang -> value -> statements; most frequent first


@dataclass(frozen=True, slots=True)
class TextMatch:
    """Where a run of words stands: word offsets `start`–`end` in the text of document `key`."""

    key: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Frequency:
    """How common a run of words is. Counts deleted documents too until they are merged away."""

    documents: int
    occurrences: int


class Engine(Protocol):
    """A search engine over one archive's statements. Only `update` and `tidy` write."""

    def update(
        self,
        documents: Iterable[Document],
        removed: Iterable[str] = (),
        *,
        state: str | None = None,
        processes: int = 1,
    ) -> None:
        """Add `documents`, in place of any of the same key, and take out the keys `removed`.

        One commit: searches see all of it or nothing, and so does a machine that loses power.
        `state` is stored with it, to be asked for again; None keeps the state there is.

        Raises:
            LockedError: another process is updating the index.
            StorageError: the disk refused; the index is as it was before.

        """

    def tidy(self) -> None:
        """Merge segments where that makes searching faster; others may search and update."""

    def state(self) -> str:
        """Return what the last update said of itself; "" for a new index or one to be rebuilt."""

    def search(
        self,
        query: Query,
        *,
        limit: int = 20,
        offset: int = 0,
        order: Order = "best",
        layer: Layer = "statement",
        collapse: bool = True,
        facets: bool = True,
        passages: int = 10,
    ) -> Results:
        """Return hits `offset` to `offset + limit`, each verified against its stored text.

        `collapse` shows one version a statement, the newest that matches. Ties keep one order
        however the index is laid out, so that pages neither overlap nor leave gaps. A hit has its
        first `passages` passages; each costs a little.

        Raises:
            FormatError: the index is damaged or was made by other versions: rebuild it.

        """

    def find(
        self, words: Sequence[str], *, layer: Layer = "statement", limit: int | None = None
    ) -> list[TextMatch]:
        """Return every place where normalised `words` follow one another, by document."""

    def frequency(self, words: Sequence[str]) -> Frequency:
        """Return in how many documents, and how often, `words` follow one another."""

    def rarity(self, words: Sequence[str]) -> list[int]:
        """Return how often each of `words` occurs in the whole index: cheap, one look-up a word."""

    def get(self, key: str) -> Document:
        """Return the document; UnknownNameError where there is none."""

    def text(self, key: str) -> str:
        """Return a document's text; UnknownNameError where there is none."""

    def count(self) -> int:
        """Return how many documents the index holds."""

    def damage(self) -> Iterator[str]:
        """Yield what is wrong with the index's own files, a sentence each; reads every byte."""

    def close(self) -> None:
        """Let go of the index's files."""
