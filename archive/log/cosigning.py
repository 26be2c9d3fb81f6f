"""Witness a partner's log: cosign a consistent checkpoint, report an inconsistent one.

A witness remembers the last checkpoint of a partner's log and cosigns a newer one only with a proof
that it extends the old one (C2SP tlog-witness). Two signed checkpoints that cannot both be true are
a split view: evidence, by the log's own signature, that it showed two histories.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from archive.errors import FixityError
from archive.log import merkle_proofs
from archive.log.signed_notes import Checkpoint, Note, PublicKey, parse_checkpoint


@dataclass(frozen=True, slots=True)
class Cosignature:
    """A witness's statement that it saw a checkpoint, and its time."""

    witness: str
    when: datetime


def verify_checkpoint(note: Note, key: PublicKey) -> Checkpoint:
    """Return the checkpoint in `note`; FixityError unless `key` signed it and it is of its log."""
    checkpoint = parse_checkpoint(note)
    if checkpoint.origin != key.name:
        raise FixityError("checkpoint", f"log {key.name}", f"log {checkpoint.origin}")
    if not note.is_signed_by(key):
        raise FixityError(
            f"checkpoint of {checkpoint.size} entries", f"a signature by {key.vkey}", "none"
        )
    return checkpoint


def verify_extension(old: Checkpoint | None, new: Checkpoint, proof: Sequence[bytes]) -> None:
    """Raise FixityError unless `new` extends `old`: a split view or a rollback.

    `old` is None where the log was not seen before.
    """
    if old is None:
        return
    subject = f"log {new.origin}"
    if new.origin != old.origin:
        raise FixityError("checkpoint", f"log {old.origin}", subject)
    if new.size < old.size:
        raise FixityError(subject, f"{old.size} entries or more", f"{new.size}: rolled back")
    if new.size == old.size and new.root != old.root:
        raise FixityError(
            f"{subject}, {new.size} entries", old.root.hex(), f"{new.root.hex()}: a split view"
        )
    if not merkle_proofs.verify_consistency(
        old=old.size, new=new.size, old_root=old.root, new_root=new.root, proof=proof
    ):
        raise FixityError(
            subject, f"{new.size} entries that extend the {old.size} seen", "entries that do not"
        )


def cosign(
    note: Note,
    *,
    key: PublicKey,
    last_seen: Checkpoint | None,
    proof: Sequence[bytes],
    signer: Ed25519PrivateKey,
    name: str,
    when: datetime,
) -> Note:
    """Return a partner's note with our cosignature; FixityError unless it extends `last_seen`."""
    verify_extension(last_seen, verify_checkpoint(note, key), proof)
    return note.cosign(signer, name, when)


def cosignatures(note: Note, witnesses: Sequence[PublicKey]) -> list[Cosignature]:
    """Return the valid cosignatures of `witnesses` on `note`."""
    times = [(key.name, note.cosigned_at(key)) for key in witnesses]
    return [Cosignature(name, when) for name, when in times if when is not None]
