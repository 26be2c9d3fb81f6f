"""Read and write the file of a phrase column: named arrays, one after another, read in place.

docs/phrase-column.md describes the bytes.
"""

import json
import struct
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from archive.errors import FormatError

MAGIC = b"ONRECPHR"
VERSION = 5
_ALIGNMENT_BYTES = 64
_TAIL = struct.Struct("<QQ8s")  # offset of the directory, its length, the magic number again
_CHUNK_BYTES = 1 << 24

Array = NDArray[Any]


def view(array: Array) -> "memoryview[int]":
    """Return an array as a memoryview, which returns single elements faster, as Python's ints."""
    return memoryview(array)  # type: ignore[arg-type]  # numpy's stubs know no buffers before 3.12


class Sink(Protocol):
    """A binary stream that can be written to."""

    def write(self, data: bytes, /) -> object: ...


class ArrayWriter:
    """Writes the arrays of one column, each whole or in pieces, then the directory."""

    def __init__(self, sink: Sink) -> None:
        self._write: Callable[[bytes], object] = sink.write
        self._offset = 0
        self._sections: dict[str, dict[str, Any]] = {}
        self._append(MAGIC + VERSION.to_bytes(8, "little"))

    def begin(self, name: str, dtype: str) -> None:
        """Begin the array called `name`, of little-endian `dtype` (numpy's code: <u4)."""
        self._append(bytes(-self._offset % _ALIGNMENT_BYTES))
        self._sections[name] = {"dtype": dtype, "offset": self._offset, "count": 0}
        self._current = name

    def extend(self, data: bytes) -> None:
        """Append `data` to the array begun last."""
        section = self._sections[self._current]
        section["count"] += len(data) // np.dtype(section["dtype"]).itemsize
        self._append(data)

    def add(self, name: str, array: Array) -> None:
        """Write a whole array."""
        self.begin(name, array.dtype.newbyteorder("<").str)
        flat = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
        for start in range(0, len(flat), _CHUNK_BYTES):
            self.extend(flat[start : start + _CHUNK_BYTES].tobytes())

    def finish(self, facts: Mapping[str, Any]) -> None:
        """Write the directory: the offsets of the arrays, and `facts` about the column."""
        self._append(bytes(-self._offset % _ALIGNMENT_BYTES))
        directory = json.dumps({"sections": self._sections, **facts}).encode()
        offset = self._offset
        self._append(directory)
        self._append(_TAIL.pack(offset, len(directory), MAGIC))

    def _append(self, data: bytes) -> None:
        self._write(data)
        self._offset += len(data)


def read(buffer: memoryview, name: str) -> tuple[dict[str, Array], dict[str, Any]]:
    """Return the arrays in `buffer`, without copying them, and the facts of the directory.

    Raises:
        FormatError: the buffer is not a whole column of this version. `name` begins its message.

    """
    if len(buffer) < 16 + _TAIL.size or buffer[:8] != MAGIC:
        raise FormatError(f"{name}: expected a phrase column; rebuild the index")
    version = int.from_bytes(buffer[8:16], "little")
    if version != VERSION:
        raise FormatError(f"{name}: expected version {VERSION}, found {version}; rebuild the index")
    offset, length, magic = _TAIL.unpack(buffer[-_TAIL.size :])
    if magic != MAGIC or offset + length + _TAIL.size != len(buffer):
        raise FormatError(f"{name}: truncated or overwritten; rebuild the index")
    facts: dict[str, Any] = json.loads(bytes(buffer[offset : offset + length]))
    arrays = {
        key: np.frombuffer(buffer, section["dtype"], section["count"], section["offset"])
        for key, section in facts.pop("sections").items()
    }
    return arrays, facts
