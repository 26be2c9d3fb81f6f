"""What is right, by reading every document: no index, and none of the engines' code."""

from collections.abc import Sequence

from benchmarks.search.queries import Question
from index.engine import Document
from index.normalise import words_of


class Truth:
    """The normalised words of all documents as one string, searched from end to end."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._dates = [document.issued for document in documents]
        self._all = bytearray()
        self._ends: list[int] = []
        for document in documents:
            self._all += f" {' '.join(words_of(document.text))} \n".encode()
            self._ends.append(len(self._all))

    def answer(self, question: Question) -> set[int] | None:
        """Return the numbers of the documents that answer; None where there is no telling."""
        match question.kind:
            case "phrase" | "page":
                return self._holding(question.words)
            case "date":
                return {
                    number
                    for number in self._holding(question.words)
                    if question.after <= self._dates[number] < question.before
                }
            case "slop":
                return {
                    number
                    for number in self._all_of(question.words)
                    if _near(self._words(number), question.words, question.slop)
                }
            case "ellipsis":
                return self._in_order(
                    question.words[: question.cut], question.words[question.cut :]
                )
            case "boolean":
                sets = [self._holding((word,)) for word in question.words]
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

    def _holding(self, words: Sequence[str]) -> set[int]:
        needle = f" {' '.join(words)} ".encode()
        found, number, at = set(), 0, self._all.find(needle)
        while at >= 0:
            while self._ends[number] <= at:
                number += 1
            found.add(number)
            at = self._all.find(needle, self._ends[number])
        return found

    def _all_of(self, words: Sequence[str]) -> set[int]:
        return set.intersection(*(self._holding((word,)) for word in words))

    def _in_order(self, first: Sequence[str], second: Sequence[str]) -> set[int]:
        found = set()
        for number in self._holding(first) & self._holding(second):
            text = f" {' '.join(self._words(number))} "
            at = text.find(f" {' '.join(first)} ")
            rest = text[at + len(" ".join(first)) + 1 :]
            if f" {' '.join(second)} " in rest:
                found.add(number)
        return found


def _near(words: Sequence[str], wanted: Sequence[str], slop: int) -> bool:
    for start, word in enumerate(words):
        if word != wanted[0]:
            continue
        place = start
        for want in wanted[1:]:
            reach = range(place + 1, min(len(words), start + len(wanted) + slop))
            following = next((i for i in reach if words[i] == want), -1)
            if following < 0:
                break
            place = following
        else:
            return True
    return False
