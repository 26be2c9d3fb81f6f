"""Another author's transparency log (aics-tlog, for Python 3.12 and newer) reads ours."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from archive.log import merkle_proofs
from archive.log.signed_notes import WITNESS_KEY, public_key
from tests.support.filled_logs import NOON, ORIGIN, new_log

theirs = pytest.importorskip("aics_tlog")

SIZES = [1, 5, 255, 256, 300, 1000]


@pytest.mark.parametrize("captures", SIZES)
def test_it_accepts_our_checkpoint_and_our_tiles(tmp_path: Path, captures: int) -> None:
    with new_log(tmp_path, captures) as log:
        checkpoint, key = log.checkpoint(), log.keys().current
    note = theirs.parse_note(checkpoint.data.decode())

    verdict = theirs.verify_checkpoint(note, theirs.parse_vkey(key.vkey), expected_origin=ORIGIN)

    assert verdict.ok, verdict
    reader = theirs.FileSystemTileReader(tmp_path / "log")
    assert (
        theirs.tree_root_from_tiles(reader, checkpoint.checkpoint.size)
        == checkpoint.checkpoint.root
    )
    theirs.audit_tiles(
        reader, checkpoint.checkpoint.size, checkpoint.checkpoint.root, entries=False
    )


@pytest.mark.parametrize("captures", SIZES)
def test_its_proofs_are_ours(tmp_path: Path, captures: int) -> None:
    with new_log(tmp_path, captures) as log:
        size, root = len(log), log.head().root
        reader = theirs.FileSystemTileReader(tmp_path / "log")
        for index in range(0, size, 1 + size // 9):
            proof = log.inclusion_proof(index, size)
            assert proof == theirs.inclusion_proof_from_tiles(reader, index, size)
            assert theirs.verify_inclusion(log.tree.hash_at(0, index), index, size, proof, root)
        for old in range(1, size, 1 + size // 9):
            proof = log.consistency_proof(old, size)
            old_root = merkle_proofs.root(log.tree.hash_at, old)
            assert proof == theirs.consistency_proof_from_tiles(reader, old, size)
            assert theirs.verify_consistency(old, size, old_root, root, proof)


def test_it_accepts_our_cosignature(tmp_path: Path) -> None:
    partner = Ed25519PrivateKey.generate()
    with new_log(tmp_path, 5) as log:
        checkpoint = log.checkpoint()
    note = checkpoint.note.cosign(partner, "partner.example", NOON)
    key = public_key(partner, "partner.example", WITNESS_KEY)
    blob = note.lines[-1].signature
    head = checkpoint.checkpoint

    assert theirs.verify_cosignature(blob, key.name, key.raw, head.origin, head.size, head.root)
    assert theirs.cosignature_vkey(key.name, key.raw) == theirs.parse_vkey(key.vkey)
