"""Partners who watch each other's logs: cosigning what is consistent, naming what is not.

A witness remembers the last checkpoint of a partner's log and cosigns a newer one only with a proof
that it extends the old one (C2SP tlog-witness). Two signed checkpoints that cannot both be true are
a split view: evidence, by the log's own signature, that it showed different people different pasts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from archive.errors import FixityError
from archive.log import merkle
from archive.log.signed_notes import Checkpoint, Note, PublicKey, parse_checkpoint


@dataclass(frozen=True, slots=True)
class Cosignature:
    """That `witness` saw a checkpoint, and when it says so."""

    witness: str
    when: datetime


def opened(note: Note, key: PublicKey) -> Checkpoint:
    """Return the checkpoint in `note`; FixityError unless `key` signed it and it is that log's."""
    checkpoint = parse_checkpoint(note)
    if checkpoint.origin != key.name:
        raise FixityError("checkpoint", f"log {key.name}", f"log {checkpoint.origin}")
    if not note.signed_by(key):
        raise FixityError(
            f"checkpoint of {checkpoint.size} entries", f"a signature by {key.vkey}", "none"
        )
    return checkpoint


def follow(old: Checkpoint | None, new: Checkpoint, proof: Sequence[bytes]) -> None:
    """Accept that `new` extends `old`; FixityError where it does not: a split view or a rollback.

    `old` is None when the log was never seen before.
    """
    if old is None:
        return
    what = f"log {new.origin}"
    if new.origin != old.origin:
        raise FixityError("checkpoint", f"log {old.origin}", what)
    if new.size < old.size:
        raise FixityError(what, f"{old.size} entries or more", f"{new.size}: rolled back")
    if new.size == old.size and new.root != old.root:
        raise FixityError(
            f"{what}, {new.size} entries", old.root.hex(), f"{new.root.hex()}: a split view"
        )
    if not merkle.consistent(
        old=old.size, new=new.size, old_root=old.root, new_root=new.root, proof=proof
    ):
        raise FixityError(
            what, f"{new.size} entries that extend the {old.size} seen", "another past"
        )


def cosign(
    note: Note,
    *,
    key: PublicKey,
    seen: Checkpoint | None,
    proof: Sequence[bytes],
    signer: Ed25519PrivateKey,
    name: str,
    when: datetime,
) -> Note:
    """Return a partner's checkpoint with our cosignature, having checked that it extends `seen`."""
    follow(seen, opened(note, key), proof)
    return note.cosign(signer, name, when)


def cosignatures(note: Note, witnesses: Sequence[PublicKey]) -> list[Cosignature]:
    """Return which of `witnesses` validly cosigned `note`."""
    seen = [(key.name, note.cosigned_by(key)) for key in witnesses]
    return [Cosignature(name, when) for name, when in seen if when is not None]
