"""The table of contents of an index: which segments it is made of. Plain JSON, never a pickle.

Whoosh's own table is pickled, and so are its segments and schema: whoever can write to the folder
could run code in whoever reads it. Here a table is numbers and names, and checked as such.
"""

import json
import os
import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import whoosh

from archive.errors import FormatError, StorageError
from index.phrases.format.array_file import VERSION
from index.stems import VERSION as STEMS
from index.word_forms import ANALYSIS

NAME = "segments.json"
_SEGMENT = re.compile(r"[A-Za-z0-9]+_[a-z0-9]{8,32}")
FINGERPRINT = {
    "format": str(VERSION),
    "analysis": ANALYSIS,
    "stems": STEMS,
    "whoosh": ".".join(map(str, whoosh.__version__)),
    "byte_order": "little",
    "table": "2",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentEntry:
    """A segment: the name of its file without the ending, its documents, those deleted."""

    name: str
    documents: int
    deleted: tuple[int, ...] = ()
    sha256: str = ""  # of its file, hexadecimal; looked at by a check, not at each opening


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """One commit."""

    generation: int = 0
    state: str = ""
    segments: tuple[SegmentEntry, ...] = ()
    stale: str = ""  # why what is there cannot be used; "" where it can


def read(folder: Path) -> Manifest:
    """Return the last commit in `folder`; an empty one where there is none.

    Raises:
        FormatError: the table is not one of ours.

    """
    path = folder / NAME
    try:
        held = json.loads(path.read_bytes())
        generation = int(held["generation"])
        for key, value in FINGERPRINT.items():
            if (made := held["fingerprint"].get(key)) != value:
                why = f"{path}: made with {key} {made}, expected {value}; rebuild the index"
                return Manifest(generation=generation, stale=why)
        if held.pop("sha256") != _digest(held):
            raise ValueError("it is not as it was written; rebuild the index")
        segments = tuple(map(_entry, held["segments"]))
        return Manifest(generation=generation, state=str(held["state"]), segments=segments)
    except FileNotFoundError:
        return Manifest()
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise FormatError(f"{path}: expected a table of segments: {error}") from error


def _digest(held: dict[str, Any]) -> str:
    return sha256(json.dumps(held, sort_keys=True).encode()).hexdigest()


def _entry(held: dict[str, Any]) -> SegmentEntry:
    name, documents, deleted = held["name"], held["documents"], tuple(held["deleted"])
    if not _SEGMENT.fullmatch(name) or not isinstance(documents, int):
        raise ValueError(f"no name of a segment: {name!r}")
    if not all(isinstance(number, int) and 0 <= number < documents for number in deleted):
        raise ValueError(f"{name}: deleted documents it does not have")
    return SegmentEntry(name=name, documents=documents, deleted=deleted, sha256=str(held["sha256"]))


def write(folder: Path, contents: Manifest) -> None:
    """Make `contents` the last commit. Either this or the one before is there, whatever happens.

    Raises:
        StorageError: the disk refused.

    """
    held: dict[str, Any] = {
        "fingerprint": FINGERPRINT,
        "generation": contents.generation,
        "state": contents.state,
        "segments": [
            {
                "name": e.name,
                "documents": e.documents,
                "deleted": list(e.deleted),
                "sha256": e.sha256,
            }
            for e in contents.segments
        ],
    }
    held["sha256"] = _digest(held)
    new = folder / f"{NAME}.new"
    try:
        with new.open("w", encoding="utf-8") as file:
            json.dump(held, file)
            file.flush()
            os.fsync(file.fileno())
        new.replace(folder / NAME)
        sync_folder(folder)
    except OSError as error:
        raise StorageError(f"{new}: cannot write: {error.strerror}") from error


def sync_folder(folder: Path) -> None:
    """Have the names in `folder` written to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def live(entry: SegmentEntry) -> np.ndarray[Any, np.dtype[np.bool_]] | None:
    """Return which documents of a segment are not deleted; None for all."""
    if not entry.deleted:
        return None
    mask = np.ones(entry.documents, dtype=np.bool_)
    mask[list(entry.deleted)] = False
    return mask
