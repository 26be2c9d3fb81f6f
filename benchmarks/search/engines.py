"""The engines compared, each behind the same four questions: build, open, matching, page.

Each answers with the numbers of documents as they were given to it. Each is used as its manual
says, on its defaults, in the way that is kindest to it: see RESULTS.md.
"""

import shutil
import sqlite3
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from benchmarks.search.others import Ripgrep, StockWhoosh
from benchmarks.search.queries import Question
from benchmarks.search.xapian import Xapian, module
from index.engine_interface import Document
from index.query_tree import And, Dates, Node, Not, Or, Phrase, Query, Run
from onrecord.web.highlight import snippets


class Contender(Protocol):
    """One engine over one folder."""

    name: str

    def build(self, documents: Sequence[Document]) -> None: ...

    def open(self) -> None: ...

    def matching(self, question: Question) -> Sequence[int] | None:
        """Return every document that answers; None for what it cannot be asked."""

    def page(self, question: Question) -> int | None:
        """Make a page: the exact count, and 20 hits with a snippet. Returns the count."""

    def top(self, question: Question) -> int | None:
        """Return how many of the best 20 by BM25 there are, having found them."""


class OnRecord:
    """Ours."""

    name = "onrecord"

    def __init__(self, folder: Path, processes: int = 1) -> None:
        self._folder = folder / "onrecord"
        self._processes = processes

    def build(self, documents: Sequence[Document]) -> None:
        from index.engines.whoosh import WhooshEngine

        WhooshEngine(self._folder).update(documents, processes=self._processes)

    def open(self) -> None:
        from index.engines.whoosh import WhooshEngine

        self.engine = WhooshEngine(self._folder)
        self.engine.count()
        self.engine.matching(Query("", Phrase((Run(("the",)),))))

    def number(self, keys: Sequence[str]) -> None:
        """Learn which document of ours is which of theirs, where segments are in another order."""
        known = {key: number for number, key in enumerate(keys)}
        self._numbers = [
            np.array(
                [known[view.segment.document(n).key] for n in range(view.segment.document_count)]
            )
            for view in self.engine._snapshot().views
        ]

    def matching(self, question: Question) -> Sequence[int]:
        matches: list[int] = []
        for numbers, documents in zip(
            self._numbers, self.engine.matching(_query(question)), strict=True
        ):
            matches += numbers[documents].tolist()
        return matches

    def page(self, question: Question) -> int:
        results = self.engine.search(_query(question), limit=20, facets=False)
        for hit in results.hits:
            snippets(hit.text, hit.passages, limit=1)
        return results.total

    def faceted(self, question: Question) -> int:
        results = self.engine.search(_query(question), limit=20)
        for hit in results.hits:
            snippets(hit.text, hit.passages, limit=1)
        return results.total

    def top(self, question: Question) -> int:
        return len(self.engine.best(_query(question), 20))


def _query(question: Question) -> Query:
    words = question.words
    if question.kind == "slop":
        return Query("", Phrase((Run(words),), question.slop))
    if question.kind == "ellipsis":
        return Query("", Phrase((Run(words[: question.cut]), Run(words[question.cut :]))))
    if question.kind in ("boolean", "top"):
        nodes: list[Node] = [Phrase((Run((word,)),)) for word in words]
        if len(nodes) == 1:
            return Query("", nodes[0])
        if question.operator == "NOT":
            return Query("", And((nodes[0], *(Not(node) for node in nodes[1:]))))
        return Query("", (And if question.operator == "AND" else Or)(tuple(nodes)))
    phrase = Phrase((Run(words),))
    if question.kind == "date":
        after, before = (int(day.replace("-", "")) for day in (question.after, question.before))
        return Query("", And((phrase, Dates(after, before))))
    return Query("", phrase)


class FTS5:
    """SQLite's full-text search: words as they are, contents stored in the table."""

    name = "sqlite fts5"

    def __init__(self, folder: Path) -> None:
        self._path = folder / "fts5.sqlite"

    def build(self, documents: Sequence[Document]) -> None:
        with sqlite3.connect(self._path) as base:
            base.execute("PRAGMA journal_mode=WAL")
            base.execute(
                'CREATE VIRTUAL TABLE f USING fts5(text, tokenize="unicode61 remove_diacritics 0")'
            )
            base.execute("CREATE TABLE about(id INTEGER PRIMARY KEY, key, title, source, issued)")
            base.executemany(
                "INSERT INTO f(rowid, text) VALUES (?, ?)",
                ((n, d.text) for n, d in enumerate(documents)),
            )
            base.executemany(
                "INSERT INTO about VALUES (?, ?, ?, ?, ?)",
                ((n, d.key, d.title, d.source, d.issued) for n, d in enumerate(documents)),
            )
            base.execute("CREATE INDEX dated ON about(issued)")
            base.execute("INSERT INTO f(f) VALUES ('optimize')")
        base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        base.close()

    def open(self) -> None:
        self._base = sqlite3.connect(self._path)
        self._base.execute("SELECT count(*) FROM f WHERE f MATCH '\"the\"'").fetchone()

    def matching(self, question: Question) -> Sequence[int] | None:
        expression = _fts5(question)
        if expression is None:
            return None
        if question.kind == "date":
            rows = self._base.execute(
                "SELECT f.rowid FROM f JOIN about ON about.id = f.rowid WHERE f MATCH ? "
                "AND issued >= ? AND issued < ?",
                (expression, question.after, question.before),
            )
        else:
            rows = self._base.execute("SELECT rowid FROM f WHERE f MATCH ?", (expression,))
        return [row[0] for row in rows]

    def page(self, question: Question) -> int:
        expression = _fts5(question)
        count = self._base.execute("SELECT count(*) FROM f WHERE f MATCH ?", (expression,))
        total: int = count.fetchone()[0]
        self._base.execute(
            "SELECT rowid, snippet(f, 0, '[', ']', '…', 24) FROM f WHERE f MATCH ? LIMIT 20",
            (expression,),
        ).fetchall()
        return total

    def top(self, question: Question) -> int:
        return len(
            self._base.execute(
                "SELECT rowid FROM f WHERE f MATCH ? ORDER BY rank LIMIT 20", (_fts5(question),)
            ).fetchall()
        )


