"""The interface of a search engine: documents in, results out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from index.query_tree import Query

Order = Literal["best", "newest"]
Layer = Literal["statement", "page"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One layer of one version of a statement, as it is indexed.

    Words are searched in `text` and in `title`, never across the two.
    """

    key: str  # unique: version id and layer
    version: str
    statement: str
    source: str
    issuer: str
    lang: str  # BCP 47
    kind: str
    issued: str  # ISO 8601, truncated to its precision; "" where unknown
    title: str
    layer: Layer = "statement"
    text: str
    current: bool = True  # the statement's newest version
    seen: str = ""  # ISO 8601: when this version was first captured; later is newer
    symbol: str = ""  # the publisher's own identifier
    url: str = ""  # live address


@dataclass(frozen=True, slots=True, kw_only=True)
class EqualStatement:
    """Another statement with the same text as a hit: a version that matches too."""

    version: str
    statement: str
    source: str
    issuer: str
    issued: str
    title: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A matching version, and the passages of its text that match the query."""

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
    title_passages: tuple[tuple[int, int], ...]  # the same of `title`
    named_by: tuple[str, ...]  # "symbol", "url": what the query names the statement by
    score: float  # BM25; 0 where the query has no word or phrase to rank by
    also: tuple[EqualStatement, ...] = ()  # the first of the statements with the same text
    also_count: int = 0  # how many such statements there are

    @property
    def matched(self) -> tuple[str, ...]:
        """Return where the query matches: "text", "title", "symbol", "url"; none for filters."""
        in_text, in_title = (
            ("text",) if self.passages else (),
            ("title",) if self.title_passages else (),
        )
        return (*in_text, *in_title, *self.named_by)


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """A page of hits, and the total and facets of all matches."""

    total: int  # hits: statements (versions, where not collapsed; texts, where grouped), exact
    statements: int  # statements (versions, where not collapsed), exact
    hits: tuple[Hit, ...]
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    # source, issuer, year, lang -> value -> number of statements; most frequent first


@dataclass(frozen=True, slots=True)
class TextMatch:
    """An occurrence of a run of words: word offsets `start`–`end` in the text of document `key`."""

    key: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Frequency:
    """How often a run of words occurs. Counts deleted documents too until they are merged away."""

    documents: int
    occurrences: int


class Engine(Protocol):
    """A search engine over an archive's statements. Only `update` and `merge_segments` write."""

    def update(
        self,
        documents: Iterable[Document],
        removed: Iterable[str] = (),
        *,
        state: str | None = None,
        processes: int = 1,
    ) -> None:
        """Add `documents`, replacing any of the same key, and remove those of the keys `removed`.

        One commit: searches see all of it or nothing, and so does a machine that loses power.
        `state` is stored with it, to be read by `state()`; None keeps the previous state.

        Raises:
            LockedError: another process is updating the index.
            StorageError: the index cannot be written; it is unchanged.

        """

    def merge_segments(self) -> None:
        """Merge segments where that makes searching faster; others may search and update."""

    def state(self) -> str:
        """Return the `state` of the last update; "" for a new index or one to be rebuilt."""

    def search(
        self,
        query: Query,
        *,
        limit: int = 20,
        offset: int = 0,
        order: Order = "best",
        layer: Layer = "statement",
        collapse: bool = True,
        group_equal: bool = False,
        facets: bool = True,
        passages: int = 10,
    ) -> Results:
        """Return hits `offset` to `offset + limit`, each verified against its stored text.

        With `collapse`, only the newest matching version of each statement is a hit. With
        `group_equal` too, statements with one text are one hit: a newest version before an earlier
        one, then the earliest issued, then the first seen; the others are under `also`. Facets
        count statements in any case. Ties have the
        same order however the index is divided into segments, so that pages neither overlap nor
        leave gaps. A hit has its first `passages` passages, those of its title last; each costs a
        little.

        Raises:
            FormatError: the index is damaged or was made by other versions: rebuild it.

        """

    def find(
        self, words: Sequence[str], *, layer: Layer = "statement", limit: int | None = None
    ) -> list[TextMatch]:
        """Return every occurrence in a text of the phrase of normalised `words`, by document."""

    def frequency(self, words: Sequence[str]) -> Frequency:
        """Return in how many documents' texts, and how often, the phrase `words` occurs."""

    def term_counts(self, words: Sequence[str]) -> list[int]:
        """Return how often each of `words` occurs in all texts and titles: one look-up a word."""

    def get(self, key: str) -> Document:
        """Return the document `key`; raises UnknownNameError where there is none."""

    def text(self, key: str) -> str:
        """Return the text of document `key`; raises UnknownNameError where there is none."""

    def count(self) -> int:
        """Return the number of documents in the index."""

    def damage(self) -> Iterator[str]:
        """Yield a sentence for each problem of the index's own files; reads every byte."""

    def save_memory(self) -> None:
        """Keep nothing of the index in memory from one look-up to the next from now on.

        For callers of `find`, `frequency` and `get` that read much of the index: each look-up takes
        a little longer, and memory does not grow with the index.
        """

    def close(self) -> None:
        """Close the files of the index."""
