"""Store texts: each document is a zstd frame of its own, with one dictionary a segment."""

import json
from collections.abc import Sequence
from operator import attrgetter
from threading import Lock
from typing import Any

import numpy as np
import zstandard
from numpy.typing import NDArray

from archive.errors import FormatError
from index.engine_interface import Document
from index.phrases.format.array_file import view

_COMPRESSION_LEVEL = 3
_DICTIONARY_BYTES = 112_640  # bytes; measured: 0.35 of the size of the text, against 0.45 without
_MAX_SAMPLES = 1000
_MAX_SAMPLE_BYTES = 1 << 17  # bytes of one record that the dictionary is trained on
MIN_TRAINING_BYTES = 4 << 20  # bytes of text from which on training is worth while
# The columns of a record, in the order in which they are written.
_FIELDS = ("key", "version", "statement", "source", "issuer", "lang", "kind", "issued", "title")
_get_metadata = attrgetter(*_FIELDS, "layer", "current", "seen", "symbol", "url")
_encode_json = json.JSONEncoder(ensure_ascii=False).encode


def encode(document: Document) -> bytes:
    """Return `document` as stored: a line of JSON, then the text."""
    return f"{_encode_json(_get_metadata(document))}\n{document.text}".encode(
        "utf-8", "surrogatepass"
    )


def decode(record: bytes) -> Document:
    """Return the document stored as `record`."""
    line, text = record.decode("utf-8", "surrogatepass").split("\n", 1)
    return _document(json.loads(line), text)


def pack(document: Document) -> tuple[str | bool, ...]:
    """Return `document` as plain values, which cost half as much to send to another process."""
    return *_get_metadata(document), document.text


def unpack(packed: Sequence[Any]) -> Document:
    """Return the document packed by `pack`."""
    return _document(packed[:-1], packed[-1])


def _document(metadata: Sequence[Any], text: str) -> Document:
    key, version, statement, source, issuer, lang, kind, issued, title = metadata[:9]
    layer, current, seen, symbol, url = metadata[9:]
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
        symbol=symbol,
        url=url,
    )


def train_dictionary(records: Sequence[bytes]) -> bytes:
    """Return a compression dictionary trained on `records`; b"" where they are too few."""
    if sum(map(len, records)) < MIN_TRAINING_BYTES:
        return b""
    samples: list[Any] = [
        record[:_MAX_SAMPLE_BYTES] for record in records[:: max(1, len(records) // _MAX_SAMPLES)]
    ]
    try:
        return zstandard.train_dictionary(_DICTIONARY_BYTES, samples).as_bytes()
    except zstandard.ZstdError:
        return b""  # too few or too much alike to train on; the dictionary is optional


def make_compressor(dictionary_bytes: bytes) -> zstandard.ZstdCompressor:
    """Return a compressor of records with this dictionary."""
    data = zstandard.ZstdCompressionDict(dictionary_bytes) if dictionary_bytes else None
    return zstandard.ZstdCompressor(level=_COMPRESSION_LEVEL, dict_data=data, write_checksum=True)


class TextStore:
    """The records of one segment."""

    def __init__(
        self,
        frames: NDArray[np.uint8],
        offsets: NDArray[np.uint64],
        dictionary_bytes: NDArray[np.uint8],
    ) -> None:
        self._lock = Lock()  # a decompressor is not thread-safe
        self._frames = view(frames)
        self._offsets = view(offsets)
        data = (
            zstandard.ZstdCompressionDict(dictionary_bytes.tobytes())
            if len(dictionary_bytes)
            else None
        )
        self._decompressor = zstandard.ZstdDecompressor(dict_data=data)

    def record(self, number: int) -> bytes:
        """Return record `number` as it was encoded."""
        frame = self._frames[self._offsets[number] : self._offsets[number + 1]]
        try:
            with self._lock:
                return self._decompressor.decompress(frame)
        except zstandard.ZstdError as error:
            problem = f"document {number} of the index: damaged: {error}; rebuild the index"
            raise FormatError(problem) from error

    def document(self, number: int) -> Document:
        """Return document `number`."""
        return decode(self.record(number))


def without_text(document: Document) -> Document:
    """Return `document` without its text: what is kept in memory while a segment is built."""
    return _document(_get_metadata(document), "")
