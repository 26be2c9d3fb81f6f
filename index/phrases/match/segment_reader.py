"""Read one segment: its arrays, mapped from its file, and look-ups in them."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from archive.text.number_format import decimal_mark
from index.engine_interface import Document
from index.phrases.build.bulk_tokenizer import SPECIAL_STRIDE, STRIDE
from index.phrases.build.column_builder import (
    BLOCK_TERMS,
    COARSE_BITS,
    ZEROS_PER_DOCUMENT,
)
from index.phrases.format import array_file, block_max, delta_codec, document_columns
from index.phrases.format.memory_map import release_pages
from index.phrases.format.postings import Postings
from index.phrases.format.text_store import TextStore, decode
from index.text_to_words import NormalisedText, normalise, normalise_tokens

IntArray = NDArray[Any]  # document numbers or token positions: any integers, ascending
NO_INTS: IntArray = np.zeros(0, dtype=np.uint32)
_MAX_SEARCHED_POSITIONS = 64  # positions up to which documents are found by binary search
_TERM_BYTES = 64  # read at first for the first term of a block
_MAX_CACHED_DOCUMENTS = 64
_MAX_CACHED_IDS = 1 << 13  # number of terms whose ids are cached


class Stretch(NamedTuple):
    """Characters `start`–`end` of a text, from the beginning of a word to that of another."""

    start: int
    end: int
    has_special: bool  # a word in it may not be its token: see text_to_words.special_spans


class Segment:
    """The terms and documents of one segment.

    Documents are numbered from 0. Term ids begin at 1, the most frequent term; 0 stands for a term
    that the segment does not hold.
    """

    def __init__(self, buffer: memoryview, name: str) -> None:
        arrays, facts = array_file.read(buffer, name)
        self.name = name
        self._buffer = buffer
        self.arrays = arrays
        self.document_count: int = facts["documents"]
        self.term_count: int = facts["words"]
        self.common_count: int = facts["common"]
        self.languages: list[str] = facts["languages"]
        self.names_of: dict[str, list[str]] = facts["names"]
        self.tokens: NDArray[np.uint16] = arrays["token"]
        self.token_bytes = array_file.view(self.tokens).cast("B")
        self.starts: NDArray[np.uint32] = arrays["start"]
        self.term_counts = array_file.view(arrays["count"])
        self.ends = self.starts[1:]
        self.title_starts: NDArray[np.uint32] = arrays["title_start"]
        self._document_starts = array_file.view(arrays["start"])
        self._title_starts = array_file.view(arrays["title_start"])
        self._terms = array_file.view(arrays["word"])
        self._term_block_starts = array_file.view(arrays["word_block"])
        self._term_ids = array_file.view(arrays["number"])
        self._pairs = array_file.view(arrays["pair"])
        self._pair_starts = array_file.view(arrays["pair_start"])
        self._position_starts = array_file.view(arrays["place_start"])
        self._frequency_starts = array_file.view(arrays["often_start"])
        self._sample_starts = array_file.view(arrays["place_index"])
        self._sample_offsets = array_file.view(arrays["place"])
        self._gaps: NDArray[np.uint8] = arrays["gaps"]
        self._bytes_per_row = (self.document_count + 7) // 8
        self.block_count = -(-self.document_count // block_max.BLOCK_DOCUMENTS)
        self.mean_length: float = facts["mean_length"]  # in words per document
        self._document_bits: NDArray[np.uint8] = arrays["bits"]
        self._frequencies: NDArray[np.uint8] = arrays["often"]
        self._block_maxima: NDArray[np.uint8] = arrays["peak"]
        self._records = TextStore(arrays["record"], arrays["record_start"], arrays["dictionary"])
        self._document = lru_cache(maxsize=_MAX_CACHED_DOCUMENTS)(self._read_document)
        self._block_terms = self._read_block_terms()
        self._languages = array_file.view(self.column("lang"))
        self._decimal_marks = [decimal_mark(lang) for lang in self.names_of["lang"]]
        self._term_id_cache: dict[str, int] = {}
        self.language_masks: dict[str, NDArray[np.bool_]] = {}  # by language, filled on first use

    def release_pages(self) -> None:
        """Give the memory of what was read of the file back to the system."""
        release_pages(self._buffer)

    def _read_block_terms(self) -> list[bytes]:
        """Return the first term of each block of the vocabulary."""
        terms = []
        for start in self._term_block_starts[:-1].tolist():
            line = bytes(self._terms[start + 1 : start + _TERM_BYTES])
            end = line.find(b"\n")
            if end < 0:
                line = bytes(self._terms[start + 1 :])
                end = line.find(b"\n")
            terms.append(line[:end])
        return terms

    # Terms

    def term_id(self, word: str) -> int:
        """Return the id of normalised `word`, 0 if no document has it."""
        term_id = self._term_id_cache.get(word)
        if term_id is None:
            term_id = self._look_up(word)
            if len(self._term_id_cache) < _MAX_CACHED_IDS:
                self._term_id_cache[word] = term_id
        return term_id

    def _look_up(self, word: str) -> int:
        term = word.encode("utf-8", "surrogatepass")
        block = bisect_right(self._block_terms, term) - 1
        if block < 0:
            return 0
        text = (
            bytes(self._terms[self._term_block_starts[block] : self._term_block_starts[block + 1]])
            + b"\n"
        )
        line_start = text.find(b"\n" + term + b"\n")
        return (
            self._term_ids[block * BLOCK_TERMS + text.count(b"\n", 0, line_start)]
            if line_start >= 0
            else 0
        )

    def terms_with_prefix(self, prefix: str) -> list[int]:
        """Return the ids of the terms that begin with normalised `prefix`."""
        encoded = prefix.encode("utf-8", "surrogatepass")
        first, last = self._count_terms_before(encoded), self._count_terms_before(encoded + b"\xff")
        return self._term_ids[first:last].tolist()

    def named_terms_with_prefix(self, prefix: str) -> list[tuple[str, int]]:
        """Return the terms that begin with normalised `prefix`, each with its id."""
        encoded = prefix.encode("utf-8", "surrogatepass")
        first, last = self._count_terms_before(encoded), self._count_terms_before(encoded + b"\xff")
        if first == last:
            return []
        first_block, last_block = first // BLOCK_TERMS, (last - 1) // BLOCK_TERMS
        start, end = self._term_block_starts[first_block], self._term_block_starts[last_block + 1]
        skip = first - first_block * BLOCK_TERMS
        names = bytes(self._terms[start + 1 : end]).split(b"\n")[skip : skip + last - first]
        return [
            (name.decode("utf-8", "surrogatepass"), term_id)
            for name, term_id in zip(names, self._term_ids[first:last].tolist(), strict=True)
        ]

    def _count_terms_before(self, term: bytes) -> int:
        """Return how many terms of the vocabulary come before `term` in byte order."""
        block = bisect_left(self._block_terms, term) - 1
        if block < 0:
            return 0
        text = bytes(
            self._terms[self._term_block_starts[block] + 1 : self._term_block_starts[block + 1]]
        )
        return block * BLOCK_TERMS + bisect_left(text.split(b"\n"), term)

    def terms(self) -> list[bytes]:
        """Return all terms, that of id 1 first."""
        terms = [b""] * self.term_count
        sorted_terms = bytes(self._terms).split(b"\n")[1:-1]
        for term_id, term in zip(self._term_ids.tolist(), sorted_terms, strict=True):
            terms[term_id - 1] = term
        return terms

    def terms_with_stem(self, language: str, stem: str) -> list[int]:
        """Return the ids of the terms whose stem in `language` is `stem`."""
        stem_lines = self._stem_lines(language)
        encoded = stem.encode("utf-8", "surrogatepass")
        line_start = stem_lines.find(b"\n" + encoded + b"\n")
        if line_start < 0:
            term_id = self.term_id(stem)
            return [term_id] if term_id else []
        index = stem_lines.count(b"\n", 0, line_start)
        starts = self.arrays[f"stem_start.{language}"]
        term_ids: list[int] = self.arrays[f"stem_word.{language}"][
            starts[index] : starts[index + 1]
        ].tolist()
        return term_ids

    def _stem_lines(self, language: str) -> bytes:
        return self.arrays[f"stem.{language}"].tobytes()

    # Positions

    def positions(self, term_id: int) -> IntArray:
        """Return all positions of a term in the token stream, ascending."""
        positions = self.unsorted_positions(term_id)
        if term_id <= self.common_count:
            positions.sort()
        return positions

    def unsorted_positions(self, term_id: int) -> IntArray:
        """Return all positions of a term in the token stream; of a common term, in no order."""
        if term_id > self.common_count:
            index = term_id - self.common_count - 1
            return delta_codec.unpack(
                self._gaps, self._position_starts[index], self._position_starts[index + 1]
            )
        stride = self.common_count + 1
        first = bisect_left(self._pairs, term_id * stride)
        last = bisect_left(self._pairs, (term_id + 1) * stride)
        if first == last:
            return NO_INTS.copy()
        start, end = self._pair_starts[first], self._pair_starts[last]
        list_starts = self.arrays["pair_start"][first:last].astype(np.int64) - start
        return delta_codec.unpack_many(self._gaps, start, end, list_starts)

    def pair_byte_range(self, term_id: int, next_term_id: int) -> tuple[int, int]:
        """Return the byte range of the packed positions of a common term followed by another.

        (0, 0) means that there are none.
        """
        key = term_id * (self.common_count + 1) + next_term_id
        index = bisect_left(self._pairs, key)
        if index == len(self._pairs) or self._pairs[index] != key:
            return 0, 0
        return self._pair_starts[index], self._pair_starts[index + 1]

    def unpack_positions(self, start: int, end: int) -> IntArray:
        """Return the positions packed in bytes `start` to `end`."""
        return delta_codec.unpack(self._gaps, start, end)

    # Documents

    def documents_at(self, positions: IntArray) -> IntArray:
        """Return the document at each of `positions`."""
        documents: IntArray
        if len(positions) < _MAX_SEARCHED_POSITIONS:
            documents = np.searchsorted(self.starts, positions, "right") - 1
            return documents
        documents = self.arrays["coarse"].take(positions >> COARSE_BITS, mode="wrap")
        unresolved = np.flatnonzero(self.ends.take(documents, mode="wrap") <= positions)
        for _ in range(4):
            if not len(unresolved):
                return documents
            documents[unresolved] += 1
            unresolved = unresolved[self.ends[documents[unresolved]] <= positions[unresolved]]
        documents[unresolved] = np.searchsorted(self.starts, positions[unresolved], "right") - 1
        return documents

    def term_frequencies(self, term_id: int) -> tuple[IntArray, NDArray[np.integer[Any]]]:
        """Return the documents that hold a term, ascending, and its frequency (up to 255)."""
        if term_id <= self.common_count:
            postings = self.postings(term_id)
            return np.flatnonzero(postings.document_mask()), postings.frequencies
        return self.count_by_document(self.documents_at(self.positions(term_id)))

    def postings(self, term_id: int) -> Postings:
        """Return the postings of a common term."""
        first, last = self._frequency_starts[term_id - 1], self._frequency_starts[term_id]
        row = slice((term_id - 1) * self._bytes_per_row, term_id * self._bytes_per_row)
        blocks = slice((term_id - 1) * self.block_count, term_id * self.block_count)
        return Postings(
            self._document_bits[row],
            self._frequencies[first:last],
            self._block_maxima[blocks],
            self.document_count,
        )

    def document_mask(self, term_id: int) -> NDArray[np.bool_]:
        """Return, for each document, whether it holds a common term."""
        return self.postings(term_id).document_mask()

    @staticmethod
    def count_by_document(documents: IntArray) -> tuple[IntArray, IntArray]:
        """Return each of `documents`, which ascend, once, and how often it occurs."""
        if len(documents) < 2:
            return documents, np.ones(len(documents), dtype=np.int64)
        is_first = np.empty(len(documents), dtype=np.bool_)
        is_first[0] = True
        np.not_equal(documents[1:], documents[:-1], out=is_first[1:])
        firsts = np.flatnonzero(is_first)
        frequencies = np.empty_like(firsts)
        np.subtract(firsts[1:], firsts[:-1], out=frequencies[:-1])
        frequencies[-1] = len(documents) - firsts[-1]
        return documents[firsts], frequencies

    @cached_property
    def lengths(self) -> NDArray[np.float32]:
        """The length of each document, text and title, in words."""
        return (np.diff(self.starts) - ZEROS_PER_DOCUMENT).astype(np.float32)

    @cached_property
    def first_days(self) -> NDArray[np.uint32]:
        """The first day on which each document may have been issued, yyyymmdd; 0 for unknown."""
        return (self.column("when") // 10_000).astype(np.uint32)

    def column(self, name: str) -> NDArray[Any]:
        """Return a column of document metadata: see `index.phrases.format.document_columns`."""
        return self.arrays[f"document.{name}"]

    def numbers_of_keys(self, keys: Sequence[str]) -> list[int]:
        """Return the numbers of the documents that have one of `keys`.

        They are looked up by digest; the keys found are then compared.
        """
        digests = np.array([document_columns.digest(key) for key in keys], dtype=np.uint64)
        sorted_digests = self.column("key")
        first = np.searchsorted(sorted_digests, digests)
        last = np.searchsorted(sorted_digests, digests, "right")
        numbers = self.column("keyed")
        return [
            number
            for i in np.flatnonzero(first < last).tolist()
            for number in numbers[first[i] : last[i]].tolist()
            if self.document(number).key == keys[i]
        ]

    def record(self, number: int) -> bytes:
        """Return the encoded record of document `number`."""
        return self._records.record(number)

    def document(self, number: int) -> Document:
        """Return document `number`; the last few read are kept."""
        return self._document(number)

    def _read_document(self, number: int) -> Document:
        return decode(self.record(number))

    def decimal_mark(self, number: int) -> str:
        """Return the decimal mark of the language of document `number`."""
        return self._decimal_marks[self._languages[number]]

    def token_span(self, number: int) -> tuple[int, int]:
        """Return where the words of document `number`'s text begin and end in the token stream."""
        return self._document_starts[number], self._title_starts[number] - 1

    def title_span(self, number: int) -> tuple[int, int]:
        """Return where the words of document `number`'s title begin and end."""
        return self._title_starts[number], self._document_starts[number + 1] - 1

    def document_span(self, number: int) -> tuple[int, int, int]:
        """Return where the text and the title of document `number` begin, and where it ends."""
        return (
            self._document_starts[number],
            self._title_starts[number],
            self._document_starts[number + 1] - 1,
        )

    def has_title_start_between(self, start: int, end: int) -> bool:
        """Return whether a title begins after position `start` and before `end`."""
        index = bisect_right(self._title_starts, start)
        return index < self.document_count and self._title_starts[index] < end

    def printed_words(self, number: int, first: int, last: int, text: str) -> NormalisedText:
        """Return words `first` up to, not including, `last` of a document's text as printed.

        Only that part of the text is read. Fewer are returned where the text has no such words.
        """
        stretch = self.stretch(number, first, last, text)
        skip = first % STRIDE
        end = skip + last - first
        if stretch.has_special:
            decimal = self.decimal_mark(number)
            words = normalise(text, decimal, stretch.start, stretch.end, end)
            return words.slice(skip, end)
        return normalise_tokens(text[stretch.start : stretch.end], stretch.start, skip, end)

    def stretch(self, number: int, first: int, last: int, text: str) -> Stretch:
        """Return the strides of a document's text that hold its words `first` to `last`.

        The stretch is empty where the document has no such words.
        """
        sample_starts, offsets = self._sample_starts, self._sample_offsets
        sample, sample_end = sample_starts[number] + first // STRIDE, sample_starts[number + 1]
        if sample >= sample_end:
            return Stretch(0, 0, has_special=False)
        next_sample = sample + (first % STRIDE + last - first) // STRIDE + 1
        marks = offsets[sample]
        for stride in range(sample + 1, min(next_sample, sample_end)):
            marks |= offsets[stride]
        end = offsets[next_sample] & ~SPECIAL_STRIDE if next_sample < sample_end else len(text)
        start = offsets[sample] & ~SPECIAL_STRIDE
        return Stretch(start, end, has_special=bool(marks & SPECIAL_STRIDE))
