"""The phrase column as Whoosh sees it: a column of documents.

Whoosh decides when segments are written, merged and dropped, and which documents are deleted; this
column holds all that a segment is made of. Merging hands documents over as `Reference`s, whose
words are taken from the old segment's arrays, not read from the text again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from whoosh.columns import Column, ColumnReader, ColumnWriter

from index.engine import Document
from index.phrases.build import column_builder
from index.phrases.build.bulk_tokenizer import TokenizedTexts, tokenize
from index.phrases.build.vocabulary import Vocabulary
from index.phrases.format import document_columns, text_store
from index.phrases.format.array_file import ArrayWriter
from index.phrases.match.segment_reader import Segment
from index.stems import language

_BATCH = 1 << 22  # characters of text read as words at once


@dataclass(frozen=True, slots=True)
class SegmentReference:
    """A document where it is already: number `number` of `segment`."""

    segment: Segment
    number: int

    def document(self) -> Document:
        """Return the document itself."""
        return self.segment.document(self.number)


class DocumentBatch:
    """Takes in documents, one segment's worth, and writes them as a phrase column."""

    def __init__(self, sink: Any) -> None:
        self._writer = ArrayWriter(sink)
        self._vocabulary = Vocabulary()
        self._waiting: list[Document] = []
        self._waiting_size = 0
        self._parts: list[TokenizedTexts] = []
        self._heads: list[Document] = []
        self._sample: list[bytes] | None = []
        self._sample_size = 0
        self._sizes: list[int] = []
        self._numbers: dict[int, tuple[Segment, np.ndarray[Any, Any]]] = {}
        self.words = 0  # taken in so far, all but those waiting

    def __len__(self) -> int:
        return len(self._heads) + len(self._waiting)

    def add(self, document: Document) -> None:
        """Take in a document."""
        self._waiting.append(document)
        self._waiting_size += len(document.text)
        if self._waiting_size > _BATCH:
            self._read()

    def add_from(self, segment: Segment, numbers: Sequence[int]) -> None:
        """Take in documents `numbers` of `segment`."""
        self._read()
        known = self._numbers.get(id(segment))
        if known is None:
            renumbered = self._vocabulary.number_words(segment.names())
            wide = np.append(np.zeros(1, dtype=np.uint32), renumbered)[segment.wide_tokens()]
            known = self._numbers[id(segment)] = segment, wide
        part = segment.words(numbers, known[1])
        self._parts.append(part)
        self.words += len(part.numbers)
        for number in numbers:
            record = segment.raw(number)
            self._keep(record)
            self._heads.append(text_store.without_text(text_store.decode(record)))

    def finish(self) -> None:
        """Write what was taken in."""
        self._read()
        self._numbers.clear()
        self._pack_sample()
        offsets = np.cumsum([0, *self._sizes], dtype=np.uint64)
        self._writer.add("record_start", offsets)
        self._writer.add("dictionary", np.frombuffer(self._dictionary, dtype=np.uint8))
        arrays, names = document_columns.columns(self._heads)
        for name, array in arrays.items():
            self._writer.add(f"document.{name}", array)
        places = [place for part in self._parts for place in part.places]
        self._writer.add("place", np.concatenate([*places, np.zeros(0, dtype=np.uint32)]))
        counts = np.cumsum([0, *map(len, places)])
        self._writer.add("place_index", counts.astype(np.uint32))
        text = column_builder.build_stream(
            self._parts or [tokenize([], self._vocabulary)], self._vocabulary.words
        )
        self._parts.clear()
        self._vocabulary = Vocabulary()
        facts = column_builder.write_column(self._writer, text, self._languages())
        self._writer.finish({"names": names, **facts})

    def _languages(self) -> dict[str, np.ndarray[Any, Any]]:
        spoken = np.array([language(head.lang) for head in self._heads], dtype="U8")
        return {name: spoken == name for name in np.unique(spoken).tolist() if name}

    def _read(self) -> None:
        if not self._waiting:
            return
        part = tokenize([document.text for document in self._waiting], self._vocabulary)
        self._parts.append(part)
        self.words += len(part.numbers)
        for document in self._waiting:
            self._keep(text_store.encode(document))
            self._heads.append(text_store.without_text(document))
        self._waiting, self._waiting_size = [], 0

    def _keep(self, record: bytes) -> None:
        if self._sample is None:
            self._pack(record)
            return
        self._sample.append(record)
        self._sample_size += len(record)
        if self._sample_size > text_store.SAMPLE:
            self._pack_sample()

    def _pack_sample(self) -> None:
        """Train the dictionary on the first records, and from then on pack each as it comes."""
        if self._sample is None:
            return
        self._dictionary = text_store.dictionary(self._sample)
        self._compressor = text_store.compressor(self._dictionary)
        self._writer.begin("record", "|u1")
        sample, self._sample = self._sample, None
        for record in sample:
            self._pack(record)

    def _pack(self, record: bytes) -> None:
        packed = self._compressor.compress(record)
        self._writer.extend(packed)
        self._sizes.append(len(packed))


class PhraseColumn(Column):  # type: ignore[misc]  # Whoosh is not typed
    """A column whose values are Documents."""

    def writer(self, dbfile: Any) -> "PhraseColumnWriter":
        return PhraseColumnWriter(dbfile)

    def reader(self, dbfile: Any, basepos: int, length: int, doccount: int) -> "PhraseColumnReader":
        return PhraseColumnReader(dbfile, basepos, length, doccount)

    def default_value(self, reverse: bool = False) -> None:
        return None


class PhraseColumnWriter(ColumnWriter):  # type: ignore[misc]
    """Writes a segment's column as Whoosh hands over the documents."""

    def __init__(self, dbfile: Any) -> None:
        super().__init__(dbfile)
        self._gathering = DocumentBatch(dbfile)
        self._run: tuple[Segment, list[int]] | None = None

    @property
    def words(self) -> int:
        """How many words were taken in so far, all but the last few documents'."""
        return self._gathering.words

    def add(self, docnum: int, value: Document | SegmentReference) -> None:
        if isinstance(value, Document):
            self._end_run()
            self._gathering.add(value)
        elif self._run is not None and self._run[0] is value.segment:
            self._run[1].append(value.number)
        else:
            self._end_run()
            self._run = value.segment, [value.number]

    def finish(self, doccount: int) -> None:
        self._end_run()
        self._gathering.finish()

    def _end_run(self) -> None:
        if self._run is not None:
            self._gathering.add_from(*self._run)
            self._run = None


class PhraseColumnReader(ColumnReader):  # type: ignore[misc]
    """Gives a segment's documents to Whoosh, as references."""

    def __init__(self, dbfile: Any, basepos: int, length: int, doccount: int) -> None:
        super().__init__(dbfile, basepos, length, doccount)
        self.segment = Segment(_buffer(dbfile, basepos, length), getattr(dbfile, "name", "index"))

    def __getitem__(self, docnum: int) -> SegmentReference:
        return SegmentReference(self.segment, docnum)

    def sort_key(self, docnum: int) -> int:
        return docnum

    def load(self) -> "PhraseColumnReader":
        return self


def _buffer(dbfile: Any, basepos: int, length: int) -> memoryview:
    """Return the column's bytes, mapped, however Whoosh opened the file they are in."""
    if isinstance(dbfile, memoryview):
        return dbfile[basepos : basepos + length]
    return memoryview(dbfile.map[basepos : basepos + length])
