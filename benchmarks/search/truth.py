"""Compute the right documents by reading every document: no index, and no code of the engines."""

from collections.abc import Sequence

from benchmarks.search.queries import Question
from index.engine_interface import Document
from index.text_to_words import words_of


class Truth:
    """The normalised words of all documents as one string, scanned from end to end."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._dates = [document.issued for document in documents]
        self._all = bytearray()
        self._ends: list[int] = []
        for document in documents:
            self._all += f" {' '.join(words_of(document.text))} \n".encode()
            self._ends.append(len(self._all))

    def answer(self, question: Question) -> set[int] | None:
        """Return the numbers of the matching documents; None for kinds that have no such set."""
        match question.kind:
            case "phrase" | "page":
                return self._documents_with_phrase(question.words)
            case "date":
                return {
                    number
                    for number in self._documents_with_phrase(question.words)
                    if question.after <= self._dates[number] < question.before
                }
            case "slop":
                return {
                    number
                    for number in self._documents_with_words(question.words)
                    if _near(self._words(number), question.words, question.slop)
                }
            case "ellipsis":
                return self._documents_with_both(
                    question.words[: question.cut], question.words[question.cut :]
                )
            case "boolean":
                sets = [self._documents_with_phrase((word,)) for word in question.words]
                first, *rest = sets
                if question.operator == "OR":
                    return first.union(*rest)
                if question.operator == "AND":
                    return first.intersection(*rest)
                return first.difference(*rest)
        return None

    def _words(self, number: int) -> list[str]:
        start = self._ends[number - 1] if number else 0
        return self._all[start : self._ends[number]].decode().split()

    def _documents_with_phrase(self, words: Sequence[str]) -> set[int]:
        needle = f" {' '.join(words)} ".encode()
        matches, number, offset = set(), 0, self._all.find(needle)
        while offset >= 0:
            while self._ends[number] <= offset:
                number += 1
            matches.add(number)
            offset = self._all.find(needle, self._ends[number])
        return matches

    def _documents_with_words(self, words: Sequence[str]) -> set[int]:
        return set.intersection(*(self._documents_with_phrase((word,)) for word in words))

    def _documents_with_both(self, first: Sequence[str], second: Sequence[str]) -> set[int]:
        matches = set()
        for number in self._documents_with_phrase(first) & self._documents_with_phrase(second):
            text = f" {' '.join(self._words(number))} "
            offset = text.find(f" {' '.join(first)} ")
            rest = text[offset + len(" ".join(first)) + 1 :]
            if f" {' '.join(second)} " in rest:
                matches.add(number)
        return matches


def _near(words: Sequence[str], phrase: Sequence[str], slop: int) -> bool:
    for start, word in enumerate(words):
        if word != phrase[0]:
            continue
        position = start
        for next_word in phrase[1:]:
            candidates = range(position + 1, min(len(words), start + len(phrase) + slop))
            following = next((i for i in candidates if words[i] == next_word), -1)
            if following < 0:
                break
            position = following
        else:
            return True
    return False
