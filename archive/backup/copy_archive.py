"""Copy an archive into a folder while other processes add to it; incremental and crash-safe.

A writer stores first the bytes of an exchange, then its log entry, then rows of the catalogue; a
checkpoint comes after its entries. So what refers is read before what is referred to: first the
catalogue, then checkpoints, then the length of the log, then the WARC files up to the end that
these entries record. All but the catalogue only grows: what was read later holds all that was read
before refers to.

Into the copy it is written in the writer's order: WARC files, entries, checkpoints, catalogue. A
copy that is killed at any moment is the earlier one, with bytes after the ends that its log knows,
as a crash leaves them; the next one goes on from there. What an erasure overwrote is copied again.
"""

import hashlib
import logging
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from archive.archive_folder import ArchiveFolder
from archive.atomic_files import replace_file, storage_errors, sync_file, sync_folder
from archive.catalogue import database
from archive.errors import ArchiveFolderError, FormatError
from archive.log import entries
from archive.log.entries import Entry
from archive.log.entry_file import EntryFile

logger = logging.getLogger(__name__)

_CHUNK_BYTES = 1 << 20
# Not copied: caches, locks, and what is copied by its own rules.
_OWN_RULES = {"index", "warc", "received", "log"}
_LOG_OWN_RULES = {"entries.jsonl", "tile"}


@dataclass(slots=True)
class BackupResult:
    """What a backup copied."""

    entries: int = 0
    copied_bytes: int = 0
    repaired: int = 0  # records that were damaged in the copy
    copied_files: list[str] = field(default_factory=list)


def copy_archive(
    home: ArchiveFolder, target: ArchiveFolder, *, keep_files: bool = False
) -> BackupResult:
    """Bring the copy of `home` in the folder `target` up to date, or make it.

    With `keep_files`, because the archive is damaged, no file of the copy is replaced: what is new
    is added. The archive's lock must be held, with others: nobody may erase meanwhile.

    Raises:
        ArchiveFolderError: `target` is not empty, and no earlier copy of this archive.
        FormatError: the catalogue is damaged; its earlier copy stays.
        StorageError: the disk refused.

    """
    _require_earlier_copy(home, target)
    result = BackupResult()
    with storage_errors(target.root):
        for folder in (target.root, target.log, target.warc, target.keys):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh_catalogue = _copy_catalogue(home, target)
        others = _read_other_files(home)
        own = EntryFile(home.log, writing=False)
        try:
            known = _count_entries(target.log)
            ends, erased = _logged_ends(own, known)
            for name in sorted(ends):
                _copy_warc(home.warc / name, target.warc / name, ends[name], name in erased, result)
            _copy_entries(own, target.log, result)
            result.entries = len(own)
        finally:
            own.close()
        for name, data in others.items():
            if not (keep_files and (target.root / name).exists()):
                _write_if_changed(target.root / name, data, result)
        _remove_deleted(home.sources, target.sources)
        if fresh_catalogue is not None:
            database.replace(target.catalogue, fresh_catalogue)
            sync_folder(target.root)
    logger.info("copied %d files, %d bytes", len(result.copied_files), result.copied_bytes)
    return result


def _require_earlier_copy(home: ArchiveFolder, target: ArchiveFolder) -> None:
    """Raise ArchiveFolderError unless `target` is new, or its log is the beginning of ours."""
    root = target.root
    if root.resolve() == home.root.resolve() or home.root.resolve() in root.resolve().parents:
        raise ArchiveFolderError(f"{root}: expected a folder outside the archive")
    if not (target.log / "entries.jsonl").exists():
        strangers = [path.name for path in root.iterdir()] if root.is_dir() else []
        if (root.exists() and not root.is_dir()) or _is_of_something_else(strangers):
            raise ArchiveFolderError(f"{root}: expected a new folder or a backup")
        return
    own, theirs = (EntryFile(folder.log, writing=False) for folder in (home, target))
    try:
        if len(theirs) > len(own):
            detail = f"has {len(theirs)} log entries, this archive {len(own)}"
            raise ArchiveFolderError(f"{root}: {detail}: it is no earlier copy of it")
        for number, (line, other) in enumerate(zip(own.lines(), theirs.lines(), strict=False)):
            if line != other and entries.leaf_hash_of(line) != entries.leaf_hash_of(other):
                detail = f"log entry {number} is another than this archive's"
                hint = "it is a copy of another archive, or one of them is damaged (verify both)"
                raise ArchiveFolderError(f"{root}: {detail}: {hint}")
    finally:
        own.close()
        theirs.close()


def _is_of_something_else(names: list[str]) -> bool:
    """Return whether a folder holds more than what the first moments of a backup leave."""
    return bool({*names} - {"log", "warc", "keys", "catalogue.new.sqlite", ".backup.lock"})


