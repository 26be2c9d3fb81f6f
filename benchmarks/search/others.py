"""Engines too slow to be asked everything: Whoosh as it comes, and reading all texts."""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.search.queries import Question
from index.engine_interface import Document


class StockWhoosh:
    """Whoosh as it comes, with positions and without its stop list. Asked only now and then."""

    name = "stock whoosh"

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "stock"

    def build(self, documents: Sequence[Document]) -> None:
        from whoosh import analysis, fields, index

        self._folder.mkdir(exist_ok=True)
        analyzer = analysis.RegexTokenizer(r"[^\W_]+") | analysis.LowercaseFilter()
        schema = fields.Schema(
            id=fields.NUMERIC(stored=True),
            day=fields.NUMERIC(),
            text=fields.TEXT(analyzer=analyzer, stored=True),
        )
        writer = index.create_in(str(self._folder), schema).writer(limitmb=512)
        for number, document in enumerate(documents):
            day = int(document.issued[:10].replace("-", "") or 0)
            writer.add_document(id=number, day=day, text=document.text)
        writer.commit(merge=False)

    def open(self) -> None:
        from whoosh import index

        self._searcher = index.open_dir(str(self._folder)).searcher()

    def _query(self, question: Question) -> Any:
        from whoosh import query

        if question.kind == "ellipsis":
            return None
        if question.kind in ("boolean", "top"):
            parts = [query.Term("text", word) for word in question.words]
            if question.operator == "NOT":
                return query.And([parts[0], *(query.Not(part) for part in parts[1:])])
            return (query.Or if question.operator == "OR" else query.And)(parts)
        phrase = query.Phrase("text", list(question.words), slop=question.slop + 1)
        if question.kind == "date":
            after, before = (int(day.replace("-", "")) for day in (question.after, question.before))
            return query.And([phrase, query.NumericRange("day", after, before - 1)])
        return phrase

    def matching(self, question: Question) -> Sequence[int] | None:
        node = self._query(question)
        if node is None:
            return None
        return list(self._searcher.docs_for_query(node))

    def page(self, question: Question) -> int:
        results = self._searcher.search(self._query(question), limit=20)
        for hit in results:
            hit.highlights("text", top=1)
        return len(results)

    def top(self, question: Question) -> int:
        return len(self._searcher.search(self._query(question), limit=20).top_n)


class Ripgrep:
    """Reading all texts each time, one file of one normalised text a line: for the fun of it."""

    name = "ripgrep"

    def __init__(self, folder: Path) -> None:
        self._path = folder / "lines.txt"

    def build(self, documents: Sequence[Document]) -> None:
        from index.text_to_words import words_of

        with self._path.open("w", encoding="utf-8") as lines:
            lines.writelines(f" {' '.join(words_of(document.text))} \n" for document in documents)

    def open(self) -> None:
        """Nothing is kept open."""

    def matching(self, question: Question) -> Sequence[int] | None:
        if question.kind != "phrase":
            return None
        process = subprocess.run(
            [
                "rg",
                "-F",
                "-n",
                "-o",
                "--no-config",
                "-e",
                f" {' '.join(question.words)} ",
                self._path,
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        return sorted({int(line.split(":", 1)[0]) - 1 for line in process.stdout.splitlines()})

    def page(self, question: Question) -> int | None:
        return None

    def top(self, question: Question) -> int | None:
        return None
