"""A search engine in memory, for tests: every document read, every position compared."""

from collections.abc import Iterable, Sequence

from archive.errors import UnknownNameError
from archive.text.number_format import decimal_mark
from index.engine_interface import Document, Frequency, Layer, TextMatch
from index.text_to_words import words_of


class Memory:
    """The part of the engine's interface that quotations use, by brute force."""

    def __init__(self, documents: Iterable[Document] = ()) -> None:
        self._documents: dict[str, Document] = {}
        self._words: dict[str, list[str]] = {}
        self._positions: dict[str, dict[str, list[int]]] = {}
        self.update(documents)

    def update(
        self,
        documents: Iterable[Document],
        removed: Iterable[str] = (),
        *,
        state: str | None = None,
        processes: int = 1,
    ) -> None:
        for document in documents:
            self._documents[document.key] = document
            words = words_of(document.text, decimal_mark(document.lang))
            for position, word in enumerate(words):
                self._positions.setdefault(word, {}).setdefault(document.key, []).append(position)
            self._words[document.key] = words

    def find(
        self, words: Sequence[str], *, layer: Layer = "statement", limit: int | None = None
    ) -> list[TextMatch]:
        phrase = list(words)
        counts = self.term_counts(words)
        pivot = counts.index(min(counts))
        matches: list[TextMatch] = []
        for key, positions in self._positions.get(phrase[pivot], {}).items():
            if self._documents[key].layer != layer:
                continue
            document_words = self._words[key]
            for position in positions:
                first = position - pivot
                if first >= 0 and document_words[first : first + len(phrase)] == phrase:
                    matches.append(TextMatch(key, first, first + len(phrase)))
        return matches[:limit]

    def frequency(self, words: Sequence[str]) -> Frequency:
        matches = self.find(words)
        return Frequency(len({match.key for match in matches}), len(matches))

    def term_counts(self, words: Sequence[str]) -> list[int]:
        return [sum(map(len, self._positions.get(word, {}).values())) for word in words]

    def get(self, key: str) -> Document:
        if key not in self._documents:
            raise UnknownNameError("document", key)
        return self._documents[key]

    def text(self, key: str) -> str:
        return self.get(key).text

    def count(self) -> int:
        return len(self._documents)

    def merge_segments(self) -> None:
        pass

    def state(self) -> str:
        return ""

    def close(self) -> None:
        pass
