"""What partners and we know of each other's logs, and what follows from a new checkpoint."""

from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from archive import atomic_files
from archive.archive_folder import ArchiveFolder
from archive.errors import FixityError, FormatError, UnknownNameError
from archive.log import keys, merkle, signed_notes, witness
from archive.log.log import Log
from archive.log.signed_notes import Note, PublicKey, parse_checkpoint, parse_key, parse_note
from archive.log.witness import Cosignature
from onrecord.evidence.trust import witnesses


def own_key(home: ArchiveFolder) -> tuple[Ed25519PrivateKey, PublicKey]:
    """Return the key by which this archive cosigns, made at the first call."""
    path = home.keys / "witness.pem"
    if not path.exists():
        keys.save_key(path, keys.new_key())
    with Log.reading(home.log) as log:
        name = f"{log.keys().origin}/witness"
    key = keys.load_key(path)
    return key, signed_notes.public_key(key, name, signed_notes.WITNESS_KEY)


def cosigned(home: ArchiveFolder, path: Path, proof: Path | None, when: datetime) -> Note:
    """Return a partner's checkpoint with our cosignature, and remember that we saw it."""
    note = _note(path)
    origin = parse_checkpoint(note).origin
    partner = next((key for key in _partners(home) if key.name == origin), None)
    if partner is None:
        raise UnknownNameError("partner", origin, [key.name for key in _partners(home)])
    memory = home.log / "partners" / f"{partner.id.hex()}.seen"
    seen = parse_checkpoint(_note(memory)) if memory.exists() else None
    signer, public = own_key(home)
    steps = _hashes(proof) if proof else []
    new = witness.cosign(
        note, key=partner, seen=seen, proof=steps, signer=signer, name=public.name, when=when
    )
    atomic_files.replace_file(memory, note.encode(), mode=0o644)
    return new


def received(home: ArchiveFolder, path: Path) -> list[Cosignature]:
    """Return who cosigned a checkpoint of ours, and keep it; FixityError for another past."""
    note = _note(path)
    said = parse_checkpoint(note)
    with Log.reading(home.log) as log:
        history = log.keys()
        witness.opened(note, history.in_force(said.size))
        if said.size > len(log):
            raise FixityError("log", f"{said.size} entries, as others saw", str(len(log)))
        root = merkle.root(log.tree.hash_at, said.size)
        if root != said.root:
            what = f"log, first {said.size} entries"
            raise FixityError(what, f"{said.root.hex()}, as others saw", f"{root.hex()}: two pasts")
    seen = witness.cosignatures(note, list(witnesses(home).values()))
    if seen:
        name = f"{said.size:012d}.{note.lines[-1].key_id.hex()}.note"
        atomic_files.replace_file(home.log / "cosigned" / name, note.encode(), mode=0o644)
    return seen


def _partners(home: ArchiveFolder) -> list[PublicKey]:
    paths = sorted((home.log / "partners").glob("*.key"))
    return [parse_key(path.read_text()) for path in paths]


def _note(path: Path) -> Note:
    with atomic_files.storage_errors(path):
        return parse_note(path.read_bytes())


def _hashes(path: Path) -> list[bytes]:
    with atomic_files.storage_errors(path):
        lines = path.read_text(errors="replace").split()
    try:
        return [bytes.fromhex(line) for line in lines]
    except ValueError as error:
        raise FormatError(f"{path}: expected hashes in hexadecimal, one a line") from error
