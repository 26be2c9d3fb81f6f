"""Does a WARC file still hold what it says? Every stated digest, computed again."""

import hashlib
import os
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from archive.errors import FormatError
from archive.models import StoredRecord
from archive.warc.capture_metadata import parse_metadata
from archive.warc.digests import algorithm_of, matches, sha256_of
from archive.warc.http_message import payload_of
from archive.warc.record_builder import gzip_member, response_of
from archive.warc.record_header import bare
from archive.warc.record_reader import Damage, Record, open_warc, walk

_GZIP_HEAD = gzip_member(b"")[:9]
_SYSTEMS = frozenset({3, 10, 19, 255})  # Unix, Windows, macOS, unknown (RFC 1952, 2.3.1)
_OURS = frozenset({"warcinfo", "request", "metadata"})
_REMEMBERED = 256  # payload digests waiting for our facts on them


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that is not as it should be, or that could not be checked."""

    offset: int
    record: str  # its id; "" where it could not be read
    kind: str  # "unreadable", "digest", "changed", "missing" or "unchecked"
    problem: str

    def __str__(self) -> str:
        return f"byte {self.offset}: {self.record or 'a record'}: {self.problem}"


def verify_warc(
    path: Path, expected: Mapping[int, StoredRecord] | None = None
) -> Iterator[Finding]:
    """Yield what is wrong with the WARC file at `path`; nothing where every digest is right.

    Digests of any algorithm that hashlib has; gzip members by their own checksums; and where
    `expected` names what lies at an offset, the bytes of the member itself, which catches also a
    record that was rewritten together with its digests.
    """
    left = dict(expected or {})
    payloads: OrderedDict[str, bytes] = OrderedDict()
    with open_warc(path) as file, open_warc(path) as again:
        if not os.fstat(file.fileno()).st_size:
            yield Finding(offset=0, record="", kind="unreadable", problem="the file is empty")
        for found in walk(file, check=True):
            if isinstance(found, Damage):
                yield Finding(
                    offset=found.offset,
                    record=found.record,
                    kind="unreadable",
                    problem=found.problem,
                )
                left.pop(found.offset, None)
                continue
            stored = left.pop(found.offset, None)
            if stored and (problem := _changed(again, stored)):
                yield _finding(found, "changed", problem)
            if expected is not None and (problem := _tampered(again, found)):
                yield _finding(found, "changed", problem)
            yield from _check(found, payloads)
    for offset in sorted(left):
        problem = "expected a record here, found none"
        yield Finding(offset=offset, record="", kind="missing", problem=problem)


def _changed(file: BinaryIO, stored: StoredRecord) -> str:
    file.seek(stored.offset)
    found = sha256_of(file.read(stored.length))
    return "" if found == stored.sha256 else f"logged as {stored.sha256}, found {found}"


def _tampered(file: BinaryIO, record: Record) -> str:
    """Return what is wrong with the head of a gzip member of our own making.

    No checksum covers it. Records of others are copied as they are, and are in the log.
    """
    if record.head.kind not in _OURS or not record.alone:
        return ""
    file.seek(record.offset)
    head = file.read(10)
    right = head[:9] == _GZIP_HEAD and head[9] in _SYSTEMS
    return "" if right else f"gzip head: expected {_GZIP_HEAD.hex()}, found {head.hex()}"


def _check(record: Record, payloads: "OrderedDict[str, bytes]") -> Iterator[Finding]:
    for stated in record.head.all("WARC-Block-Digest"):
        digest = dict(record.sums).get(algorithm_of(stated))
        yield from _compare(record, "block", stated, [digest] if digest else [])
    if record.head.kind == "metadata":
        yield from _check_facts(record, payloads)
    if record.head.kind not in ("response", "resource") or _too_large(record):
        return
    bodies = _bodies(record)
    payloads[record.head.id] = hashlib.sha256(bodies[0]).digest()
    if len(payloads) > _REMEMBERED:
        payloads.popitem(last=False)
    for stated in record.head.all("WARC-Payload-Digest"):
        name = algorithm_of(stated)
        sums = [hashlib.new(name, body, usedforsecurity=False).digest() for body in bodies if name]
        yield from _compare(record, "payload", stated, sums)


def _check_facts(record: Record, payloads: "OrderedDict[str, bytes]") -> Iterator[Finding]:
    """Compare the payload's digest in our facts with the payload they are about."""
    try:
        facts = parse_metadata(record.block)
    except FormatError as error:
        yield _finding(record, "unreadable", str(error))
        return
    digest = payloads.get(bare(record.head.get("WARC-Concurrent-To")))
    if facts and digest and facts.payload_sha256 and digest.hex() != facts.payload_sha256:
        stated = f"sha256:{facts.payload_sha256}"
        yield from _compare(record, "payload", stated, [digest])


def _too_large(record: Record) -> bool:
    return len(record.kept) < record.head.length


def _bodies(record: Record) -> list[bytes]:
    """Return the payload, and where it is chunked, also as it is framed: tools differ on it."""
    response = response_of(record.block) if record.head.kind == "response" else None
    if response is None:
        return [record.block]
    framed = record.block[response.start :]
    return [payload_of(record.block, response), framed] if response.chunked else [framed]


def _compare(record: Record, what: str, stated: str, sums: list[bytes]) -> Iterator[Finding]:
    if not algorithm_of(stated):
        yield _finding(record, "unchecked", f"cannot compute the {what} digest {stated[:24]}")
    elif not any(matches(stated, digest) for digest in sums):
        found = sums[0].hex() if sums else "none"
        yield _finding(record, "digest", f"{what} recorded as {stated}, found {found}")


def _finding(record: Record, kind: str, problem: str) -> Finding:
    return Finding(offset=record.offset, record=record.head.id, kind=kind, problem=problem)
