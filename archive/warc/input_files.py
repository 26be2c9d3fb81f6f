"""Files that people bring: WARC files, WACZ packages and folders of them, made ready to seek in."""

import hashlib
import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from archive.errors import FormatError, LimitError, StorageError
from archive.warc.decompress import PIECE, RATIO, DecompressedFile, TruncatedError
from archive.warc.record_reader import Damage, open_warc, walk

MAX_PACKED = 200 << 30  # what a WACZ may hold, unpacked
MAX_ENTRIES = 100_000  # files in a WACZ
_WARC_NAMES = (".warc", ".warc.gz")


@dataclass(frozen=True, slots=True, kw_only=True)
class InputFile:
    """A WARC file whose records can be read where they lie."""

    name: str  # as people will see it: file.warc.gz, file.wacz/archive/data.warc.gz
    path: Path  # may be a copy in the scratch folder
    sha256: str  # of the file that was given


def open_input_files(paths: Iterable[Path], scratch: Path) -> Iterator[InputFile]:
    """Yield the WARC files that `paths` are or hold, in order of their names within a folder.

    What cannot be read in place (WACZ members, WARC files gzipped as a whole) is copied to
    `scratch`. FormatError for a file that is neither, and for a folder without any.
    """
    for path in paths:
        if not path.exists():
            raise StorageError(f"{path}: No such file or directory")
        if not path.is_dir():
            yield from _inputs_of(path, scratch)
            continue
        names = (*_WARC_NAMES, ".wacz")
        found = sorted(each for each in path.rglob("*") if each.name.endswith(names))
        if not found:
            raise FormatError(f"{path}: expected WARC or WACZ files, found none")
        for each in found:
            yield from _inputs_of(each, scratch)


def _inputs_of(path: Path, scratch: Path) -> Iterator[InputFile]:
    digest = file_sha256(path)
    with open_warc(path) as file:
        start = file.read(4)
    if start == b"PK\x03\x04":
        for name, copy in _wacz_members(path, scratch):
            seekable = _seekable(copy, path.name, scratch)
            yield InputFile(name=f"{path.name}/{name}", path=seekable, sha256=digest)
    else:
        yield InputFile(name=path.name, path=_seekable(path, path.name, scratch), sha256=digest)


def file_sha256(path: Path) -> str:
    """Return the lower-case hex SHA-256 of the file at `path`."""
    digest = hashlib.sha256()
    with open_warc(path) as file:
        while piece := file.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _seekable(path: Path, name: str, scratch: Path) -> Path:
    """Return `path`, or a plain copy of it where several records share a gzip member."""
    with open_warc(path) as file:
        if not os.fstat(file.fileno()).st_size:
            raise FormatError(f"{name}: expected a WARC file, found an empty one")
        first = next(walk(file, keep=0), None)
        if isinstance(first, Damage):
            raise FormatError(f"{name}: byte {first.offset}: {first.problem}")
        if first is None:
            raise FormatError(f"{name}: expected WARC records, found none")
        if first.seekable:
            return path
        file.seek(0)
        copy = _new(scratch)
        with copy.open("wb") as plain:
            try:
                _unpack(DecompressedFile(file), plain)
            except TruncatedError as error:
                raise FormatError(f"{name}: {error}") from error
            except LimitError as error:
                raise LimitError(f"{name}: {error}") from error
    return copy


def _unpack(data: DecompressedFile, plain: IO[bytes]) -> None:
    while data.next_member():
        while piece := data.take(PIECE, keep=PIECE):
            plain.write(piece)


def _new(scratch: Path) -> Path:
    return scratch / f"{sum(1 for _ in scratch.iterdir())}.warc"


def _wacz_members(path: Path, scratch: Path) -> Iterator[tuple[str, Path]]:
    """Yield each WARC file in the package at `path`, copied to `scratch` under a name of ours."""
    try:
        with zipfile.ZipFile(path) as package:
            entries = package.infolist()
            if len(entries) > MAX_ENTRIES:
                raise LimitError(f"{path}: expected at most {MAX_ENTRIES} files in it, found more")
            warcs = [each for each in entries if _is_warc(each.filename)]
            if not warcs:
                raise FormatError(f"{path}: expected archive/*.warc.gz in it, found none")
            left = MAX_PACKED
            for entry in warcs:
                copy = _new(scratch)
                with package.open(entry) as packed, copy.open("wb") as plain:
                    left -= _copy(packed, plain, _allowed(entry, left), f"{path}: {entry.filename}")
                yield entry.filename, copy
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise FormatError(f"{path}: expected a WACZ package: {error}") from error
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror or error}") from error


def _is_warc(name: str) -> bool:
    return name.startswith("archive/") and name.endswith(_WARC_NAMES)


def _allowed(entry: zipfile.ZipInfo, left: int) -> int:
    return min(left, max(entry.compress_size * RATIO, PIECE))


def _copy(packed: IO[bytes], plain: IO[bytes], allowed: int, name: str) -> int:
    """Copy all of `packed`; LimitError beyond `allowed` bytes, whatever the package claims."""
    copied = 0
    while piece := packed.read(PIECE):
        copied += len(piece)
        if copied > allowed:
            raise LimitError(f"{name}: expected at most {allowed} bytes unpacked, found more")
        plain.write(piece)
    return copied
