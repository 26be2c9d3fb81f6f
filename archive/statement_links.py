"""Links between statements that a person confirmed: A responds to B. One JSON object a line.

They are nobody's capture and cannot be read out of any, so they are kept in a file of their own,
which is only ever added to, and which `onrecord rebuild` leaves alone.
"""

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from archive.errors import FormatError, StorageError


class LinkKind(StrEnum):
    """What a statement is to another."""

    RESPONDS_TO = "responds-to"
    QUOTES = "quotes"
    CORRECTS = "corrects"
    WITHDRAWS = "withdraws"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLink:
    """`subject` is `tie` to `object`; both are ids of statements."""

    subject: str
    tie: LinkKind
    object: str
    confirmed: datetime
    note: str = ""

    @property
    def key(self) -> tuple[str, LinkKind, str]:
        return self.subject, self.tie, self.object


def read_links(path: Path) -> list[StatementLink]:
    """Return the links that stand, the first confirmed first; FormatError names a wrong line."""
    standing: dict[tuple[str, LinkKind, str], StatementLink] = {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    for number, line in enumerate(lines, 1):
        try:
            said = json.loads(line)
            link = StatementLink(
                subject=said["subject"],
                tie=LinkKind(said["tie"]),
                object=said["object"],
                confirmed=datetime.fromisoformat(said["when"]),
                note=said.get("note", ""),
            )
            withdrawn = said.get("withdrawn", False)
        except (ValueError, KeyError, TypeError) as error:
            raise FormatError(f"{path}, line {number}: expected a link, found: {error}") from error
        if withdrawn:
            standing.pop(link.key, None)
        else:
            standing.setdefault(link.key, link)
    return list(standing.values())


def add_link(path: Path, link: StatementLink, *, withdrawn: bool = False) -> None:
    """Write that `link` was confirmed, or withdrawn; durably."""
    said = link_json(link) | ({"withdrawn": True} if withdrawn else {})
    line = json.dumps(said, ensure_ascii=False) + "\n"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, line.encode())
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror}") from error


def link_json(link: StatementLink) -> dict[str, str]:
    return {
        "subject": link.subject,
        "tie": link.tie.value,
        "object": link.object,
        "when": link.confirmed.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "note": link.note,
    }
