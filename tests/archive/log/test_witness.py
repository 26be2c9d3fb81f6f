from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from archive.errors import FixityError
from archive.log import cosigning, signed_notes
from archive.log.signed_log import Log
from tests.support.filled_logs import NOON, capture, new_log

PARTNER = Ed25519PrivateKey.generate()
PARTNER_KEY = signed_notes.public_key(PARTNER, "partner.example", signed_notes.WITNESS_KEY)


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return new_log(tmp_path, captures=5)


def grow(log: Log) -> None:
    log.append([capture(number) for number in range(50, 60)])
    log.checkpoint()


def test_a_partner_cosigns_a_log_that_only_grew(log: Log) -> None:
    old, key = log.checkpoint().checkpoint, log.keys().current
    grow(log)

    cosigned = cosigning.cosign(
        log.checkpoint().note,
        key=key,
        last_seen=old,
        proof=log.consistency_proof(old.size, len(log)),
        signer=PARTNER,
        name="partner.example",
        when=NOON,
    )

    assert cosigning.cosignatures(cosigned, [PARTNER_KEY]) == [
        cosigning.Cosignature("partner.example", NOON)
    ]
    assert cosigning.cosignatures(log.checkpoint().note, [PARTNER_KEY]) == []


def test_a_log_seen_for_the_first_time_is_accepted(log: Log) -> None:
    earlier = log.head()
    grow(log)

    cosigning.verify_extension(None, log.head(), [])

    with pytest.raises(FixityError, match="entries that do not"):
        cosigning.verify_extension(earlier, log.head(), [])


def test_two_heads_of_one_size_are_a_split_view(log: Log) -> None:
    head = log.head()
    other = signed_notes.Checkpoint(head.origin, head.size, bytes(32))

    with pytest.raises(FixityError, match="a split view"):
        cosigning.verify_extension(head, other, [])


def test_a_shorter_log_was_rolled_back(log: Log) -> None:
    head = log.head()
    shorter = signed_notes.Checkpoint(head.origin, 2, bytes(32))

    with pytest.raises(FixityError, match="2: rolled back"):
        cosigning.verify_extension(head, shorter, [])


def test_a_longer_log_that_does_not_extend_the_old_is_refused(log: Log) -> None:
    head = log.head()
    longer = signed_notes.Checkpoint(head.origin, head.size + 1, bytes(32))

    with pytest.raises(FixityError, match="entries that do not"):
        cosigning.verify_extension(head, longer, [bytes(32)] * 3)


def test_a_checkpoint_of_another_archive_is_refused(log: Log) -> None:
    other = signed_notes.Checkpoint("other.example", 9, bytes(32))
    signed = signed_notes.Note(other.text).sign(Ed25519PrivateKey.generate(), "other.example")

    with pytest.raises(FixityError, match=r"log other.example"):
        cosigning.verify_extension(log.head(), other, [])
    with pytest.raises(FixityError, match=r"log other.example"):
        cosigning.verify_checkpoint(signed, log.keys().current)


def test_a_checkpoint_that_the_log_did_not_sign_is_refused(log: Log) -> None:
    with pytest.raises(FixityError, match="found none"):
        cosigning.verify_checkpoint(signed_notes.Note(log.head().text), log.keys().current)
