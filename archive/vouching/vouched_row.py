"""The key and the digest of a row of the catalogue, by which the log vouches for it.

A row is a list of (field, value). Its key names the capture that it is of, and the row among those
of that capture; both are hashed, so that nothing of an erased statement can be read in the log. The
digest covers kind, owner, name and all fields; each row has a random id or a digest of bytes in it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any
from zlib import crc32

KEY_BYTES = 16
DIGEST_BYTES = 32
WITHDRAWN = bytes(DIGEST_BYTES)  # the digest of a row that is no longer there
_PART_BYTES = 8
_CHECK_BYTES = 2

# SQLite stores any type in any column: bytes are no JSON, and are no value of ours.
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=repr).encode


@dataclass(frozen=True, slots=True)
class VouchedRow:
    """What the log keeps of a row: 16 bytes of key and 32 of digest. `checks` only name fields."""

    key: bytes
    digest: bytes
    checks: bytes = b""  # two bytes a field, in the order of the fields

    @property
    def owner(self) -> bytes:
        """Return the part of the key that is the capture's."""
        return self.key[:_PART_BYTES]


def make_row(kind: str, owner: str, name: str, fields: Sequence[tuple[str, Any]]) -> VouchedRow:
    """Return the key and the digest of a row of `owner`, a capture's id, called `name`."""
    values = [value for _, value in fields]
    content = _to_bytes(_encode([kind, owner, name, *values]))
    return VouchedRow(
        key=row_key(kind, owner, name),
        digest=sha256(content).digest(),
        checks=b"".join([_check(value) for value in values]),
    )


def row_key(kind: str, owner: str, name: str) -> bytes:
    """Return the key of a row: 8 bytes of its owner, the kind's first letter, 7 of its name."""
    return owner_key(owner) + kind[:1].encode() + _hash_part(name)[: _PART_BYTES - 1]


def kind_letter(key: bytes) -> str:
    """Return the first letter of the kind of the row that has this key."""
    return chr(key[_PART_BYTES])


@lru_cache(maxsize=4096)
def owner_key(owner: str) -> bytes:
    """Return the part of a key that names a capture."""
    return _hash_part(owner)


def withdrawn_row(key: bytes) -> VouchedRow:
    """Return what the log keeps of a row that is no longer there."""
    return VouchedRow(key, WITHDRAWN)


def differing_fields(checks: bytes, fields: Sequence[tuple[str, Any]]) -> list[str]:
    """Return the fields whose values `checks` was not made of; [] where that cannot be told."""
    if len(checks) != _CHECK_BYTES * len(fields):
        return []
    return [
        name
        for number, (name, value) in enumerate(fields)
        if _check(value) != checks[_CHECK_BYTES * number : _CHECK_BYTES * (number + 1)]
    ]


def select_fields(row: Mapping[Any, Any], names: Sequence[str]) -> list[tuple[str, Any]]:
    return [(name, row[name]) for name in names]


def _check(value: Any) -> bytes:
    return (crc32(str(value).encode("utf-8", "surrogatepass")) & 0xFFFF).to_bytes(2, "big")


@lru_cache(maxsize=64)
def _hash_part(name: str) -> bytes:
    return sha256(_to_bytes(name)).digest()[:_PART_BYTES]


def _to_bytes(words: Any) -> bytes:
    return str(words).encode("utf-8", "surrogatepass")
