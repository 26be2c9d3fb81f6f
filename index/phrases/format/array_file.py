"""The file of a phrase column: named arrays, one after another, read in place.

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
VERSION = 3
_ALIGN = 64
_TAIL = struct.Struct("<QQ8s")  # where the directory begins, its length, the magic again
_CHUNK = 1 << 24

Array = NDArray[Any]


def view(array: Array) -> "memoryview[int]":
    """Return an array as a memoryview, whose single elements are read faster, as Python's ints."""
    return memoryview(array)  # type: ignore[arg-type]  # numpy's stubs know no buffers before 3.12


class Sink(Protocol):
    """Anything bytes can be written to."""

    def write(self, data: bytes, /) -> object: ...


class ArrayWriter:
    """Writes the arrays of one column, each whole or in pieces, then the directory."""

    def __init__(self, sink: Sink) -> None:
        self._write: Callable[[bytes], object] = sink.write
        self._at = 0
        self._sections: dict[str, dict[str, Any]] = {}
        self._put(MAGIC + VERSION.to_bytes(8, "little"))

    def begin(self, name: str, dtype: str) -> None:
        """Begin the array called `name`, of little-endian `dtype` (numpy's code: <u4)."""
        self._put(bytes(-self._at % _ALIGN))
        self._sections[name] = {"dtype": dtype, "offset": self._at, "count": 0}
        self._open = name

    def extend(self, data: bytes) -> None:
        """Append `data` to the array begun last."""
        section = self._sections[self._open]
        section["count"] += len(data) // np.dtype(section["dtype"]).itemsize
        self._put(data)

    def add(self, name: str, array: Array) -> None:
        """Write a whole array."""
        self.begin(name, array.dtype.newbyteorder("<").str)
        flat = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
        for at in range(0, len(flat), _CHUNK):
            self.extend(flat[at : at + _CHUNK].tobytes())

    def finish(self, facts: Mapping[str, Any]) -> None:
        """Write the directory: where the arrays lie, and `facts`."""
        self._put(bytes(-self._at % _ALIGN))
        directory = json.dumps({"sections": self._sections, **facts}).encode()
        at = self._at
        self._put(directory)
        self._put(_TAIL.pack(at, len(directory), MAGIC))

    def _put(self, data: bytes) -> None:
        self._write(data)
        self._at += len(data)


def read(buffer: memoryview, name: str) -> tuple[dict[str, Array], dict[str, Any]]:
    """Return the arrays in `buffer`, without copying them, and the facts of the directory.

    `name` is for the FormatError raised where the buffer is not a whole column of this version.
    """
    if len(buffer) < 16 + _TAIL.size or buffer[:8] != MAGIC:
        raise FormatError(f"{name}: expected a phrase column; rebuild the index")
    version = int.from_bytes(buffer[8:16], "little")
    if version != VERSION:
        raise FormatError(f"{name}: expected version {VERSION}, found {version}; rebuild the index")
    at, length, magic = _TAIL.unpack(buffer[-_TAIL.size :])
    if magic != MAGIC or at + length + _TAIL.size != len(buffer):
        raise FormatError(f"{name}: cut off or overwritten; rebuild the index")
    facts: dict[str, Any] = json.loads(bytes(buffer[at : at + length]))
    arrays = {
        key: np.frombuffer(buffer, section["dtype"], section["count"], section["offset"])
        for key, section in facts.pop("sections").items()
    }
    return arrays, facts
