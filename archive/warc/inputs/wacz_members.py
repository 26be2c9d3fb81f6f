"""Copy the WARC files out of a WACZ package, and of the packages in it (multi-WACZ)."""

import hashlib
import os
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from archive.errors import FormatError, LimitError, StorageError
from archive.warc.decompress import BOMB_RATIO, INFLATE_CHUNK_BYTES
from archive.warc.inputs.wacz_manifest import (
    MANIFEST,
    PackageManifest,
    StatedHash,
    read_manifest,
    wrong_hash,
)

MAX_UNPACKED_BYTES = 200 << 30  # total of the files copied out of a package, unpacked
MAX_WACZ_ENTRIES = 100_000  # files in a package
_MAX_DEPTH = 3  # packages in packages: multi-WACZ has two
WARC_SUFFIXES = (".warc", ".warc.gz", ".warc.zst", ".warc.lz4", ".arc", ".arc.gz")
_DAMAGES = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


@dataclass(frozen=True, slots=True)
class WaczMember:
    """A WARC file of a package, copied; or another file of it, of which only `problem` is told.

    `problem` says where it could not be copied whole. One without a copy is not to be read at all:
    it is not the file that the package's manifest lists.
    """

    name: str  # crawl.wacz/archive/data.warc.gz, where a package is in the package
    copy: Path | None
    problem: str = ""


@dataclass(slots=True)
class _Budget:
    remaining_bytes: int = MAX_UNPACKED_BYTES


def copy_members(path: Path, new_path: Callable[[], Path]) -> Iterator[WaczMember]:
    """Yield each WARC file in the package at `path`, copied to a `new_path()`.

    A file that has not the hash that the package's manifest states is named, and not copied.
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
            manifest = read_manifest(package)
            yield from (WaczMember(name, None, problem) for name, problem in manifest.problems)
            if manifest.is_forged:
                return
            yield from _missing_members(package, manifest)
            for entry in package.infolist():
                stated = manifest.hashes.get(entry.filename, ())
                is_package = entry.filename.endswith(".wacz")
                if not is_package and not _is_warc(entry.filename):
                    yield from _other_member(package, entry, stated, budget)
                    continue
                copy = new_path()
                problem, digests = _copy_entry(package, entry, copy, budget, stated)
                problem = problem or wrong_hash(stated, digests)
                if problem and stated:
                    copy.unlink()
                    yield WaczMember(entry.filename, None, problem)
                elif is_package and depth < _MAX_DEPTH:
                    yield from _nested_members(copy, entry, new_path, budget, depth)
                    copy.unlink()
                else:
                    problem = problem or ("a package in too many packages" if is_package else "")
                    yield WaczMember(entry.filename, copy, problem)
    except _DAMAGES as error:
        raise FormatError("", "a WACZ package", str(error)) from error
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror or error}") from error


def _other_member(
    package: zipfile.ZipFile,
    entry: zipfile.ZipInfo,
    stated: tuple[StatedHash, ...],
    budget: _Budget,
) -> Iterator[WaczMember]:
    """Yield what is wrong with a file that is not read, such as an index: nothing of it is kept."""
    if not stated:
        return
    try:
        problem, digests = _copy_entry(package, entry, None, budget, stated)
    except LimitError as error:
        problem, digests = str(error), {}
    if problem := problem or wrong_hash(stated, digests):
        yield WaczMember(entry.filename, None, problem)


def _missing_members(package: zipfile.ZipFile, manifest: PackageManifest) -> Iterator[WaczMember]:
    """Yield the WARC files and packages that the manifest lists and the package has not."""
    for name in sorted(manifest.hashes.keys() - set(package.namelist())):
        if "://" not in name and (_is_warc(name) or name.endswith(".wacz")):
            yield WaczMember(name, None, f"listed in {MANIFEST}, not in the package")


def _nested_members(
    copy: Path, entry: zipfile.ZipInfo, new_path: Callable[[], Path], budget: _Budget, depth: int
) -> Iterator[WaczMember]:
    try:
        for member in _copy_members(copy, new_path, budget, depth=depth + 1):
            yield WaczMember(f"{entry.filename}/{member.name}", member.copy, member.problem)
    except FormatError as error:
        yield WaczMember(entry.filename, None, str(error))


def _is_warc(name: str) -> bool:
    return name.startswith("archive/") and name.endswith(WARC_SUFFIXES)


def _copy_entry(
    package: zipfile.ZipFile,
    entry: zipfile.ZipInfo,
    copy: Path | None,
    budget: _Budget,
    stated: tuple[StatedHash, ...],
) -> tuple[str, dict[str, str]]:
    """Copy `entry`; return what is wrong with it, "" for nothing, and its digests as stated.

    LimitError for a bomb. Without a `copy`, the bytes are only digested.
    """
    limit = min(budget.remaining_bytes, max(entry.compress_size * BOMB_RATIO, INFLATE_CHUNK_BYTES))
    hashes = {
        each_hash.algorithm: hashlib.new(each_hash.algorithm, usedforsecurity=False)
        for each_hash in stated
    }
    target_path = copy or Path(os.devnull)
    with target_path.open("wb") as target:
        try:
            with package.open(entry) as source:
                for piece in _pieces_within(source, limit, entry.filename):
                    budget.remaining_bytes -= len(piece)
                    target.write(piece)
                    for hash_object in hashes.values():
                        hash_object.update(piece)
        except _DAMAGES as error:
            return str(error), {}
    return "", {name: hash_object.hexdigest() for name, hash_object in hashes.items()}


def _pieces_within(source: IO[bytes], limit: int, name: str) -> Iterator[bytes]:
    """Yield what `source` holds; LimitError beyond `limit` bytes, whatever the ZIP states."""
    count = 0
    while piece := source.read(INFLATE_CHUNK_BYTES):
        count += len(piece)
        if count > limit:
            raise LimitError(name, f"at most {limit} bytes unpacked", "more")
        yield piece
