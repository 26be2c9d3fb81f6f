"""Copy the WARC files out of a WACZ package, and of the packages in it (multi-WACZ)."""

import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from archive.errors import FormatError, LimitError, StorageError
from archive.warc.decompress import BOMB_RATIO, INFLATE_CHUNK_BYTES

MAX_UNPACKED_BYTES = 200 << 30  # total of the files copied out of a package, unpacked
MAX_WACZ_ENTRIES = 100_000  # files in a package
_MAX_DEPTH = 3  # packages in packages: multi-WACZ has two
WARC_SUFFIXES = (".warc", ".warc.gz", ".warc.zst", ".warc.lz4", ".arc", ".arc.gz")
_DAMAGES = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


@dataclass(frozen=True, slots=True)
class WaczMember:
    """A WARC file of a package, copied; `problem` says where it could not be copied whole."""

    name: str  # crawl.wacz/archive/data.warc.gz, where a package is in the package
    copy: Path
    problem: str = ""


@dataclass(slots=True)
class _Budget:
    remaining_bytes: int = MAX_UNPACKED_BYTES


def copy_members(path: Path, new_path: Callable[[], Path]) -> Iterator[WaczMember]:
    """Yield each WARC file in the package at `path`, copied to a `new_path()`.

    FormatError for what is no package or has no WARC file, LimitError for one that is too large.
    """
    is_empty = True
    for member in _copy_members(path, new_path, _Budget(), depth=1):
        is_empty = False
        yield member
    if is_empty:
        raise FormatError("", "archive/*.warc.gz in it", "none")


def _copy_members(
    path: Path, new_path: Callable[[], Path], budget: _Budget, *, depth: int
) -> Iterator[WaczMember]:
    try:
        with zipfile.ZipFile(path) as package:
            if len(package.infolist()) > MAX_WACZ_ENTRIES:
                raise LimitError("", f"at most {MAX_WACZ_ENTRIES} files in it", "more")
            for entry in package.infolist():
                is_package = entry.filename.endswith(".wacz")
                if not is_package and not _is_warc(entry.filename):
                    continue
                copy = new_path()
                problem = _copy_entry(package, entry, copy, budget)
                if is_package and depth < _MAX_DEPTH:
                    yield from _nested_members(copy, entry, new_path, budget, depth)
                    copy.unlink()
                else:
                    problem = problem or ("a package in too many packages" if is_package else "")
                    yield WaczMember(entry.filename, copy, problem)
    except _DAMAGES as error:
        raise FormatError("", "a WACZ package", str(error)) from error
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror or error}") from error


def _nested_members(
    copy: Path, entry: zipfile.ZipInfo, new_path: Callable[[], Path], budget: _Budget, depth: int
) -> Iterator[WaczMember]:
    try:
        for member in _copy_members(copy, new_path, budget, depth=depth + 1):
            yield WaczMember(f"{entry.filename}/{member.name}", member.copy, member.problem)
    except FormatError as error:
        yield WaczMember(entry.filename, new_path(), str(error))


def _is_warc(name: str) -> bool:
    return name.startswith("archive/") and name.endswith(WARC_SUFFIXES)


def _copy_entry(
    package: zipfile.ZipFile, entry: zipfile.ZipInfo, copy: Path, budget: _Budget
) -> str:
    """Copy `entry`; return what is wrong with it, "" for nothing. LimitError for a bomb."""
    limit = min(budget.remaining_bytes, max(entry.compress_size * BOMB_RATIO, INFLATE_CHUNK_BYTES))
    with copy.open("wb") as target:
        try:
            with package.open(entry) as source:
                budget.remaining_bytes -= _copy_limited(source, target, limit, entry.filename)
        except _DAMAGES as error:
            return str(error)
    return ""


def _copy_limited(source: IO[bytes], target: IO[bytes], limit: int, name: str) -> int:
    """Copy `source`, return its size; LimitError beyond `limit` bytes, whatever the ZIP states."""
    copied = 0
    while piece := source.read(INFLATE_CHUNK_BYTES):
        copied += len(piece)
        if copied > limit:
            raise LimitError(name, f"at most {limit} bytes unpacked", "more")
        target.write(piece)
    return copied
