"""Make the tombstone that replaces an erased exchange: one WARC record of the same length.

Other records stay where they are, so nobody else's offsets, digests or proofs change. The bytes
are derived from the erased entry's leaf hash, the time and the length alone, so that an erasure
that a crash interrupted can be completed.
"""

import uuid
import zlib
from datetime import datetime
from hashlib import sha256

from archive.errors import FormatError
from archive.warc.digests import format_digest
from archive.warc.record_header import WARC_FIELDS, format_date, format_header

_GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_MAX_BLOCK_BYTES = 0xFFFF  # in one stored block of deflate (RFC 1951, 3.2.4)
_RECORD_END = b"\r\n\r\n"


def make_tombstone(*, leaf: str, when: datetime, length: int) -> bytes:
    """Return a gzip member of exactly `length` bytes; FormatError where that is too few."""
    deflate_length = length - len(_GZIP_HEADER) - 8
    blocks = -(-deflate_length // (_MAX_BLOCK_BYTES + 5))
    size = deflate_length - 5 * blocks
    record = _make_record(leaf, when, size)
    parts = [_GZIP_HEADER]
    for number in range(blocks):
        block = record[number * _MAX_BLOCK_BYTES : (number + 1) * _MAX_BLOCK_BYTES]
        block_length = len(block)
        parts += [
            bytes([number == blocks - 1]),
            block_length.to_bytes(2, "little"),
            (block_length ^ _MAX_BLOCK_BYTES).to_bytes(2, "little"),
            block,
        ]
    parts += [zlib.crc32(record).to_bytes(4, "little"), size.to_bytes(4, "little")]
    return b"".join(parts)


def _make_record(leaf: str, when: datetime, size: int) -> bytes:
    """Return a WARC record of exactly `size` bytes."""
    for with_digest in (True, False):
        for padding in range(3):
            header = _make_header(
                leaf, when, 0, digest=b"" if with_digest else None, padding=padding
            )
            for digits in range(1, 10):
                length = size - len(header) - len(_RECORD_END) - (digits - 1)
                if length >= 0 and len(str(length)) == digits:
                    block = f"erased: {leaf}\r\n".encode().ljust(length)[:length]
                    digest = sha256(block).digest() if with_digest else None
                    return (
                        _make_header(leaf, when, length, digest=digest, padding=padding)
                        + block
                        + _RECORD_END
                    )
    raise FormatError(f"tombstone: expected room for a record, found {size} bytes")


def _make_header(
    leaf: str, when: datetime, length: int, *, digest: bytes | None, padding: int
) -> bytes:
    fields = [
        ("WARC-Type", "metadata"),
        ("WARC-Record-ID", f"<{uuid.uuid5(uuid.NAMESPACE_OID, leaf).urn}>"),
        ("WARC-Date", format_date(when)),
        ("Content-Type", WARC_FIELDS),
    ]
    if digest is not None:
        fields.append(("WARC-Block-Digest", format_digest(digest or bytes(32))))
    # One more digit lengthens the header as the block gets shorter: spaces fill the difference.
    raw = format_header([*fields, ("Content-Length", str(length))])
    return raw.replace(b"Content-Length:", b"Content-Length:" + b" " * padding)
