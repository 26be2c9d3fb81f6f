"""Open WARC, ARC and WACZ files and folders for import, unpacked where records are not seekable."""

import hashlib
import os
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

from archive.errors import FormatError, LimitError, StorageError
from archive.warc.decompress import INFLATE_CHUNK_BYTES
from archive.warc.inputs.arc_to_warc import ARC_START, convert_arc
from archive.warc.inputs.refused_input import RefusedInput
from archive.warc.inputs.unpack import (
    GZIP_START,
    PackingDamage,
    is_packed_in_frames,
    unpack,
)
from archive.warc.inputs.wacz_members import MAX_UNPACKED_BYTES, WARC_SUFFIXES, copy_members
from archive.warc.record_reader import open_warc

_FOREIGN_STARTS = {
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"7z\xbc\xaf\x27\x1c": "7-Zip",
    b"Rar!": "RAR",
    b"%PDF": "PDF",
    b"<!DOC": "an HTML page",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class InputFile:
    """A WARC file whose records can be read by offset."""

    name: str  # for display: file.warc.gz, file.wacz/archive/data.warc.gz
    path: Path  # may be a copy in the scratch folder
    sha256: str  # of the original file
    given: Path  # what was to be imported: the file, its package, or the folder it is in
    is_empty: bool = False  # nothing of it can be read, or it is not what its package lists
    damages: tuple[RefusedInput, ...] = ()  # what could not be unpacked or converted
    arc_offsets: Mapping[int, int] = field(default_factory=dict)  # of an ARC file, by ours

    def original_offset(self, offset: int) -> int:
        """Return the offset of a record in the ARC file; of others `offset` itself."""
        return self.arc_offsets.get(offset, offset)


class Scratch:
    """A folder for copies; the files in it have numbers for names."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._numbers = folder, count()

    def new_path(self) -> Path:
        return self._folder / f"{next(self._numbers)}.warc"


def list_input_paths(path: Path) -> Iterator[Path]:
    """Yield each file to be read of `path`, a file or a folder, in order of their names.

    StorageError for a path that does not exist or a folder that cannot be read, FormatError for
    what is neither, as a pipe is, and for a folder without any such file.
    """
    if not path.exists():
        raise StorageError(f"{path}: No such file or directory")
    if path.is_file():
        yield path
        return
    if not path.is_dir():
        raise FormatError("", "a file or a folder", "neither")
    suffixes = (*WARC_SUFFIXES, ".wacz")
    walk = os.walk(path, onerror=_raise_storage_error)
    paths = (Path(folder, name) for folder, _, names in walk for name in names)
    matches = sorted(match for match in paths if match.name.endswith(suffixes))
    if not matches:
        raise FormatError("", "WARC or WACZ files", "none")
    yield from matches


def _raise_storage_error(error: OSError) -> None:
    raise StorageError(f"{error.filename}: {error.strerror}") from error


def open_input(path: Path, given: Path, scratch: Scratch) -> Iterator[InputFile]:
    """Yield the file at `path`, or the WARC files in it, which is a WACZ package.

    FormatError for a file that is neither, LimitError for one that unpacks to too much; neither
    names the file.
    """
    opened = InputFile(name=path.name, path=path, sha256=file_sha256(path), given=given)
    if not _beginning(path).startswith(b"PK\x03\x04"):
        yield _plain_if_needed(opened, scratch)
        return
    for member in copy_members(path, scratch.new_path):
        name = f"{path.name}/{member.name}"
        damages = (RefusedInput(file=name, reason=member.problem),) if member.problem else ()
        part = InputFile(
            name=name,
            path=member.copy or path,
            sha256=opened.sha256,
            given=given,
            is_empty=True,
            damages=damages,
        )
        if member.copy and member.copy.stat().st_size:
            try:
                part = _plain_if_needed(replace(part, is_empty=False), scratch)
            except (FormatError, LimitError) as error:
                refused = RefusedInput(file=name, reason=str(error))
                part = replace(part, damages=(*damages, refused))
            yield part
        else:
            empty = RefusedInput(file=name, reason="expected a WARC file, found an empty one")
            yield replace(part, damages=damages or (empty,))


def file_sha256(path: Path) -> str:
    """Return the lower-case hex SHA-256 of the file at `path`."""
    digest = hashlib.sha256()
    with open_warc(path) as file:
        while piece := file.read(INFLATE_CHUNK_BYTES):
            digest.update(piece)
    return digest.hexdigest()


def unpack_input(packed: InputFile, scratch: Scratch) -> InputFile:
    """Return `packed` with its bytes unpacked to a copy, as far as they can be."""
    copy = scratch.new_path()
    with open_warc(packed.path) as file, copy.open("wb") as output:
        damages = unpack(file, output, MAX_UNPACKED_BYTES)
    return replace(packed, path=copy, damages=(*packed.damages, *_refused(packed, damages)))


def _plain_if_needed(opened: InputFile, scratch: Scratch) -> InputFile:
    """Unpack what is neither plain nor a WARC file in gzip; convert what is an ARC file."""
    start = _beginning(opened.path)
    if not start:
        raise FormatError("", "a WARC file", "an empty one")
    for foreign_start, kind in _FOREIGN_STARTS.items():
        if start.startswith(foreign_start):
            raise FormatError("", "a WARC or ARC record or a WACZ package", kind)
    if is_packed_in_frames(start) or _unpacked_beginning(start).startswith(ARC_START):
        opened = unpack_input(opened, scratch)
        start = _beginning(opened.path)
    return _converted(opened, scratch) if start.startswith(ARC_START) else opened


def _converted(opened: InputFile, scratch: Scratch) -> InputFile:
    copy = scratch.new_path()
    with open_warc(opened.path) as arc, copy.open("wb") as output:
        conversion = convert_arc(arc, output)
    damages = (*opened.damages, *_refused(opened, conversion.damages))
    return replace(opened, path=copy, damages=damages, arc_offsets=conversion.offsets)


def _beginning(path: Path) -> bytes:
    with open_warc(path) as file:
        return file.read(4096)


def _unpacked_beginning(start: bytes) -> bytes:
    """Return the first bytes of a file that begins with `start`, unpacked if it is gzip."""
    if not start.startswith(GZIP_START):
        return b""
    try:
        return zlib.decompressobj(31).decompress(start, 64)
    except zlib.error:
        return b""


def _refused(opened: InputFile, damages: Iterable[PackingDamage]) -> tuple[RefusedInput, ...]:
    return tuple(
        RefusedInput(file=opened.name, offset=damage.offset, reason=damage.problem)
        for damage in damages
    )
