"""The stored texts: each document a zstd frame of its own, over a dictionary of its segment."""

import json
from collections.abc import Sequence
from operator import attrgetter
from threading import Lock
from typing import Any

import numpy as np
import zstandard
from numpy.typing import NDArray

from index.engine import Document
from index.phrases.format.array_file import view

_LEVEL = 3
_DICTIONARY = 112_640  # bytes; measured: 0.35 of the text, against 0.45 without
_SAMPLES = 1000
_LONGEST = 1 << 17  # bytes of one record that are learned from
SAMPLE = 4 << 20  # bytes of text that make training worth while
# The columns of a record, in the order in which they are written.
_FIELDS = ("key", "version", "statement", "source", "issuer", "lang", "kind", "issued", "title")
_head = attrgetter(*_FIELDS, "layer", "current", "seen")
_line = json.JSONEncoder(ensure_ascii=False).encode


def encode(document: Document) -> bytes:
    """Return `document` as stored: a line of JSON, then the text."""
    return f"{_line(_head(document))}\n{document.text}".encode("utf-8", "surrogatepass")


def decode(record: bytes) -> Document:
    """Return the document stored as `record`."""
    line, text = record.decode("utf-8", "surrogatepass").split("\n", 1)
    return _document(json.loads(line), text)


def pack(document: Document) -> tuple[str | bool, ...]:
    """Return `document` as plain values: another process gets these at half the cost."""
    return *_head(document), document.text


def unpack(packed: Sequence[Any]) -> Document:
    """Return the document that was packed."""
    return _document(packed[:-1], packed[-1])


def _document(head: Sequence[Any], text: str) -> Document:
    key, version, statement, source, issuer, lang, kind, issued, title, layer, current, seen = head
    return Document(
        key=key,
        version=version,
        statement=statement,
        source=source,
        issuer=issuer,
        lang=lang,
        kind=kind,
        issued=issued,
        title=title,
        layer=layer,
        text=text,
        current=current,
        seen=seen,
    )


def dictionary(records: Sequence[bytes]) -> bytes:
    """Return a compression dictionary for records like these; b"" where they are too few."""
    if sum(map(len, records)) < SAMPLE:
        return b""
    sample: list[Any] = [r[:_LONGEST] for r in records[:: max(1, len(records) // _SAMPLES)]]
    try:
        return zstandard.train_dictionary(_DICTIONARY, sample).as_bytes()
    except zstandard.ZstdError:
        return b""  # too few or too much alike to learn from; one can do without


def compressor(shared: bytes) -> zstandard.ZstdCompressor:
    """Return what compresses records over the dictionary `shared`."""
    data = zstandard.ZstdCompressionDict(shared) if shared else None
    return zstandard.ZstdCompressor(level=_LEVEL, dict_data=data, write_checksum=True)


class TextStore:
    """The records of one segment."""

    def __init__(
        self, packed: NDArray[np.uint8], offsets: NDArray[np.uint64], shared: NDArray[np.uint8]
    ) -> None:
        self._one_at_a_time = Lock()  # a decompressor is not for several threads
        self._packed = view(packed)
        self._offsets = view(offsets)
        data = zstandard.ZstdCompressionDict(shared.tobytes()) if len(shared) else None
        self._reader = zstandard.ZstdDecompressor(dict_data=data)

    def raw(self, number: int) -> bytes:
        """Return record `number` as it was encoded."""
        packed = self._packed[self._offsets[number] : self._offsets[number + 1]]
        with self._one_at_a_time:
            return self._reader.decompress(packed)

    def document(self, number: int) -> Document:
        """Return document `number`."""
        return decode(self.raw(number))


def without_text(document: Document) -> Document:
    """Return `document` with no text: what a segment keeps in memory while it is built."""
    return _document(_head(document), "")
