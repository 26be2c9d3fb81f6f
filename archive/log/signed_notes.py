"""Signed notes and checkpoints, as C2SP wrote them down, with Ed25519.

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

_DASH = "— "
_NAME = re.compile(r"[^\s+]+")
_SIZE = re.compile(r"0|[1-9][0-9]{0,17}")


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that notes are checked with, known by its name."""

    name: str
    kind: int  # LOG_KEY or WITNESS_KEY
    raw: bytes  # the 32 bytes of RFC 8032

    @property
    def id(self) -> bytes:
        """Return the four bytes by which a signature line names this key."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.raw).digest()[:4]

    @property
    def vkey(self) -> str:
        """Return the key as one word, to hand to others."""
        key = base64.b64encode(bytes([self.kind]) + self.raw).decode()
        return f"{self.name}+{self.id.hex()}+{key}"

    @property
    def pem(self) -> bytes:
        """Return the key as openssl reads it."""
        key = Ed25519PublicKey.from_public_bytes(self.raw)
        return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def signed(self, message: bytes, signature: bytes) -> bool:
        """Return whether `signature` is this key's over `message`."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """One line below a note: who signed, with which key, what bytes."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A text with signatures under it."""

    text: str  # ends in a newline; the signed bytes
    lines: tuple[SignatureLine, ...] = ()

    def encode(self) -> bytes:
        """Return the note as it is stored and sent."""
        signatures = "".join(
            f"{_DASH}{line.name} {base64.b64encode(line.key_id + line.signature).decode()}\n"
            for line in self.lines
        )
        return f"{self.text}\n{signatures}".encode()

    def signed_by(self, key: PublicKey) -> bool:
        """Return whether a log's own key signed this note."""
        return any(key.signed(self.text.encode(), line.signature) for line in self._by(key))

    def cosigned_by(self, key: PublicKey) -> datetime | None:
        """Return when a witness says it saw this note; None without its valid cosignature."""
        for line in self._by(key):
            stamp, signature = line.signature[:8], line.signature[8:]
            seconds = int.from_bytes(stamp)
            if len(stamp) == 8 and key.signed(_cosigned(self.text, seconds), signature):
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
        signature = seconds.to_bytes(8) + key.sign(_cosigned(self.text, seconds))
        line = SignatureLine(name, public_key(key, name, WITNESS_KEY).id, signature)
        return replace(self, lines=(*self.lines, line))

    def _by(self, key: PublicKey) -> list[SignatureLine]:
        return [line for line in self.lines if (line.name, line.key_id) == (key.name, key.id)]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself: so many entries, under this root."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """Return the text that is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def public_key(key: Ed25519PrivateKey, name: str, kind: int = LOG_KEY) -> PublicKey:
    """Return the public half of `key`, under `name`."""
    if not _NAME.fullmatch(name):
        raise FormatError(f"key name: expected no spaces and no plus sign, found {name!r}")
    return PublicKey(name, kind, key.public_key().public_bytes_raw())


def parse_key(vkey: str) -> PublicKey:
    """Return the key that `vkey` writes as one word; FormatError where it is none."""
    name, _, rest = vkey.strip().partition("+")
    key_id, _, encoded = rest.partition("+")
    data = _base64(encoded, "key")
    if len(data) != 33 or data[0] not in (LOG_KEY, WITNESS_KEY) or not _NAME.fullmatch(name):
        raise FormatError(f"key: expected NAME+ID+KEY of an Ed25519 key, found {vkey[:80]!r}")
    key = PublicKey(name, data[0], data[1:])
    if key.id.hex() != key_id:
        raise FormatError(f"key {name}: expected id {key.id.hex()}, found {key_id!r}")
    return key


def parse_note(data: bytes) -> Note:
    """Return the note that `data` holds; FormatError where it is none."""
    try:
        whole = data.decode()
    except UnicodeDecodeError as error:
        raise FormatError(f"note: expected UTF-8, found {data[:40]!r}") from error
    text, gap, signatures = whole.rpartition("\n\n")
    if not gap or not signatures.endswith("\n"):
        raise FormatError("note: expected a text, an empty line and signatures, each line ended")
    lines = []
    for line in signatures[:-1].split("\n"):
        name, space, encoded = line.removeprefix(_DASH).partition(" ")
        blob = _base64(encoded, "note signature")
        if not (line.startswith(_DASH) and space and _NAME.fullmatch(name) and len(blob) > 4):
            raise FormatError(f"note: expected a signature line, found {line[:80]!r}")
        lines.append(SignatureLine(name, blob[:4], blob[4:]))
    return Note(f"{text}\n", tuple(lines))


def parse_checkpoint(note: Note) -> Checkpoint:
    """Return what a note says as a checkpoint; FormatError where it says something else."""
    origin, size, root, *_ = [*note.text.split("\n"), "", "", ""]
    head = _base64(root, "checkpoint root")
    if not origin or not _SIZE.fullmatch(size) or len(head) != 32:
        raise FormatError(f"checkpoint: expected origin, size and root, found {note.text[:120]!r}")
    return Checkpoint(origin, int(size), head)


def _cosigned(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def _base64(text: str, what: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise FormatError(f"{what}: expected base64, found {text[:80]!r}") from error
    # Other spellings of the same bytes would let a note be changed without a trace.
    if base64.b64encode(data).decode() != text:
        raise FormatError(f"{what}: expected base64 in its one form, found {text[:80]!r}")
    return data