def _fts5(question: Question) -> str | None:
    quoted = [f'"{word}"' for word in question.words]
    if question.kind == "slop":
        return f"NEAR({' '.join(quoted)}, {question.slop})"
    if question.kind == "ellipsis":
        return None
    if question.kind in ("boolean", "top"):
        return f" {question.operator or 'AND'} ".join(quoted)
    return f'"{" ".join(question.words)}"'


class Tantivy:
    """tantivy through its Python package: positions, text stored, dates as a fast field."""

    name = "tantivy"

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "tantivy"

    def build(self, documents: Sequence[Document]) -> None:
        import tantivy

        self._folder.mkdir(exist_ok=True)
        schema = (
            tantivy.SchemaBuilder()
            .add_integer_field("id", stored=True, indexed=True, fast=True)
            .add_integer_field("day", stored=True, indexed=True, fast=True)
            .add_text_field("text", stored=True, tokenizer_name="default")
            .add_text_field("about", stored=True, tokenizer_name="raw", index_option="basic")
            .build()
        )
        index = tantivy.Index(schema, path=str(self._folder))
        writer = index.writer(heap_size=500_000_000, num_threads=1)
        for number, document in enumerate(documents):
            day = int(document.issued[:10].replace("-", "") or 0)
            writer.add_document(
                tantivy.Document(id=number, day=day, text=document.text, about=document.key)
            )
        writer.commit()
        writer.wait_merging_threads()

    def open(self) -> None:
        import tantivy

        self._tantivy = tantivy
        self._index = tantivy.Index.open(str(self._folder))
        self._index.reload()
        self._searcher = self._index.searcher()
        self._schema = self._index.schema
        self._most = self._searcher.num_docs
        self._searcher.search(self._words(["the"], 0), 1)

    def number(self, keys: Sequence[str]) -> None:
        """Learn which of its addresses is which document, so that ids need not be fetched."""
        every = self._searcher.search(self._tantivy.Query.all_query(), self._most).hits
        self._numbers = {
            (address.segment_ord, address.doc): self._searcher.doc(address)["id"][0]
            for _, address in every
        }

    def _words(self, words: Sequence[str], slop: int) -> Any:
        if len(words) == 1:
            return self._tantivy.Query.term_query(self._schema, "text", words[0])
        return self._tantivy.Query.phrase_query(self._schema, "text", list(words), slop)

    def _query(self, question: Question) -> Any:
        make, occur = self._tantivy.Query, self._tantivy.Occur
        if question.kind == "ellipsis":
            return None
        if question.kind in ("boolean", "top"):
            how = {"AND": occur.Must, "OR": occur.Should, "NOT": occur.MustNot}
            parts = [self._words([word], 0) for word in question.words]
            first = occur.Should if question.operator == "OR" else occur.Must
            rest = [(how[question.operator or "AND"], part) for part in parts[1:]]
            return make.boolean_query([(first, parts[0]), *rest])
        phrase = self._words(question.words, question.slop)
        if question.kind == "date":
            after, before = (int(day.replace("-", "")) for day in (question.after, question.before))
            days = make.range_query(
                self._schema,
                "day",
                self._tantivy.FieldType.Integer,
                after,
                before,
                include_lower=True,
                include_upper=False,
            )
            return make.boolean_query([(occur.Must, phrase), (occur.Must, days)])
        return phrase

    def matching(self, question: Question) -> Sequence[int] | None:
        query = self._query(question)
        if query is None:
            return None
        hits = self._searcher.search(query, self._most).hits
        return [address.segment_ord << 32 | address.doc for _, address in hits]

    def numbered(self, matches: Sequence[int]) -> list[int]:
        return [self._numbers[match >> 32, match & 0xFFFFFFFF] for match in matches]

    def page(self, question: Question) -> int:
        query = self._query(question)
        result = self._searcher.search(query, 20, count=True)
        generator = self._tantivy.SnippetGenerator.create(
            self._searcher, query, self._schema, "text"
        )
        for _, address in result.hits:
            snippet = generator.snippet_from_doc(self._searcher.doc(address))
            snippet.fragment()
            snippet.highlighted()
        total: int = result.count
        return total

    def top(self, question: Question) -> int:
        return len(self._searcher.search(self._query(question), 20, count=False).hits)


@cache
def available() -> dict[str, type[Any]]:
    """Return the engines that are installed, by name."""
    engines: dict[str, type[Any]] = {"onrecord": OnRecord, "fts5": FTS5, "stock": StockWhoosh}
    try:
        import tantivy  # noqa: F401
    except ImportError:
        pass
    else:
        engines["tantivy"] = Tantivy
    try:
        module()
    except ImportError:
        pass
    else:
        engines["xapian"] = Xapian
    if shutil.which("rg"):
        engines["ripgrep"] = Ripgrep
    return engines


def scratch() -> Path:
    """Return an empty folder for the engines' files."""
    return Path(tempfile.mkdtemp(prefix="onrecord-search-"))
