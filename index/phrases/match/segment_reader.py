"""One segment's arrays, mapped from its file, and the look-ups they are made for."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.engine import Document
from index.normalise import Normal, some_words
from index.phrases.build.bulk_tokenizer import STRIDE, TokenizedTexts
from index.phrases.build.column_builder import BLOCK, COARSE, RARE
from index.phrases.format import array_file, block_max, delta_codec, document_columns
from index.phrases.format.postings import Postings
from index.phrases.format.text_store import TextStore, decode

Numbers = NDArray[Any]  # of documents, or places in the token stream: any integers, ascending
NONE: Numbers = np.zeros(0, dtype=np.uint32)
_FEW = 64
_KNOWN = 1 << 13  # words whose numbers are kept in mind


class Segment:
    """The words and documents of one segment. Documents and words go by their numbers in it.

    Word numbers begin at 1, the most frequent; 0 stands for a word the segment does not hold.
    """

    def __init__(self, buffer: memoryview, name: str) -> None:
        arrays, facts = array_file.read(buffer, name)
        self.name = name
        self.arrays = arrays
        self.documents: int = facts["documents"]
        self.word_count: int = facts["words"]
        self.common: int = facts["common"]
        self.languages: list[str] = facts["languages"]
        self.names_of: dict[str, list[str]] = facts["names"]
        self.tokens: NDArray[np.uint16] = arrays["token"]
        self.token_bytes = array_file.view(self.tokens).cast("B")
        self.starts: NDArray[np.uint32] = arrays["start"]
        self.counts = array_file.view(arrays["count"])
        self.ends = self.starts[1:]
        self._start = array_file.view(arrays["start"])
        self._words = array_file.view(arrays["word"])
        self._blocks = array_file.view(arrays["word_block"])
        self._numbers = array_file.view(arrays["number"])
        self._pairs = array_file.view(arrays["pair"])
        self._pair_starts = array_file.view(arrays["pair_start"])
        self._place_starts = array_file.view(arrays["place_start"])
        self._often_starts = array_file.view(arrays["often_start"])
        self._place_index = array_file.view(arrays["place_index"])
        self._places = array_file.view(arrays["place"])
        self._gaps: NDArray[np.uint8] = arrays["gaps"]
        self._bytes_a_row = (self.documents + 7) // 8
        self.blocks = -(-self.documents // block_max.BLOCK)
        self.mean_length: float = facts["mean_length"]  # of a document, in words
        self._bits: NDArray[np.uint8] = arrays["bits"]
        self._often: NDArray[np.uint8] = arrays["often"]
        self._peaks: NDArray[np.uint8] = arrays["peak"]
        self._records = TextStore(arrays["record"], arrays["record_start"], arrays["dictionary"])
        self._firsts = self._first_words()
        self._known: dict[str, int] = {}
        self.spoken: dict[str, NDArray[np.bool_]] = {}  # by language, once it was asked for

    def _first_words(self) -> list[bytes]:
        """Return the first word of each block of the vocabulary."""
        first = []
        for at in self._blocks[:-1].tolist():
            line = bytes(self._words[at + 1 : at + _FEW])
            end = line.find(b"\n")
            if end < 0:
                line = bytes(self._words[at + 1 :])
                end = line.find(b"\n")
            first.append(line[:end])
        return first

    # Words

    def number(self, word: str) -> int:
        """Return the number of a normalised word, 0 if no document has it."""
        number = self._known.get(word)
        if number is None:
            number = self._look_up(word)
            if len(self._known) < _KNOWN:
                self._known[word] = number
        return number

    def _look_up(self, word: str) -> int:
        name = word.encode("utf-8", "surrogatepass")
        block = bisect_right(self._firsts, name) - 1
        if block < 0:
            return 0
        text = bytes(self._words[self._blocks[block] : self._blocks[block + 1]]) + b"\n"
        at = text.find(b"\n" + name + b"\n")
        return self._numbers[block * BLOCK + text.count(b"\n", 0, at)] if at >= 0 else 0

    def beginning(self, start: str) -> list[int]:
        """Return the numbers of the words that begin with normalised `start`."""
        name = start.encode("utf-8", "surrogatepass")
        first, last = self._place(name), self._place(name + b"\xff")
        return self._numbers[first:last].tolist()

    def _place(self, name: bytes) -> int:
        """Return how many words of the vocabulary come before `name`."""
        block = bisect_left(self._firsts, name) - 1
        if block < 0:
            return 0
        text = bytes(self._words[self._blocks[block] + 1 : self._blocks[block + 1]])
        return block * BLOCK + bisect_left(text.split(b"\n"), name)

    def names(self) -> list[bytes]:
        """Return all words, that of number 1 first."""
        names = [b""] * self.word_count
        ordered = bytes(self._words).split(b"\n")[1:-1]
        for number, name in zip(self._numbers.tolist(), ordered, strict=True):
            names[number - 1] = name
        return names

    def stemmed(self, language: str, stem: str) -> list[int]:
        """Return the numbers of the words whose stem in `language` is `stem`."""
        blob = self._stem_blob(language)
        name = stem.encode("utf-8", "surrogatepass")
        at = blob.find(b"\n" + name + b"\n")
        if at < 0:
            number = self.number(stem)
            return [number] if number else []
        place = blob.count(b"\n", 0, at)
        starts = self.arrays[f"stem_start.{language}"]
        numbers: list[int] = self.arrays[f"stem_word.{language}"][
            starts[place] : starts[place + 1]
        ].tolist()
        return numbers

    def _stem_blob(self, language: str) -> bytes:
        return self.arrays[f"stem.{language}"].tobytes()

    # Places

    def places(self, number: int) -> Numbers:
        """Return every place of a word in the token stream, ascending."""
        places = self.unsorted_places(number)
        if number <= self.common:
            places.sort()
        return places

    def unsorted_places(self, number: int) -> Numbers:
        """Return every place of a word in the token stream; of a common word, in no order."""
        if number > self.common:
            at = number - self.common - 1
            return delta_codec.unpack(
                self._gaps, self._place_starts[at], self._place_starts[at + 1]
            )
        wide = self.common + 1
        first = bisect_left(self._pairs, number * wide)
        last = bisect_left(self._pairs, (number + 1) * wide)
        if first == last:
            return NONE.copy()
        start, end = self._pair_starts[first], self._pair_starts[last]
        lists = self.arrays["pair_start"][first:last].astype(np.int64) - start
        return delta_codec.unpack_many(self._gaps, start, end, lists)

    def pair(self, number: int, following: int) -> tuple[int, int]:
        """Return where the places of two common words side by side are packed; (0, 0): nowhere."""
        key = number * (self.common + 1) + following
        at = bisect_left(self._pairs, key)
        if at == len(self._pairs) or self._pairs[at] != key:
            return 0, 0
        return self._pair_starts[at], self._pair_starts[at + 1]

    def place_bytes(self, number: int) -> tuple[int, int]:
        """Return where the places of a word that is not common are packed."""
        at = number - self.common - 1
        return self._place_starts[at], self._place_starts[at + 1]

    def unpack(self, start: int, end: int) -> Numbers:
        """Return the places packed from byte `start` to `end`."""
        return delta_codec.unpack(self._gaps, start, end)

    # Documents

    def documents_at(self, places: Numbers) -> Numbers:
        """Return the document at each of `places`."""
        found: Numbers
        if len(places) < _FEW:
            found = np.searchsorted(self.starts, places, "right") - 1
            return found
        found = self.arrays["coarse"].take(places >> COARSE, mode="wrap")
        todo = np.flatnonzero(self.ends.take(found, mode="wrap") <= places)
        for _ in range(4):
            if not len(todo):
                return found
            found[todo] += 1
            todo = todo[self.ends[found[todo]] <= places[todo]]
        found[todo] = np.searchsorted(self.starts, places[todo], "right") - 1
        return found

    def holding(self, number: int) -> tuple[Numbers, NDArray[np.integer[Any]]]:
        """Return the documents that hold a word, ascending, and how often (up to 255) each does."""
        if number <= self.common:
            holders = self.holders(number)
            return np.flatnonzero(holders.truths()), holders.often
        return self.grouped(self.documents_at(self.places(number)))

    def holders(self, number: int) -> Postings:
        """Return the documents that hold a common word."""
        first, last = self._often_starts[number - 1], self._often_starts[number]
        rows = slice((number - 1) * self._bytes_a_row, number * self._bytes_a_row)
        blocks = slice((number - 1) * self.blocks, number * self.blocks)
        return Postings(
            self._bits[rows], self._often[first:last], self._peaks[blocks], self.documents
        )

    def held(self, number: int) -> int:
        """Return in how many documents a common word is."""
        return self._often_starts[number] - self._often_starts[number - 1]

    def bits(self, number: int) -> NDArray[np.bool_]:
        """Return, for each document, whether it holds a common word."""
        return self.holders(number).truths()

    @staticmethod
    def grouped(documents: Numbers) -> tuple[Numbers, Numbers]:
        """Return each of `documents`, which ascend, once, and how often it was there."""
        if len(documents) < 2:
            return documents, np.ones(len(documents), dtype=np.int64)
        change = np.empty(len(documents), dtype=np.bool_)
        change[0] = True
        np.not_equal(documents[1:], documents[:-1], out=change[1:])
        firsts = np.flatnonzero(change)
        often = np.empty_like(firsts)
        np.subtract(firsts[1:], firsts[:-1], out=often[:-1])
        often[-1] = len(documents) - firsts[-1]
        return documents[firsts], often

    @cached_property
    def lengths(self) -> NDArray[np.float32]:
        """How many words each document has."""
        return (np.diff(self.starts) - 1).astype(np.float32)

    @cached_property
    def days(self) -> NDArray[np.uint32]:
        """The first day on which each document may have been issued, yyyymmdd; 0 for unknown."""
        return (self.column("when") // 10_000).astype(np.uint32)

    def column(self, name: str) -> NDArray[Any]:
        """Return what is known of each document: see `index.phrases.format.document_columns`."""
        return self.arrays[f"document.{name}"]

    def keyed(self, keys: Sequence[str]) -> list[int]:
        """Return the numbers of the documents that have one of `keys`.

        They are looked up by digest, and what is found is compared.
        """
        digests = np.array([document_columns.digest(key) for key in keys], dtype=np.uint64)
        held = self.column("key")
        first = np.searchsorted(held, digests)
        last = np.searchsorted(held, digests, "right")
        numbers = self.column("keyed")
        return [
            number
            for i in np.flatnonzero(first < last).tolist()
            for number in numbers[first[i] : last[i]].tolist()
            if self.document(number).key == keys[i]
        ]

    def raw(self, number: int) -> bytes:
        """Return a document's record as it was encoded."""
        return self._records.raw(number)

    def document(self, number: int) -> Document:
        """Return a document."""
        return decode(self.raw(number))

    def span(self, number: int) -> tuple[int, int]:
        """Return where a document's words begin and end in the token stream."""
        return self._start[number], self._start[number + 1] - 1

    def printed(self, number: int, first: int, last: int, text: str) -> tuple[int, Normal]:
        """Return words `first` up to, not with, `last` of a document as they stand in `text`.

        Only that part of the text is read. Returns the offset in `text` from which the words'
        own offsets count, and the words; fewer where the text has no such words.
        """
        index = self._place_index
        at = index[number] + first // STRIDE
        if at >= index[number + 1]:
            return 0, Normal((), (), ())
        origin = self._places[at]
        skip = first % STRIDE
        end = at + (last - first + skip) // STRIDE + 1
        stop = self._places[end] if end < index[number + 1] else len(text)
        return origin, some_words(text[origin:stop], skip, last - first)

    # Merging

    def wide_tokens(self) -> NDArray[np.uint32]:
        """Return the token stream with the numbers of rare words too."""
        wide = self.tokens.astype(np.uint32)
        if self.word_count >= RARE:
            starts = self.arrays["place_start"][RARE - self.common - 1 :].astype(np.int64)
            first, last = int(starts[0]), int(starts[-1])
            places = delta_codec.unpack_many(self._gaps, first, last, starts[:-1] - first)
            counts = self.arrays["count"][RARE:]
            wide[places] = np.repeat(np.arange(RARE, self.word_count + 1), counts)
        return wide

    def words(self, numbers: Sequence[int], tokens: NDArray[np.uint32]) -> TokenizedTexts:
        """Return the words of documents `numbers`, as `tokens` has them."""
        spans = [self.span(number) for number in numbers]
        index = self.arrays["place_index"]
        return TokenizedTexts(
            np.concatenate([tokens[:0], *(tokens[a:b] for a, b in spans)]),
            np.cumsum([0, *(b - a for a, b in spans)]),
            tuple(self.arrays["place"][index[n] : index[n + 1]] for n in numbers),
        )
