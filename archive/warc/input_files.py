"""Open WARC files, WACZ packages and folders for import, copied where records are not seekable."""

import hashlib
import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from archive.errors import FormatError, LimitError, StorageError
from archive.warc.decompress import (
    BOMB_RATIO,
    INFLATE_CHUNK_BYTES,
    DecompressedFile,
    TruncatedError,
)
from archive.warc.record_reader import Damage, open_warc, scan_records

MAX_UNPACKED_BYTES = 200 << 30  # total of a WACZ's WARC files, uncompressed
MAX_WACZ_ENTRIES = 100_000  # files in a WACZ
_WARC_NAMES = (".warc", ".warc.gz")


@dataclass(frozen=True, slots=True, kw_only=True)
class InputFile:
    """A WARC file whose records can be read by offset."""

    name: str  # for display: file.warc.gz, file.wacz/archive/data.warc.gz
    path: Path  # may be a copy in the scratch folder
    sha256: str  # of the original file


def open_input_files(paths: Iterable[Path], scratch: Path) -> Iterator[InputFile]:
    """Yield the WARC files among `paths` or in them, folders in order of file names.

    Files that cannot be read by offset (WACZ members, WARC files gzipped as a whole) are copied to
    `scratch`. FormatError for a file that is neither, and for a folder without any.
    """
    for path in paths:
        if not path.exists():
            raise StorageError(f"{path}: No such file or directory")
        if not path.is_dir():
            yield from _open_input(path, scratch)
            continue
        names = (*_WARC_NAMES, ".wacz")
        matches = sorted(match for match in path.rglob("*") if match.name.endswith(names))
        if not matches:
            raise FormatError(f"{path}: expected WARC or WACZ files, found none")
        for match in matches:
            yield from _open_input(match, scratch)


def _open_input(path: Path, scratch: Path) -> Iterator[InputFile]:
    digest = file_sha256(path)
    with open_warc(path) as file:
        magic = file.read(4)
    if magic == b"PK\x03\x04":
        for name, copy in _wacz_members(path, scratch):
            seekable = _make_seekable(copy, path.name, scratch)
            yield InputFile(name=f"{path.name}/{name}", path=seekable, sha256=digest)
    else:
        yield InputFile(
            name=path.name, path=_make_seekable(path, path.name, scratch), sha256=digest
        )


def file_sha256(path: Path) -> str:
    """Return the lower-case hex SHA-256 of the file at `path`."""
    digest = hashlib.sha256()
    with open_warc(path) as file:
        while piece := file.read(INFLATE_CHUNK_BYTES):
            digest.update(piece)
    return digest.hexdigest()


def _make_seekable(path: Path, name: str, scratch: Path) -> Path:
    """Return `path`, or a decompressed copy if several records share a gzip member."""
    with open_warc(path) as file:
        if not os.fstat(file.fileno()).st_size:
            raise FormatError(f"{name}: expected a WARC file, found an empty one")
        first_record = next(scan_records(file, keep=0), None)
        if isinstance(first_record, Damage):
            raise FormatError(f"{name}: byte {first_record.offset}: {first_record.problem}")
        if first_record is None:
            raise FormatError(f"{name}: expected WARC records, found none")
        if first_record.is_seekable:
            return path
        file.seek(0)
        copy = _new_scratch_path(scratch)
        with copy.open("wb") as output:
            try:
                _decompress(DecompressedFile(file), output)
            except TruncatedError as error:
                raise FormatError(f"{name}: {error}") from error
            except LimitError as error:
                raise LimitError(f"{name}: {error}") from error
    return copy


def _decompress(data: DecompressedFile, output: IO[bytes]) -> None:
    while data.next_member():
        while piece := data.read(INFLATE_CHUNK_BYTES, keep=INFLATE_CHUNK_BYTES):
            output.write(piece)


def _new_scratch_path(scratch: Path) -> Path:
    return scratch / f"{sum(1 for _ in scratch.iterdir())}.warc"


def _wacz_members(path: Path, scratch: Path) -> Iterator[tuple[str, Path]]:
    """Yield (name, copy in `scratch`) of each WARC file in the package at `path`."""
    try:
        with zipfile.ZipFile(path) as package:
            entries = package.infolist()
            if len(entries) > MAX_WACZ_ENTRIES:
                raise LimitError(
                    f"{path}: expected at most {MAX_WACZ_ENTRIES} files in it, found more"
                )
            warcs = [entry for entry in entries if _is_warc(entry.filename)]
            if not warcs:
                raise FormatError(f"{path}: expected archive/*.warc.gz in it, found none")
            remaining_bytes = MAX_UNPACKED_BYTES
            for entry in warcs:
                copy = _new_scratch_path(scratch)
                with package.open(entry) as source, copy.open("wb") as target:
                    remaining_bytes -= _copy_limited(
                        source,
                        target,
                        _size_limit(entry, remaining_bytes),
                        f"{path}: {entry.filename}",
                    )
                yield entry.filename, copy
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise FormatError(f"{path}: expected a WACZ package: {error}") from error
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror or error}") from error


def _is_warc(name: str) -> bool:
    return name.startswith("archive/") and name.endswith(_WARC_NAMES)


def _size_limit(entry: zipfile.ZipInfo, remaining_bytes: int) -> int:
    return min(remaining_bytes, max(entry.compress_size * BOMB_RATIO, INFLATE_CHUNK_BYTES))


def _copy_limited(source: IO[bytes], target: IO[bytes], limit: int, name: str) -> int:
    """Copy `source`, return its size; LimitError beyond `limit` bytes, whatever the ZIP states."""
    copied = 0
    while piece := source.read(INFLATE_CHUNK_BYTES):
        copied += len(piece)
        if copied > limit:
            raise LimitError(f"{name}: expected at most {limit} bytes unpacked, found more")
        target.write(piece)
    return copied