def _copy_catalogue(home: ArchiveFolder, target: ArchiveFolder) -> Path | None:
    """Return a consistent copy of the catalogue, not in its place yet; None where there is none.

    SQLite's online backup, in one step: writers go on in the WAL meanwhile.
    """
    if not home.catalogue.exists():
        return None
    fresh = target.unfinished_catalogue
    database.remove(fresh)
    with (
        database.transaction(home.catalogue) as connection,
        closing(sqlite3.connect(fresh)) as copy,
    ):
        raw = connection.connection.dbapi_connection
        assert isinstance(raw, sqlite3.Connection)  # noqa: S101  # the engine's driver
        raw.backup(copy)
        if copy.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise FormatError(f"{home.catalogue}: damaged (rebuild it with: onrecord rebuild)")
    fresh.chmod(0o600)
    sync_file(fresh)
    return fresh


def _read_other_files(home: ArchiveFolder) -> dict[str, bytes]:
    """Return the small files by name: settings, sources, keys, checkpoints, tokens, links."""
    paths = [path for path in home.root.iterdir() if path.name not in _OWN_RULES]
    paths += [path for path in home.log.iterdir() if path.name not in _LOG_OWN_RULES]
    files = {}
    for top in sorted(paths):
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            name = path.relative_to(home.root).as_posix()
            if path.is_file() and not _is_temporary(path.name):
                files[name] = path.read_bytes()
    # The newest of those that were read: another process may have signed the log meanwhile.
    notes = [name for name in files if re.fullmatch(r"log/checkpoints/\d+\.note", name)]
    if notes:
        files["log/checkpoint"] = files[max(notes)]
    return files


def _is_temporary(name: str) -> bool:
    return name.startswith(("catalogue.", ".")) or name.endswith((".new", ".lock"))


def _count_entries(log: Path) -> int:
    if not (log / "entries.jsonl").exists():
        return 0
    lines = EntryFile(log, writing=False)
    try:
        return len(lines)
    finally:
        lines.close()


def _logged_ends(log: EntryFile, known: int) -> tuple[dict[str, int], set[str]]:
    """Return where the logged bytes of each WARC file end, and which files were erased from.

    The latter by entries from number `known` on.
    """
    ends: dict[str, int] = {}
    erased: set[str] = set()
    for number, line in enumerate(log.lines()):
        entry = entries.decode(line)
        if not isinstance(entry, Entry):
            continue
        if entry.kind == "erasure" and (file := entry.text("file")):
            ends[file] = max(ends.get(file, 0), entry.number("at") + entry.number("bytes"))
            if number >= known:
                erased.add(file)
        elif warc := entry.text("warc"):
            ends[warc] = max(ends.get(warc, 0), entry.number("offset") + entry.number("length"))
    return ends, erased


def _copy_warc(source: Path, target: Path, end: int, is_erased: bool, result: BackupResult) -> None:
    """Copy a WARC file up to `end`: what the copy lacks, or all of it where bytes were erased."""
    size = target.stat().st_size if target.exists() else 0
    if not source.exists() or (size == end and not is_erased):
        return  # what is missing is told by the check of the copy
    status = source.stat()
    is_closed = not status.st_mode & 0o222
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    is_whole = is_erased or size > end
    path = target.with_name(f"{target.name}.new") if is_whole else target
    start = 0 if is_whole else size
    if path.exists():
        path.chmod(0o600)
    with source.open("rb") as original, path.open("wb" if is_whole else "ab") as copy:
        original.seek(start)
        for chunk in _chunks(original, end - start):
            copy.write(chunk)
        copy.flush()
        os.fsync(copy.fileno())
    if is_whole:
        path.replace(target)
    target.chmod(0o444 if is_closed else 0o600)
    sync_folder(target.parent)
    result.copied_bytes += end - start
    result.copied_files.append(target.name)


def _chunks(file: IO[bytes], count: int) -> Iterator[bytes]:
    while count > 0 and (chunk := file.read(min(count, _CHUNK_BYTES))):
        count -= len(chunk)
        yield chunk


def _copy_entries(own: EntryFile, log: Path, result: BackupResult) -> None:
    """Append the entries that the copy lacks, or write them anew where one was erased since."""
    target, end = log / "entries.jsonl", own.length
    size = target.stat().st_size if target.exists() else 0
    is_prefix = size <= end and (not size or _digest(target, size) == _digest(own.path, size))
    path = target if is_prefix else target.with_name("entries.jsonl.new")
    start = size if is_prefix else 0
    with own.path.open("rb") as original, path.open("ab" if is_prefix else "wb") as copy:
        path.chmod(0o600)
        original.seek(start)
        for chunk in _chunks(original, end - start):
            copy.write(chunk)
        copy.flush()
        os.fsync(copy.fileno())
    if not is_prefix:
        path.replace(target)
    sync_folder(log)
    result.copied_bytes += end - start


def _digest(path: Path, count: int) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for chunk in _chunks(file, count):
            digest.update(chunk)
    return digest.hexdigest()


def _write_if_changed(path: Path, data: bytes, result: BackupResult) -> None:
    if path.is_file() and path.read_bytes() == data:
        return
    replace_file(path, data)
    result.copied_bytes += len(data)
    result.copied_files.append(path.name)


def _remove_deleted(own: Path, copy: Path) -> None:
    """Remove the user's sources that are no longer in the archive."""
    for path in copy.glob("*.toml"):
        if not (own / path.name).exists():
            path.unlink()
            logger.debug("removed %s from the copy", path.name)
