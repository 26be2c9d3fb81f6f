import base64
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from archive.errors import FormatError
from archive.log import signed_notes
from archive.log.signed_notes import (
    Checkpoint,
    Note,
    parse_checkpoint,
    parse_key,
    parse_note,
    public_key,
)
from tests.support.filled_logs import NOON, ORIGIN

KEY = Ed25519PrivateKey.generate()
HEAD = Checkpoint(ORIGIN, 1000, bytes(range(32)))
SIGNED = Note(HEAD.text).sign(KEY, ORIGIN)


def test_a_signed_checkpoint_reads_back_and_verifies() -> None:
    parsed = parse_note(SIGNED.encode())

    assert parse_checkpoint(parsed) == HEAD
    assert parsed.is_signed_by(public_key(KEY, ORIGIN))
    assert len(SIGNED.encode()) < 260


def test_a_note_signed_by_another_program_verifies() -> None:
    # The example in the documentation of golang.org/x/mod/sumdb/note.
    key = parse_key("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    text = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n"
    )
    signature = (
        "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6Ryy"
        "BwJnAM="
    )

    note = parse_note(f"{text}\n— PeterNeumann {signature}\n".encode())

    assert note.is_signed_by(key)


def test_openssl_accepts_the_signature(tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_bytes(public_key(KEY, ORIGIN).pem)
    (tmp_path / "body").write_text(SIGNED.text)
    (tmp_path / "signature").write_bytes(SIGNED.lines[0].signature)

    verify = ["pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-rawin"]
    files = ["-in", "body", "-sigfile", "signature"]
    process = subprocess.run(["openssl", *verify, *files], cwd=tmp_path, capture_output=True)

    assert process.returncode == 0


def test_a_key_reads_back_from_its_vkey() -> None:
    key = public_key(KEY, ORIGIN)

    assert parse_key(key.vkey) == key


@pytest.mark.parametrize("vkey", ["", "x", "a+b", "a+00000000+AAAA", "a+zz+!!"])
def test_text_that_is_no_vkey_is_refused(vkey: str) -> None:
    with pytest.raises(FormatError):
        parse_key(vkey)


def test_a_key_under_another_id_is_refused() -> None:
    name, _, encoded = public_key(KEY, ORIGIN).vkey.split("+", 2)

    with pytest.raises(FormatError, match="expected id"):
        parse_key(f"{name}+00000000+{encoded}")


def test_another_key_did_not_sign_it() -> None:
    assert not SIGNED.is_signed_by(public_key(Ed25519PrivateKey.generate(), ORIGIN))
    assert not SIGNED.is_signed_by(public_key(KEY, "other.example"))


@pytest.mark.parametrize("position", range(len(SIGNED.encode())))
def test_no_byte_of_a_checkpoint_can_change(position: int) -> None:
    data = bytearray(SIGNED.encode())
    data[position] ^= 1

    try:
        note = parse_note(bytes(data))
    except FormatError:
        return
    assert not note.is_signed_by(public_key(KEY, ORIGIN))


def test_a_witness_says_when_it_saw_the_note() -> None:
    witness = Ed25519PrivateKey.generate()
    cosigned = parse_note(SIGNED.cosign(witness, "partner.example", NOON).encode())
    key = public_key(witness, "partner.example", signed_notes.WITNESS_KEY)

    assert cosigned.cosigned_at(key) == NOON
    assert cosigned.is_signed_by(public_key(KEY, ORIGIN))
    assert SIGNED.cosigned_at(key) is None


def test_a_cosignature_cannot_be_moved_in_time() -> None:
    witness = Ed25519PrivateKey.generate()
    key = public_key(witness, "partner.example", signed_notes.WITNESS_KEY)
    line = Note(HEAD.text).cosign(witness, "partner.example", NOON).lines[0]
    later = int((NOON + timedelta(days=1)).timestamp()).to_bytes(8)
    moved = signed_notes.SignatureLine(line.name, line.key_id, later + line.signature[8:])

    assert Note(HEAD.text, (moved,)).cosigned_at(key) is None


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\n\n", b"text\n", b"text\n\nno dash\n", "text\n\n— name !!\n".encode(), b"a\n\n\n"],
)
def test_bytes_that_are_no_note_are_refused(data: bytes) -> None:
    with pytest.raises(FormatError, match="note"):
        parse_note(data)


@pytest.mark.parametrize("size", ["-1", "01", "x", "", "1" * 30])
def test_a_checkpoint_needs_a_plain_size(size: str) -> None:
    root = base64.b64encode(bytes(32)).decode()

    with pytest.raises(FormatError, match="checkpoint: expected"):
        parse_checkpoint(Note(f"{ORIGIN}\n{size}\n{root}\n"))


def test_a_key_name_has_no_spaces() -> None:
    with pytest.raises(FormatError, match="no spaces"):
        public_key(KEY, "two words")
