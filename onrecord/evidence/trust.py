"""What a check of an archive relies on besides the archive: authorities, witnesses, anchors."""

from collections.abc import Sequence
from pathlib import Path

from archive import atomic_files
from archive.archive_folder import ArchiveFolder
from archive.integrity.log_audit import TrustAnchors
from archive.log.signed_notes import PublicKey, parse_key, parse_note
from archive.timestamps import authorities


def trust(home: ArchiveFolder, anchors: Sequence[Path] = (), key: str = "") -> TrustAnchors:
    """Return what to trust: what is kept in the archive, and what is brought along."""
    notes = []
    for path in anchors:
        with atomic_files.storage_errors(path):
            notes.append(parse_note(path.read_bytes()))
    return TrustAnchors(
        authorities=authorities.roots(home.log),
        anchors=notes,
        witnesses=list(witnesses(home).values()),
        key=parse_key(key) if key else None,
    )


def witnesses(home: ArchiveFolder) -> dict[str, PublicKey]:
    """Return the keys of the partners who watch this log, by their names."""
    found = [parse_key(path.read_text()) for path in sorted((home.log / "witnesses").glob("*.key"))]
    return {key.name: key for key in found}
