"""Load the trust anchors of a verification: authorities, witnesses, checkpoints, key."""

from collections.abc import Sequence
from pathlib import Path

from archive import atomic_files
from archive.archive_folder import ArchiveFolder
from archive.integrity.log_audit import TrustAnchors
from archive.log.signed_notes import PublicKey, parse_key, parse_note
from archive.timestamps import authorities


def load_trust_anchors(
    home: ArchiveFolder, anchors: Sequence[Path] = (), key: str = ""
) -> TrustAnchors:
    """Return the trust anchors stored in the archive, and those given by path or key."""
    notes = []
    for path in anchors:
        with atomic_files.storage_errors(path):
            notes.append(parse_note(path.read_bytes()))
    return TrustAnchors(
        authorities=authorities.roots(home.log),
        anchors=notes,
        witnesses=list(witness_keys(home).values()),
        key=parse_key(key) if key else None,
    )


def witness_keys(home: ArchiveFolder) -> dict[str, PublicKey]:
    """Return the keys of the partners who cosign this log, by name."""
    keys = [parse_key(path.read_text()) for path in sorted((home.log / "witnesses").glob("*.key"))]
    return {key.name: key for key in keys}
