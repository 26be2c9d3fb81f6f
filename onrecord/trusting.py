"""What a check of an archive relies on besides the archive: authorities, witnesses, anchors."""

from collections.abc import Sequence
from pathlib import Path

from archive.archive_folder import Home
from archive.log import authorities, files
from archive.log.audit import Trust
from archive.log.notes import PublicKey, parse_key, parse_note


def trust(home: Home, anchors: Sequence[Path] = (), key: str = "") -> Trust:
    """Return what to trust: what is kept in the archive, and what is brought along."""
    notes = []
    for path in anchors:
        with files.storing(path):
            notes.append(parse_note(path.read_bytes()))
    return Trust(
        authorities=authorities.roots(home.log),
        anchors=notes,
        witnesses=list(witnesses(home).values()),
        key=parse_key(key) if key else None,
    )


def witnesses(home: Home) -> dict[str, PublicKey]:
    """Return the keys of the partners who watch this log, by their names."""
    found = [parse_key(path.read_text()) for path in sorted((home.log / "witnesses").glob("*.key"))]
    return {key.name: key for key in found}
