"""Cosign partners' checkpoints, and store the cosignatures of our own."""

import logging
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from archive import atomic_files
from archive.archive_folder import ArchiveFolder
from archive.errors import FixityError, FormatError, UnknownNameError
from archive.log import cosigning, keys, merkle_proofs, signed_notes
from archive.log.cosigning import Cosignature
from archive.log.signed_log import Log
from archive.log.signed_notes import Note, PublicKey, parse_checkpoint, parse_key, parse_note
from onrecord.evidence.trust import witness_keys

logger = logging.getLogger(__name__)


def load_own_key(home: ArchiveFolder) -> tuple[Ed25519PrivateKey, PublicKey]:
    """Return the key by which this archive cosigns; the first call creates it."""
    path = home.keys / "witness.pem"
    if not path.exists():
        keys.save_key(path, keys.new_key())
    with Log.open_for_reading(home.log) as log:
        name = f"{log.keys().origin}/witness"
    key = keys.load_key(path)
    return key, signed_notes.public_key(key, name, signed_notes.WITNESS_KEY)


def cosign_checkpoint(home: ArchiveFolder, path: Path, proof: Path | None, when: datetime) -> Note:
    """Return a partner's checkpoint with our cosignature, and store it as the last one seen."""
    note = _read_note(path)
    origin = parse_checkpoint(note).origin
    partner = next((key for key in _partner_keys(home) if key.name == origin), None)
    if partner is None:
        raise UnknownNameError("partner", origin, [key.name for key in _partner_keys(home)])
    seen_path = home.log / "partners" / f"{partner.id.hex()}.seen"
    seen = parse_checkpoint(_read_note(seen_path)) if seen_path.exists() else None
    signer, public = load_own_key(home)
    hashes = _read_hashes(proof) if proof else []
    cosigned = cosigning.cosign(
        note, key=partner, last_seen=seen, proof=hashes, signer=signer, name=public.name, when=when
    )
    atomic_files.replace_file(seen_path, note.encode(), mode=0o644)
    logger.info("cosigned a checkpoint of %s", origin)
    return cosigned


def store_cosigned_checkpoint(home: ArchiveFolder, path: Path) -> list[Cosignature]:
    """Return the cosignatures of a checkpoint of ours, and store it.

    Raises:
        FixityError: the checkpoint is not of this log's history (a split view).

    """
    note = _read_note(path)
    checkpoint = parse_checkpoint(note)
    with Log.open_for_reading(home.log) as log:
        log_keys = log.keys()
        cosigning.verify_checkpoint(note, log_keys.in_force(checkpoint.size))
        if checkpoint.size > len(log):
            raise FixityError("log", f"{checkpoint.size} entries, as others saw", str(len(log)))
        root = merkle_proofs.root(log.tree.hash_at, checkpoint.size)
        if root != checkpoint.root:
            field = f"log, first {checkpoint.size} entries"
            raise FixityError(
                field, f"{checkpoint.root.hex()}, as others saw", f"{root.hex()}: two pasts"
            )
    cosignatures = cosigning.cosignatures(note, list(witness_keys(home).values()))
    if cosignatures:
        name = f"{checkpoint.size:012d}.{note.lines[-1].key_id.hex()}.note"
        atomic_files.replace_file(home.log / "cosigned" / name, note.encode(), mode=0o644)
    logger.info("%d cosignatures of our checkpoint", len(cosignatures))
    return cosignatures


def _partner_keys(home: ArchiveFolder) -> list[PublicKey]:
    paths = sorted((home.log / "partners").glob("*.key"))
    return [parse_key(path.read_text()) for path in paths]


def _read_note(path: Path) -> Note:
    with atomic_files.storage_errors(path):
        return parse_note(path.read_bytes())


def _read_hashes(path: Path) -> list[bytes]:
    with atomic_files.storage_errors(path):
        lines = path.read_text(errors="replace").split()
    try:
        return [bytes.fromhex(line) for line in lines]
    except ValueError as error:
        raise FormatError(f"{path}: expected hashes in hexadecimal, one a line") from error
