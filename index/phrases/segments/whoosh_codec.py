"""Let Whoosh read and write segments that are a phrase column and nothing else.

Whoosh's own codec also writes terms, postings and pickled stored fields; a segment here has none of
these. A segment is one file, mapped whole when it is opened, so that it stays readable when a merge
has unlinked it, and nothing of it is copied into memory.
"""

import os
from collections.abc import Iterator
from typing import Any

from whoosh.codec.base import Codec, FieldWriter, PerDocumentReader, PerDocumentWriter, TermsReader
from whoosh.codec.base import Segment as WhooshSegment
from whoosh.fields import COLUMN, Schema
from whoosh.reading import TermNotFound

from index.phrases.format.memory_map import MappedFile
from index.phrases.segments.whoosh_column import (
    PhraseColumn,
    PhraseColumnReader,
    PhraseColumnWriter,
)

FIELD = "statement"
SUFFIX = ".phrases"


def schema() -> Schema:
    """Return the schema of a single field: a document, in a phrase column."""
    return Schema(**{FIELD: COLUMN(PhraseColumn())})


class PhraseSegment(WhooshSegment):  # type: ignore[misc]  # Whoosh is not typed
    """A segment: its name and its deleted documents."""

    def __init__(self, indexname: str, segid: str = "", documents: int = 0) -> None:
        super().__init__(indexname)
        if segid:
            self.segid = segid
        self.documents = documents
        self.deleted: set[int] = set()
        self.suffix = SUFFIX

    def codec(self) -> "PhraseCodec":
        return PhraseCodec()

    def set_doc_count(self, doccount: int) -> None:
        self.documents = doccount

    def doc_count_all(self) -> int:
        return self.documents

    def deleted_count(self) -> int:
        return len(self.deleted)

    def deleted_docs(self) -> Iterator[int]:
        return iter(sorted(self.deleted))

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        if delete:
            self.deleted.add(docnum)
        else:
            self.deleted.discard(docnum)

    def is_deleted(self, docnum: int) -> bool:
        return docnum in self.deleted

    def should_assemble(self) -> bool:
        return False


class PhraseCodec(Codec):  # type: ignore[misc]
    """The Whoosh codec of phrase columns."""

    length_stats = False

    def per_document_writer(self, storage: Any, segment: PhraseSegment) -> "DocumentWriter":
        return DocumentWriter(storage, segment)

    def field_writer(self, storage: Any, segment: PhraseSegment) -> "NoTermsWriter":
        return NoTermsWriter()

    def terms_reader(self, storage: Any, segment: PhraseSegment) -> "NoTermsReader":
        return NoTermsReader()

    def per_document_reader(self, storage: Any, segment: PhraseSegment) -> "DocumentReader":
        return DocumentReader(storage, segment)

    def new_segment(self, storage: Any, indexname: str) -> PhraseSegment:
        return PhraseSegment(indexname)


class DocumentWriter(PerDocumentWriter):  # type: ignore[misc]
    """Writes the file of a segment, and flushes it to the disk before it can be committed."""

    def __init__(self, storage: Any, segment: PhraseSegment) -> None:
        self._file = storage.create_file(segment.make_filename(segment.suffix))
        self._column: PhraseColumnWriter = PhraseColumn().writer(self._file)
        self._document_count = 0
        self.is_closed = False

    @property
    def words(self) -> int:
        words: int = self._column.words
        return words

    def start_doc(self, docnum: int) -> None:
        self._document_count = docnum + 1

    def add_field(self, fieldname: str, fieldobj: Any, value: Any, length: int) -> None:
        """Do nothing: only columns are stored."""

    def add_column_value(self, fieldname: str, columnobj: Any, value: Any) -> None:
        self._column.add(self._document_count - 1, value)

    def finish_doc(self) -> None:
        """Do nothing: the column is written as documents are added."""

    def close(self) -> None:
        if self.is_closed:
            return
        self.is_closed = True
        try:
            if self._document_count:
                self._column.finish(self._document_count)
                self._file.flush()
                os.fsync(self._file.fileno())
        finally:
            self._file.close()

    def abandon(self) -> None:
        """Close the file; its contents are not valid."""
        if not self.is_closed:
            self.is_closed = True
            self._file.close()


class DocumentReader(PerDocumentReader):  # type: ignore[misc]
    """Reads the file of a segment."""

    def __init__(self, storage: Any, segment: PhraseSegment) -> None:
        self._segment = segment
        self._file = MappedFile(storage.folder, segment.make_filename(segment.suffix))
        self._column: PhraseColumnReader = PhraseColumn().reader(
            self._file.view, 0, len(self._file.view), segment.doc_count_all()
        )

    def close(self) -> None:
        """Do nothing: arrays may still be in use; the file is unmapped with the last of them."""

    def doc_count(self) -> int:
        count: int = self._segment.doc_count()
        return count

    def doc_count_all(self) -> int:
        return self._segment.doc_count_all()

    def has_deletions(self) -> bool:
        return bool(self._segment.deleted)

    def is_deleted(self, docnum: int) -> bool:
        return docnum in self._segment.deleted

    def deleted_docs(self) -> Iterator[int]:
        return self._segment.deleted_docs()

    def supports_columns(self) -> bool:
        return True

    def has_column(self, fieldname: str) -> bool:
        return fieldname == FIELD

    def list_columns(self) -> list[str]:
        return [FIELD]

    def column_reader(self, fieldname: str, column: Any) -> PhraseColumnReader:
        return self._column

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        return default

    def field_length(self, fieldname: str) -> int:
        return 0

    def min_field_length(self, fieldname: str) -> int:
        return 0

    def max_field_length(self, fieldname: str) -> int:
        return 0

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        return {}


class NoTermsWriter(FieldWriter):  # type: ignore[misc]
    """The postings of the codec: none; they are in the column."""

    def __init__(self) -> None:
        self.is_closed = False

    def add_postings(self, schema: Any, lengths: Any, items: Any) -> None:
        for item in items:
            raise TypeError(f"a phrase column has no postings, found {item!r}")

    def close(self) -> None:
        self.is_closed = True


class NoTermsReader(TermsReader):  # type: ignore[misc]
    """The terms of the codec: none; they are in the column."""

    def __contains__(self, term: object) -> bool:
        return False

    def terms(self) -> Iterator[Any]:
        return iter(())

    def terms_from(self, fieldname: str, prefix: Any) -> Iterator[Any]:
        return iter(())

    def items(self) -> Iterator[Any]:
        return iter(())

    def items_from(self, fieldname: str, prefix: Any) -> Iterator[Any]:
        return iter(())

    def term_info(self, fieldname: str, text: Any) -> Any:
        raise TermNotFound(f"no term {fieldname}:{text!r}")

    def frequency(self, fieldname: str, text: Any) -> int:
        return 0

    def doc_frequency(self, fieldname: str, text: Any) -> int:
        return 0

    def indexed_field_names(self) -> list[str]:
        return []
