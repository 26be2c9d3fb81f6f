"""What stands in a WARC file where an erased exchange was: one whole record of the same length.

Other records stay where they are, so nobody else's offsets, digests or proofs change. The bytes
follow from the erased entry's leaf hash, the time and the length alone, so that an erasure that a
crash cut short can be completed.
"""

import uuid
import zlib
from datetime import datetime
from hashlib import sha256

from archive.errors import FormatError
from archive.warc.digests import format_digest
from archive.warc.record_header import WARC_FIELDS, format_date, format_header

_GZIP_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_MOST = 0xFFFF  # bytes in one stored block of deflate (RFC 1951, 3.2.4)
_END = b"\r\n\r\n"


def make_tombstone(*, leaf: str, when: datetime, length: int) -> bytes:
    """Return a gzip member of exactly `length` bytes; FormatError where that is too few."""
    inside = length - len(_GZIP_HEAD) - 8
    blocks = -(-inside // (_MOST + 5))
    size = inside - 5 * blocks
    record = _record(leaf, when, size)
    parts = [_GZIP_HEAD]
    for number in range(blocks):
        piece = record[number * _MOST : (number + 1) * _MOST]
        count = len(piece)
        parts += [
            bytes([number == blocks - 1]),
            count.to_bytes(2, "little"),
            (count ^ _MOST).to_bytes(2, "little"),
            piece,
        ]
    parts += [zlib.crc32(record).to_bytes(4, "little"), size.to_bytes(4, "little")]
    return b"".join(parts)


def _record(leaf: str, when: datetime, size: int) -> bytes:
    """Return a WARC record of exactly `size` bytes."""
    for digested in (True, False):
        for spare in range(3):
            head = _head(leaf, when, 0, digest=b"" if digested else None, spare=spare)
            for digits in range(1, 10):
                length = size - len(head) - len(_END) - (digits - 1)
                if length >= 0 and len(str(length)) == digits:
                    said = f"erased: {leaf}\r\n".encode().ljust(length)[:length]
                    digest = sha256(said).digest() if digested else None
                    return _head(leaf, when, length, digest=digest, spare=spare) + said + _END
    raise FormatError(f"tombstone: expected room for a record, found {size} bytes")


def _head(leaf: str, when: datetime, length: int, *, digest: bytes | None, spare: int) -> bytes:
    fields = [
        ("WARC-Type", "metadata"),
        ("WARC-Record-ID", f"<{uuid.uuid5(uuid.NAMESPACE_OID, leaf).urn}>"),
        ("WARC-Date", format_date(when)),
        ("Content-Type", WARC_FIELDS),
    ]
    if digest is not None:
        fields.append(("WARC-Block-Digest", format_digest(digest or bytes(32))))
    # A longer number can make the head one byte longer than the block gets shorter: spaces fill it.
    raw = format_header([*fields, ("Content-Length", str(length))])
    return raw.replace(b"Content-Length:", b"Content-Length:" + b" " * spare)
