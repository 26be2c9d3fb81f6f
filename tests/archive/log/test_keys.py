import base64
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from archive.errors import ArchiveFolderError, FixityError, FormatError
from archive.log import keys, signed_notes
from archive.log.entries import Entry
from archive.log.signed_log import Log
from tests.support.filled_logs import NOON, ORIGIN, capture, faults, new_log, reopened


def test_after_a_rotation_old_checkpoints_and_new_ones_verify(tmp_path: Path) -> None:
    with new_log(tmp_path, captures=3) as log:
        old, before = log.keys().current, log.checkpoint()
        log.rotate(NOON)
        log.append([capture(9)])
        log.checkpoint()
        history = log.keys()

    assert before.note.is_signed_by(old)
    assert history.in_force(before.checkpoint.size) == old
    assert history.current != old
    assert faults(tmp_path) == []


def test_the_checkpoint_of_a_rotation_is_signed_by_both_keys(tmp_path: Path) -> None:
    with new_log(tmp_path) as log:
        old = log.keys().current
        checkpoint = log.rotate(NOON)

        assert checkpoint.note.is_signed_by(old)
        assert checkpoint.note.is_signed_by(log.keys().current)
        assert not (tmp_path / "keys/log.next.pem").exists()
        assert keys.load_public_key(tmp_path / "keys/log.pem", ORIGIN) == log.keys().current


def test_both_public_keys_lie_in_the_log_for_openssl(tmp_path: Path) -> None:
    with new_log(tmp_path) as log:
        log.rotate(NOON)
        names = {f"{change.key.id.hex()}.pem" for change in log.keys().changes}

    assert {path.name for path in (tmp_path / "log/keys").iterdir()} == names


def test_a_rotation_interrupted_after_its_entry_is_completed(tmp_path: Path) -> None:
    with new_log(tmp_path) as log:
        old = keys.load_key(tmp_path / "keys/log.pem")
        new = keys.new_key()
        keys.save_key(tmp_path / "keys/log.next.pem", new)
        public = signed_notes.public_key(new, ORIGIN)
        current = log.keys().current
        entry = keys.key_change_entry(index=1, old=old, previous=current, new=public, when=NOON)
        log.append([entry])

    reopened(tmp_path).close()

    assert keys.load_public_key(tmp_path / "keys/log.pem", ORIGIN) == public
    assert not (tmp_path / "keys/log.next.pem").exists()
    assert faults(tmp_path) == []


def test_a_rotation_interrupted_before_its_entry_never_happened(tmp_path: Path) -> None:
    new_log(tmp_path).close()
    before = (tmp_path / "keys/log.pem").read_bytes()
    keys.save_key(tmp_path / "keys/log.next.pem", keys.new_key())

    reopened(tmp_path).close()

    assert (tmp_path / "keys/log.pem").read_bytes() == before
    assert not (tmp_path / "keys/log.next.pem").exists()
    assert faults(tmp_path) == []


def handover(index: int, old: Ed25519PrivateKey, name: str = ORIGIN) -> tuple[int, Entry]:
    previous = signed_notes.public_key(old, name)
    new = signed_notes.public_key(keys.new_key(), name)
    return index, keys.key_change_entry(index=index, old=old, previous=previous, new=new, when=NOON)


def test_a_key_that_the_last_did_not_sign_for_is_refused() -> None:
    first, thief = keys.new_key(), keys.new_key()
    first_entry = (0, keys.first_key_entry(signed_notes.public_key(first, ORIGIN), NOON))

    assert len(keys.key_history([first_entry, handover(4, first)]).changes) == 2
    with pytest.raises(FixityError, match="log entry 4"):
        keys.key_history([first_entry, handover(4, thief)])


def test_a_handover_is_valid_only_at_its_own_index() -> None:
    first = keys.new_key()
    first_entry = (0, keys.first_key_entry(signed_notes.public_key(first, ORIGIN), NOON))
    _, entry = handover(4, first)

    with pytest.raises(FixityError, match="log entry 5"):
        keys.key_history([first_entry, (5, entry)])


def test_a_log_without_a_first_key_is_refused() -> None:
    first = keys.new_key()

    with pytest.raises(FixityError, match="a first key"):
        keys.key_history([])
    with pytest.raises(FixityError, match="the log's first key"):
        keys.key_history([handover(3, first)])


def test_a_handover_whose_signature_is_no_base64_is_refused() -> None:
    first = keys.new_key()
    public = signed_notes.public_key(first, ORIGIN)
    facts = {"vkey": public.vkey, "previous": public.vkey, "signature": "!"}

    with pytest.raises(FormatError, match="signature in base64"):
        keys.key_history(
            [
                (0, keys.first_key_entry(public, NOON)),
                (1, Entry(kind="key", when=NOON, facts=facts)),
            ]
        )


def test_a_private_key_open_to_others_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "log.pem"
    keys.save_key(path, keys.new_key())
    path.chmod(0o640)

    with pytest.raises(ArchiveFolderError, match="expected mode 0600, found 0640"):
        keys.load_key(path)


def test_a_private_key_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "log.pem"
    with pytest.raises(ArchiveFolderError, match="found no file"):
        keys.load_key(path)
    path.touch(0o600)
    path.write_bytes(b"nothing")
    with pytest.raises(ArchiveFolderError, match="expected a private key in PEM"):
        keys.load_key(path)
    other = X25519PrivateKey.generate()
    path.write_bytes(other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(ArchiveFolderError, match="expected an Ed25519 key"):
        keys.load_key(path)


def test_without_the_right_key_nothing_is_signed(tmp_path: Path) -> None:
    with new_log(tmp_path) as log:
        keys.save_key(tmp_path / "keys/log.pem", keys.new_key())
        log.append([capture(1)])
        with pytest.raises(FixityError, match="another key"):
            log.checkpoint()


def test_a_log_open_for_reading_signs_nothing(tmp_path: Path) -> None:
    new_log(tmp_path).close()

    with (
        Log.open_for_reading(tmp_path / "log") as log,
        pytest.raises(ArchiveFolderError, match="open for writing"),
    ):
        log.checkpoint()


def test_signatures_are_kept_in_base64() -> None:
    first = keys.new_key()

    assert len(base64.b64decode(handover(1, first)[1].text("signature"))) == 64
