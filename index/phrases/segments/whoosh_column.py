"""Store documents as a Whoosh column: the phrase column.

Whoosh decides when segments are written, merged and dropped, and which documents are deleted; this
column holds all the data of a segment. Merging passes documents as `SegmentReference`s, whose
tokens are copied from the arrays of the old segment, without tokenizing the text again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from whoosh.columns import Column, ColumnReader, ColumnWriter

from archive.text.number_format import decimal_mark
from index.engine_interface import Document
from index.phrases.build import column_builder
from index.phrases.build.bulk_tokenizer import TokenizedTexts, tokenize
from index.phrases.build.vocabulary import Vocabulary
from index.phrases.build.word_sums import word_sums
from index.phrases.format import document_columns, text_store
from index.phrases.format.array_file import ArrayWriter
from index.phrases.match.segment_reader import Segment
from index.phrases.segments.copy_tokens import copy_tokens, wide_tokens
from index.stems import stemming_language

_BATCH_CHARACTERS = 1 << 22  # characters of text tokenized at once


@dataclass(frozen=True, slots=True)
class SegmentReference:
    """A reference to document `number` of `segment`."""

    segment: Segment
    number: int

    def document(self) -> Document:
        """Return the document referred to."""
        return self.segment.document(self.number)


class DocumentBatch:
    """Collects the documents of one segment, and writes them as a phrase column."""

    def __init__(self, sink: Any) -> None:
        self._writer = ArrayWriter(sink)
        self._vocabulary = Vocabulary()
        self._pending: list[Document] = []
        self._pending_size = 0
        self._parts: list[TokenizedTexts] = []
        self._metadata: list[Document] = []
        self._sample: list[bytes] | None = []
        self._sample_size = 0
        self._record_sizes: list[int] = []
        self._renumbered: dict[int, tuple[Segment, np.ndarray[Any, Any]]] = {}
        self.words = 0  # added so far, without the pending documents

    def __len__(self) -> int:
        return len(self._metadata) + len(self._pending)

    def add(self, document: Document) -> None:
        """Add a document."""
        self._pending.append(document)
        self._pending_size += len(document.text)
        if self._pending_size > _BATCH_CHARACTERS:
            self._tokenize_pending()

    def add_from(self, segment: Segment, numbers: Sequence[int]) -> None:
        """Add documents `numbers` of `segment`."""
        self._tokenize_pending()
        cached = self._renumbered.get(id(segment))
        if cached is None:
            renumbered = self._vocabulary.number_words(segment.terms())
            tokens = np.append(np.zeros(1, dtype=np.uint32), renumbered)[wide_tokens(segment)]
            cached = segment, tokens
            self._renumbered = {id(segment): cached}  # of the last one only: they are large
        part = copy_tokens(segment, numbers, cached[1])
        self._parts.append(part)
        self.words += len(part.numbers)
        for number in numbers:
            record = segment.record(number)
            self._add_record(record)
            self._metadata.append(text_store.without_text(text_store.decode(record)))
        segment.release_pages()

    def finish(self) -> None:
        """Write the column."""
        self._tokenize_pending()
        self._renumbered.clear()
        self._train_dictionary()
        record_starts = np.cumsum([0, *self._record_sizes], dtype=np.uint64)
        self._writer.add("record_start", record_starts)
        self._writer.add("dictionary", np.frombuffer(self._dictionary, dtype=np.uint8))
        arrays, names = document_columns.build_columns(self._metadata)
        arrays["words"] = word_sums(self._parts, self._vocabulary.words)
        for name, array in arrays.items():
            self._writer.add(f"document.{name}", array)
        word_offsets = [text_offsets for part in self._parts for text_offsets in part.offsets]
        self._writer.add("place", np.concatenate([*word_offsets, np.zeros(0, dtype=np.uint32)]))
        offset_starts = np.cumsum([0, *map(len, word_offsets)])
        self._writer.add("place_index", offset_starts.astype(np.uint32))
        stream = column_builder.build_stream(
            self._parts or [tokenize([], [], self._vocabulary)], self._vocabulary.words
        )
        self._parts.clear()
        self._vocabulary = Vocabulary()
        facts = column_builder.write_column(self._writer, stream, self._language_masks())
        self._writer.finish({"names": names, **facts})

    def _language_masks(self) -> dict[str, np.ndarray[Any, Any]]:
        languages = np.array(
            [stemming_language(metadata.lang) for metadata in self._metadata], dtype="U8"
        )
        return {name: languages == name for name in np.unique(languages).tolist() if name}

    def _tokenize_pending(self) -> None:
        if not self._pending:
            return
        texts = [part for document in self._pending for part in (document.text, document.title)]
        marks = [decimal_mark(document.lang) for document in self._pending for _ in range(2)]
        part = tokenize(texts, marks, self._vocabulary)
        self._parts.append(replace(part, offsets=part.offsets[::2]))
        self.words += len(part.numbers)
        for document in self._pending:
            self._add_record(text_store.encode(document))
            self._metadata.append(text_store.without_text(document))
        self._pending, self._pending_size = [], 0

    def _add_record(self, record: bytes) -> None:
        if self._sample is None:
            self._write_record(record)
            return
        self._sample.append(record)
        self._sample_size += len(record)
        if self._sample_size > text_store.MIN_TRAINING_BYTES:
            self._train_dictionary()

    def _train_dictionary(self) -> None:
        """Train the dictionary on the first records, then compress and write them."""
        if self._sample is None:
            return
        self._dictionary = text_store.train_dictionary(self._sample)
        self._compressor = text_store.make_compressor(self._dictionary)
        self._writer.begin("record", "|u1")
        sample, self._sample = self._sample, None
        for record in sample:
            self._write_record(record)

    def _write_record(self, record: bytes) -> None:
        frame = self._compressor.compress(record)
        self._writer.extend(frame)
        self._record_sizes.append(len(frame))


class PhraseColumn(Column):  # type: ignore[misc]  # Whoosh is not typed
    """A column whose values are Documents."""

    def writer(self, dbfile: Any) -> "PhraseColumnWriter":
        return PhraseColumnWriter(dbfile)

    def reader(self, dbfile: Any, basepos: int, length: int, doccount: int) -> "PhraseColumnReader":
        return PhraseColumnReader(dbfile, basepos, length, doccount)

    def default_value(self, reverse: bool = False) -> None:
        return None


class PhraseColumnWriter(ColumnWriter):  # type: ignore[misc]
    """Writes the column of a segment as Whoosh passes the documents."""

    def __init__(self, dbfile: Any) -> None:
        super().__init__(dbfile)
        self._batch = DocumentBatch(dbfile)
        self._run: tuple[Segment, list[int]] | None = None

    @property
    def words(self) -> int:
        """The number of words added so far, without those of pending documents."""
        return self._batch.words

    def add(self, docnum: int, value: Document | SegmentReference) -> None:
        if isinstance(value, Document):
            self._end_run()
            self._batch.add(value)
        elif self._run is not None and self._run[0] is value.segment:
            self._run[1].append(value.number)
        else:
            self._end_run()
            self._run = value.segment, [value.number]

    def finish(self, doccount: int) -> None:
        self._end_run()
        self._batch.finish()

    def _end_run(self) -> None:
        if self._run is not None:
            self._batch.add_from(*self._run)
            self._run = None


class PhraseColumnReader(ColumnReader):  # type: ignore[misc]
    """Returns the documents of a segment to Whoosh, as references."""

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
    """Return the bytes of the column, mapped, whichever way Whoosh opened the file."""
    if isinstance(dbfile, memoryview):
        return dbfile[basepos : basepos + length]
    return memoryview(dbfile.map[basepos : basepos + length])
