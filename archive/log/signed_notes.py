"""Signed notes and checkpoints (C2SP), with Ed25519: parse, sign, cosign, verify.

https://c2sp.org/signed-note, https://c2sp.org/tlog-checkpoint, https://c2sp.org/tlog-cosignature
"""

import base64
import binascii
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from archive.errors import FormatError

LOG_KEY = 0x01  # a log's own signature over a note
WITNESS_KEY = 0x04  # a partner's timestamped cosignature

_SIGNATURE_PREFIX = "— "
_NAME_PATTERN = re.compile(r"[^\s+]+")
_SIZE_PATTERN = re.compile(r"0|[1-9][0-9]{0,17}")


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A named key that verifies notes."""

    name: str
    kind: int  # LOG_KEY or WITNESS_KEY
    raw: bytes  # the 32 bytes of RFC 8032

    @property
    def id(self) -> bytes:
        """Return the four bytes by which a signature line names this key."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.raw).digest()[:4]

    @property
    def vkey(self) -> str:
        """Return the key in the vkey form NAME+ID+KEY, for others to keep."""
        key = base64.b64encode(bytes([self.kind]) + self.raw).decode()
        return f"{self.name}+{self.id.hex()}+{key}"

    @property
    def pem(self) -> bytes:
        """Return the key in PEM, as openssl reads it."""
        key = Ed25519PublicKey.from_public_bytes(self.raw)
        return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def verifies(self, message: bytes, signature: bytes) -> bool:
        """Return whether `signature` is this key's over `message`."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """A signature line of a note: signer, key id and signature."""

    name: str
    key_id: bytes
    signature: bytes

    @property
    def encoded(self) -> str:
        """Return key id and signature in base64, as the line has them."""
        return base64.b64encode(self.key_id + self.signature).decode()


@dataclass(frozen=True, slots=True)
class Note:
    """A text and its signatures."""

    text: str  # ends in a newline; the signed bytes
    lines: tuple[SignatureLine, ...] = ()

    def encode(self) -> bytes:
        """Return the bytes that are stored and sent."""
        signatures = "".join(
            f"{_SIGNATURE_PREFIX}{line.name} {line.encoded}\n" for line in self.lines
        )
        return f"{self.text}\n{signatures}".encode()

    def is_signed_by(self, key: PublicKey) -> bool:
        """Return whether `key`, a log's own, signed this note."""
        return any(key.verifies(self.text.encode(), line.signature) for line in self._lines_by(key))

    def cosigned_at(self, key: PublicKey) -> datetime | None:
        """Return the time in a witness's cosignature of this note; None without a valid one."""
        for line in self._lines_by(key):
            timestamp, signature = line.signature[:8], line.signature[8:]
            seconds = int.from_bytes(timestamp)
            if len(timestamp) == 8 and key.verifies(
                _cosigned_message(self.text, seconds), signature
            ):
                return datetime.fromtimestamp(seconds, UTC)
        return None

    def sign(self, key: Ed25519PrivateKey, name: str) -> "Note":
        """Return this note with the signature of a log's key added."""
        public = public_key(key, name)
        line = SignatureLine(name, public.id, key.sign(self.text.encode()))
        return replace(self, lines=(*self.lines, line))

    def cosign(self, key: Ed25519PrivateKey, name: str, when: datetime) -> "Note":
        """Return this note with a witness's cosignature, made at `when`, added."""
        seconds = int(when.timestamp())
        signature = seconds.to_bytes(8) + key.sign(_cosigned_message(self.text, seconds))
        line = SignatureLine(name, public_key(key, name, WITNESS_KEY).id, signature)
        return replace(self, lines=(*self.lines, line))

    def _lines_by(self, key: PublicKey) -> list[SignatureLine]:
        return [line for line in self.lines if (line.name, line.key_id) == (key.name, key.id)]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log: its name, its number of entries, and their Merkle root."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """Return the note text, which is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def public_key(key: Ed25519PrivateKey, name: str, kind: int = LOG_KEY) -> PublicKey:
    """Return the public half of `key`, under `name`."""
    if not _NAME_PATTERN.fullmatch(name):
        raise FormatError(f"key name: expected no spaces and no plus sign, found {name!r}")
    return PublicKey(name, kind, key.public_key().public_bytes_raw())


def parse_key(vkey: str) -> PublicKey:
    """Return the key that `vkey` (NAME+ID+KEY) states; FormatError where it states none."""
    name, _, rest = vkey.strip().partition("+")
    key_id, _, encoded = rest.partition("+")
    data = _decode_base64(encoded, "key")
    if (
        len(data) != 33
        or data[0] not in (LOG_KEY, WITNESS_KEY)
        or not _NAME_PATTERN.fullmatch(name)
    ):
        raise FormatError(f"key: expected NAME+ID+KEY of an Ed25519 key, found {vkey[:80]!r}")
    key = PublicKey(name, data[0], data[1:])
    if key.id.hex() != key_id:
        raise FormatError(f"key {name}: expected id {key.id.hex()}, found {key_id!r}")
    return key


def parse_note(data: bytes) -> Note:
    """Parse the note in `data`; FormatError where it is not one."""
    try:
        content = data.decode()
    except UnicodeDecodeError as error:
        raise FormatError(f"note: expected UTF-8, found {data[:40]!r}") from error
    text, gap, signatures = content.rpartition("\n\n")
    if not gap or not signatures.endswith("\n"):
        raise FormatError("note: expected a text, an empty line and signatures, each line ended")
    lines = []
    for line in signatures[:-1].split("\n"):
        name, space, encoded = line.removeprefix(_SIGNATURE_PREFIX).partition(" ")
        blob = _decode_base64(encoded, "note signature")
        if not (
            line.startswith(_SIGNATURE_PREFIX)
            and space
            and _NAME_PATTERN.fullmatch(name)
            and len(blob) > 4
        ):
            raise FormatError(f"note: expected a signature line, found {line[:80]!r}")
        lines.append(SignatureLine(name, blob[:4], blob[4:]))
    return Note(f"{text}\n", tuple(lines))


def parse_checkpoint(note: Note) -> Checkpoint:
    """Parse the text of a note as a checkpoint; FormatError where it is not one."""
    origin, size, root, *_ = [*note.text.split("\n"), "", "", ""]
    root_hash = _decode_base64(root, "checkpoint root")
    if not origin or not _SIZE_PATTERN.fullmatch(size) or len(root_hash) != 32:
        raise FormatError(f"checkpoint: expected origin, size and root, found {note.text[:120]!r}")
    return Checkpoint(origin, int(size), root_hash)


def _cosigned_message(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def _decode_base64(text: str, field: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise FormatError(f"{field}: expected base64, found {text[:80]!r}") from error
    # Other encodings of the same bytes would let a note be changed undetected.
    if base64.b64encode(data).decode() != text:
        raise FormatError(f"{field}: expected canonical base64, found {text[:80]!r}")
    return data
