"""Verify a WARC file: recompute every digest that its records and the log state."""

import hashlib
import os
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from archive.errors import FormatError
from archive.models import StoredRecord
from archive.warc.capture_metadata import parse_metadata
from archive.warc.digests import hash_algorithm, matches_digest, sha256_hex
from archive.warc.payload_digest import has_payload_digest, payload_and_framed
from archive.warc.record_builder import gzip_member
from archive.warc.record_header import strip_brackets
from archive.warc.record_reader import Damage, Record, open_warc, scan_records

_OWN_GZIP_HEADER = gzip_member(b"")[:9]
_GZIP_SYSTEMS = frozenset({3, 10, 19, 255})  # Unix, Windows, macOS, unknown (RFC 1952, 2.3.1)
_OWN_RECORD_KINDS = frozenset({"warcinfo", "request", "metadata"})
_MAX_PENDING_DIGESTS = 256  # payload digests kept until our metadata record follows


@dataclass(frozen=True, slots=True, kw_only=True)
class WarcFinding:
    """A mismatch or damage in a WARC file, or a digest that could not be checked.

    "foreign" is a payload digest of the tool from whose file a record was imported, wrong by every
    rule that we know; our own digest of that payload is checked apart.
    """

    offset: int
    record_id: str  # "" if it could not be read
    kind: str  # "unreadable", "digest", "foreign", "changed", "missing" or "unchecked"
    problem: str

    def __str__(self) -> str:
        return f"byte {self.offset}: {self.record_id or 'a record'}: {self.problem}"


@dataclass(slots=True)
class _Payload:
    sha256: bytes
    mismatches: list[tuple[WarcFinding, bool]]  # each, and whether another rule than ours has it

    def findings(self) -> Iterator[WarcFinding]:
        return (finding for finding, _ in self.mismatches)


def verify_warc(
    path: Path, expected: Mapping[int, StoredRecord] | None = None
) -> Iterator[WarcFinding]:
    """Yield what is wrong with the WARC file at `path`; nothing if every digest is right.

    It checks digests of any algorithm in hashlib, the checksums of gzip members, and, for each
    offset in `expected`, the bytes of the member itself, which also catches a record that was
    rewritten together with its digests.
    """
    unseen = dict(expected or {})
    payloads: OrderedDict[str, _Payload] = OrderedDict()
    with open_warc(path) as file, open_warc(path) as second_handle:
        if not os.fstat(file.fileno()).st_size:
            yield WarcFinding(
                offset=0, record_id="", kind="unreadable", problem="the file is empty"
            )
        for record in scan_records(file, verify=True):
            if isinstance(record, Damage):
                yield WarcFinding(
                    offset=record.offset,
                    record_id=record.record_id,
                    kind="unreadable",
                    problem=record.problem,
                )
                unseen.pop(record.offset, None)
                continue
            stored = unseen.pop(record.offset, None)
            if stored and (problem := _compare_stored_bytes(second_handle, stored)):
                yield _create_finding(record, "changed", problem)
            if expected is not None and (problem := _check_gzip_header(second_handle, record)):
                yield _create_finding(record, "changed", problem)
            yield from _check_digests(record, payloads)
    for payload in payloads.values():
        yield from payload.findings()
    for offset in sorted(unseen):
        problem = "expected a record here, found none"
        yield WarcFinding(offset=offset, record_id="", kind="missing", problem=problem)


def _compare_stored_bytes(file: BinaryIO, stored: StoredRecord) -> str:
    file.seek(stored.offset)
    digest = sha256_hex(file.read(stored.length))
    return "" if digest == stored.sha256 else f"logged as {stored.sha256}, found {digest}"


def _check_gzip_header(file: BinaryIO, record: Record) -> str:
    """Return what is wrong with the gzip header of a member that we wrote; "" if nothing is.

    No checksum covers it. Foreign records are copied unchanged, and their bytes are in the log.
    """
    if record.header.kind not in _OWN_RECORD_KINDS or not record.is_single_member:
        return ""
    file.seek(record.offset)
    gzip_header = file.read(10)
    is_own = gzip_header[:9] == _OWN_GZIP_HEADER and gzip_header[9] in _GZIP_SYSTEMS
    if is_own:
        return ""
    return f"gzip header: expected {_OWN_GZIP_HEADER.hex()}, found {gzip_header.hex()}"


def _check_digests(record: Record, payloads: "OrderedDict[str, _Payload]") -> Iterator[WarcFinding]:
    for stated in record.header.get_all("WARC-Block-Digest"):
        digest = dict(record.block_digests).get(hash_algorithm(stated))
        yield from _compare(record, "block", stated, [digest] if digest else [])
    if record.header.kind == "metadata":
        yield from _check_metadata(record, payloads)
    if record.header.kind not in ("response", "resource") or _is_truncated(record):
        return
    payload_forms = payload_and_framed(record)
    payload = _Payload(hashlib.sha256(payload_forms[0]).digest(), [])
    payloads[record.header.id] = payload
    if len(payloads) > _MAX_PENDING_DIGESTS:
        yield from payloads.popitem(last=False)[1].findings()
    for stated in record.header.get_all("WARC-Payload-Digest"):
        name = hash_algorithm(stated)
        digests = [
            hashlib.new(name, body, usedforsecurity=False).digest()
            for body in payload_forms
            if name
        ]
        for finding in _compare(record, "payload", stated, digests):
            if finding.kind == "digest":
                payload.mismatches.append((finding, has_payload_digest(record, stated)))
            else:
                yield finding


def _check_metadata(
    record: Record, payloads: "OrderedDict[str, _Payload]"
) -> Iterator[WarcFinding]:
    """Compare the payload digest in our metadata record with the payload it is about.

    What another tool stated of a payload that we imported is that tool's word: where it has another
    rule than ours, nothing is wrong, and where we know no rule for it, that is "foreign".
    """
    payload = payloads.get(strip_brackets(record.header.get("WARC-Concurrent-To")))
    try:
        metadata = parse_metadata(record.block)
    except FormatError as error:
        yield _create_finding(record, "unreadable", str(error))
        return
    for finding, is_known_rule in payload.mismatches if payload else ():
        if not (metadata and metadata.origin):
            yield finding
        elif not is_known_rule:
            yield replace(finding, kind="foreign")
    if payload:
        payload.mismatches.clear()
    if metadata and payload and metadata.payload_sha256:
        stated = f"sha256:{metadata.payload_sha256}"
        if payload.sha256.hex() != metadata.payload_sha256:
            yield from _compare(record, "payload", stated, [payload.sha256])


def _is_truncated(record: Record) -> bool:
    return len(record.block_prefix) < record.header.length


def _compare(record: Record, part: str, stated: str, digests: list[bytes]) -> Iterator[WarcFinding]:
    if not hash_algorithm(stated):
        yield _create_finding(
            record, "unchecked", f"cannot compute the {part} digest {stated[:24]}"
        )
    elif not any(matches_digest(stated, digest) for digest in digests):
        actual = digests[0].hex() if digests else "none"
        yield _create_finding(record, "digest", f"{part} recorded as {stated}, found {actual}")


def _create_finding(record: Record, kind: str, problem: str) -> WarcFinding:
    return WarcFinding(offset=record.offset, record_id=record.header.id, kind=kind, problem=problem)
