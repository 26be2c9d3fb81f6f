"""A search engine in memory, for tests: every document read, every place compared."""

from collections.abc import Iterable, Sequence

from archive.errors import UnknownNameError
from index.engine import Document, Frequency, Layer, TextMatch
from index.normalise import words_of


class Memory:
    """The part of the engine's protocol that quotations use, by brute force."""

    def __init__(self, documents: Iterable[Document] = ()) -> None:
        self._documents: dict[str, Document] = {}
        self._words: dict[str, list[str]] = {}
        self._holding: dict[str, dict[str, list[int]]] = {}
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
            for place, word in enumerate(words_of(document.text)):
                self._holding.setdefault(word, {}).setdefault(document.key, []).append(place)
            self._words[document.key] = words_of(document.text)

    def find(
        self, words: Sequence[str], *, layer: Layer = "statement", limit: int | None = None
    ) -> list[TextMatch]:
        wanted = list(words)
        rarity = self.rarity(words)
        pivot = rarity.index(min(rarity))
        found: list[TextMatch] = []
        for key, places in self._holding.get(wanted[pivot], {}).items():
            if self._documents[key].layer != layer:
                continue
            held = self._words[key]
            for place in places:
                first = place - pivot
                if first >= 0 and held[first : first + len(wanted)] == wanted:
                    found.append(TextMatch(key, first, first + len(wanted)))
        return found[:limit]

    def frequency(self, words: Sequence[str]) -> Frequency:
        found = self.find(words)
        return Frequency(len({place.key for place in found}), len(found))

    def rarity(self, words: Sequence[str]) -> list[int]:
        return [sum(map(len, self._holding.get(word, {}).values())) for word in words]

    def get(self, key: str) -> Document:
        if key not in self._documents:
            raise UnknownNameError("document", key)
        return self._documents[key]

    def text(self, key: str) -> str:
        return self.get(key).text

    def count(self) -> int:
        return len(self._documents)

    def tidy(self) -> None:
        pass

    def state(self) -> str:
        return ""

    def close(self) -> None:
        pass
