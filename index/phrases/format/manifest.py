"""Read and write the manifest of an index: the list of its segments. Plain JSON, never a pickle.

Whoosh's own table of contents is pickled, and so are its segments and schema: whoever can write to
the folder could run code in whoever reads it. A manifest is numbers and names, and is validated.
"""

import json
import os
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import whoosh

from archive.atomic_files import sync_folder
from archive.errors import FormatError, StorageError
from index.phrases.format.array_file import VERSION
from index.stems import VERSION as STEMS
from index.token_pattern import ANALYSIS

NAME = "segments.json"
_SEGMENT_NAME = re.compile(r"[A-Za-z0-9]+_[a-z0-9]{8,32}")
FINGERPRINT = {
    "format": str(VERSION),
    "analysis": ANALYSIS,
    "stems": STEMS,
    "whoosh": ".".join(map(str, whoosh.__version__)),
    "byte_order": "little",
    "table": "3",
}


LAYERS = ("statement", "page")
Digests = np.ndarray[Any, np.dtype[np.uint64]]
NO_DIGESTS: Digests = np.zeros(0, dtype=np.uint64)


@dataclass(frozen=True, slots=True)
class EqualDocuments:
    """The documents of a segment whose text may be another's too, ascending: found at commit.

    Documents of one layer whose digests are the same have one text. 0: no text.
    """

    documents: np.ndarray[Any, np.dtype[np.uint32]]
    digests: Digests


NO_EQUALS = EqualDocuments(np.zeros(0, dtype=np.uint32), NO_DIGESTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentEntry:
    """A segment: the name of its file without the ending, its documents, the deleted ones."""

    name: str
    documents: int
    deleted: tuple[int, ...] = ()
    sha256: str = ""  # of its file, hexadecimal; compared by `verify`
    quick: str = ""  # `quick_digest` of its file, compared at each opening; "" before it existed
    equals: EqualDocuments = NO_EQUALS


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The segments of one commit."""

    generation: int = 0
    state: str = ""
    segments: tuple[SegmentEntry, ...] = ()
    # By layer, the digests of the statements that have several live documents in it, ascending.
    repeated_statements: Mapping[str, Digests] = field(default_factory=dict)
    stale: str = ""  # why the index cannot be used; "" where it can


def read(folder: Path) -> Manifest:
    """Return the last commit in `folder`; an empty one where there is none.

    Raises:
        FormatError: the manifest is not one that `write` wrote.

    """
    path = folder / NAME
    try:
        data = json.loads(path.read_bytes())
        generation = int(data["generation"])
        for key, value in FINGERPRINT.items():
            if (stored := data["fingerprint"].get(key)) != value:
                reason = f"{path}: made with {key} {stored}, expected {value}; rebuild the index"
                return Manifest(generation=generation, stale=reason)
        if data.pop("sha256") != _digest(data):
            raise ValueError("its digest does not match; rebuild the index")
        segments = tuple(map(_entry, data["segments"]))
        return Manifest(
            generation=generation,
            state=str(data["state"]),
            segments=segments,
            repeated_statements={
                layer: _decode(data["repeated_statements"][layer], "<u8") for layer in LAYERS
            },
        )
    except FileNotFoundError:
        return Manifest()
    except OSError as error:
        raise FormatError(f"{path}: {error.strerror}; rebuild the index") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise FormatError(f"{path}: expected a table of segments: {error}") from error


def _digest(data: dict[str, Any]) -> str:
    return sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def _entry(data: dict[str, Any]) -> SegmentEntry:
    name, documents, deleted = data["name"], data["documents"], tuple(data["deleted"])
    if not _SEGMENT_NAME.fullmatch(name) or not isinstance(documents, int):
        raise ValueError(f"not the name of a segment: {name!r}")
    if not all(isinstance(number, int) and 0 <= number < documents for number in deleted):
        raise ValueError(f"{name}: lists deleted documents that it does not have")
    equals = EqualDocuments(
        _decode(data["equal_documents"], "<u4"), _decode(data["equal_digests"], "<u8")
    )
    if len(equals.documents) != len(equals.digests) or (equals.documents >= documents).any():
        raise ValueError(f"{name}: lists documents of one text that it does not have")
    return SegmentEntry(
        name=name,
        documents=documents,
        deleted=deleted,
        sha256=str(data["sha256"]),
        quick=str(data.get("quick", "")),
        equals=equals,
    )


def _decode(encoded: str, dtype: str) -> np.ndarray[Any, Any]:
    """Return numbers as `_encode` wrote them: Base64, which is read faster than decimal numbers."""
    return np.frombuffer(b64decode(encoded, validate=True), dtype)


def _encode(numbers: np.ndarray[Any, Any], dtype: str) -> str:
    return b64encode(numbers.astype(dtype).tobytes()).decode()


def write(folder: Path, contents: Manifest) -> None:
    """Make `contents` the last commit, atomically: a crash leaves either it or the one before.

    Raises:
        StorageError: the file cannot be written.

    """
    data: dict[str, Any] = {
        "fingerprint": FINGERPRINT,
        "generation": contents.generation,
        "state": contents.state,
        "segments": [
            {
                "name": entry.name,
                "documents": entry.documents,
                "deleted": list(entry.deleted),
                "sha256": entry.sha256,
                "quick": entry.quick,
                "equal_documents": _encode(entry.equals.documents, "<u4"),
                "equal_digests": _encode(entry.equals.digests, "<u8"),
            }
            for entry in contents.segments
        ],
        "repeated_statements": {
            layer: _encode(contents.repeated_statements.get(layer, NO_DIGESTS), "<u8")
            for layer in LAYERS
        },
    }
    data["sha256"] = _digest(data)
    new_path = folder / f"{NAME}.new"
    try:
        with new_path.open("w", encoding="utf-8") as file:
            json.dump(data, file)
            file.flush()
            os.fsync(file.fileno())
        new_path.replace(folder / NAME)
        sync_folder(folder)
    except OSError as error:
        raise StorageError(f"{new_path}: cannot write: {error.strerror}") from error


def live_mask(entry: SegmentEntry) -> np.ndarray[Any, np.dtype[np.bool_]] | None:
    """Return the mask of documents of a segment that are not deleted; None for all."""
    if not entry.deleted:
        return None
    mask = np.ones(entry.documents, dtype=np.bool_)
    mask[list(entry.deleted)] = False
    return mask
