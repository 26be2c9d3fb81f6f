"""What was exported from the archive, and where to: one JSON object a line.

An erasure names the exports, packs and reports that hold what it erases: they are in the hands of
others, or beside the archive, and no erasure reaches them. What was made before November 2026, or
copied on from here, is not known.
"""

import json
import os
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from archive import atomic_files
from archive.errors import FormatError, StorageError
from archive.log.entries import format_instant, parse_instant

STANDARD_OUTPUT = "standard output"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRecord:
    """One file or folder with words of statements."""

    when: datetime
    kind: str  # the export format, pack, report or comparison
    path: str  # absolute; or what it was sent to
    statements: tuple[str, ...] | None  # None: all that the archive had
    entries: int  # how many entries the log had then

    def holds(self, is_erased: Callable[[str], bool], entries: Collection[int]) -> bool:
        """Say whether it has an erased statement, or all that the log had with one of `entries`."""
        if self.statements is None:
            return any(entry < self.entries for entry in entries)
        return any(map(is_erased, self.statements))

    def __str__(self) -> str:
        return f"{self.kind} of {self.when:%Y-%m-%d}: {self.path}"


def add_record(path: Path, record: ExportRecord) -> None:
    """Append `record` to the file at `path`, durably; StorageError where the disk refuses."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, _line(record))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror}") from error


def read_records(path: Path) -> list[ExportRecord]:
    """Return the records in the file at `path`, in order; a torn last line is none.

    FormatError for any other line that is none.
    """
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return []
    records = []
    for number, line in enumerate(lines[:-1], 1):
        try:
            fields = json.loads(line)
            names = fields["statements"]
            records.append(
                ExportRecord(
                    when=parse_instant(fields["when"]),
                    kind=fields["kind"],
                    path=fields["path"],
                    statements=None if names is None else tuple(names),
                    entries=fields["entries"],
                )
            )
        except (ValueError, KeyError, TypeError) as error:
            raise FormatError(
                f"{path}, line {number}: expected an export, found: {error}"
            ) from error
    return records


def forget_statements(
    path: Path, is_erased: Callable[[str], bool], removed_files: Collection[str]
) -> None:
    """Rewrite the file at `path` without the ids of what is erased and without `removed_files`."""
    records = read_records(path)
    kept: list[ExportRecord] = []
    for record in records:
        names = record.statements
        if record.path in removed_files:
            continue
        if names is not None:
            names = tuple(name for name in names if not is_erased(name))
            if not names:
                continue
        kept.append(replace(record, statements=names))
    if kept != records:
        atomic_files.replace_file(path, b"".join(map(_line, kept)))


def _line(record: ExportRecord) -> bytes:
    names: Sequence[str] | None = record.statements
    fields = {
        "when": format_instant(record.when),
        "kind": record.kind,
        "path": record.path,
        "statements": None if names is None else list(names),
        "entries": record.entries,
    }
    return json.dumps(fields, ensure_ascii=False).encode("utf-8", "surrogateescape") + b"\n"
