"""Links between statements that a person confirmed (A responds to B), one JSON object a line.

They cannot be rebuilt from any capture, so they are in a file of their own, which is append-only
and which `onrecord rebuild` does not touch.
"""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from archive.atomic_files import storage_errors
from archive.errors import FormatError, StorageError


class LinkKind(StrEnum):
    """The relation of one statement to another."""

    RESPONDS_TO = "responds-to"
    QUOTES = "quotes"
    CORRECTS = "corrects"
    WITHDRAWS = "withdraws"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLink:
    """Statement `subject` has relation `kind` to statement `object`; both are statement ids."""

    subject: str
    kind: LinkKind
    object: str
    confirmed: datetime
    note: str = ""

    @property
    def key(self) -> tuple[str, LinkKind, str]:
        return self.subject, self.kind, self.object


def read_links(path: Path) -> list[StatementLink]:
    """Return links not withdrawn, in order of confirmation; FormatError names an invalid line."""
    links_by_key: dict[tuple[str, LinkKind, str], StatementLink] = {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    for number, line in enumerate(lines, 1):
        try:
            fields = json.loads(line)
            link = StatementLink(
                subject=fields["subject"],
                kind=LinkKind(fields["tie"]),
                object=fields["object"],
                confirmed=datetime.fromisoformat(fields["when"]),
                note=fields.get("note", ""),
            )
            is_withdrawn = fields.get("withdrawn", False)
        except (ValueError, KeyError, TypeError) as error:
            raise FormatError(f"{path}, line {number}: expected a link, found: {error}") from error
        if is_withdrawn:
            links_by_key.pop(link.key, None)
        else:
            links_by_key.setdefault(link.key, link)
    return list(links_by_key.values())


def link_line(link: StatementLink, *, withdrawn: bool = False) -> str:
    """Return the line that says that `link` was confirmed, or withdrawn."""
    fields = link_json(link) | ({"withdrawn": True} if withdrawn else {})
    return json.dumps(fields, ensure_ascii=False)


def append_line(path: Path, line: str) -> None:
    """Append a line, synced to disk. StorageError if refused."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, f"{line}\n".encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror}") from error


def lines_without(path: Path, is_erased: Callable[[str], bool]) -> tuple[list[str], int]:
    """Return the lines at `path` without the links from or to what is erased, and how many go."""
    if not path.exists():
        return [], 0
    with storage_errors(path):
        lines = path.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not any(map(is_erased, _ends(line)))]
    return kept, len(lines) - len(kept)


def _ends(line: str) -> set[str]:
    """Return both statements of a line, none of a line that is no link."""
    try:
        fields = json.loads(line)
        return {fields["subject"], fields["object"]}
    except (ValueError, KeyError, TypeError):
        return set()


def link_json(link: StatementLink) -> dict[str, str]:
    return {
        "subject": link.subject,
        "tie": link.kind.value,
        "object": link.object,
        "when": link.confirmed.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "note": link.note,
    }
