"""The log's signing keys: create, load and save them, and check each change of key.

A key is replaced by an entry that the old key signs. The private key lies in the archive's `keys/`
folder; every public key that was ever in force is in the log, as a `key` entry. A checkpoint of n
entries must be signed by the key in force at its last entry.
"""

import base64
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from archive import atomic_files
from archive.errors import ArchiveFolderError, FixityError, FormatError, StorageError
from archive.log.entries import Entry
from archive.log.signed_notes import PublicKey, parse_key, public_key

KIND = "key"


@dataclass(frozen=True, slots=True)
class KeyChange:
    """From entry `index` on, `key` signs the log."""

    index: int
    key: PublicKey
    previous: str = ""  # vkey of the key before; "" for the first
    signature: bytes = b""  # of the key before, over this change


@dataclass(frozen=True, slots=True)
class KeyHistory:
    """Every key of one log, in order, each signed by the one before."""

    changes: tuple[KeyChange, ...]

    @property
    def origin(self) -> str:
        return self.changes[0].key.name

    @property
    def current(self) -> PublicKey:
        return self.changes[-1].key

    def in_force(self, size: int) -> PublicKey:
        """Return the key that signs a checkpoint of `size` entries."""
        return [change for change in self.changes if change.index < max(size, 1)][-1].key


def new_origin() -> str:
    """Return a unique name for a new log, which discloses nothing of its keeper."""
    return f"onrecord/{os.urandom(8).hex()}"


def new_key() -> Ed25519PrivateKey:
    """Return a fresh private key."""
    return Ed25519PrivateKey.generate()


def save_key(path: Path, key: Ed25519PrivateKey) -> None:
    """Write a private key where only its owner may read it."""
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    atomic_files.replace_file(path, pem, mode=0o600)


def load_key(path: Path) -> Ed25519PrivateKey:
    """Read a private key; ArchiveFolderError where it is missing, no key, or open to others."""
    try:
        pem, mode = path.read_bytes(), path.stat().st_mode
    except FileNotFoundError as error:
        raise ArchiveFolderError(
            f"{path}: expected the log's private key, found no file"
        ) from error
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror}") from error
    if os.name == "posix" and mode & 0o077 and not _is_on_read_only_medium(path):
        raise ArchiveFolderError(f"{path}: expected mode 0600, found {mode & 0o777:04o}")
    try:
        key = load_pem_private_key(pem, password=None)
    except ValueError as error:
        raise ArchiveFolderError(
            f"{path}: expected a private key in PEM, found something else"
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise ArchiveFolderError(f"{path}: expected an Ed25519 key, found {type(key).__name__}")
    return key


def _is_on_read_only_medium(path: Path) -> bool:
    """Return whether nobody can change the mode of a file: DVDs give all files the same."""
    return bool(os.statvfs(path).f_flag & os.ST_RDONLY)


def first_key_entry(key: PublicKey, when: datetime) -> Entry:
    """Return the entry that begins a log: its origin and its first key."""
    return Entry(kind=KIND, when=when, facts={"origin": key.name, "vkey": key.vkey})


def key_change_entry(
    *, index: int, old: Ed25519PrivateKey, previous: PublicKey, new: PublicKey, when: datetime
) -> Entry:
    """Return entry `index`, by which the old key authorises the new one."""
    signature = base64.b64encode(
        old.sign(_handover_message(index, previous.vkey, new.vkey))
    ).decode()
    facts = {"previous": previous.vkey, "signature": signature, "vkey": new.vkey}
    return Entry(kind=KIND, when=when, facts=facts)


def key_history(entries: Iterable[tuple[int, Entry]]) -> KeyHistory:
    """Return the keys of a log from its numbered `key` entries.

    FixityError where the log does not begin with a key, or a key is not signed by the one before.
    """
    changes: list[KeyChange] = []
    for index, entry in entries:
        key = parse_key(entry.text("vkey"))
        if not changes:
            if index != 0:
                raise FixityError("log entry 0", "the log's first key", "something else")
            changes.append(KeyChange(index, key))
            continue
        last = changes[-1].key
        try:
            signature = base64.b64decode(entry.text("signature"), validate=True)
        except ValueError as error:
            raise FormatError(f"log entry {index}: expected a signature in base64") from error
        message = _handover_message(index, last.vkey, key.vkey)
        if key.name != last.name or not last.verifies(message, signature):
            raise FixityError(f"log entry {index}", "a key signed by the last", f"key {key.vkey}")
        changes.append(KeyChange(index, key, last.vkey, signature))
    if not changes:
        raise FixityError("log", "a first key", "none")
    return KeyHistory(tuple(changes))


def handover_text(change: KeyChange) -> bytes:
    """Return the text that the previous key signed for this change."""
    return _handover_message(change.index, change.previous, change.key.vkey)


def load_public_key(path: Path, origin: str) -> PublicKey:
    """Return the public half of the private key in `path`."""
    return public_key(load_key(path), origin)


def _handover_message(index: int, previous: str, new: str) -> bytes:
    return f"onrecord key change/v1\nentry {index}\nfrom {previous}\nto {new}\n".encode()
