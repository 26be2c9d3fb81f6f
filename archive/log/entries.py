"""Encode and decode log entries: each a line of canonical JSON (RFC 8785) with a salt.

The salt keeps an erased entry from being guessed: its leaf hash stays in the tree, and without
16 random bytes anyone could hash candidate addresses until one matches.
"""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from archive.errors import FormatError
from archive.log import merkle_proofs

Fact = str | int

SALT_BYTES = 16

_encode_json = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
_ERASED_LINE = re.compile(rb'\{"leaf":"([0-9a-f]{64})"\} *')


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that happened to the archive, at one instant."""

    kind: str  # a record's WARC type, or key, erasure, import, clock, checkpoint, …
    when: datetime
    facts: Mapping[str, Fact]
    salt: str = ""  # hex; generated when the entry is written

    def text(self, name: str) -> str:
        """Return the fact called `name`, "" where there is none."""
        return str(self.facts.get(name, ""))

    def number(self, name: str) -> int:
        """Return the number called `name`; FormatError where it is not one."""
        value = self.facts.get(name)
        if not isinstance(value, int):
            raise FormatError(f"log entry {self.kind}: expected a number as {name}, found {value}")
        return value


@dataclass(frozen=True, slots=True)
class ErasedEntry:
    """An erased entry: only its leaf hash remains."""

    leaf: bytes


def encode(entry: Entry) -> bytes:
    """Return the line of `entry`, without its newline, with a new salt unless it has one."""
    return canonical_json(
        {
            **entry.facts,
            "date": format_instant(entry.when),
            "kind": entry.kind,
            "salt": entry.salt or os.urandom(SALT_BYTES).hex(),
        }
    )


def canonical_json(facts: Mapping[str, Fact]) -> bytes:
    """Return `facts` as canonical JSON; FormatError for text that is not Unicode."""
    try:
        return _encode_json(facts).encode()
    except UnicodeEncodeError as error:
        raise FormatError(f"log entry: expected Unicode text, found {error.reason}") from error


def decode(line: bytes) -> Entry | ErasedEntry:
    """Return the entry that a line of the log holds; FormatError where it holds none."""
    if erased := _ERASED_LINE.fullmatch(line):
        return ErasedEntry(bytes.fromhex(erased[1].decode()))
    try:
        facts = json.loads(line)
        kind, when, salt = facts.pop("kind"), facts.pop("date"), facts.pop("salt")
        return Entry(kind=kind, when=parse_instant(when), facts=facts, salt=salt)
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError) as error:
        raise FormatError(f"log entry: expected a line of JSON, found {line[:60]!r}") from error


def leaf_hash_of(line: bytes) -> bytes:
    """Return the leaf hash of `line`; an erased line states it."""
    erased = _ERASED_LINE.fullmatch(line) if line.startswith(b'{"leaf":') else None
    return bytes.fromhex(erased[1].decode()) if erased else merkle_proofs.leaf_hash(line)


def erased_form(line: bytes) -> bytes:
    """Return the erased form of `line`: its leaf hash, padded to the same length."""
    return b'{"leaf":"%s"}' % leaf_hash_of(line).hex().encode() + b" " * (len(line) - 75)


def format_instant(when: datetime) -> str:
    """Return `when` in UTC, to the microsecond where it has any."""
    text = when.astimezone(UTC).isoformat(timespec="microseconds")
    return text.removesuffix("+00:00").removesuffix(".000000") + "Z"


def parse_instant(text: str) -> datetime:
    """Return the instant that `format_instant` wrote; ValueError where it has no time zone."""
    when = datetime.fromisoformat(text)
    if when.tzinfo is None:
        raise ValueError(f"expected a time zone, found {text}")
    return when.astimezone(UTC)
